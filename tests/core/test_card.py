from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.card import Card, Quality
from qingjian.core.errors import ConfigError
from qingjian.core.types import Text

FILLED: dict[str, Any] = {
    "id": "text.thing",
    "reads": Text,
    "serves": ("1.6.medical",),
    "severity": "high",
    "finds": "a thing",
    "limits": (),
    "source": "a notice",
}


@pytest.mark.parametrize("id", ["text.scam", "document.ai_label", "text.a1_b2", "a.b"])
def test_an_address_is_an_id(id: str) -> None:
    assert Card(**{**FILLED, "id": id}).id == id


@pytest.mark.parametrize(
    "id",
    [
        "",
        "scam",
        "text.",
        ".scam",
        "Text.scam",
        "text.Scam",
        "text.scam.more",
        "text/scam",
        "text.1scam",
        "text.scam\n",
        "文本.诈骗",
    ],
)
def test_what_is_no_address_is_refused(id: str) -> None:
    with pytest.raises(ConfigError, match="no detector id"):
        Card(**{**FILLED, "id": id})


@given(st.text())
def test_an_id_that_is_taken_is_a_module_path(id: str) -> None:
    try:
        made = Card(**{**FILLED, "id": id})
    except ConfigError:
        return
    family, name = made.id.split(".")
    assert family.isidentifier() and name.isidentifier() and made.id == made.id.lower()


def test_a_card_that_serves_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"text\.thing serves no row") as caught:
        Card(**{**FILLED, "serves": ()})
    assert "house_rule" in caught.value.hint


def test_a_card_is_frozen_and_a_rule_detector_unless_it_says_so() -> None:
    card = Card(**FILLED)
    assert card.scoring is False
    with pytest.raises(dataclasses.FrozenInstanceError):
        card.version = "2"  # type: ignore[misc]  # the test is that it cannot be set


@pytest.mark.parametrize(
    ("n", "stale", "speaks"),
    [
        (300, "", True),
        (300, "the detector changed since it was measured", False),
        (0, "", False),
    ],
)
def test_quality_speaks_only_when_measured_on_rows_and_not_stale(
    n: int, stale: str, speaks: bool
) -> None:
    assert Quality("own, blind half", n, n // 3, {}, stale=stale).measured is speaks
