from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.engine.vendor import vendor
from tests.evals.toy import examples, jsonl, named_sets
from tests.process import qingjian

from qingjian.evals import own, results


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return jsonl(
        tmp_path_factory.mktemp("rows") / "mine.jsonl",
        [
            {"id": str(i), "text": e.text, "label": int(e.positive)}
            for i, e in enumerate(examples(40))
        ],
    )


def test_rows_of_ones_own_are_measured(rows: Path) -> None:
    ran = qingjian("eval", "text.scam", "--data", rows, "--json")
    assert (ran.code, ran.err) == (0, "")
    told = json.loads(ran.out)
    (one,) = told["sets"]
    assert (told["detector"], one["set"], one["n"], one["positives"]) == (
        *("text.scam", "mine.jsonl", 40, 20),
    )
    assert {"precision", "recall", "auroc", "ece", "coverage"} <= set(one["metrics"])
    assert "reviews_per_100000_at_0.1%" in one["rates"]


def test_the_table_has_every_number_with_its_interval(rows: Path) -> None:
    ran = qingjian("eval", "text.scam", "--data", rows)
    assert ran.code == 0
    assert ran.out.splitlines()[0].startswith("set")
    for name in ("precision", "recall", "auroc", "precision_at_1%"):
        assert any(f" {name} " in line for line in ran.out.splitlines())


def test_a_named_set_is_measured_from_the_folder_that_is_named(tmp_path: Path) -> None:
    folder = named_sets(tmp_path)
    ran = qingjian("eval", "fbs", "--data-dir", folder, "--json")
    told = json.loads(ran.out)
    assert (told["detector"], len(told["data_hash"])) == ("text.scam", 32)
    assert told["sets"][0]["n"] == 61
    assert "half A" in told["note"]
    other = qingjian("eval", "fbs", "--detector", "text.prescription", "--data-dir", folder)
    assert other.code == 0
    assert "auroc" not in other.out


def test_own_data_is_measured_on_both_halves() -> None:
    told = json.loads(qingjian("eval", "document.ai_label", "--json").out)
    assert [s["set"] for s in told["sets"]] == ["own, blind half", "own, development half"]
    assert told["code_hash"] and told["data_hash"]


def test_a_result_is_written_where_it_is_read_and_keeps_what_was_measured_of_transfer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "root", lambda: tmp_path)
    jsonl(
        tmp_path / "evals" / "data" / "text.scam" / "data.jsonl",
        [{"id": e.text, "text": e.text, "label": int(e.positive)} for e in examples(20)],
    )
    own.write("text.scam", {"sets": [], "shipped": [], "leave_one_out": []})
    ran = qingjian("eval", "text.scam", "--write")
    assert ran.code == 0
    assert f"written to {tmp_path}" in ran.err
    kept = results.read("text.scam")
    assert kept is not None
    assert kept["sets"][0]["n"] == 20
    assert kept["leave_one_out"] == []


def test_a_wrong_row_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": "a", "text": "x", "label": "yes"}\n', "utf-8")
    ran = qingjian("eval", "text.scam", "--data", path)
    assert ran.code == 2
    assert f"{path}:1: " in ran.err
    assert "Traceback" not in ran.err


def test_transfer_of_a_detector_without_weights_is_refused() -> None:
    ran = qingjian("eval", "document.ai_label", "--transfer")
    assert ran.code == 2
    assert "states facts" in ran.err


def test_an_endpoint_is_measured_beside_a_detector(rows: Path, tmp_path: Path) -> None:
    def judged(asked: dict[str, Any]) -> Any:
        return {"labels": ["fraud"] if "http" in asked["input"][0] else []}

    with vendor() as server:
        server.says = judged
        settings = {
            "QINGJIAN_REMOTES": str(server.described(tmp_path, "labels")),
            "TRIAL_KEY": "s3cret",
        }
        command = ("eval", "remote.trial", "--data", rows, "--beside", "text.scam")
        ran = qingjian(*command, "--json", settings=settings)
        assert (ran.code, ran.err) == (0, "")
        ours, theirs = json.loads(ran.out)["sets"]
        assert [ours["by"], theirs["by"]] == ["remote.trial", "text.scam"]
        assert ours["n"] == theirs["n"] == len(server.asked) == 40
        assert ours["metrics"].keys() < theirs["metrics"].keys()
        assert ours["metrics"]["coverage"] == [1.0, 1.0, 1.0]
        shown = qingjian(*command, settings=settings).out
    for name in ("mine.jsonl, remote.trial", "mine.jsonl, text.scam", "p95_ms"):
        assert name in shown


def test_an_endpoint_that_fails_is_measured_as_one_that_abstains(
    rows: Path, tmp_path: Path
) -> None:
    with vendor() as server:
        server.status = 503
        settings = {"QINGJIAN_REMOTES": str(server.described(tmp_path)), "TRIAL_KEY": "s3cret"}
        ran = qingjian("eval", "remote.trial", "--data", rows, "--json", settings=settings)
        assert len(server.asked) == 5
    [one] = json.loads(ran.out)["sets"]
    assert (one["metrics"]["coverage"][0], one["metrics"]["recall"][0]) == (0.0, 0.0)


def test_beside_needs_rows_that_both_judge() -> None:
    ran = qingjian("eval", "text.scam", "--beside", "text.sexual")
    assert ran.code == 2
    assert "--beside needs rows" in ran.err
