"""
Scan ordinary texts of many kinds, none of which violates anything, and count what is found anyway.

Usage: python tools/measure_innocents.py [--write]
Texts: evals/innocents.jsonl, written for the project; nothing was trained on them. The cut of the
policy was fixed on the half whose ids are odd.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from qingjian.core.clock import today
from qingjian.core.hashing import sha256_files
from qingjian.core.settings import Settings
from qingjian.core.types import About, Role, Text
from qingjian.evals import metrics
from qingjian.wiring import services

ROOT = Path(__file__).parent.parent
DATA = ROOT / "evals" / "innocents.jsonl"
RESULT = ROOT / "benchmarks" / "results" / "innocents.json"
ALONE = frozenset({"pass", "note", "label"})
"""What a policy may do to a text that nobody minds: nothing, a note, a label."""


class Seen(NamedTuple):
    """What became of one text."""

    kind: str
    odd: bool
    hits: frozenset[str]
    found: bool
    does: str


def seen(rows: Sequence[dict[str, Any]]) -> list[Seen]:
    """Scan and decide as the door for posts does."""
    made = services(Settings())
    told = []
    for number, row in enumerate(rows):
        role: Role = "assistant" if row["channel"] == "answer" else "author"
        item = Text(id=row["id"], body=row["text"], about=About(role=role, channel=row["channel"]))
        scanned = made.engine.scan(item)
        hits = frozenset(f.detector for f in scanned.findings if not f.opposed)
        does = made.decide(scanned).do
        told.append(Seen(row["kind"], bool(number % 2), hits, bool(scanned.findings), does))
    return told


def _share(held: Sequence[bool]) -> dict[str, Any]:
    told = metrics.with_interval(metrics.recall, np.ones(len(held), dtype=np.bool_), np.array(held))
    return {"n": len(held), "share": [round(x, 4) for x in told]}


def _half(texts: Sequence[Seen]) -> dict[str, Any]:
    return {
        "step_without_a_person": _share([t.does not in ALONE | {"queue"} for t in texts]),
        "queued": _share([t.does == "queue" for t in texts]),
        "hit": _share([bool(t.hits) for t in texts]),
        "any_finding": _share([t.found for t in texts]),
    }


def measured() -> dict[str, Any]:
    """Give shares of all, of each half, by kind and by detector."""
    rows = [json.loads(line) for line in DATA.open(encoding="utf-8")]
    texts = seen(rows)
    kinds = sorted({t.kind for t in texts})
    return {
        "measured_on": today(),
        "data_hash": sha256_files([DATA])[:32],
        "policy": "ugc",
        "all": _half(texts),
        "half_that_fixed_the_cut": _half([t for t in texts if t.odd]),
        "unseen_half": _half([t for t in texts if not t.odd]),
        "queued_by_kind": {
            k: [
                sum(t.does == "queue" for t in texts if t.kind == k),
                sum(t.kind == k for t in texts),
            ]
            for k in kinds
        },
        "hits_by_detector": dict(Counter(d for t in texts for d in t.hits).most_common()),
    }


def main() -> None:
    """Measure, and write the result when asked."""
    said = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    said.add_argument("--write", action="store_true")
    text = json.dumps(measured(), ensure_ascii=False, indent=1) + "\n"
    sys.stdout.write(text)
    if said.parse_args().write:
        RESULT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
