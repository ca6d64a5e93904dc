"""
A row of a data file to an entry, by the contract of `qingjian scan`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qingjian.batch.entry import Entry
from qingjian.batch.readers.meter import Meter
from qingjian.core.errors import BadRow, InputError, TooLarge
from qingjian.core.types import (
    KINDS,
    NOTHING_KNOWN,
    ROLES,
    About,
    Conversation,
    Document,
    Item,
    Record,
    Text,
    Turn,
    Value,
    without_surrogates,
)
from qingjian.media.open import open_item, read_bytes
from qingjian.media.sniff import text_format

TEXT_FIELDS = ("text", "content", "body", "message", "文本", "内容", "正文")
"""Looked for in this order where no field is named."""


@dataclass(frozen=True, slots=True)
class Reading:
    """
    How files and rows are read.

    Args:
        text_field: name of the field that holds the text; empty: one of `TEXT_FIELDS`.
        id_field: name of the field that holds the id; empty: `id`.
        kind: kind of rows that do not say.
        max_item_bytes: largest item.
        meter: told what was read.
        output: the report being written, which is no input.
    """

    text_field: str = ""
    id_field: str = ""
    kind: str = ""
    max_item_bytes: int = 6_000_000
    meter: Meter = field(default_factory=Meter)
    output: Path | None = None


def entry_of(row: Any, where: str, base: Path, reading: Reading) -> Entry:
    """
    Give the entry of a parsed row; a row that is no item becomes an entry with its error.

    Args:
        row: a mapping, by the contract.
        where: `path#line`, the id of a row without one.
        base: the folder that `path` fields are relative to, and must not leave.
        reading: names of fields and limits.
    """
    if not isinstance(row, Mapping):
        return Entry(
            where, error=BadRow(f"{where}: a row must be an object", 'write {"id": …, "text": …}')
        )
    raw_id = row.get(reading.id_field or "id")
    given = isinstance(raw_id, (str, int, float)) and not isinstance(raw_id, bool) and raw_id != ""
    id = without_surrogates(str(raw_id))[:500] if given else where
    try:
        item, notes = _item(row, id, base, reading)
    except InputError as error:
        return Entry(id, error=error, given=given)
    return Entry(id, item, None, notes, given)


def _item(
    row: Mapping[str, Any], id: str, base: Path, reading: Reading
) -> tuple[Item, tuple[Any, ...]]:
    about = _about(row.get("about"))
    kind = row.get("kind") or reading.kind or ("conversation" if "turns" in row else "")
    if kind and (not isinstance(kind, str) or kind not in KINDS):
        raise BadRow(f"{id}: no kind {str(kind)[:100]!r}", f"one of: {', '.join(KINDS)}")
    if kind == "conversation":
        return Conversation(id=id, about=about, turns=_turns(row.get("turns"), id)), ()
    if kind in ("account", "product", "record"):
        made = KINDS[kind]
        assert issubclass(made, Record)
        return made(id=id, about=about, fields=_fields(row.get("fields"), id)), ()
    if isinstance(row.get("path"), str) and not _text(row, reading)[1]:
        path = _beside(row["path"], id, base)
        opened = open_item(read_bytes(path, reading.max_item_bytes), id, about, source=path)
        return opened.item, opened.not_looked_at
    text, named = _text(row, reading)
    if text is None:
        names = reading.text_field or ", ".join(TEXT_FIELDS)
        raise BadRow(
            f"{id}: {'field ' + named if named else 'no field of ' + names} holds no text",
            "name it: --text-field",
        )
    if len(text) > reading.max_item_bytes:
        raise TooLarge(f"{id}: the text has more than {reading.max_item_bytes:,} characters")
    if kind == "document":
        format = without_surrogates(str(row.get("format") or ""))[:100] or text_format(text)
        if format:
            return Document(id=id, about=about, format=format, body=text), ()
    return Text(id=id, about=about, body=text, sources=_sources(row.get("sources"), id)), ()


def _sources(raw: Any, id: str) -> tuple[str, ...]:
    """Give the texts that a text was to keep to. Raises BadRow when they are none."""
    if raw is None:
        return ()
    if not isinstance(raw, list) or not all(isinstance(text, str) for text in raw):
        raise BadRow(f"{id}: `sources` is no list of texts", 'write "sources": ["…"]')
    return tuple(raw)


def _beside(name: str, id: str, base: Path) -> Path:
    """Give the file a row names. Raises BadRow when it is none, or lies outside of `base`."""
    shown = name if len(name) <= 200 else name[:200] + "…"
    try:
        path = (base / name).resolve()
        inside, there = path.is_relative_to(base.resolve()), path.is_file()
    except (OSError, ValueError, RuntimeError) as error:
        raise BadRow(f"{id}: {shown!r} is no path: {type(error).__name__}") from None
    if not inside:
        raise BadRow(
            f"{id}: the path leaves the folder of the data file", "name files beside or below it"
        )
    if not there:
        raise BadRow(f"{id}: no file {shown!r}", "paths are relative to the data file")
    return path


def _text(row: Mapping[str, Any], reading: Reading) -> tuple[str | None, str]:
    """Give the text of a row and the field it stands in."""
    names = (reading.text_field,) if reading.text_field else TEXT_FIELDS
    for name in names:
        if name in row:
            value = row[name]
            return (value if isinstance(value, str) else None), name
    return None, ""


def _about(raw: Any) -> About:
    if not isinstance(raw, Mapping):
        return NOTHING_KNOWN

    def text(name: str) -> str | None:
        value = raw.get(name)
        return (
            without_surrogates(str(value))[:200]
            if isinstance(value, (str, int)) and value != ""
            else None
        )

    role, declared = raw.get("role"), raw.get("declared")
    return About(
        role=role if role in ROLES else None,
        who=text("who"),
        channel=text("channel"),
        at=_seconds(raw.get("at")),
        declared=declared
        if isinstance(declared, bool)
        else {"yes": True, "no": False}.get(str(declared)),
        audience=text("audience"),
    )


def _seconds(at: Any) -> float | None:
    """Give epoch seconds, written as a number or as text; anything else is not known."""
    if isinstance(at, bool) or not isinstance(at, (int, float, str)):
        return None
    try:
        seconds = float(at)
    except (ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) else None


def _turns(raw: Any, id: str) -> tuple[Turn, ...]:
    if not isinstance(raw, list):
        raise BadRow(
            f"{id}: a conversation needs `turns`", 'write "turns": [{"role": "user", "text": …}]'
        )
    turns = []
    for number, one in enumerate(raw):
        if (
            not isinstance(one, Mapping)
            or not isinstance(one.get("text"), str)
            or one.get("role") not in ROLES
        ):
            raise BadRow(f"{id}: turn {number} needs a role of {', '.join(ROLES)} and a text")
        turns.append(Turn(one["role"], without_surrogates(one["text"]), _seconds(one.get("at"))))
    return tuple(turns)


def _fields(raw: Any, id: str) -> dict[str, Value]:
    if not isinstance(raw, Mapping):
        raise BadRow(
            f"{id}: an account, product or record needs `fields`", 'write "fields": {"name": …}'
        )
    return {
        without_surrogates(str(k)): without_surrogates(v)
        if isinstance(v, str)
        else v
        if isinstance(v, (int, float, bool))
        else None
        for k, v in raw.items()
    }
