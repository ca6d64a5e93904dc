from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.reports.visible import visible

STAYS = "\t\n"
TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("\x00", "␀"),
        ("\x1b[31m", "␛[31m"),
        ("\x7f", "␡"),
        ("\x9b31m", "⟨9B⟩31m"),
        ("a\u202eb", "a⟨RLO⟩b"),
        ("\u2066\u2069", "⟨LRI⟩⟨PDI⟩"),
        ("刷\u200b单", "刷⟨ZWSP⟩单"),
        ("\ufeff", "⟨BOM⟩"),
        ("\ud800", "\ufffd"),
        ("\ufffe\U0010ffff", "\ufffd\ufffd"),
        ("a\r\n", "a␍\n"),
    ],
)
def test_what_is_hidden_is_shown(hidden: str, shown: str) -> None:
    assert visible(hidden) == shown


@pytest.mark.parametrize("text", ["代过人脸。\n\tab", "👨‍👩‍👧 é ａ 𝟗", "العربية עברית", ""])
def test_letters_stay_as_they_are(text: str) -> None:
    assert visible(text) == text


@given(st.text(st.characters(codec=None)))
def test_nothing_that_drives_a_terminal_or_turns_text_round_is_left(text: str) -> None:
    shown = visible(text)
    for letter in shown:
        if letter in STAYS:
            continue
        assert unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp")
        assert unicodedata.bidirectional(letter) not in TURNS
    assert visible(shown) == shown
