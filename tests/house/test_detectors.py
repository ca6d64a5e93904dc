"""The id is the address, the card's own examples hold, a committed result speaks for the code."""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from tests.house.waiting import WAITING
from tests.needs import ROOT, shared

from qingjian.core.card import Card
from qingjian.core.errors import Abstain
from qingjian.core.known import Kind, Known, Rating
from qingjian.core.obligations import HOUSE_RULE, obligations
from qingjian.core.registry import Registry, discover
from qingjian.core.types import (
    ROLES,
    SEVERITIES,
    About,
    Conversation,
    Document,
    Item,
    Role,
    Scored,
    Text,
    Turn,
)
from qingjian.detectors.instruments.linear import load_linear
from qingjian.evals import results

ROOM = ROOT / "src" / "qingjian" / "detectors"
FILES = {
    f"{p.parent.name}.{p.stem}": p
    for p in sorted(ROOM.glob("*/*.py"))
    if not p.name.startswith("_") and p.parent.name != "instruments"
}
IDS = sorted(FILES)
INSTRUMENT = re.compile(r"qingjian\.detectors\.instruments\.(\w+)")
MEASURES = ("precision", "recall", "false_positive_rate", "coverage")
RATES = ("reviews_per_100000", "precision")


@cache
def registry() -> Registry:
    return discover()


def card(id: str) -> Card:
    return registry().get(id).card


def turn(card: Card, said: str) -> Turn:
    """Give a turn; without `U:` or `A:` it is of the first speaker the detector hears."""
    speakers: dict[str, Role] = {"U:": "user", "A:": "assistant"}
    role = speakers.get(said[:2])
    return Turn(role, said[2:].strip()) if role else Turn(card.hears[0], said)


def example(card: Card, text: str) -> Item:
    """Give an example; turns, or a text and its sources or what is known, stand apart by ‖."""
    role = card.examples_about.get("role")
    assert role is None or role in ROLES
    known: Role | None = next((r for r in get_args(Role) if r == role), None)
    about = About(
        role=known,
        channel=card.examples_about.get("channel"),
        audience=card.examples_about.get("audience"),
    )
    assert set(card.examples_about) <= {"role", "channel", "audience", "known"}
    if card.reads is Document:
        return Document(id="example", format="markdown", body=text, about=about)
    body, *more = (part.strip() for part in text.split("‖"))
    if card.reads is Conversation:
        turns = tuple(turn(card, said) for said in (body, *more))
        return Conversation(id="example", turns=turns, about=about)
    if kind := next((k for k in get_args(Kind) if k == card.examples_about.get("known")), None):
        told, quote = (*more, "")[:2]
        rating: Rating = "false" if kind == "claim" else ""
        one = Known(kind, told, rating=rating, quote=quote, published_at="2020-01-01")
        return Text(id="example", body=body, known=(one,), about=about)
    assert card.reads is Text, f"say here how an example of {card.reads.kind} is made"
    return Text(id="example", body=body, sources=tuple(more), about=about)


@cache
def scan(id: str) -> Callable[[Any], Scored]:
    return registry().get(id).build()


def hit(id: str, text: str) -> bool:
    seen = scan(id)(example(card(id), text))
    return any(not f.opposed for f in seen.findings)


def test_every_module_of_a_family_is_one_detector_and_there_is_no_other() -> None:
    ours = {i for i, d in registry().detectors.items() if d.factory.__module__[:9] == "qingjian."}
    assert ours == set(IDS)


@pytest.mark.parametrize("id", IDS)
def test_the_id_is_the_address(id: str) -> None:
    family, _, name = id.partition(".")
    detector = registry().get(id)
    assert detector.card.id == id
    assert detector.card.reads.kind == family
    assert detector.factory.__module__ == f"qingjian.detectors.{family}.{name}"
    wanted = (
        f"tests/detectors/{family}/test_{name}.py",
        f"evals/data/{id}/data.jsonl",
        f"evals/data/{id}/SOURCE.md",
        f"evals/results/{id}.json",
    )
    assert [path for path in wanted if not (ROOT / path).is_file()] == [], "still missing"


def test_no_data_and_no_result_is_left_of_a_detector_that_went() -> None:
    folders = {p.name for p in (ROOT / "evals" / "data").iterdir() if p.is_dir()}
    files = {p.stem for p in (ROOT / "evals" / "results").glob("*.json")}
    assert folders | files <= set(IDS)
    rooms = {p.name for p in (ROOT / "evals" / "results").iterdir() if p.is_dir()}
    assert rooms <= {"cases", "labels"}


@pytest.mark.parametrize("id", IDS)
def test_the_docstring_opens_with_the_id_and_says_finds_evidence_and_limits(id: str) -> None:
    module = __import__(registry().get(id).factory.__module__, fromlist=["x"])
    doc = (module.__doc__ or "").strip()
    assert doc.startswith(f"{id}: ")
    for word in ("Finds", "vidence", "Limits:"):
        assert word in doc


@pytest.mark.parametrize("id", IDS)
def test_a_card_serves_rows_that_exist_and_that_we_did_not_decline(id: str) -> None:
    for row in card(id).serves:
        assert row == HOUSE_RULE or not obligations()[row].declined
    assert card(id).severity in SEVERITIES


@pytest.mark.parametrize("id", IDS)
def test_a_card_names_files_and_instruments_that_exist(id: str) -> None:
    family = ROOM / id.partition(".")[0]
    assert [f for f in card(id).files if not (family / f).is_file()] == []
    there = ROOM / "instruments"
    assert [i for i in card(id).instruments if not (there / f"{i}.py").is_file()] == []


def instruments_of(path: Path, seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """Give the instruments that a module imports, and those that they import."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            names |= {m[1] for name in [node.module, *whole] if (m := INSTRUMENT.match(name))}
    there = {n for n in names if (ROOM / "instruments" / f"{n}.py").is_file()}
    for name in sorted(there - seen):
        seen = instruments_of(ROOM / "instruments" / f"{name}.py", seen | {name})
    return seen


@pytest.mark.parametrize("id", IDS)
def test_a_card_names_every_instrument_that_decides_its_answers(id: str) -> None:
    assert set(card(id).instruments) == instruments_of(FILES[id])


@pytest.mark.parametrize("id", IDS)
def test_a_card_names_every_file_that_its_module_loads(id: str) -> None:
    loaded = set(re.findall(r'"(\w+\.(?:toml|model))"', FILES[id].read_text("utf-8")))
    assert loaded == set(card(id).files), "a file left out would let its quality go stale unseen"


@pytest.mark.parametrize("id", IDS)
def test_every_hit_of_the_card_is_found_and_no_miss_is(id: str) -> None:
    assert card(id).hits and card(id).misses
    assert [text for text in card(id).hits if not hit(id, text)] == []
    assert card(id).lookalike
    assert [text for text in (*card(id).misses, card(id).lookalike) if hit(id, text)] == []


@pytest.mark.parametrize("id", IDS)
def test_the_detector_looks_at_every_example(id: str) -> None:
    """An abstention is no miss."""
    for text in (*card(id).hits, *card(id).misses):
        try:
            scan(id)(example(card(id), text))
        except Abstain as abstained:
            pytest.fail(f"abstains on its own example: {abstained.reason}")


def read(id: str) -> dict[str, Any]:
    path = ROOT / "evals" / "results" / f"{id}.json"
    assert path.is_file(), f"missing: make eval D={id}"
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("id", IDS)
def test_the_result_speaks_for_the_code_and_the_data_as_they_are(id: str) -> None:
    result = read(id)
    assert result["detector"] == id
    assert result["code_hash"] == results.code_hash(card(id)), f"make eval D={id}"
    assert result["data_hash"] == results.data_hash(id) != "", f"make eval D={id}"
    assert results.stale(id, card(id), result) == ""


SCORING = [id for id, path in FILES.items() if "scoring=True" in path.read_text("utf-8")]


def test_the_detectors_that_score_are_those_that_say_so() -> None:
    assert [id for id in IDS if card(id).scoring] == sorted(SCORING)


@pytest.mark.parametrize("id", SCORING)
def test_sets_that_trained_the_weights_are_marked_and_others_are_measured(id: str) -> None:
    shipped = {one["set"]: one["trained_shipped_weights"] for one in read(id)["shipped"]}
    model = load_linear(f"qingjian.detectors.{id.partition('.')[0]}", card(id).files[-1])
    assert shipped == {name: name in model.about["trained_on"] for name in shipped}
    assert not all(shipped.values())


@pytest.mark.parametrize("id", SCORING)
def test_what_is_said_of_other_sets_speaks_for_the_code_where_they_are_at_hand(id: str) -> None:
    shared("data", "text")
    result = read(id)
    assert result["transfer_code_hash"] == result["code_hash"], "qingjian eval --transfer --write"


@pytest.mark.parametrize("id", IDS)
def test_both_halves_are_measured_with_n_and_intervals(id: str) -> None:
    read(id)
    halves = {q.set: q for q in results.of(id, card(id))}
    wanted_halves = (results.DEV,) if id in WAITING else (results.BLIND, results.DEV)
    assert set(wanted_halves) <= set(halves)
    for half in map(halves.__getitem__, wanted_halves):
        assert half.measured and half.stale == ""
        assert 0 < half.positives < half.n
        assert half.measured_on
        for name in (*MEASURES, *(("auroc", "ece") if card(id).scoring else ())):
            value, low, high = half.metrics[name]
            assert not math.isnan(value), name
            assert value <= high, name
            assert low <= value or name == "ece", "drawing rows anew only ever raises the ECE"
        wanted = {f"{rate}_at_{share}" for rate in RATES for share in ("0.1%", "1%")}
        assert wanted <= set(half.rates)
