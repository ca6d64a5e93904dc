from __future__ import annotations

import json
from typing import Any

import pytest
from tests.process import qingjian

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
        stale = [q for q in card["quality"] if q["stale"]]
        assert ("not measured" in ran.out) is bool(stale)


def test_the_care_of_a_lexicon_names_terms_and_rows_but_no_blind_row() -> None:
    (card,) = shown("text.illicit_tool_promotion")
    (pack,) = card["packs"]
    assert pack["benign_texts"] > 50
    assert {"term", "slot", "texts", "share", "limited"} == set(pack["benign"][0])
    assert any(slot["name"] == "service" for slot in pack["slots"])


def test_an_id_close_to_one_is_answered_with_it() -> None:
    ran = qingjian("detectors", "text.scamm")
    assert ran.code == 2
    assert "did you mean: text.scam" in ran.err
