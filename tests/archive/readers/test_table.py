from __future__ import annotations

import csv
import io
import json

from tests.archive.claims import CLAIM, SOURCE, made

from qingjian.archive.entry import Entry, Refused
from qingjian.archive.readers.table import read_csv, read_lines


def table(*rows: dict[str, str], delimiter: str = ",") -> str:
    out = io.StringIO()
    lines = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    lines.writeheader()
    lines.writerows(rows)
    return out.getvalue()


def test_columns_are_named_as_fields_or_mapped() -> None:
    [one] = read_csv(table(CLAIM), "t.csv")
    assert one == made(CLAIM)
    [tabbed] = read_csv(table(CLAIM, delimiter="\t"), "t.tsv")
    assert tabbed == one
    other = {
        "statement": CLAIM["text"],
        **{k: v for k, v in CLAIM.items() if k not in ("text", "kind")},
    }
    [mapped] = read_csv(table(other), "t.csv", "claim", {"text": "statement"})
    assert mapped == one


def test_a_bad_row_costs_itself_alone() -> None:
    told = list(read_csv(table(CLAIM, {**CLAIM, "rating": "nope"}, CLAIM), "t.csv"))
    assert [type(t) for t in told] == [Entry, Refused, Entry]
    assert isinstance(told[1], Refused)
    assert told[1].where == "t.csv#3"


def test_a_header_that_lacks_the_text_is_told_once() -> None:
    [one] = read_csv("a,b\n1,2\n3,4\n", "t.csv")
    assert isinstance(one, Refused)
    assert "no column text" in one.what
    [lost] = read_csv(table(CLAIM), "t.csv", "", {"quote": "words"})
    assert isinstance(lost, Refused)
    assert "words" in lost.what
    [empty] = read_csv("", "t.csv")
    assert isinstance(empty, Refused)


def test_lines_of_json_may_be_reviews() -> None:
    review = {"@type": "ClaimReview", "claimReviewed": "x"}
    text = "\n".join([json.dumps(CLAIM), "", "{", "[1]", json.dumps(review), json.dumps(SOURCE)])
    told = list(read_lines(text, "l.jsonl"))
    assert [t.reason if isinstance(t, Refused) else t.known.kind for t in told] == [
        "claim",
        "malformed",
        "malformed",
        "incomplete",
        "source",
    ]
