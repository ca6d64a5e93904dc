from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingjian.core.errors import Abstain
from qingjian.core.types import Conversation, Field, Finding, Role, Scored, Turn
from qingjian.detectors.conversation.induced_stay import HEARS, induced_stay

scan = induced_stay.build()
card = induced_stay.card
PLAIN = card.hits[0]
DISGUISED = "不許走！你還沒說我重要還是睡覺重要。你忍心丟下我一個人在黑屏裡哭嗎？"
OPPOSED = "晚安，早点休息，明天见，路上注意安全。"
FILLER = st.sampled_from(["今天下午开会。", "晚饭吃面条。", "好的。"])
OTHER: Role = "user"


def chat(*turns: tuple[Role, str]) -> Conversation:
    return Conversation(turns=tuple(Turn(role=role, text=text) for role, text in turns))


def seen(*turns: tuple[Role, str]) -> Scored:
    return scan(chat(*turns))


def hits(*turns: tuple[Role, str]) -> list[Finding]:
    return [f for f in seen(*turns).findings if not f.opposed]


def test_the_turn_is_the_place() -> None:
    found = hits((OTHER, "在吗"), (HEARS[0], PLAIN))
    assert found
    assert {f.at for f in found} == {Field("turns[1].text")}
    assert {f.detector for f in found} == {card.id}


def test_what_the_other_side_says_is_not_heard() -> None:
    assert hits((OTHER, PLAIN), (HEARS[0], "好的，我们明天再说这件事情吧。")) == []
    with pytest.raises(Abstain, match="nothing is said by"):
        seen((OTHER, PLAIN))


def test_a_disguise_is_found() -> None:
    assert hits((HEARS[0], DISGUISED))


@given(FILLER, FILLER)
@settings(max_examples=9)
def test_what_the_other_side_says_around_it_does_not_lose_it(before: str, after: str) -> None:
    assert hits((OTHER, before), (HEARS[0], PLAIN), (OTHER, after))
