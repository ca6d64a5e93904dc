from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.needs import ROOT

from qingjian.core.card import Card, Quality
from qingjian.core.registry import Registry, discover
from qingjian.core.types import Text
from qingjian.evals import results
from qingjian.evals.results import BLIND, DEV

CARD = Card(
    id="text.made_up",
    reads=Text,
    serves=("house_rule",),
    severity="high",
    finds="something made up",
    limits=(),
    source="nothing",
    instruments=("fold",),
    files=("made_up.toml",),
)
SET = {"set": BLIND, "n": 10, "positives": 4, "metrics": {"recall": [0.5, None, 0.9]}}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a checkout with a made-up detector, its pack and its data."""
    module = ModuleType("qingjian.detectors.text.made_up")
    module.__file__ = str(tmp_path / "text" / "made_up.py")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "made_up.py").write_text("1", "utf-8")
    (tmp_path / "text" / "made_up.toml").write_text("2", "utf-8")
    data = tmp_path / "evals" / "data" / CARD.id
    data.mkdir(parents=True)
    (data / "data.jsonl").write_text("{}", "utf-8")
    monkeypatch.setattr(results, "root", lambda: tmp_path)
    yield tmp_path


def committed(checkout: Path, **changes: Any) -> dict[str, Any]:
    """Write a result as it is measured now, but for the changes."""
    made = {
        "detector": CARD.id,
        "measured_on": "2026-11-22",
        "code_hash": results.code_hash(CARD),
        "data_hash": results.data_hash(CARD.id),
        "sets": [SET, {**SET, "set": DEV}],
        **changes,
    }
    path = checkout / "evals" / "results" / f"{CARD.id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made), "utf-8")
    return made


def only() -> Quality:
    one = results.blind(results.of(CARD.id, CARD))
    assert one is not None
    return one


def test_a_result_of_the_code_and_data_as_they_are_is_not_stale(checkout: Path) -> None:
    committed(checkout)
    assert only().stale == ""
    assert only().measured
    assert results.measured_ids({CARD.id: results.of(CARD.id, CARD)}) == {CARD.id}


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("text/made_up.py", "the detector changed since it was measured"),
        ("text/made_up.toml", "the detector changed since it was measured"),
        ("evals/data/text.made_up/data.jsonl", "its data changed since it was measured"),
    ],
)
def test_a_result_is_stale_when_anything_it_rests_on_changes(
    checkout: Path, file: str, why: str
) -> None:
    committed(checkout)
    (checkout / file).write_text("other", "utf-8")
    assert only().stale == why
    assert not only().measured
    assert results.measured_ids({CARD.id: results.of(CARD.id, CARD)}) == frozenset()


@pytest.mark.parametrize("file", ["text/made_up.toml", "evals/data/text.made_up/data.jsonl"])
def test_a_result_is_stale_when_what_it_rests_on_is_gone(checkout: Path, file: str) -> None:
    committed(checkout)
    (checkout / file).unlink()
    assert only().stale


def test_instruments_and_their_version_are_part_of_the_code(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = results.code_hash(CARD)
    assert results.code_hash(replace(CARD, instruments=())) != before
    assert results.code_hash(replace(CARD, instruments=("fold", "match"))) != before
    assert results.code_hash(replace(CARD, finds="other words")) == before
    monkeypatch.setattr(results, "API", "other")
    assert results.code_hash(CARD) != before
    assert results.code_hash(CARD).startswith("other-")


def test_a_result_without_hashes_is_stale(checkout: Path) -> None:
    for key in ("code_hash", "data_hash"):
        committed(checkout, **{key: ""})
        assert only().stale


def test_a_detector_whose_code_cannot_be_found_is_never_measured(checkout: Path) -> None:
    card = replace(CARD, id="text.from_elsewhere")
    assert results.code_hash(card) == ""
    assert "cannot be told" in results.stale(card.id, card, {"code_hash": ""})


def test_outside_a_checkout_the_data_is_not_at_hand_and_not_asked_for(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = committed(checkout)
    monkeypatch.setattr(results, "root", lambda: None)
    assert results.data_folder(CARD.id) is None
    assert results.data_hash(CARD.id) == ""
    assert results.stale(CARD.id, CARD, made) == ""
    assert results.folder() == Path(results.__file__).parent / "results"


def test_without_a_result_nothing_is_known(checkout: Path) -> None:
    assert results.read(CARD.id) is None
    assert results.of(CARD.id, CARD) == ()
    assert results.blind(()) is None
    assert results.measured_ids({CARD.id: ()}) == frozenset()


def test_the_development_half_alone_measures_nothing(checkout: Path) -> None:
    committed(checkout, sets=[{**SET, "set": DEV}])
    sets = results.of(CARD.id, CARD)
    assert results.blind(sets) is None
    assert results.measured_ids({CARD.id: sets}) == frozenset()


def test_a_blind_half_of_no_rows_measures_nothing(checkout: Path) -> None:
    committed(checkout, sets=[{**SET, "n": 0}])
    assert results.measured_ids({CARD.id: results.of(CARD.id, CARD)}) == frozenset()


def test_numbers_come_back_with_what_was_not_known(checkout: Path) -> None:
    committed(checkout)
    one = only()
    assert (one.n, one.positives, one.measured_on) == (10, 4, "2026-11-22")
    value, low, high = one.metrics["recall"]
    assert (value, high) == (0.5, 0.9)
    assert math.isnan(low)
    assert one.rates == {}


def test_this_is_a_checkout_and_its_results_lie_in_it() -> None:
    assert results.root() == ROOT
    assert results.folder() == ROOT / "evals" / "results"


def test_every_detector_is_asked_for() -> None:
    found = discover()
    all_ = results.qualities(found)
    assert set(all_) == set(found.detectors)
    assert results.qualities(Registry({})) == {}


@pytest.mark.parametrize("id", discover().detectors)
def test_the_code_of_our_own_detectors_is_known(id: str) -> None:
    card = discover().get(id).card
    assert len(results.code_hash(card)) > 32
    assert results.data_hash(id)
