"""
Packs of terms as data: what a lexicon's TOML file holds, read strictly.

Whatever is wrong is told with the file and the key, before anything is compiled: an unknown key, a
wrong type, a rule whose slot has no term, a sentence that names a slot the rule has not.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import product
from typing import Any, TypeVar

from qingjian.core.errors import ConfigError
from qingjian.detectors.instruments.fold import folded
from qingjian.detectors.instruments.obfuscate import FORMS, Form

_HINT = "see the keys of Pack in qingjian/detectors/instruments/pack.py"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Term:
    """
    One entry of a slot.

    Args:
        text: as written in the pack.
        slot: its slot's name; `against.` stands before a counter-slot's.
        forms: disguises that count as the term.
        needs: one of these must stand within `within` folded code points.
        unless: none of these may.
        not_after: none of these may stand within `within` folded code points before it.
        plain_not: spellings that are other words and never count.
        expression: a regular expression over folded text that stands for the term (`re`); for
            prices and the like.
    """

    text: str
    slot: str
    forms: tuple[Form, ...] = ()
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    within: int = 12
    plain_not: tuple[str, ...] = ()
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """`slots` must all be filled within `window` folded code points; `why` names some in braces."""

    id: str
    slots: tuple[str, ...]
    window: int
    why: str


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter-slot: what it says, and how far from a finding it still speaks (0: anywhere)."""

    name: str
    says: str
    reach: int


@dataclass(frozen=True, slots=True)
class Pack:
    """
    A lexicon as data.

    Keys: `id`, `author`, `version` (date), `reviewed` (date), `[[rule]]` with
    `id slots window why`, `[slots.NAME]` with `forms` and `terms` (a string, or a table
    `t forms needs unless not_after within not re`) and `combine` (tables of `parts` whose every
    concatenation is a term, and `forms`),
    `[against.NAME]` with `says reach` and the same, `[examples]` with `hits` and `misses`.
    """

    id: str
    author: str
    version: str
    reviewed: str
    rules: tuple[Rule, ...]
    terms: tuple[Term, ...]
    counters: tuple[Counter, ...]
    hits: tuple[str, ...]
    misses: tuple[str, ...]


class _Table:
    """
    A table and the way to it.

    Args:
        raw: what stands there. Raises ConfigError when it is no table.
        where: the file, then the keys that lead here.
        keys: what it may hold; empty allows anything.
    """

    def __init__(self, raw: object, where: str, keys: str = "") -> None:
        if not isinstance(raw, Mapping):
            raise ConfigError(f"{where} is no table", _HINT)
        self.where = where
        self._raw: Mapping[str, object] = raw
        unknown = [k for k in raw if keys and k not in keys.split()]
        if unknown:
            raise ConfigError(f"{where} has the unknown key {unknown[0]!r}", f"one of: {keys}")

    def wrong(self, key: str, what: str) -> ConfigError:
        """Give the error for a key."""
        return ConfigError(f"{self.where}: {key} {what}", _HINT)

    def _get(self, key: str, kind: type[T], word: str, default: T | None) -> T:
        value = self._raw.get(key, default)
        if value is None:
            raise self.wrong(key, "is missing")
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.wrong(key, f"is no {word}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Give a text that is not empty."""
        value = self._get(key, str, "text", default)
        if not value and key in self._raw:
            raise self.wrong(key, "is empty")
        return value

    def number(self, key: str, default: int | None = None, least: int = 0) -> int:
        """Give a whole number of at least `least`."""
        value = self._get(key, int, "whole number", default)
        if value < least:
            raise self.wrong(key, f"is less than {least}")
        return value

    def entries(self, key: str, default: list[Any] | None = None) -> list[Any]:
        """Give a list of anything."""
        return self._get(key, list, "list", default)

    def texts(self, key: str, default: Sequence[str] | None = ()) -> tuple[str, ...]:
        """Give a list of texts that are not empty."""
        values = self.entries(key, None if default is None else list(default))
        texts = tuple(v for v in values if isinstance(v, str) and v)
        if len(texts) < len(values):
            raise self.wrong(key, "holds something that is no text")
        return texts

    def forms(self, default: tuple[Form, ...] = ()) -> tuple[Form, ...]:
        """Give the forms."""
        names = self.texts("forms", default)
        forms = tuple(f for f in FORMS if f in names)
        for name in names:
            if name not in forms:
                raise self.wrong("forms", f"holds {name!r}; one of: {', '.join(FORMS)}")
        return forms

    def tables(self, key: str, keys: str, default: list[Any] | None = None) -> Iterator[_Table]:
        """Give the tables of a list of tables."""
        for i, raw in enumerate(self.entries(key, default)):
            yield _Table(raw, f"{self.where}: {key}[{i}]", keys)

    def named(self, key: str, keys: str) -> Iterator[tuple[str, _Table]]:
        """Give name and table for each entry of a table of tables; none where the key is absent."""
        for name, raw in _Table(self._raw.get(key, {}), f"{self.where}: {key}")._raw.items():
            where = f"{self.where}: {key}.{name}"
            if not name.isidentifier():
                raise ConfigError(f"{where} is no name", "letters, digits and _ only")
            yield name, _Table(raw, where, keys)


def read_pack(text: str, where: str) -> Pack:
    """Give the pack of a TOML text. Raises ConfigError with `where` and the key that is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}: {error}", "the pack must be TOML") from None
    top = _Table(raw, where, "id author version reviewed rule slots against examples")
    slots = dict(top.named("slots", "forms terms combine"))
    if "rule" in slots:
        raise ConfigError(f"{where}: slots.rule is taken", "evidence has the rule's id there")
    against = dict(top.named("against", "says reach forms terms combine"))
    examples = _Table(raw.get("examples", {}), f"{where}: examples", "hits misses")
    terms = {name: tuple(_terms(name, slot)) for name, slot in slots.items()}
    opposed = [t for name, slot in against.items() for t in _terms(f"against.{name}", slot)]
    return Pack(
        id=top.text("id"),
        author=top.text("author"),
        version=_date(top, "version"),
        reviewed=_date(top, "reviewed"),
        rules=tuple(_rules(top, terms)),
        terms=(*(t for slot in terms.values() for t in slot), *opposed),
        counters=tuple(
            Counter(name, slot.text("says"), slot.number("reach", 0))
            for name, slot in against.items()
        ),
        hits=examples.texts("hits"),
        misses=examples.texts("misses"),
    )


def _date(top: _Table, key: str) -> str:
    value = top.text(key)
    try:
        date.fromisoformat(value)
    except ValueError:
        raise top.wrong(key, f"is no date: {value!r}") from None
    return value


def _rules(top: _Table, terms: Mapping[str, tuple[Term, ...]]) -> Iterator[Rule]:
    ids: set[str] = set()
    for table in top.tables("rule", "id slots window why"):
        rule = Rule(
            table.text("id"),
            table.texts("slots", None),
            table.number("window", least=1),
            table.text("why"),
        )
        if rule.id in ids:
            raise table.wrong("id", f"{rule.id!r} stands twice")
        ids.add(rule.id)
        if not rule.slots:
            raise table.wrong("slots", "is empty")
        for slot in rule.slots:
            if not terms.get(slot):
                raise table.wrong("slots", f"names slot {slot!r}, which has no term")
        try:
            named = {
                name for _, name, _, _ in string.Formatter().parse(rule.why) if name is not None
            }
        except ValueError as error:
            raise table.wrong("why", f"is broken: {error}") from None
        if not named <= set(rule.slots):
            raise table.wrong("why", f"names {min(named - set(rule.slots))!r}, no slot of the rule")
        yield rule


def _terms(slot: str, table: _Table) -> Iterator[Term]:
    forms = table.forms()
    for combined in table.tables("combine", "parts forms", []):
        parts = combined.entries("parts")
        if not all(isinstance(p, list) and all(isinstance(x, str) for x in p) for p in parts):
            raise combined.wrong("parts", "is no list of lists of texts")
        for chosen in product(*parts):
            yield _sound(Term("".join(chosen), slot, combined.forms(forms)), combined, "parts")
    for i, entry in enumerate(table.entries("terms")):
        raw = {"t": entry} if isinstance(entry, str) else entry
        one = _Table(
            raw, f"{table.where}: terms[{i}]", "t forms needs unless not_after within not re"
        )
        term = Term(
            one.text("t"),
            slot,
            one.forms(forms),
            one.texts("needs"),
            one.texts("unless"),
            one.texts("not_after"),
            one.number("within", 12),
            one.texts("not"),
            one.text("re", ""),
        )
        yield _sound(term, one, "t")


def _sound(term: Term, table: _Table, key: str) -> Term:
    """Give the term back. Raises ConfigError when nothing of it would ever be looked for."""
    try:
        re.compile(term.expression)
    except re.error as error:
        raise table.wrong("re", f"is no regular expression: {error}") from None
    if not term.expression and not folded(term.text):
        raise table.wrong(key, f"{term.text!r} folds to nothing")
    return term


def load_pack(package: str, name: str) -> Pack:
    """Give a pack that lies in a package as `name`."""
    return read_pack(files(package).joinpath(name).read_text("utf-8"), name)
