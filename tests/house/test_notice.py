"""The rows of obligations.toml say what the notice says, clause by clause, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from tests.needs import shared

from qingjian.core.obligations import obligations

LEAST = 0.75
"""Share of a clause's letters that must stand in some row: connecting words may be left out."""
LONGEST = 4
"""Letters in a row that may be left out: a connecting word, never a phrase."""
LEFT_OUT = {"衣着暴露搔首弄姿等", "深度伪造技术"}
"""Phrases of the notice that the rows leave out: they only describe what the row names."""
TWINS = {"1.5.explicit_label", "1.5.implicit_label"}
"""Two rows of one clause that differ in one word."""
GRAM = 2


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum()).upper()


def grams(texts: Iterable[str]) -> set[str]:
    return {t[i : i + GRAM] for t in map(letters, texts) for i in range(len(t) - GRAM + 1)}


def missing(clause: str, known: set[str]) -> list[str]:
    """Give the runs of letters of a clause that stand in no known text."""
    text = letters(clause)
    covered = [False] * len(text)
    for i in range(len(text) - GRAM + 1):
        if text[i : i + GRAM] in known:
            covered[i : i + GRAM] = [True] * GRAM
    marked = "".join(c if not there else " " for c, there in zip(text, covered, strict=True))
    return marked.split()


def gaps(clause: str, known: set[str]) -> list[str]:
    """Give what is missing of a clause when it is more than may be, else nothing."""
    runs = missing(clause, known)
    share = 1 - sum(map(len, runs)) / len(letters(clause))
    return runs if share < LEAST else [r for r in runs if len(r) > LONGEST]


def phases() -> list[str]:
    """Give the two paragraphs of the notice that list what is to be put right."""
    paragraphs = shared("notice.zh.md").read_text("utf-8").split("\n\n")
    found = [p for p in paragraphs if re.match(r"第[一二]阶段重点整治", p.strip())]
    assert len(found) == 2
    return found


def clauses() -> list[tuple[str, str]]:
    """Give (class, clause) for every clause of both phases."""
    listed = []
    for paragraph in phases():
        _, *classes = re.split(r"[::。][一二三四五六七]是", paragraph.strip())
        for one in classes:
            name, *rest = [s for s in one.split("。") if s.strip()]
            listed += [(name, clause) for clause in rest]
    return listed


def test_the_notice_has_thirteen_classes_and_they_are_ours() -> None:
    named = list(dict.fromkeys(name for name, _ in clauses()))
    ours = list(dict.fromkeys(r.class_ for r in obligations().values() if r.phase))
    assert list(map(letters, named)) == list(map(letters, ours))
    assert len(named) == 13


def test_the_rows_of_a_class_cover_every_clause_of_it() -> None:
    left_out: set[str] = set()
    for name, clause in clauses():
        rows = [r.zh for r in obligations().values() if letters(r.class_) == letters(name)]
        left_out.update(gaps(clause, grams(rows)))
    assert left_out == LEFT_OUT
    assert len(clauses()) > 35


def test_every_row_is_in_the_words_of_the_notice() -> None:
    known = grams([shared("notice.zh.md").read_text("utf-8")])
    own_words = {r.id: gaps(r.zh, known) for r in obligations().values() if gaps(r.zh, known)}
    assert own_words == {}


@pytest.mark.parametrize(
    "id", [r.id for r in obligations().values() if r.phase and r.id not in TWINS]
)
def test_a_row_that_went_would_be_missed(id: str) -> None:
    gone = obligations()[id]
    rest = [r.zh for r in obligations().values() if r.class_ == gone.class_ and r.id != id]
    of_class = [c for name, c in clauses() if letters(name) == letters(gone.class_)]
    assert any(set(gaps(clause, grams(rest))) - LEFT_OUT for clause in of_class)
