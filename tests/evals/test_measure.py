from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.evals.toy import jsonl

from qingjian.core.card import Card
from qingjian.core.errors import Abstain, ConfigError
from qingjian.core.registry import Detector
from qingjian.core.types import Document, Finding, Scored, Text, found
from qingjian.evals.measure import Row, look, quality, rows


def detector(scan: Callable[[Text], Any], scoring: bool = False) -> Detector[Text]:
    card = Card(
        id="text.made",
        reads=Text,
        serves=("house_rule",),
        severity="high",
        finds="something made up",
        limits=(),
        source="nothing",
        scoring=scoring,
    )
    return Detector(card, lambda: scan)


def rule(item: Text) -> Iterator[Finding]:
    """Find 坏, opposed where 但 stands; abstain from empty texts."""
    if not item.body:
        raise Abstain("empty")
    if "坏" in item.body:
        yield found("坏", against=("但",) if "但" in item.body else ())


def scored(item: Text) -> Scored:
    """Give the number that the text is."""
    if not item.body:
        raise Abstain("empty")
    score = float(item.body)
    return Scored(score, (Finding("high"),) if score > 0.5 else ())


def listed(*pairs: tuple[str, int]) -> list[Row]:
    return [Row(Text(body=body), bool(label)) for body, label in pairs]


def test_a_hit_is_an_unopposed_finding_and_an_abstention_is_none() -> None:
    seen = look(detector(rule), listed(("坏", 1), ("坏但", 0), ("好", 0), ("", 1)))
    assert seen.hit.tolist() == [True, False, False, False]
    assert seen.truth.tolist() == [True, False, False, True]
    assert seen.abstained.tolist() == [False, False, False, True]
    assert np.isnan(seen.score).all()
    assert seen.p95_ms > 0


def test_an_abstention_of_a_scoring_detector_scores_nothing() -> None:
    seen = look(detector(scored, scoring=True), listed(("0.9", 1), ("", 1), ("0.2", 0)))
    assert seen.score.tolist() == [0.9, 0.0, 0.2]
    assert seen.hit.tolist() == [True, False, False]


def test_a_detector_that_fails_is_not_measured_as_one_that_finds_nothing() -> None:
    with pytest.raises(ValueError, match="could not convert"):
        look(detector(scored), listed(("no number", 1)))


def test_quality_of_a_case_worked_out_by_hand() -> None:
    pairs = [("坏", 1)] * 6 + [("坏", 0)] * 2 + [("好", 1)] * 3 + [("好", 0)] * 8 + [("", 1)]
    made = quality("hand", detector(rule), listed(*pairs))
    assert (made["set"], made["n"], made["positives"]) == ("hand", 20, 10)
    values = {name: triple[0] for name, triple in made["metrics"].items()}
    assert values == {
        "precision": 0.75,
        "recall": 0.6,
        "false_positive_rate": 0.2,
        "coverage": 0.95,
    }
    for value, low, high in made["metrics"].values():
        assert low <= value <= high
    assert made["rates"]["reviews_per_100000_at_1%"] == 20_400.0
    assert made["rates"]["precision_at_1%"] == round(600 / 20_400, 4)


def test_quality_of_a_scoring_detector_has_order_and_calibration_too() -> None:
    made = quality(
        "s", detector(scored, scoring=True), listed(("0.9", 1), ("0.8", 0), ("0.4", 1), ("0.1", 0))
    )
    assert made["metrics"]["auroc"][0] == 0.75
    assert made["metrics"]["recall_at_1%_fpr"][0] == 0.5
    assert made["metrics"]["ece"][0] == pytest.approx((0.1 + 0.8 + 0.6 + 0.1) / 4)


def test_quality_of_no_rows_is_all_unknown() -> None:
    made = quality("none", detector(rule), [])
    assert (made["n"], made["positives"], made["p95_ms"]) == (0, 0, 0.0)
    assert all(triple == [None, None, None] for triple in made["metrics"].values())


def test_what_is_not_known_is_null_and_never_a_number() -> None:
    made = quality("no hits", detector(rule), listed(("好", 0), ("好", 0)))
    assert made["metrics"]["precision"] == [None, None, None]
    assert made["metrics"]["recall"] == [None, None, None]
    assert made["rates"]["precision_at_1%"] is None
    numbers = [x for triple in made["metrics"].values() for x in triple if x is not None]
    assert not any(math.isnan(x) for x in numbers)


def test_measuring_twice_gives_the_same() -> None:
    pairs = [("坏", 1)] * 6 + [("坏", 0)] * 2 + [("好", 1)] * 3 + [("好", 0)] * 8
    made, again = (quality("x", detector(rule), listed(*pairs)) for _ in range(2))
    assert {**made, "p95_ms": 0} == {**again, "p95_ms": 0}


def test_rows_are_read_with_what_is_known_about_them(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path / "data.jsonl",
        [
            {"id": "a", "text": "坏", "label": 1, "blind": True, "why": "x"},
            {"id": "b", "text": "好", "label": 0, "about": {"role": "assistant", "channel": "群"}},
            {"id": "c", "text": "好", "label": False, "about": {"role": "machine"}},
            {"id": "d", "kind": "document", "format": "markdown", "text": "# 好", "label": 0},
            {
                "id": "e",
                "kind": "document",
                "format": "png",
                "base64": base64.b64encode(b"\x89PNG").decode(),
                "label": 1,
            },
        ],
    )
    a, b, c, d, e = rows(path)
    assert (a.item, a.positive, a.blind) == (Text(id="a", body="坏"), True, True)
    assert (b.item.about.role, b.item.about.channel, b.blind) == ("assistant", "群", False)
    assert c.item.about.role is None
    assert d.item == Document(id="d", format="markdown", body="# 好")
    assert e.item == Document(id="e", format="png", source=b"\x89PNG")


@pytest.mark.parametrize(
    "wrong",
    [
        "{",
        "",
        "[1]",
        '{"id": "a", "text": "x"}',
        '{"text": "x", "label": 1}',
        '{"id": "a", "label": 1}',
        '{"id": "a", "text": "x", "label": "0"}',
        '{"id": "a", "text": "x", "label": 2}',
        '{"id": "a", "text": "x", "label": null}',
        '{"id": "a", "kind": "document", "format": "png", "base64": "x", "label": 1}',
    ],
)
def test_a_wrong_row_is_told_with_its_line(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text('{"id": "a", "text": "x", "label": 1}\n' + wrong + "\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        list(rows(path))
    assert caught.value.what.startswith(f"{path}:2: ")
