from __future__ import annotations

import dataclasses

import pytest
from tests.policy.expressions import KNOWN

from qingjian.policy.load import parse

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
