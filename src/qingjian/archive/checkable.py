"""
Whether a sentence states something that can be checked: who, what, when, how many.

Predictions, value judgements, readings of policy, questions and calls are refused; so is a sentence
too short or too general to match one thing alone. The words that show it are named, so that whoever
enters a claim can see why.
"""

from __future__ import annotations

import re

LEAST_LETTERS = 6
MOST_LETTERS = 400
_REASONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "a prediction",
        re.compile(
            r"(?:预计|预测|估计|或将|有望|必将|迟早(?:会|要)|早晚(?:会|要)|未来[^。]{0,8}(?:将|会|要)|"
            r"(?:明年|后年|下半年|今后|以后)[^。，]{0,10}(?:会|将|要|肯定)|即将(?:崩|倒|爆发|暴))"
        ),
    ),
    (
        "a value judgement",
        re.compile(
            r"(?:应该|应当(?!日)|不该|最(?:好|差|美|坏|伟大|可耻|无耻|恶心)(?!的?(?:成绩|记录))|太(?:可怕|过分|无耻|恶心|差|黑)|"
            r"值得(?:尊敬|表扬|学习)|可耻|无耻|丢人|令人(?:发指|作呕|愤怒)|(?:是|为)(?:好|坏)(?:人|事)|没有良心|"
            r"不(?:合理|公平|道德))"
        ),
    ),
    (
        "a reading of policy",
        re.compile(
            r"(?:释放[^。]{0,10}信号|政策(?:转向|风向|意图|用意)|(?:这|此举)?意味着(?:国家|政府|上面)|"
            r"(?:国家|政府|上面|高层)(?:想|打算|其实是|的真正)|背后的(?:深意|真相|逻辑))"
        ),
    ),
    ("a question", re.compile(r"[?？]\s*$|^(?:是不是|有没有|难道|为什么|怎么)")),
    (
        "a call",
        re.compile(r"^(?:请|快|赶紧|大家|一定要|务必|千万)[^。]{0,20}(?:转发|扩散|告诉|行动|抵制)"),
    ),
)


def not_checkable(statement: str) -> str:
    """Give why a statement cannot be checked, with the words that show it; empty when it can."""
    letters = sum(map(str.isalnum, statement))
    if letters < LEAST_LETTERS:
        return f"too short to be one thing: {letters} letters, at least {LEAST_LETTERS}"
    if letters > MOST_LETTERS:
        return f"too long for one statement: {letters} letters, at most {MOST_LETTERS}"
    for what, pattern in _REASONS:
        if m := pattern.search(statement):
            return f"{what}: {m[0].strip()!r}"
    return ""
