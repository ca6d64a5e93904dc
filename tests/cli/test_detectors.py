from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.house.waiting import WAITING
from tests.plugin import plugged
from tests.process import qingjian, spawned

from qingjian.cli.detectors import _show
from qingjian.core.registry import discover
from qingjian.evals.results import read

IDS = list(discover().detectors)


def shown(*arguments: str) -> list[dict[str, Any]]:
    ran = qingjian("detectors", *arguments, "--json")
    assert (ran.code, ran.err) == (0, "")
    listed: list[dict[str, Any]] = json.loads(ran.out)
    return listed


def test_every_detector_is_listed_with_what_it_finds_and_its_quality() -> None:
    ran = qingjian("detectors")
    assert ran.code == 0
    assert ran.out.splitlines()[0].split()[:3] == ["detector", "reads", "finds"]
    for id in IDS:
        assert f"\n{id}" in ran.out


def test_the_list_for_machines_has_every_card() -> None:
    listed = shown()
    assert [card["id"] for card in listed] == IDS
    for card in listed:
        known = discover().get(card["id"]).card
        assert card["finds"] == known.finds
        assert card["limits"] == list(known.limits)
        assert card["scoring"] is known.scoring
        assert card["blind"]
        assert "packs" not in card


@pytest.mark.parametrize("id", IDS)
def test_one_detector_is_shown_with_its_card_its_quality_and_the_care_of_its_packs(id: str) -> None:
    (card,) = shown(id)
    ran = qingjian("detectors", id)
    known = discover().get(id).card
    words = " ".join(ran.out.split())
    assert words.startswith(f"{id} {known.version}: finds {known.finds[:40]}")
    assert all(row in words for row in known.serves)
    for name, lines in (("limit", known.limits), ("hit", known.hits), ("miss", known.misses)):
        assert words.count(f" {name}: ") >= len(lines)
    for pack in card["packs"]:
        assert f"pack {pack['id']} {pack['version']} by {pack['author']}" in words
        assert f"{pack['spellings']:,} spellings" in words
        assert "terms by slot:" in words
    result = read(id)
    if result is None:
        assert "not measured" in ran.out
    else:
        assert [q["set"] for q in card["quality"]] == [s["set"] for s in result["sets"]]
        assert "precision" in ran.out and "own, blind half" in ran.out
        unproven = id in WAITING or any(q["stale"] for q in card["quality"])
        assert ("not measured" in ran.out) is unproven


def test_the_care_of_a_lexicon_names_terms_and_rows_but_no_blind_row() -> None:
    (card,) = shown("text.illicit_tool_promotion")
    (pack,) = card["packs"]
    assert pack["benign_texts"] > 50
    assert {"term", "slot", "texts", "share", "limited"} == set(pack["benign"][0])
    assert any(slot["name"] == "service" for slot in pack["slots"])


def test_a_plugin_is_listed_with_ours_and_one_that_does_not_load_is_told(tmp_path: Path) -> None:
    ran = spawned("detectors", settings=plugged(tmp_path / "good"))
    assert (ran.code, ran.err) == (0, "")
    assert re.search(r"^text\.plugged +text +开会 +not measured", ran.out, re.M)
    broken = spawned("detectors", settings=plugged(tmp_path / "bad", "import nowhere"))
    assert broken.code == 0
    assert "not loaded: plugin plugged: ModuleNotFoundError" in broken.err


CARD: dict[str, Any] = {
    "id": "text.made",
    "version": "1",
    "reads": "text",
    "severity": "low",
    "serves": ["house_rule"],
    "finds": "a [bold]made-up[/bold] thing",
    "source": "nothing",
    "limits": ["all"],
    "hits": [],
    "misses": [],
    "quality": [],
    "packs": [],
}
PACK: dict[str, Any] = {
    "id": "made",
    "version": "2026-11-22",
    "author": "me",
    "reviewed": "2026-11-22",
    "spellings": 1234,
    "slots": [{"name": "one", "terms": 3, "alone": True}],
    "benign_texts": 0,
    "benign_found": 0,
    "benign": [],
    "fills_alone": [["词", "rule"]],
    "problems": ["reviewed 400 days ago"],
}


def words(card: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> str:
    _show(card)
    return " ".join(capsys.readouterr().out.split())


def test_a_card_is_no_markup_and_says_when_it_was_not_measured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = words(CARD, capsys)
    assert "finds a [bold]made-up[/bold] thing" in told
    assert told.endswith("limit: all not measured")


def test_what_must_be_mended_in_a_pack_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    told = words({**CARD, "packs": [PACK]}, capsys)
    assert "reviewed 2026-11-22: 1,234 spellings terms by slot: one 3 (alone)" in told
    assert "no benign rows at hand" in told
    assert "词 alone fills every slot of rule rule" in told
    assert "to mend: reviewed 400 days ago" in told


def test_only_some_terms_that_stand_in_benign_rows_are_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    terms = [
        {"term": f"t{n}", "slot": "one", "texts": 50 - n, "share": 0.5, "limited": n == 0}
        for n in range(30)
    ]
    pack = {**PACK, "benign_texts": 100, "benign_found": 7, "benign": terms}
    told = words({**CARD, "packs": [pack]}, capsys)
    assert "find something in 7 of 100 benign rows" in told
    assert "t0 (one, limited) in 50, 50.0% t1 (one) in 49" in told
    assert "t9 " in told and "t10 " not in told


def test_numbers_that_are_not_known_are_left_out_and_stale_ones_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    quality = {
        "set": "blind",
        "n": 10,
        "metrics": {"precision": [None] * 3, "recall": [0.5, 0.25, 0.75]},
        "rates": {"reviews": 12.5, "unknown": None},
        "stale": "its data changed",
    }
    told = words({**CARD, "quality": [quality]}, capsys)
    assert "blind 10 recall 0.500 0.250 – 0.750" in told
    assert "reviews 12.5" in told
    assert "not measured its data changed" in told
    assert "precision" not in told and "unknown" not in told


def test_an_id_close_to_one_is_answered_with_it() -> None:
    ran = qingjian("detectors", "text.scamm")
    assert ran.code == 2
    assert "did you mean: text.scam" in ran.err
