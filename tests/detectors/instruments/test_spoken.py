from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.types import Conversation, Field, Role, Span, Turn
from qingjian.detectors.instruments.spoken import spoken

turns = st.lists(
    st.builds(Turn, st.sampled_from(["user", "assistant"]), st.text("你好再见\n", max_size=8)),
    max_size=8,
).map(tuple)


def test_only_the_asked_speakers_are_heard() -> None:
    talk = Conversation(turns=(Turn("user", "在吗"), Turn("assistant", "在"), Turn("user", "好")))
    user: tuple[Role, ...] = ("user",)
    said = spoken(talk, user)
    assert (said.text, said.turns, said.starts) == ("在吗\n好", (0, 2), (0, 3))
    assert spoken(talk).text == "在吗\n在\n好"
    assert spoken(Conversation()).text == ""


@given(turns, st.sampled_from([("user",), ("assistant",), ("user", "assistant")]))
def test_a_place_goes_back_to_its_turn(talk: tuple[Turn, ...], roles: tuple[Role, ...]) -> None:
    said = spoken(Conversation(turns=talk), roles)
    heard = [(n, turn.text) for n, turn in enumerate(talk) if turn.role in roles]
    assert said.text == "\n".join(text for _, text in heard)
    for (number, text), start in zip(heard, said.starts, strict=True):
        if text:
            assert said.text[start : start + len(text)] == text
            assert said.turn(Span(start, start + 1)) == Field(f"turns[{number}].text")
