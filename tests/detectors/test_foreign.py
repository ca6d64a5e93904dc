from __future__ import annotations

import json

import pytest

from qingjian.core.errors import ConfigError
from qingjian.detectors.foreign import MOST_BYTES, MOST_TERMS, LeftOut, read_words

LINES = "代办假证\r\n\r\n 刷单返利 \n代辦假證\nx\n" + "长" * 201 + "\nab\0c\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_lines_are_terms_in_the_encoding_that_is_named(encoding: str) -> None:
    words = read_words(LINES.encode(encoding), "txt", encoding)
    assert words.terms == ("代办假证", "刷单返利")
    assert words.twice == 1
    assert [one.line for one in words.left_out] == [5, 6, 7]
    whys = " ".join(one.why for one in words.left_out)
    assert "fewer than two" in whys and "longer than 200" in whys and "control" in whys


@pytest.mark.parametrize("data", [LINES.encode("gb18030"), LINES.encode("utf-16"), b"\xff"])
def test_another_encoding_than_the_named_one_is_told(data: bytes) -> None:
    with pytest.raises(ConfigError, match="the list is no utf-8: byte"):
        read_words(data, "txt")


def test_a_byte_order_mark_is_no_part_of_a_term() -> None:
    assert read_words("假证".encode("utf-8-sig"), "txt").terms == ("假证",)


@pytest.mark.parametrize(
    ("table", "terms"),
    [
        ("id,Term\n1,假证\n2,刷单\n", ("假证", "刷单")),
        ("假证,1\n刷单,2\n", ("假证", "刷单")),
        ('word\n"假证, 代办"\n', ("假证, 代办",)),
    ],
)
def test_a_column_of_csv_is_read(table: str, terms: tuple[str, ...]) -> None:
    assert read_words(table.encode(), "csv").terms == terms


def test_a_row_without_the_column_is_left_out_with_its_line() -> None:
    words = read_words("id,term\n1,假证\n2\n".encode(), "csv")
    assert words.left_out == (LeftOut(3, "it has no such column"),)


def test_of_a_bank_words_are_taken_and_expressions_are_not() -> None:
    banks = [
        {"name": "a", "type": "STRING", "strings": ["假证", "a.b", 7]},
        {"name": "b", "type": "REGEX", "regexes": ["刷单", "(a+)+$", r"\d"]},
        {"name": "c", "type": "IMAGE"},
        "d",
    ]
    words = read_words(json.dumps(banks).encode(), "coop")
    assert words.terms == ("假证", "a.b", "刷单")
    assert [one.line for one in words.left_out] == [3, 5, 6, 7, 8]
    assert "not run" in words.left_out[1].why


@pytest.mark.parametrize("form", ["json", "csv"])
def test_of_signals_those_of_text_are_taken(form: str) -> None:
    rows = [("RAW_TEXT", "假证"), ("url", "https://a.example/"), ("pdq", "f" * 64), ("md5", "0")]
    if form == "json":
        told = [{"signal_type": kind, "indicator": words} for kind, words in rows]
        data = json.dumps({"data": [*told, 5, {"indicator": "x"}]}).encode()
    else:
        lines = ["type,indicator", *(f"{kind},{words}" for kind, words in rows), "only", ","]
        data = "\n".join(lines).encode()
    words = read_words(data, "threatexchange")
    assert words.terms == ("假证",)
    whys = [one.why for one in words.left_out]
    assert len(whys) == 5
    assert "addresses" in whys[0] and "exact hash" in whys[1] and "means nothing" in whys[2]


@pytest.mark.parametrize(
    ("data", "form"),
    [(b"{", "coop"), (b"[" * 100_000, "coop"), (b"[1", "threatexchange"), (b'"\0', "yaml")]
    + [(b"x" * (MOST_BYTES + 1), "txt"), (b"x" * 200_000, "csv")]
    + [(b"", "osprey")],
)
def test_what_is_no_list_is_refused(data: bytes, form: str) -> None:
    with pytest.raises(ConfigError):
        read_words(data, form)


def test_too_many_terms_are_refused() -> None:
    data = "\n".join(f"term {n}" for n in range(MOST_TERMS + 1)).encode()
    with pytest.raises(ConfigError, match="more than 50,000 terms"):
        read_words(data, "txt")
