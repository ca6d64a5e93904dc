"""
Measure how often the checks against the archive find what nobody put there.

Usage: python tools/measure_claims.py [--write] [--data-dir FOLDER OF THE NAMED SETS]
The records of examples/claims are approved; 3,031 ordinary texts of ours and posts of people in
weibo16 are held against them. None of these texts is about a record, so every hit is taken as
wrong. Texts of the named set stay where they are.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from qingjian.archive.entry import Entry
from qingjian.archive.readers import files
from qingjian.archive.recall import Recall, index_folder
from qingjian.archive.records import Records
from qingjian.core.clock import today
from qingjian.core.registry import discover
from qingjian.core.types import Text
from qingjian.engine.run import Engine
from qingjian.evals import metrics
from qingjian.evals.sets import DEFAULT, named
from qingjian.flows.incident import ALL_CHECKS
from qingjian.store.engine import open_store

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "claims.json"
RECORDS = ROOT / "examples" / "claims" / "records.jsonl"
OTHERS = "weibo_posts"


def archive(folder: Path) -> Recall:
    """Give what asks an archive of the example records."""
    db = str(folder / "a.db")
    records = Records(open_store(db))
    entries = [one for one in files.read(RECORDS) if isinstance(one, Entry)]
    for _ in records.enter(entries, "li", "examples"):
        pass
    records.approve(["examples"], "wang")
    return Recall(db, index_folder(db))


def found(engine: Engine, texts: Sequence[str]) -> dict[str, Any]:
    """Count hits, and what is opposed."""
    hits: list[bool] = []
    opposed = 0
    by: Counter[str] = Counter()
    started = time.perf_counter()
    for text in texts:
        findings = engine.scan(Text(body=text)).findings
        clear = {f.detector for f in findings if not f.opposed}
        by.update(clear)
        hits.append(bool(clear))
        opposed += any(f.opposed for f in findings)
    took = time.perf_counter() - started
    share = metrics.with_interval(lambda t: float(t.mean()), np.array(hits))
    return {
        "n": len(texts),
        "hit": [round(100 * x, 3) for x in share],
        "opposed_only": opposed,
        "by_check": dict(by),
        "ms_a_text": round(1000 * took / len(texts), 2),
    }


def main() -> None:
    """Measure, print, and write on request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write benchmarks/results")
    parser.add_argument("--data-dir", type=Path, default=DEFAULT)
    args = parser.parse_args()
    lines = (ROOT / "evals" / "innocents.jsonl").read_text("utf-8").splitlines()
    ours = [json.loads(line)["text"] for line in lines]
    theirs = [r.item.body for r in named(OTHERS).rows(args.data_dir) if isinstance(r.item, Text)]
    with tempfile.TemporaryDirectory() as name:
        engine = Engine(discover(), ALL_CHECKS, recall=archive(Path(name)))
        told = {"innocents": found(engine, ours), OTHERS: found(engine, theirs)}
    python = platform.python_version()
    result = {
        "measured_on": today(),
        "machine": f"{os.cpu_count()} cores {platform.machine()}, Python {python}",
        "unit_of_hit": "% of texts, with a 95 % interval",
        "sets": told,
    }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    print(text)
    if args.write:
        RESULT.write_text(text + "\n", "utf-8")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
