"""
Word lists of others, read: plain lines, CSV, text banks of Coop, text signals of ThreatExchange.

Only what means the same here is taken: literal words. All else is left out and told with its line
and why; regular expressions of others are never run.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qingjian.core.errors import ConfigError
from qingjian.detectors.instruments.fold import folded

MOST_BYTES = 20_000_000
MOST_TERMS = 50_000
LONGEST = 200
FORMATS = ("txt", "csv", "coop", "threatexchange")
ENCODINGS = ("utf-8", "utf-16", "gb18030")
_COLUMNS = ("term", "text", "word", "keyword")
_UNMAPPED = {
    "url": "no list of addresses is kept here",
    "pdq": "pictures are compared by exact hash alone here",
}
_Entry = tuple[int, str, str]
"""Line or number, words, and why they are left out (empty when they are not)."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was not taken: its line (in JSON the number of the entry), and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Words:
    """What a list holds: terms in its order, what was left out, and how many stood twice."""

    terms: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    twice: int


def read_words(data: bytes, form: str, encoding: str = "utf-8") -> Words:
    """Give the terms of a file. Raises ConfigError when it is no such file or too large."""
    if form not in FORMATS:
        raise ConfigError(f"no format {form!r}", f"one of: {', '.join(FORMATS)}")
    if encoding not in ENCODINGS:
        raise ConfigError(f"no encoding {encoding!r}", f"one of: {', '.join(ENCODINGS)}")
    if len(data) > MOST_BYTES:
        raise ConfigError(f"the list has more than {MOST_BYTES:,} bytes", "split it")
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        hint = f"name its encoding: {', '.join(ENCODINGS)}"
        raise ConfigError(f"the list is no {encoding}: byte {error.start}", hint) from None
    if form == "txt":
        return _sifted((n, line.strip(), "") for n, line in enumerate(text.split("\n"), 1))
    if form == "csv":
        return _sifted(_of_csv(text))
    return _sifted(_of_coop(_json(text)) if form == "coop" else _of_signals(text))


def _sifted(entries: Iterator[_Entry]) -> Words:
    terms: dict[str, str] = {}
    left_out: list[LeftOut] = []
    twice = 0
    for line, words, why in entries:
        if not words and not why:
            continue
        why = why or _unfit(words)
        if why:
            left_out.append(LeftOut(line, why))
            continue
        spelling = folded(words)
        twice += spelling in terms
        terms.setdefault(spelling, words)
        if len(terms) > MOST_TERMS:
            raise ConfigError(f"the list has more than {MOST_TERMS:,} terms", "split it")
    return Words(tuple(terms.values()), tuple(left_out), twice)


def _unfit(words: str) -> str:
    if len(words) > LONGEST:
        return f"longer than {LONGEST} characters"
    if not words.isprintable():
        return "it holds control characters"
    if len(folded(words).strip()) < 2:
        return "fewer than two characters are left of it when folded"
    return ""


def _of_csv(text: str) -> Iterator[_Entry]:
    """Give the column named term, text, word or keyword, else the first."""
    read = csv.reader(io.StringIO(text, newline=""))
    column: int | None = None
    try:
        for cells in read:
            if column is None:
                names = [cell.strip().lower() for cell in cells]
                named = next((names.index(name) for name in _COLUMNS if name in names), None)
                column = named or 0
                if named is not None:
                    continue
            short = "it has no such column" if cells and column >= len(cells) else ""
            yield read.line_num, "" if short or not cells else cells[column].strip(), short
    except csv.Error as error:
        raise ConfigError(f"line {read.line_num} is no CSV: {error}", "save it again") from None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ConfigError("the list is no JSON", "export it again as JSON") from None


def _of_coop(raw: Any) -> Iterator[_Entry]:
    """Give the strings of text banks; of expressions only those that are plain words."""
    number = 0
    for bank in raw if isinstance(raw, list) else [raw]:
        kind = bank.get("type") if isinstance(bank, Mapping) else None
        key = {"STRING": "strings", "REGEX": "regexes"}.get(str(kind))
        if key is None or not isinstance(bank.get(key), Sequence) or isinstance(bank[key], str):
            number += 1
            yield number, "", "it is no text bank of type STRING or REGEX"
            continue
        for words in bank[key]:
            number += 1
            if not isinstance(words, str):
                yield number, "", "it is no text"
            elif key == "regexes" and re.search(r"[\\^$.|?*+()\[\]{}]", words):
                yield number, "", "regular expressions of others are not run"
            else:
                yield number, words.strip(), ""


def _of_signals(text: str) -> Iterator[_Entry]:
    """Give signals of type raw_text from JSON or CSV."""
    if text.lstrip()[:1] in ("[", "{"):
        raw = _json(text)
        told = raw.get("data", [raw]) if isinstance(raw, Mapping) else raw
        rows: Iterator[tuple[int, Any]] = enumerate(told if isinstance(told, list) else [told], 1)
    else:
        table = csv.DictReader(io.StringIO(text, newline=""))
        rows = ((table.line_num, row) for row in table)
    try:
        for line, row in rows:
            yield _signal(line, row)
    except csv.Error as error:
        raise ConfigError(f"the list is no CSV: {error}", "save it again") from None


def _signal(line: int, row: Any) -> _Entry:
    if not isinstance(row, Mapping):
        return line, "", "it is no signal"
    kind, words = row.get("signal_type") or row.get("type"), row.get("indicator")
    if not isinstance(kind, str) or not isinstance(words, str):
        return line, "", "it has no signal_type or no indicator"
    if kind.lower() != "raw_text":
        why = _UNMAPPED.get(kind.lower(), "it means nothing here")
        return line, "", f"signal type {kind[:40]!r}: {why}"
    return line, words.strip(), ""
