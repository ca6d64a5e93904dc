"""
Copies of what a victim had blocked: found by the SHA-256 of their bytes, and given to people.

A copy is a fact, beside whatever detectors find. It is queued, not taken away: a person rules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from qingjian.core.actions import strongest
from qingjian.core.types import Document, Item, Text

DETECTOR = "blocked.hash"
RULE = "blocked_by_hash"
WHY = "blocked by hash: a copy of a picture that whoever it shows had blocked"
STEPS: Mapping[str, str] = {
    "content": "queue",
    "gateway": "refuse",
    "product": "hold",
    "corpus": "quarantine",
}
"""What a copy asks for, by the ladder."""


def copied(item: Item | None, blocked: Collection[str], path: Path | None = None) -> str:
    """
    Give the SHA-256 by which an item is a copy, empty where it is none.

    Args:
        blocked: SHA-256 of what is blocked.
        path: the file, where no item came of it.

    The bytes it came from are hashed, and a text's own in UTF-8. What lies within a file is not.
    """
    if not blocked:
        return ""
    return next((one for one in _digests(item, path) if one in blocked), "")


def marked(row: Mapping[str, Any], digest: str, surface: str, policy: str) -> dict[str, Any]:
    """
    Give the row of a copy: with the finding, and at least the step that a copy asks for.

    Args:
        surface: name of the ladder.
        policy: name and version of the policy in force, where nothing was decided.
    """
    finding: dict[str, Any] = {
        "detector": DETECTOR,
        "severity": "high",
        "score": None,
        "why": WHY,
        "at": None,
        "evidence": {"sha256": digest},
        "against": [],
        "serves": [],
    }
    none: dict[str, Any] = {"do": "", "rules": [], "policy": policy, "unknown": []}
    had = row["decision"] or none
    steps = [step for step in (had["do"], STEPS[surface]) if step]
    do = strongest(surface, steps)
    decision = {**had, "do": do, "rules": [*had["rules"], RULE], "needs_person": True}
    made = {**row, "findings": [*row["findings"], finding], "decision": decision, "error": None}
    if row["error"]:
        unread = {"what": str(row["id"]), "reason": row["error"]["what"]}
        made["not_looked_at"] = [*row["not_looked_at"], unread]
    return made


def _digests(item: Item | None, path: Path | None) -> Iterator[str]:
    source = item.source if item is not None else path
    if isinstance(item, (Text, Document)):
        yield hashlib.sha256(item.body.encode("utf-8", "replace")).hexdigest()
    if isinstance(source, bytes):
        yield hashlib.sha256(source).hexdigest()
    elif isinstance(source, Path):
        with suppress(OSError), source.open("rb") as file:  # its row says if it cannot be read
            yield hashlib.file_digest(file, "sha256").hexdigest()
