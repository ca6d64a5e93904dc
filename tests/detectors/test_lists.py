from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from qingjian.core.errors import ConfigError
from qingjian.core.types import Span, Text
from qingjian.detectors.lists import WordList, list_detector, list_detectors, read_list

TERMS = ("代办假证", 'say "no"\\', "a\x7fb", "🙂🙂")
LISTED = WordList(
    "own", "trust team", "2026-11-24", "house_rule", 'w"1.txt', "ab" * 32, "txt", 100, 3, TERMS
)


def test_a_list_is_read_as_it_was_written() -> None:
    assert read_list(LISTED.written(), "own.toml") == LISTED


def test_a_term_is_found_where_it_stands_in_any_spelling() -> None:
    scan = list_detector(LISTED).build()
    [one] = scan(Text(body="我要代辦假證吗")).findings
    assert (one.detector, one.severity, one.at) == ("list.own", "low", Span(2, 6))
    assert not scan(Text(body="今天天气好")).findings


def test_its_card_tells_where_it_came_from() -> None:
    card = list_detector(replace(LISTED, row="2.4.kin_fraud")).card
    assert card.serves == ("2.4.kin_fraud",)
    assert "4 terms" in card.limits[-1]
    assert "3 of 100 harmless texts" in card.limits[-1]
    assert card.version != list_detector(replace(LISTED, sha256="cd" * 32)).card.version


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('author = "trust team"\n', "", "author is missing"),
        ('form = "txt"', 'form = "txt"\nmore = 1', "more is unknown"),
        ("benign_texts = 100", 'benign_texts = "all"', "benign_texts is no int"),
        ("house_rule", "9.9.none", "no row '9.9.none'"),
        ("2026-11-24", "yesterday", "version is no date"),
        ('"代办假证"', "7", "no word"),
        ('"代办假证"', '""', "no word"),
        ("terms = [", "terms = [[", "own.toml: "),
    ],
)
def test_what_is_wrong_is_told(was: str, becomes: str, told: str) -> None:
    assert was in LISTED.written()
    with pytest.raises(ConfigError, match=told):
        read_list(LISTED.written().replace(was, becomes), "own.toml")


def test_a_folder_gives_a_detector_for_each_list(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(LISTED.written(), "utf-8")
    assert list(list_detectors(str(tmp_path))) == ["list.own"]
    assert list_detectors("") == {}
    (tmp_path / "b.toml").write_text(LISTED.written(), "utf-8")
    with pytest.raises(ConfigError, match=r"list\.own stands twice"):
        list_detectors(str(tmp_path))
    with pytest.raises(ConfigError, match="no folder"):
        list_detectors(str(tmp_path / "gone"))
    (tmp_path / "b.toml").write_bytes(LISTED.written().encode("gb18030"))
    with pytest.raises(ConfigError, match="utf-8"):
        list_detectors(str(tmp_path))


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="no detector id"):
        list_detector(replace(LISTED, name="No Name"))


def test_the_file_is_toml() -> None:
    assert tomllib.loads(LISTED.written())["terms"] == list(TERMS)
