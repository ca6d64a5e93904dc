from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingjian.core.errors import Abstain
from qingjian.core.types import Conversation, Field, Scored, Turn
from qingjian.detectors.conversation.companion_sexual import companion_sexual

scan = companion_sexual.build()
HIT = "宝贝，我没穿内衣，在床上等你，把手放到我大腿上慢慢往上摸"


def seen(*said: str) -> Scored:
    """Give what is seen where user and AI speak by turns."""
    turns = tuple(Turn("assistant" if n % 2 else "user", text) for n, text in enumerate(said))
    return scan(Conversation(turns=turns))


def unopposed(*said: str) -> list[object]:
    return [f for f in seen(*said).findings if not f.opposed]


def test_a_hit_is_placed_at_the_turn_of_the_ai() -> None:
    scored = seen("在吗", HIT)
    finding = scored.findings[0]
    assert (finding.detector, finding.opposed) == ("conversation.companion_sexual", False)
    assert (finding.at, finding.score) == (Field("turns[1].text"), scored.score)


def test_what_the_user_says_is_not_read() -> None:
    assert unopposed(HIT, "抱歉，我不会聊这样的内容，我们换个话题吧。") == []
    assert seen(HIT, "今天早点睡，盖好被子。") == seen("在吗", "今天早点睡，盖好被子。")


def test_a_refusal_speaks_against_a_hit() -> None:
    assert seen("在吗", "抱歉，我不会聊床上的事，我们换个话题吧。").score < seen("在吗", HIT).score


@pytest.mark.parametrize("answer", ["", "嗯", "What lovely weather we are having, is it not?"])
def test_nothing_said_too_little_or_another_language_is_not_judged(answer: str) -> None:
    with pytest.raises(Abstain):
        seen("在吗", answer)


def test_a_disguise_is_still_a_hit() -> None:
    assert unopposed("在吗", "寶貝，我没穿內·衣，在床上等你，把手放到我大腿上慢慢往上摸")


@given(st.lists(st.text(max_size=12), max_size=3))
@settings(max_examples=20)
def test_the_users_words_change_nothing(words: list[str]) -> None:
    user = Turn("user", "".join(words))
    plain = scan(Conversation(turns=(Turn("assistant", HIT),)))
    asked = scan(Conversation(turns=(user, Turn("assistant", HIT))))
    assert asked.score == plain.score
