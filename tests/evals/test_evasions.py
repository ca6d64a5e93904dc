from __future__ import annotations

import pytest
from hypothesis import given
from tests.evals import toy
from tests.strategies import chinese, mixed

from qingjian.core.card import Card
from qingjian.core.registry import Detector
from qingjian.core.types import Conversation, Document, Scan, Scored, Text, Turn, found
from qingjian.detectors.instruments.fold import folded
from qingjian.evals.evasions import EVASIONS, FOLDED_AWAY, evaded, evaded_item, kept_recall

LURE = "尊敬的用户，加微信领取投资翻倍的内部消息，验证码vx123"
each = pytest.mark.parametrize("name", EVASIONS)


@each
def test_a_text_is_disguised_and_always_in_the_same_way(name: str) -> None:
    assert evaded(LURE, name) != LURE
    assert evaded(LURE, name) == evaded(LURE, name)


@each
@given(mixed)
def test_any_text_can_be_disguised_and_keeps_its_symbols(name: str, text: str) -> None:
    made = evaded(text, name)
    assert len(made) >= len(text)
    assert not text or made


@pytest.mark.parametrize("name", FOLDED_AWAY)
@given(chinese)
def test_what_folding_undoes_folds_to_the_same(name: str, text: str) -> None:
    assert folded(evaded(text, name)) == folded(text)


def test_texts_and_turns_are_disguised_and_other_items_stay() -> None:
    assert evaded_item(Text(body=LURE), "symbols") == Text(body=evaded(LURE, "symbols"))
    talk = Conversation(turns=(Turn("user", LURE),))
    assert evaded_item(talk, "split") == Conversation(turns=(Turn("user", evaded(LURE, "split")),))
    assert evaded_item(Document(body=LURE), "split") == Document(body=LURE)


def test_the_share_of_recall_that_is_left_is_told() -> None:
    def scan(item: Text) -> Scored:
        hit = "链接" in item.body or "大奖" in item.body
        return Scored(0.5, (found("a lure"),) if hit else ())

    def build() -> Scan[Text]:
        return scan

    card = Card("text.made", Text, ("house_rule",), "low", "a lure", (), "tests", scoring=True)
    made = kept_recall(Detector(card, build), toy.rows(200))
    assert made["n"] == 100
    assert 0 < made["recall"] < 1
    assert made["leet"] == [1.0, 1.0, 1.0]
    assert made["symbols"][0] < 1
    assert all(low <= value <= high for value, low, high in (made[n] for n in EVASIONS))
