"""
A record as it is entered: checked for what it must have, with an id made of its content.

A claim needs a statement that can be checked, a rating, the publisher, a public address, the words
that settle it and a date; a source needs its publisher and its text; an event its text and date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from qingjian.archive.checkable import not_checkable
from qingjian.core.hashing import sha256
from qingjian.core.known import KINDS, RATINGS, Known
from qingjian.core.types import without_surrogates

MOST_LETTERS = 1_000_000
_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s]+", re.IGNORECASE)
_SHORT = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A record ready to be kept.

    Args:
        known: what it says.
        source_hash: SHA-256 of the file or words it was taken from.
        expires_at: ISO date after which it is no longer used, empty for never.
    """

    known: Known
    source_hash: str = ""
    expires_at: str = ""

    @property
    def id(self) -> str:
        """Give its id: the same statement by the same publisher at the same address has one."""
        k = self.known
        parts = (k.kind, _plain(k.text), k.publisher, k.url)
        return sha256("\0".join(parts).encode())[:32]

    @property
    def row(self) -> dict[str, str]:
        """Give it as a row of the archive."""
        row = {**asdict(self.known), "id": self.id}
        return {**row, "source_hash": self.source_hash, "expires_at": self.expires_at}


@dataclass(frozen=True, slots=True)
class Refused:
    """What was not taken: where it stands, a reason in one word, and what is wrong with it."""

    where: str
    reason: str
    what: str


def entry(row: Mapping[str, Any], where: str) -> Entry | Refused:
    """Give the entry that a row of texts describes, or why it is refused."""
    said = {f.name: _text(row.get(f.name)) for f in fields(Known)} | {"id": ""}
    expires_at = _day(_text(row.get("expires_at")))
    published_at = _day(said["published_at"])
    if said["kind"] not in KINDS:
        return Refused(where, "kind", f"no kind {said['kind']!r}; one of: {', '.join(KINDS)}")
    if said["rating"] not in RATINGS:
        return Refused(where, "rating", f"no rating {said['rating']!r}: false, true or mixed")
    if None in (published_at, expires_at):
        return Refused(where, "date", f"no date: {said['published_at'] or row['expires_at']!r}")
    said["published_at"] = published_at or ""
    if problem := _problem(said):
        return Refused(where, *problem)
    hashed = _text(row.get("source_hash")) or sha256(f"{said['text']}\0{said['quote']}".encode())
    return Entry(Known(**said), hashed, expires_at or "")  # type: ignore[arg-type]  # both were checked


def known_of(row: Mapping[str, str]) -> Known:
    """Give what a row of the archive says."""
    return Known(**{f.name: row[f.name] for f in fields(Known)})  # type: ignore[arg-type]  # checked when it came in


def _problem(said: Mapping[str, str]) -> tuple[str, str] | None:
    """Give why a row is refused, None when it is fit."""
    if not said["text"]:
        return "empty", "it has no text"
    if len(said["text"]) > MOST_LETTERS:
        return "too_long", f"more than {MOST_LETTERS:,} characters"
    if any(len(value) > _SHORT for name, value in said.items() if name not in ("text", "quote")):
        return "too_long", f"a field has more than {_SHORT:,} characters"
    needed = {
        "claim": ("rating", "publisher", "url", "quote", "published_at"),
        "source": ("publisher",),
        "event": ("published_at",),
    }
    missing = [name for name in needed[said["kind"]] if not said[name]]
    if missing:
        return "incomplete", f"a {said['kind']} needs {', '.join(missing)}"
    if said["url"] and not _ADDRESS.fullmatch(said["url"]):
        return "address", f"no public address: {said['url'][:80]!r}"
    if said["kind"] == "claim" and (why := not_checkable(said["text"])):
        return "not_checkable", why
    return None


def _text(value: object) -> str:
    plain = value if isinstance(value, str) else "" if value is None else str(value)
    return without_surrogates(plain).replace("\x00", "").strip()


def _day(value: str) -> str | None:
    """Give the ISO day of a date or time, empty for nothing, None when it is no date."""
    m = re.match(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})", value)
    try:
        return date(int(m[1]), int(m[2]), int(m[3])).isoformat() if m else None if value else ""
    except ValueError:
        return None


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
