"""
Items of requests: the rows of `qingjian scan`, but for files, which the API does not open.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qingjian.api.faults import Refused
from qingjian.batch.entry import Entry, Unique
from qingjian.batch.readers.jsonl import parse
from qingjian.batch.readers.rows import Reading, entry_of
from qingjian.core.errors import BadRow, InputError, NothingToScan
from qingjian.core.types import KINDS, ROLES

MOST = 1_000
_NOWHERE = Path()
_ABOUT = {
    "type": "object",
    "properties": {
        "role": {"enum": list(ROLES)},
        "who": {"type": "string", "description": "The account; the owner of a case."},
        "channel": {"type": "string"},
        "at": {"type": "number", "description": "UTC epoch seconds."},
        "declared": {"type": "boolean", "description": "Said to be made by AI."},
        "audience": {"type": "string"},
    },
}
ITEM: dict[str, Any] = {
    "type": "object",
    "description": "A text needs `text`; a conversation `turns`; an account, product or record "
    "`fields`.",
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 200},
        "kind": {"enum": list(KINDS)},
        "text": {"type": "string"},
        "sources": {"type": "array", "items": {"type": "string"}},
        "turns": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["role", "text"],
                "properties": {
                    "role": {"enum": list(ROLES)},
                    "text": {"type": "string"},
                    "at": {"type": "number"},
                },
            },
        },
        "fields": {"type": "object"},
        "about": _ABOUT,
        "reach": {"type": "integer", "minimum": 0, "description": "How many people it reached."},
    },
    "examples": [
        {"id": "post-1", "text": "代过人脸活体，先过后付，飞机联系", "about": {"who": "user-9"}}
    ],
}
ITEMS: dict[str, Any] = {
    "oneOf": [ITEM, {"type": "array", "items": ITEM, "minItems": 1, "maxItems": MOST}]
}


def parsed(body: bytes) -> Any:
    """Give the JSON value of a body. Raises Refused."""
    try:
        return parse(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Refused(400, "usage", "the body is not UTF-8") from None
    except InputError as error:
        raise Refused(400, "usage", error.what, "send one item, or a list of them") from None


def entries_of(rows: list[Any], reading: Reading) -> list[Entry]:
    """Give the entries of a list of items. Raises NothingToScan, Refused for too many."""
    if not rows:
        raise NothingToScan("the list holds no item")
    if len(rows) > MOST:
        what = f"{len(rows):,} items at once, {MOST:,} are allowed"
        raise Refused(413, "body_too_large", what, "send a stream: POST /api/v1/scan/stream")
    return list(Unique().over(entry_at(row, f"item#{n}", reading) for n, row in enumerate(rows, 1)))


def entry_at(row: Any, where: str, reading: Reading) -> Entry:
    """Give the entry of an item; one that is none becomes an entry with its error."""
    if not isinstance(row, Mapping) or "path" not in row:
        return entry_of(row, where, _NOWHERE, reading)
    entry = entry_of({k: v for k, v in row.items() if k != "path"}, where, _NOWHERE, reading)
    if entry.error is None:
        return entry
    no = BadRow(f"{entry.id}: the API opens no file by its path", "send the text itself")
    return Entry(entry.id, error=no, given=entry.given)


def only_given(rows: list[Any], entries: list[Entry]) -> None:
    """Raise Refused unless each item has an id of its own, as what is kept needs one."""
    for number, (row, entry) in enumerate(zip(rows, entries, strict=True), 1):
        own = entry.given and isinstance(row, Mapping) and str(row.get("id")) == entry.id
        if not own:
            what = f"item {number} has no id of its own"
            raise Refused(422, "invalid", what, "what is stored needs the platform's id")
