"""
One item's row, by the contract of `qingjian scan` (docs/reference/contract.schema.json).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import orjson

from qingjian.batch.local import Judged
from qingjian.core.errors import QingjianError
from qingjian.core.types import Document, Finding, Note, Place, Span, Text, without_surrogates
from qingjian.policy.facts import FAILED

CONTRACT = 1
_CONTEXT = 60
"""Code points shown before and after a place, for people."""


def row(judged: Judged, serves: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """
    Give the row of one entry.

    Args:
        judged: what came of it.
        serves: rows of the notice by detector.
    """
    entry, seen, decision = judged.entry, judged.scanned, judged.decision
    made: dict[str, Any] = {
        "contract": CONTRACT,
        "id": entry.id,
        "decision": None,
        "findings": [],
        "scores": {},
        "abstained": [],
        "not_looked_at": [_note(n) for n in entry.not_looked_at],
        "error": _error(entry.error) if entry.error else None,
        "ran": [],
        "took_ms": 0.0,
    }
    if decision is not None:
        made["decision"] = {
            "do": decision.do,
            "rules": list(decision.rules),
            "policy": decision.policy,
            "needs_person": decision.needs_person,
            "unknown": list(decision.unknown),
        }
    if seen is not None:
        made["findings"] = [finding(f, serves) for f in seen.findings]
        made["scores"] = {id: round(score, 6) for id, score in seen.scores.items()}
        made["abstained"] = [{"detector": n.what, "reason": n.reason} for n in seen.abstained]
        made["not_looked_at"] += [_note(n) for n in seen.not_looked_at]
        made["not_looked_at"] += [
            {"what": n.what, "reason": f"{FAILED}{n.reason}"} for n in seen.errors
        ]
        made["ran"] = [{"detector": r.detector, "version": r.version} for r in seen.ran]
        made["took_ms"] = seen.took_ms
    return made


def finding(found: Finding, serves: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Give a finding as JSON values."""
    score = found.score
    return {
        "detector": found.detector,
        "severity": found.severity,
        "score": None if score is None or math.isnan(score) else round(score, 6),
        "why": found.why,
        "at": place(found.at) if found.at is not None else None,
        "evidence": {k: list(v) if isinstance(v, tuple) else v for k, v in found.evidence.items()},
        "against": list(found.against),
        "serves": list(serves.get(found.detector, ())),
    }


def place(at: Place) -> dict[str, Any]:
    """Give a place as JSON values, its kind first."""
    return {"kind": at.kind, **dataclasses.asdict(at)}


def _note(note: Note) -> dict[str, str]:
    return {"what": note.what, "reason": note.reason}


def _error(error: QingjianError) -> dict[str, str]:
    return {"code": error.code, "what": error.what, "hint": error.hint}


def dumps(made: Mapping[str, Any]) -> bytes:
    """Give a row as one line of JSON with its end; a lone surrogate in it becomes U+FFFD."""
    option = orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
    try:
        return orjson.dumps(made, option=option, default=str)
    except orjson.JSONEncodeError:
        return orjson.dumps(_plain(made), option=option)


def _plain(value: Any) -> Any:
    """Give a value with nothing in it that JSON cannot hold."""
    if isinstance(value, Mapping):
        return {without_surrogates(str(k)): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value if value is None or isinstance(value, (bool, float)) else _text(value)


def _text(value: Any) -> Any:
    if isinstance(value, int) and abs(value) < 2**63:
        return value
    return without_surrogates(str(value))


def shown(judged: Judged) -> list[dict[str, str]]:
    """
    Give for each finding its words and those around it, for people: `before`, `words`, `after`.

    Findings without a span give empty texts. Never part of the contract's row.
    """
    if judged.scanned is None:
        return []
    item = judged.scanned.item
    body = item.body if isinstance(item, (Text, Document)) else ""
    pieces = []
    for found in judged.scanned.findings:
        at = found.at
        if isinstance(at, Span) and body:
            words = body[at.start : at.end]
            if len(words) > 400:
                words = words[:300] + " … " + words[-80:]
            before, after = (
                body[max(0, at.start - _CONTEXT) : at.start],
                body[at.end : at.end + _CONTEXT],
            )
            pieces.append({"before": before, "words": words, "after": after})
        else:
            pieces.append({"before": "", "words": "", "after": ""})
    return pieces
