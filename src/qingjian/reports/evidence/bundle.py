"""
What lies in the zip of evidence, by name.

`manifest.json` says of what and until when, `events.jsonl` has one event a line, `snapshots/` what
the events name by SHA-256, `absent.jsonl` what they name and the zip has not, and why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import orjson

from qingjian.core.errors import DamagedFile

CONTRACT = 1
MANIFEST, EVENTS, ABSENT, README = "manifest.json", "events.jsonl", "absent.jsonl", "README.txt"
LISTED = (EVENTS, ABSENT, README)
"""Files whose digests stand in the manifest; a snapshot's is its name."""
SNAPSHOTS = "snapshots/"
KNOWN = re.compile(r"manifest\.json|events\.jsonl|absent\.jsonl|README\.txt|snapshots/[0-9a-f]{64}")

Scope = Literal["all", "cases"]


@dataclass(frozen=True, slots=True)
class Manifest:
    """
    What a zip of evidence says of itself.

    Args:
        made_at: UTC epoch seconds.
        tool: version of qingjian.
        detectors: versions of those installed when it was made.
        scope: `all` events of the tenant, or those of some `cases`.
        content: whether snapshots were to be put in.
        counts: events, cases, snapshots, absent.
        head: number and hash of the last event of the whole chain.
        files: SHA-256 of each of `LISTED`.
    """

    tenant: str
    made_at: float
    tool: str
    detectors: Mapping[str, str]
    scope: Scope
    content: bool
    counts: Mapping[str, int]
    head: Mapping[str, Any]
    cases: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    contract: int = CONTRACT

    def written(self) -> bytes:
        """As JSON."""
        made = {f.name: getattr(self, f.name) for f in fields(self)}
        return orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def read(data: bytes) -> Manifest:
    """Give the manifest of its bytes. Raises DamagedFile."""
    try:
        raw = orjson.loads(data)
        contract = raw["contract"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise DamagedFile(f"{MANIFEST} is no manifest of evidence") from None
    if contract != CONTRACT:
        raise DamagedFile(f"{MANIFEST} has contract {contract!r}", f"known is {CONTRACT}")
    try:
        made = Manifest(**{**raw, "cases": tuple(raw["cases"])})
        counted = {name: made.counts[name] for name in ("events", "cases", "snapshots", "absent")}
        ends = (made.head["seq"], *counted.values())
        numbers = all(type(n) is int and n >= 0 for n in ends)
        texts = (made.tenant, made.tool, made.head["hash"], *made.cases)
        worded = all(isinstance(text, str) for text in texts)
        digests = isinstance(made.files, dict) and isinstance(made.content, bool)
        whole = numbers and worded and digests and made.scope in ("all", "cases")
    except (KeyError, TypeError) as error:
        raise DamagedFile(f"{MANIFEST}: {type(error).__name__} {error}") from None
    if not whole:
        raise DamagedFile(f"{MANIFEST}: a field is not of its kind")
    return made


@cache
def readme() -> bytes:
    """Give what is told to an auditor, in Chinese and in English."""
    return files("qingjian.reports.evidence").joinpath("auditor.txt").read_bytes()
