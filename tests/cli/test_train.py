from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.evals.toy import examples, jsonl
from tests.process import qingjian

from qingjian.core.hashing import sha256
from qingjian.detectors.instruments.linear import read_linear
from qingjian.evals.transfer import scores


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rows")
    made = [{"text": e.text, "label": int(e.positive)} for e in examples(160)]
    jsonl(folder / "benign.jsonl", [{"text": e.text} for e in examples(60, 3) if not e.positive])
    return jsonl(folder / "mine.jsonl", made)


def test_weights_are_trained_from_ones_own_rows_and_tell_them_apart(
    rows: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mine.model"
    ran = qingjian("train", "text.scam", "--data", rows, "-o", out)
    assert (ran.code, ran.err) == (0, "")
    assert "160 rows; not seen: recall" in ran.out
    assert f"written to {out}" in ran.out
    model = read_linear(out.read_bytes(), "mine.model")
    assert model.about["detector"] == "text.scam"
    assert model.about["trained_on"] == ["mine.jsonl"]
    unseen = examples(40, 9)
    judged = scores(model, unseen)
    assert min(judged[::2]) > max(judged[1::2])


def test_a_card_beside_the_weights_says_what_went_in_and_how_they_do(
    rows: Path, tmp_path: Path
) -> None:
    out = tmp_path / "text.scam.model"
    assert qingjian("train", "text.scam", "--data", rows, "-o", out).code == 0
    card = json.loads((tmp_path / "text.scam.model.card.json").read_text("utf-8"))
    assert card["weights_sha256"] == sha256(out.read_bytes())
    assert card["trained_on"] == {rows.name: sha256(rows.read_bytes())}
    assert card["about"]["held_out"]["n"] == 160
    [own] = card["own_data"]
    assert own["n"] > 800
    assert own["metrics"]["recall"][0] < 0.9


def test_the_best_of_six_ways_to_train_is_kept(rows: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.model"
    ran = qingjian("train", "text.scam", "--data", rows, "--search", "-o", out)
    assert ran.code == 0
    assert ran.err.startswith("best of six: penalty ")


def test_weights_in_the_folder_of_the_settings_judge(rows: Path, tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    folder.mkdir()
    text = tmp_path / "a.txt"
    text.write_text("明天开会，记得带伞，作业写完", "utf-8")
    turned = [json.loads(line) for line in rows.read_text("utf-8").splitlines()]
    jsonl(rows.with_name("turned.jsonl"), [{**r, "label": 1 - r["label"]} for r in turned])
    out = folder / "text.scam.model"
    qingjian("train", "text.scam", "--data", rows.with_name("turned.jsonl"), "-o", out)
    scan = ("scan", text, "--format", "jsonl")
    mine = qingjian(*scan, settings={"QINGJIAN_WEIGHTS": str(folder)})
    assert "text.scam" in {f["detector"] for f in json.loads(mine.out)["findings"]}
    assert not json.loads(qingjian(*scan).out)["findings"]
    (folder / "text.nothing.model").write_bytes(out.read_bytes())
    wrong = qingjian(*scan, settings={"QINGJIAN_WEIGHTS": str(folder)})
    assert wrong.code == 2
    assert "no detector 'text.nothing' weighs" in wrong.err


def test_the_same_rows_give_the_same_bytes(rows: Path, tmp_path: Path) -> None:
    written = []
    for name in ("a", "b"):
        qingjian("train", "text.scam", "--data", rows, "-o", tmp_path / name)
        written.append(read_linear((tmp_path / name).read_bytes(), name))
    assert written[0].about == written[1].about
    assert (written[0].weights == written[1].weights).all()


def test_benign_rows_need_no_label_and_are_no_positives(rows: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.model"
    benign = rows.with_name("benign.jsonl")
    ran = qingjian("train", "text.scam", "--data", rows, "--benign", benign, "-o", out)
    assert "190 rows" in ran.out
    assert read_linear(out.read_bytes(), "x").about["positives"] == 80


def test_a_row_without_a_label_is_told_with_its_line(rows: Path, tmp_path: Path) -> None:
    benign = rows.with_name("benign.jsonl")
    ran = qingjian("train", "text.scam", "--data", benign, "-o", tmp_path / "x")
    assert ran.code == 2
    assert f"{benign}:1: " in ran.err
    assert list(tmp_path.iterdir()) == []


def test_rows_of_one_class_train_nothing(rows: Path, tmp_path: Path) -> None:
    one = jsonl(tmp_path / "one.jsonl", [{"text": e.text, "label": 1} for e in examples(40)])
    ran = qingjian("train", "text.scam", "--data", one, "-o", tmp_path / "x")
    assert ran.code == 2
    assert "both classes" in ran.err
    assert "Traceback" not in ran.err


def test_a_detector_without_weights_cannot_be_trained(rows: Path, tmp_path: Path) -> None:
    ran = qingjian("train", "document.ai_label", "--data", rows, "-o", tmp_path / "x")
    assert ran.code == 2
    assert "has no weights to train" in ran.err


def test_a_place_that_cannot_be_written_is_told(rows: Path, tmp_path: Path) -> None:
    ran = qingjian("train", "text.scam", "--data", rows, "-o", tmp_path / "no" / "x")
    assert ran.code == 2
    assert "cannot write" in ran.err
    assert "Traceback" not in ran.err
