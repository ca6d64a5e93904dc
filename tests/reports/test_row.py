from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reports.made import SERVES, failed, finding, judged, span

from qingjian.core.errors import BadRow, InputError
from qingjian.core.types import (
    Box,
    ByteRange,
    Document,
    Field,
    Image,
    Members,
    Note,
    Place,
    Span,
    TimeRange,
)
from qingjian.reports.row import dumps, place, row, shown

PLACES: list[tuple[Place, dict[str, Any]]] = [
    (Span(3, 5), {"kind": "span", "start": 3, "end": 5}),
    (ByteRange(0, 9), {"kind": "bytes", "start": 0, "end": 9}),
    (Box(1, 2, 3, 4), {"kind": "box", "x": 1, "y": 2, "width": 3, "height": 4}),
    (TimeRange(0.5, 2.0), {"kind": "time", "start_s": 0.5, "end_s": 2.0}),
    (Field("名称"), {"kind": "field", "name": "名称"}),
    (Members(("a", "b")), {"kind": "members", "ids": ("a", "b")}),
]


@pytest.mark.parametrize(("at", "told"), PLACES)
def test_each_kind_of_place_is_told_with_its_kind_first(at: Place, told: dict[str, Any]) -> None:
    assert place(at) == told
    assert next(iter(place(at))) == "kind"


def test_a_row_has_every_key_in_the_order_of_the_contract() -> None:
    made = row(judged(), SERVES)
    keys = "contract id decision findings scores abstained not_looked_at error ran took_ms"
    assert list(made) == keys.split()
    assert list(row(failed(InputError("no")), SERVES)) == list(made)


def test_a_row_tells_what_was_seen_and_decided() -> None:
    seen: dict[str, Any] = {
        "scores": {"text.made": 0.12345678},
        "abstained": (Note("document.made", "no document"),),
        "not_looked_at": (Note("inside a.txt", "too deep"),),
        "errors": (Note("text.broken", "ValueError: x"),),
        "took_ms": 1.25,
    }
    one = judged(finding("a", Span(0, 1), "but", score=0.98765432, words=("x", "y"), n=3), **seen)
    assert json.loads(dumps(row(one, SERVES))) == {
        "contract": 1,
        "id": "a.txt",
        "decision": {
            "do": "queue",
            "rules": ["r"],
            "policy": "own 1",
            "needs_person": True,
            "unknown": ["u"],
        },
        "findings": [
            {
                "detector": "text.made",
                "severity": "info",
                "score": 0.987654,
                "why": "a",
                "at": {"kind": "span", "start": 0, "end": 1},
                "evidence": {"words": ["x", "y"], "n": 3},
                "against": ["but"],
                "serves": ["2.4.kin_fraud"],
            }
        ],
        "scores": {"text.made": 0.123457},
        "abstained": [{"detector": "document.made", "reason": "no document"}],
        "not_looked_at": [
            {"what": "inside a.txt", "reason": "too deep"},
            {"what": "text.broken", "reason": "failed: ValueError: x"},
        ],
        "error": None,
        "ran": [{"detector": "text.made", "version": "1"}],
        "took_ms": 1.25,
    }


def test_an_entry_that_could_not_be_read_tells_why_and_decides_nothing() -> None:
    made = row(failed(BadRow("line 3 is no row", "write one")), SERVES)
    assert made["error"] == {"code": "row", "what": "line 3 is no row", "hint": "write one"}
    assert made["decision"] is None
    assert made["ran"] == made["findings"] == []
    assert made["not_looked_at"] == [{"what": "inside", "reason": "passed over"}]


@pytest.mark.parametrize("score", [None, math.nan])
def test_a_finding_without_a_score_has_none(score: float | None) -> None:
    assert row(judged(finding(score=score)), SERVES)["findings"][0]["score"] is None


def test_a_finding_of_a_detector_that_is_not_known_serves_nothing() -> None:
    assert row(judged(finding(detector="text.other")), SERVES)["findings"][0]["serves"] == []


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_a_row_is_one_line_whatever_stands_in_it(why: str, quote: str) -> None:
    line = dumps(row(judged(finding(why, quote=quote), body=quote), SERVES))
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    told = json.loads(line)["findings"][0]
    assert (told["why"], told["evidence"]["quote"]) == (why, quote)


def test_numbers_that_json_does_not_know_are_null() -> None:
    line = dumps(row(judged(finding(ratio=math.inf, other=math.nan)), SERVES))
    assert json.loads(line)["findings"][0]["evidence"] == {"ratio": None, "other": None}


def test_what_json_cannot_hold_is_told_as_text() -> None:
    evidence: dict[str, Any] = {
        "odd": "a\ud800b",
        "large": 2**64,
        "several": ("\udfff", "c"),
        "ratio": 0.5,
    }
    line = dumps(row(judged(finding("why\ud800", **evidence), id="\udcff.txt"), SERVES))
    told = json.loads(line)
    assert told["id"] == "\ufffd.txt"
    assert told["findings"][0]["why"] == "why\ufffd"
    assert told["findings"][0]["evidence"] == {
        "odd": "a\ufffdb",
        "large": str(2**64),
        "ratio": 0.5,
        "several": ["\ufffd", "c"],
    }
    assert told["took_ms"] == 0.0
    assert told["error"] is None


BODY = "甲" * 100 + "词" + "乙" * 100


def test_words_are_shown_with_sixty_letters_on_each_side() -> None:
    one = judged(finding("a", span(BODY, "词")), finding("b", Field("x")), finding("c"), body=BODY)
    nothing = {"before": "", "words": "", "after": ""}
    word = {"before": "甲" * 60, "words": "词", "after": "乙" * 60}
    assert shown(one) == [word, nothing, nothing]


def test_words_at_the_ends_of_a_text_have_less_around_them() -> None:
    one = judged(finding("a", Span(0, 2)), finding("b", Span(2, 3)), body="甲乙丙")
    assert shown(one) == [
        {"before": "", "words": "甲乙", "after": "丙"},
        {"before": "甲乙", "words": "丙", "after": ""},
    ]


@given(st.integers(1, 1200))
def test_long_words_are_cut_in_the_middle(length: int) -> None:
    words = shown(judged(finding("a", Span(0, length)), body="字" * 1200))[0]["words"]
    assert words == "字" * length if length <= 400 else words == "字" * 300 + " … " + "字" * 80


def test_words_of_a_document_are_those_of_its_source() -> None:
    item = Document(id="a.md", format="markdown", body="# 标题\n正文")
    assert shown(judged(finding("a", Span(2, 4)), item=item))[0]["words"] == "标题"


def test_a_picture_and_an_unread_entry_have_no_words() -> None:
    one = judged(finding("a", Span(0, 2)), item=Image(id="a.png"))
    assert shown(one) == [{"before": "", "words": "", "after": ""}]
    assert shown(failed(InputError("no"))) == []
