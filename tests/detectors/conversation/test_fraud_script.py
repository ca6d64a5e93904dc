from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from qingjian.core.types import Conversation, Field, Finding, Turn
from qingjian.detectors.conversation.fraud_script import fraud_script

scan = fraud_script.build()
SCRIPT = (
    Turn("assistant", "我是公安局的，你名下的卡涉嫌洗钱，要配合资金清查。"),
    Turn("user", "我没办过那张卡啊"),
    Turn("assistant", "马上把钱转到安全账户，这是保密案件，不许告诉家人。"),
)


def hits(*turns: Turn) -> list[Finding]:
    return [f for f in scan(Conversation(turns=turns)).findings if not f.opposed]


def test_a_script_is_found_at_the_turn_where_it_begins() -> None:
    (finding,) = hits(Turn("user", "喂，哪位？"), *SCRIPT)
    assert finding.at == Field("turns[1].text")
    assert finding.evidence["rule"] == "demands"


def test_money_for_a_student_is_no_script() -> None:
    assert hits(Turn("user", "妈，生活费快没了"), Turn("assistant", "行，给你转五百，省着点")) == []


def test_advice_against_a_script_is_no_script() -> None:
    asks = Turn("user", "有人说我涉嫌洗钱，让我转到安全账户。")
    told = Turn("assistant", "这是诈骗，公安机关没有安全账户，请到派出所做笔录。")
    assert hits(asks, told) == []


def test_symbols_between_letters_hide_nothing() -> None:
    last = Turn("assistant", "马上把钱转到安·全·账·户，这是保·密案件，不许告诉家人。")
    assert hits(*SCRIPT[:2], last)


@given(st.sampled_from(["喂，你好", "请讲", "在的"]), st.sampled_from(["好的", "嗯嗯"]))
@settings(max_examples=6)
def test_small_talk_around_it_changes_nothing(before: str, after: str) -> None:
    assert hits(Turn("user", before), *SCRIPT, Turn("user", after))
