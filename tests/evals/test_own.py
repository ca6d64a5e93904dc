from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.evals.toy import examples, jsonl, named_sets

from qingjian.core.errors import NotFound, UsageError
from qingjian.core.registry import discover
from qingjian.evals import own, results, sets
from qingjian.evals.results import BLIND, DEV

SCAM = "text.scam"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a checkout with toy data for text.scam."""
    rows = [
        {"id": f"r{i}", "text": e.text, "label": int(e.positive), "blind": i % 4 < 2}
        for i, e in enumerate(examples(40))
    ]
    data = tmp_path / "evals" / "data" / SCAM
    jsonl(data / "data.jsonl", rows)
    jsonl(data / "train.jsonl", [{**r, "id": f"t{r['id']}"} for r in rows])
    monkeypatch.setattr(results, "root", lambda: tmp_path)
    return tmp_path


def test_a_result_has_both_halves_the_hashes_and_nothing_of_the_rows(checkout: Path) -> None:
    one = discover().get(SCAM)
    made = own.result(one)
    assert [(s["set"], s["n"], s["positives"]) for s in made["sets"]] == [
        (BLIND, 20, 10),
        (DEV, 20, 10),
    ]
    assert made["detector"] == SCAM
    assert made["code_hash"] == results.code_hash(one.card)
    assert made["data_hash"] == results.data_hash(SCAM)
    assert "Python" in made["machine"]
    assert not any(e.text in json.dumps(made, ensure_ascii=False) for e in examples(40))


def test_a_written_result_is_current_until_the_data_changes(checkout: Path) -> None:
    one = discover().get(SCAM)
    path = own.write(SCAM, own.result(one))
    assert path == checkout / "evals" / "results" / f"{SCAM}.json"
    assert path.read_text("utf-8").endswith("}\n")
    assert results.measured_ids({SCAM: results.of(SCAM, one.card)}) == {SCAM}
    data = checkout / "evals" / "data" / SCAM / "data.jsonl"
    data.write_text(data.read_text("utf-8").replace("r1", "r01"), "utf-8")
    assert results.measured_ids({SCAM: results.of(SCAM, one.card)}) == frozenset()


def test_one_half_alone_gives_one_set(checkout: Path) -> None:
    data = checkout / "evals" / "data" / SCAM / "data.jsonl"
    jsonl(data, [{"id": "a", "text": "x", "label": 0}, {"id": "b", "text": "y", "label": 1}])
    assert [s["set"] for s in own.result(discover().get(SCAM))["sets"]] == [DEV]


def test_without_data_or_outside_a_checkout_nothing_can_be_measured(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotFound, match="no data for"):
        own.result(discover().get("text.prescription"))
    monkeypatch.setattr(results, "root", lambda: None)
    with pytest.raises(NotFound) as caught:
        own.result(discover().get(SCAM))
    assert "--data" in caught.value.hint
    with pytest.raises(NotFound, match="no training rows"):
        own.transfer(discover().get(SCAM), named_sets(checkout / "data"))


def test_transfer_is_measured_on_named_sets_and_by_leaving_one_source_out(checkout: Path) -> None:
    one = discover().get(SCAM)
    made = own.transfer(one, named_sets(checkout / "data"))
    assert set(made) == set(own.TRANSFER_KEYS)
    shipped = {s["set"]: s for s in made["shipped"]}
    assert list(shipped) == list(own.FRAUD)
    assert {n for n, s in shipped.items() if s["trained_shipped_weights"]} == {"teleantifraud"}
    assert all(s["note"] == sets.named(n).note for n, s in shipped.items())
    left_out = {one["left_out"]: one["trained_on"] for one in made["leave_one_out"]}
    names = ["own", "fbs", "chineseharm", "telecom5", "teleantifraud"]
    assert set(left_out) == {*names, "fbs_mapped"}
    for name, trained_on in left_out.items():
        assert trained_on == [n for n in names if n != name.split("_")[0]]
    own.write(SCAM, {"sets": [], **made})
    assert own.kept(SCAM) == made


def test_a_detector_of_something_else_is_held_against_innocent_sets(checkout: Path) -> None:
    one = discover().get("text.illicit_tool_promotion")
    made = own.transfer(one, named_sets(checkout / "data"))
    assert [s["set"] for s in made["shipped"]] == list(own.INNOCENT)
    assert all(s["positives"] == 0 for s in made["shipped"])
    assert all("any finding is taken as wrong" in s["note"] for s in made["shipped"])
    assert made["leave_one_out"] == []


def test_detectors_that_state_facts_have_no_weights_to_carry(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="states facts"):
        own.transfer(discover().get("document.ai_label"), tmp_path)


def test_nothing_is_kept_where_nothing_was_written(checkout: Path) -> None:
    assert own.kept(SCAM) is None
    own.write(SCAM, {"sets": []})
    assert own.kept(SCAM) == {}


def test_a_number_that_json_does_not_know_is_not_written(checkout: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        own.write(SCAM, {"x": float("nan")})
