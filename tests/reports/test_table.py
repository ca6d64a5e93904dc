from __future__ import annotations

from dataclasses import replace

import pytest
from tests.reports.made import about, failed, finding, judged, line, span

from qingjian.core.errors import InputError
from qingjian.core.types import Span
from qingjian.reports import table
from qingjian.reports.table import render


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def test_a_row_tells_item_step_detector_reason_words_and_what_is_against() -> None:
    body = "今天代过人脸\n先过后付"
    lines = [line(judged(finding("offers", span(body, "代过人脸\n先"), "a warning"), body=body))]
    head, row = render(lines, about(lines), 0).splitlines()
    assert head.split() == ["item", "do", "found", "why", "words", "against"]
    assert row.split() == ["a.txt", "queue", "text.made", "offers", "代过人脸⏎先", "a", "warning"]


def test_each_finding_has_a_row() -> None:
    lines = [line(judged(finding("one"), finding("two"))), line(judged(finding("three"), id="b"))]
    rows = render(lines, about(lines), 0).splitlines()[1:]
    assert [row.split()[0] for row in rows] == ["a.txt", "a.txt", "b"]
    assert [row.split()[-1] for row in rows] == ["one", "two", "three"]


def test_what_could_not_be_read_is_told() -> None:
    lines = [line(failed(InputError("torn in two")))]
    assert render(lines, about(lines), 0).splitlines()[1].split() == [
        *["bad.txt", "unreadable", "torn", "in", "two"]
    ]


def test_nothing_found_is_an_empty_text() -> None:
    assert render([], about(), 0) == ""


@pytest.mark.parametrize("words", ["[red]x[/red]", "[/x]", "[bold", "\\[a]", ":smile:"])
def test_words_are_no_markup(words: str) -> None:
    one = judged(finding(words, Span(0, len(words)), words), body=words, id=words)
    lines = [line(one), line(failed(InputError(words), id=words))]
    assert render(lines, about(lines), 0).count(words) == 6


def test_words_do_not_drive_the_terminal() -> None:
    words = "\x1b[2J\x07\x9b1m\u202e\r"
    one = judged(finding(words, Span(0, len(words)), words), body=words, id=words)
    lines = [line(one), line(failed(InputError(words), id=words))]
    written = render(lines, about(lines), 0)
    assert not set(words) & set(written) - set("[2Jm1")
    assert written.count("␛[2J") == 6


def test_long_names_and_words_are_cut_in_the_middle_of_what_matters() -> None:
    body = "始" + "长" * 50 + "终"
    lines = [line(judged(finding("x", Span(0, len(body))), body=body, id="a/" * 30 + "end.txt"))]
    row = render(lines, about(lines), 0).splitlines()[1]
    assert row.startswith("…")
    assert "end.txt" in row
    assert "始" in row and "终" in row and "…" in row.split("text.made")[1]


@pytest.mark.parametrize(
    ("items", "left_out", "more"), [(3, 0, 0), (5, 0, 2), (3, 4, 4), (9, 1, 7)]
)
def test_items_that_are_not_shown_are_counted(
    items: int, left_out: int, more: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "_MOST_ROWS", 6)
    lines = [line(judged(finding("x"), finding("y"), id=f"i{n}")) for n in range(items)]
    written = render(lines, about(lines), left_out)
    assert len([row for row in written.splitlines() if "text.made" in row]) == 6
    told = [row for row in written.splitlines() if "more items" in row]
    assert told == ([f"… {more} more items: --format html or jsonl shows them"] if more else [])


def test_what_was_explained_stands_under_the_table_item_by_item() -> None:
    lines = [
        replace(line(judged(finding("x"), id="a")), explained=("text.made: \x1b[1m[b]x", "2")),
        replace(line(judged(id="b")), explained=("text.made found nothing",)),
    ]
    told = render(lines, about(lines), 0).split("\n\n", 1)[1]
    assert told == "a\n  text.made: ␛[1m[b]x\n  2\n\nb\n  text.made found nothing\n"


def test_narrow_terminals_get_a_narrow_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = [line(judged(finding("a long reason " * 10)))]
    assert max(map(len, render(lines, about(lines), 0).splitlines())) <= 60
