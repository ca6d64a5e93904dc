from __future__ import annotations

import dataclasses

import pytest
from tests.policy.expressions import KNOWN
from tests.policy.test_decide import fit_pack

from qingjian.policy.load import parse
from qingjian.policy.rules import differences

TEXT = """
name = "own"
version = "1"
author = "me"
surface = "content"
[[rule]]
id = "a"
when = "text.scam.hit"
do = "queue"
row = "house_rule"
because = "so"
"""


def test_packs_of_the_same_text_are_equal_and_differ_with_any_word() -> None:
    first, second = parse(TEXT, "own.toml", KNOWN)[0], parse(TEXT, "own.toml", KNOWN)[0]
    other = parse(TEXT.replace("scam", "dose"), "own.toml", KNOWN)[0]
    assert first is not None
    assert second is not None
    assert first == second != other
    assert first.rules[0].holds is not second.rules[0].holds


def test_a_rule_cannot_be_changed_after_it_was_checked() -> None:
    pack, _ = parse(TEXT, "own.toml", KNOWN)
    assert pack is not None
    with pytest.raises(dataclasses.FrozenInstanceError):
        pack.rules[0].do = "pass"  # type: ignore[misc]  # that is the point
    with pytest.raises(dataclasses.FrozenInstanceError):
        pack.without_person = ("remove",)  # type: ignore[misc]  # that is the point


def test_rules_that_are_new_gone_or_otherwise_are_told() -> None:
    before = fit_pack(("text.scam.hit", "queue"), ("text.dose.hit", "note"))
    after = fit_pack(("text.scam.hit", "hold"), alone=("note",))
    assert differences(before, before) == []
    assert differences(before, after) == [
        ("changed", "r0", "do was 'queue', is 'hold'"),
        ("changed", "without_person", "was [], is ['note']"),
        ("gone", "r1", ""),
    ]
    assert differences(after, before)[-1] == ("new", "r1", "note when text.dose.hit")
