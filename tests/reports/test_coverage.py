from __future__ import annotations

import math
import re

import pytest
from tests.reports.made import CARDS, quality

from qingjian.core.card import Workflow
from qingjian.core.obligations import obligations
from qingjian.core.registry import Registry, discover
from qingjian.core.types import Text
from qingjian.evals.results import BLIND, DEV
from qingjian.reports.coverage import NOT_MEASURED, markdown, rows, said, summary


def registry() -> Registry:
    from qingjian.core.registry import Detector

    return Registry({card.id: Detector(card, lambda: lambda item: iter(())) for card in CARDS})


def test_the_quality_told_is_that_of_the_blind_half_with_its_intervals() -> None:
    sets = (quality(DEV, n=7), quality(BLIND, n=100))
    assert said(sets) == "precision 0.90 (0.80–0.95), recall 0.50 (0.40–0.60), n 100"


@pytest.mark.parametrize("sets", [(), (quality(DEV),)])
def test_without_a_blind_half_nothing_is_measured(sets: tuple[()]) -> None:
    assert said(sets) == NOT_MEASURED


def test_a_stale_result_is_not_measured_and_says_why() -> None:
    assert said((quality(stale="its data changed"),)) == "not measured (its data changed)"


def test_a_number_that_is_not_known_is_a_dash() -> None:
    from dataclasses import replace

    nan = (math.nan, math.nan, math.nan)
    one = replace(quality(), metrics={"precision": nan, "recall": (1.0, 1.0, 1.0)})
    assert said((one,)) == "precision –, recall 1.00 (1.00–1.00), n 100"


def test_all_fifty_rows_stand_in_the_notices_order() -> None:
    listed = rows(registry(), {})
    assert [row["id"] for row in listed] == list(obligations())
    assert len(listed) == 50
    assert [row["zh"] for row in listed] == [o.zh for o in obligations().values()]


def test_a_row_is_declined_served_or_not_built_yet() -> None:
    listed = {row["id"]: row for row in rows(registry(), {"text.made": (quality(),)})}
    status = [row["status"] for row in listed.values()]
    assert status.count("declined") == 2
    assert status.count("served") == 1
    assert status.count("not built yet") == 47
    assert listed["2.4.kin_fraud"]["detectors"] == [
        {"id": "text.made", "finds": "something made up", "quality": said((quality(),))}
    ]
    assert all(row["note"] for row in listed.values() if row["status"] == "declined")
    assert all(not row["detectors"] for row in listed.values() if row["status"] != "served")


def test_a_declined_row_stays_declined_whoever_claims_it() -> None:
    from dataclasses import replace

    from qingjian.core.registry import Detector

    declined = next(o.id for o in obligations().values() if o.declined)
    card = replace(CARDS[0], serves=(declined,), reads=Text)
    claimed = Registry({card.id: Detector(card, lambda: lambda item: iter(()))})
    assert {r["id"]: r["status"] for r in rows(claimed, {})}[declined] == "declined"


def test_the_summary_adds_up() -> None:
    listed = rows(registry(), {})
    assert summary(listed) == "1 served, 47 not built yet, 2 declined, of 50 rows"


def test_the_document_has_every_row_once_and_every_class() -> None:
    listed = rows(registry(), {"text.made": (quality(),)})
    text = markdown(listed)
    assert re.findall(r"^\| `([\w.]+)`", text, re.M) == list(obligations())
    assert text.count("*not built yet*") == 47
    assert text.count("*declined*") == 2
    assert "| `text.made` | precision 0.90" in text
    headings = re.findall(r"^## (.+)$", text, re.M)
    assert headings == list(dict.fromkeys(o.class_ for o in obligations().values()))
    assert text.endswith("|\n") and not text.endswith("\n\n")


def test_every_line_of_a_table_has_four_cells() -> None:
    for line in markdown(rows(registry(), {})).splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 5


def test_our_own_detectors_serve_rows_that_stand_in_the_notice() -> None:
    found = discover()
    served = {id for d in found.detectors.values() for id in d.card.serves} - {"house_rule"}
    assert served <= set(obligations())
    listed = rows(found, {})
    assert {row["id"] for row in listed if row["status"] == "served"} == served


def test_a_workflow_answers_for_a_row_too() -> None:
    workflow = Workflow("label write", ("1.5.implicit_label",), "writes", "qingjian.labels")
    listed = rows(registry(), {}, {workflow: "9 of 9"})
    row = next(r for r in listed if r["id"] == "1.5.implicit_label")
    assert row["status"] == "served"
    assert row["workflows"] == [{"id": "label write", "does": "writes", "quality": "9 of 9"}]
    assert "| `label write` | 9 of 9 |" in markdown(listed)
