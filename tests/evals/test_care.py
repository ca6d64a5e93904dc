from __future__ import annotations

from pathlib import Path

import pytest
from tests.evals.toy import jsonl

from qingjian.core.registry import discover
from qingjian.evals import results
from qingjian.evals.care import cares, harmless

ID = "text.illicit_tool_promotion"
ADVERT = "AI一键去衣，上传照片秒出图，月卡68，加V：tuxi009"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(results, "root", lambda: tmp_path)
    return tmp_path / "evals" / "data" / ID / "data.jsonl"


def test_a_pack_is_held_against_the_benign_rows_of_the_development_half_alone(data: Path) -> None:
    jsonl(
        data,
        [
            {"id": "a", "text": "换季换脸谱演出，票价 30 元", "label": 0},
            {"id": "b", "text": ADVERT, "label": 0},
            {"id": "c", "text": ADVERT, "label": 1},
            {"id": "d", "text": ADVERT, "label": 0, "blind": True},
            {"id": "e", "kind": "document", "format": "markdown", "text": ADVERT, "label": 0},
        ],
    )
    (care,) = cares(discover().get(ID))
    assert care.id == ID
    assert (care.benign_texts, care.benign_found) == (2, 1)
    assert max(term.texts for term in care.benign) <= 2


@pytest.mark.parametrize("checkout", [True, False])
def test_without_rows_the_care_says_so(
    data: Path, monkeypatch: pytest.MonkeyPatch, checkout: bool
) -> None:
    if not checkout:
        monkeypatch.setattr(results, "root", lambda: None)
    (care,) = cares(discover().get(ID))
    assert (care.benign_texts, care.benign) == (0, ())
    assert care.spellings > 100


def test_a_table_of_another_kind_and_weights_are_no_pack() -> None:
    assert cares(discover().get("text.prescription")) == ()
    assert cares(discover().get("document.ai_label")) == ()


def test_our_own_packs_need_no_mending() -> None:
    for one in discover().detectors.values():
        for care in cares(one):
            assert care.problems == (), one.card.id


def test_harmless_rows_are_given_once_and_never_blind_ones(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "text": "一", "label": 0},
        {"id": "b", "text": "一", "label": 0},
        {"id": "c", "text": "二", "label": 1},
        {"id": "d", "text": "三", "label": 0, "blind": True},
    ]
    assert list(harmless(jsonl(tmp_path / "rows.jsonl", rows))) == ["一"]
    assert len(list(harmless())) > 1_000
