"""A file has at most 400 lines, a function 60, a detector 150."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from tests.needs import ROOT

FILE, FUNCTION, DETECTOR = 400, 60, 150
LARGER: dict[str, int] = {}
"""
What is larger, and how large; each entry says why.

This list may only shrink: a number goes down when the code does, an entry goes when the code fits.
"""


def sources() -> list[Path]:
    rooms = ("src", "tests", "tools", "benchmarks")
    return sorted(p for room in rooms for p in (ROOT / room).rglob("*.py"))


def detectors() -> list[Path]:
    found = (ROOT / "src" / "qingjian" / "detectors").glob("*/*.py")
    return [p for p in sorted(found) if p.name[0] != "_" and p.parent.name != "instruments"]


def sizes() -> Iterator[tuple[str, int, int]]:
    """Give name, lines and the limit of every file and function."""
    small = set(detectors())
    for path in sources():
        name, text = str(path.relative_to(ROOT)), path.read_text("utf-8")
        yield name, len(text.splitlines()), DETECTOR if path in small else FILE
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{name}:{node.name}", lines, FUNCTION


def problems(seen: Iterable[tuple[str, int, int]], larger: Mapping[str, int]) -> list[str]:
    told, gone = [], set(larger)
    for name, lines, limit in seen:
        gone.discard(name)
        if name not in larger:
            if lines > limit:
                told.append(f"{name} has {lines} lines, {limit} are allowed: split it")
        elif lines <= limit:
            told.append(f"{name} fits: take it off the list")
        elif lines != larger[name]:
            told.append(f"{name} has {lines} lines, {larger[name]} are listed: only down")
    return told + [f"{name} is gone: take it off the list" for name in sorted(gone)]


def test_nothing_is_larger_than_allowed_and_no_exception_is_kept_for_nothing() -> None:
    assert problems(sizes(), LARGER) == []


@pytest.mark.parametrize(
    ("lines", "larger", "told"),
    [
        (60, {}, []),
        (61, {}, ["f has 61 lines, 60 are allowed: split it"]),
        (61, {"f": 61}, []),
        (62, {"f": 61}, ["f has 62 lines, 61 are listed: only down"]),
        (61, {"f": 70}, ["f has 61 lines, 70 are listed: only down"]),
        (60, {"f": 61}, ["f fits: take it off the list"]),
        (60, {"g": 61}, ["g is gone: take it off the list"]),
    ],
)
def test_the_list_of_exceptions_can_only_shrink(
    lines: int, larger: dict[str, int], told: list[str]
) -> None:
    assert problems([("f", lines, 60)], larger) == told


def test_files_functions_and_detectors_are_measured() -> None:
    limits = {name: limit for name, _, limit in sizes()}
    assert limits["src/qingjian/core/ledger.py"] == FILE
    assert limits["src/qingjian/core/ledger.py:append"] == FUNCTION
    assert limits["src/qingjian/detectors/text/scam.py"] == DETECTOR
    assert limits["src/qingjian/detectors/instruments/lexicon.py"] == FILE
    assert limits["tests/house/test_sizes.py"] == FILE
