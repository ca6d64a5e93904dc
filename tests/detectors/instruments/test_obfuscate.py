from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import chinese, mixed

from qingjian.core.errors import ConfigError
from qingjian.detectors.instruments import obfuscate as room
from qingjian.detectors.instruments.fold import folded
from qingjian.detectors.instruments.obfuscate import (
    FORMS,
    LEAST_FOR_SOUND,
    PLAIN,
    Form,
    spellings,
)

some_forms = st.lists(st.sampled_from(FORMS), unique=True).map(tuple)


def of(term: str, form: Form) -> list[str]:
    return [text for text, name in spellings(folded(term), (form,)) if name == form]


@given(st.one_of(chinese, mixed), some_forms)
def test_every_spelling_is_folded_so_that_it_can_stand_in_folded_text(
    term: str, forms: tuple[Form, ...]
) -> None:
    for text, _ in spellings(folded(term), forms):
        assert folded(text) == text


@given(st.one_of(chinese, mixed), some_forms)
def test_the_plain_one_comes_first_and_forms_not_asked_for_never(
    term: str, forms: tuple[Form, ...]
) -> None:
    plain = folded(term)
    (first, form), *rest = list(spellings(plain, forms))
    assert (first, form) == (plain, PLAIN)
    assert {name for _, name in rest} <= set(forms) - {"gap"}


@given(chinese, some_forms)
def test_a_disguised_spelling_differs_from_the_plain_one(
    term: str, forms: tuple[Form, ...]
) -> None:
    plain = folded(term)
    assert all(text != plain for text, name in spellings(plain, forms) if name != PLAIN and plain)


def test_split_takes_one_character_apart_or_all() -> None:
    assert of("换脸", "split") == ["扌奂脸", "换月佥", "扌奂月佥"]
    assert of("换装", "split") == ["扌奂装"]
    assert of("换", "split") == ["扌奂"]
    assert of("天空", "split") == []


def test_parts_that_look_alike_are_folded_as_the_text_is() -> None:
    assert folded("变士尸器") in of("变声器", "split")
    assert folded("力口微信") in of("加微信", "split")


def test_pinyin_writes_one_character_or_all_asreading_of() -> None:
    assert of("换脸", "pinyin") == ["huanlian", "huan脸", "换lian", "huanlian"]
    assert of("脱", "pinyin") == ["tuo"]
    assert of("ai换脸", "pinyin") == []


def test_initials_are_the_first_letters_of_thereading_of() -> None:
    assert of("代过人脸", "initials") == ["dgrl"]
    assert of("ai换脸", "initials") == []


def test_sound_swaps_one_character_for_one_that_sounds_alike() -> None:
    swapped = of("换脸术", "sound")
    assert "换脸人" not in swapped
    assert "唤脸术" in swapped
    assert "换脸数" in swapped
    assert all(sum(a != b for a, b in zip("换脸术", s, strict=True)) == 1 for s in swapped)


def test_short_terms_are_not_swapped_by_sound() -> None:
    assert LEAST_FOR_SOUND == 3
    assert of("去衣", "sound") == []


def test_characters_without_a_reading_stand() -> None:
    assert all(s.startswith("鱻") for s in of("鱻换脸", "sound"))
    assert of("鱻换脸", "pinyin") == []


def test_gap_is_left_to_the_matcher() -> None:
    assert list(spellings("换脸", ("gap",))) == [("换脸", PLAIN)]


@pytest.mark.parametrize("form", ["mirror", "", "Pinyin"])
def test_an_unknown_form_is_told_with_those_there_are(form: str) -> None:
    with pytest.raises(ConfigError, match=f"no form '{form}'") as error:
        list(spellings("换脸", (cast(Form, form),)))
    assert all(known in error.value.hint for known in FORMS)


def test_missingreading_of_are_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "files", lambda package: tmp_path)
    with pytest.raises(ConfigError, match="were not built"):
        room.reading_of.__wrapped__()
