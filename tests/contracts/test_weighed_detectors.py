"""What every detector that weighs promises: one suite, run on all."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingjian.core.errors import Abstain
from qingjian.core.registry import discover
from qingjian.core.types import Conversation, Field, Finding, Item, Scored, Span, Text, Turn

ALL = {id: one for id, one in discover().detectors.items() if one.card.scoring}
FILLER = st.sampled_from(["", "今天下午开会。", "晚饭吃面条。"])
PLAIN = "今天天气很好，我们去公园散步。"
each = pytest.mark.parametrize("id", ALL)


@cache
def scan(id: str) -> Any:
    return ALL[id].build()


def item(id: str, text: str) -> Item:
    """Give a text, or the conversation that its turns (`U:… ‖ A:…`) or its one turn make."""
    card = ALL[id].card
    if not issubclass(card.reads, Conversation):
        return Text(body=text)
    turns = []
    for said in (part.strip() for part in text.split("‖")):
        named = {"U:": "user", "A:": "assistant"}.get(said[:2])
        turns.append(Turn(named or card.hears[0], said[2:].strip() if named else said))  # type: ignore[arg-type]  # roles by name
    return Conversation(turns=tuple(turns))


def seen(id: str, text: str) -> Scored:
    found: Scored = scan(id)(item(id, text))
    return found


def hits(id: str, text: str) -> list[Finding]:
    return [f for f in seen(id, text).findings if not f.opposed]


@each
def test_every_hit_of_the_card_is_scored_and_stamped(id: str) -> None:
    for text in ALL[id].card.hits:
        found = hits(id, text)
        assert found, text
        assert {f.score for f in found} == {seen(id, text).score}
        assert {(f.detector, f.severity) for f in found} == {(id, ALL[id].card.severity)}


@each
def test_a_look_alike_passes_and_is_told_on_the_card(id: str) -> None:
    card = ALL[id].card
    assert card.lookalike
    assert [text for text in (*card.misses, card.lookalike, PLAIN) if hits(id, text)] == []


@each
@pytest.mark.parametrize(
    ("text", "reason"),
    [("好的", "letters"), ("What lovely weather we have", "not written in Chinese")],
)
def test_what_it_cannot_judge_it_does_not(id: str, text: str, reason: str) -> None:
    with pytest.raises(Abstain, match=reason):
        seen(id, text)


@each
def test_what_is_dropped_by_folding_hides_nothing(id: str) -> None:
    text = ALL[id].card.hits[0]
    marks = "".join(c + "\u200b" * c.isalpha() for c in text.replace("U:", "").replace("A:", ""))
    plain = text.replace("U:", "").replace("A:", "")
    if "‖" not in text:
        assert seen(id, marks).score == pytest.approx(seen(id, plain).score)


@each
@given(before=FILLER, after=FILLER)
@settings(max_examples=9)
def test_small_talk_around_it_loses_no_hit_and_no_place(id: str, before: str, after: str) -> None:
    text = ALL[id].card.hits[0]
    if "‖" in text or issubclass(ALL[id].card.reads, Conversation):
        talk = f"U:在吗 ‖ {text}" if text[:2] in ("U:", "A:") else text
        assert all(isinstance(f.at, Field) for f in seen(id, talk).findings)
        return
    whole = f"{before}{text}。{after}"
    assert hits(id, whole)
    for finding in seen(id, whole).findings:
        assert isinstance(finding.at, Span)
        assert 0 <= finding.at.start < finding.at.end <= len(whole)
