"""
Measure the archive: how fast it takes records in, how fast and how well it searches.

Usage: python tools/measure_archive.py [--write] [--data-dir FOLDER OF THE NAMED SETS]
Headlines of hancd_clickbait that do not stand in their report word for word ask for it among
100,000 texts of the named sets. SQLite's own full-text search over the same pairs,
ranked by BM25, does the same work in the same run. Texts stay where they are.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from qingjian.archive.entry import Entry, entry
from qingjian.archive.index import Index
from qingjian.archive.rank import grams, plain
from qingjian.archive.records import Records
from qingjian.core.clock import today
from qingjian.core.hashing import sha256_files
from qingjian.evals import metrics
from qingjian.evals.sets import DEFAULT
from qingjian.store.engine import open_store

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "archive.json"
ASKED = "text/hancd_clickbait/sina_test.csv"
CLAIMS = 10_000
DOCUMENTS = 100_000
FEWER = 16_284
"""As many as in the field notes on retrieval."""


def asked(folder: Path) -> list[tuple[str, str]]:
    """Give headlines and their reports, without those whose report has the headline in it."""
    rows = csv.reader((folder / ASKED).open(encoding="utf-8", newline=""))
    pairs = [(r[1], r[2]) for r in rows if len(r) >= 3 and len(r[2]) > 50]
    return [(title, body) for title, body in pairs if plain(title) not in plain(body)]


def others(folder: Path) -> Iterator[str]:
    """Give texts of the named sets."""
    for path in sorted((folder / "text").rglob("*")):
        if path.suffix in (".json", ".jsonl", ".csv") and "hancd" not in str(path):
            text = path.read_text("utf-8", "replace")
            yield from (m[0] for m in re.finditer(r'[^"{}\[\]\n\\]{20,400}', text))


def source(text: str, number: int) -> Entry:
    """Give a text as a source."""
    one = entry({"kind": "source", "text": text, "publisher": str(number)}, "here")
    assert isinstance(one, Entry)
    return one


def claims() -> Iterator[Entry]:
    """Give claims that differ."""
    for n in range(CLAIMS):
        row = {
            "kind": "claim",
            "text": f"{n}号小区的居民饮用桶装水后有{n + 1}人中毒",
            "rating": "false",
            "quote": f"{n}号小区没有人中毒。",
            "publisher": "示例",
            "url": f"https://example.org/{n}",
            "published_at": "2025-01-01",
        }
        one = entry(row, "here")
        assert isinstance(one, Entry)
        yield one


def taken_in(folder: Path) -> dict[str, float]:
    """Measure how long claims take from rows to being found."""
    records = Records(open_store(str(folder / "claims.db")))
    started = time.perf_counter()
    for _ in records.enter(claims(), "li", "b"):
        pass
    entered = time.perf_counter()
    records.approve(["b"], "wang")
    approved = time.perf_counter()
    found = Index(folder / "claims.index", records).search("7777号小区桶装水中毒", 1)
    indexed = time.perf_counter()
    assert "7777号" in found[0].known.text
    return {
        "claims": CLAIMS,
        "enter_s": round(entered - started, 2),
        "approve_s": round(approved - entered, 2),
        "index_s": round(indexed - approved, 2),
    }


def judged(
    search: Callable[[str], Sequence[str]], pairs: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Measure how often the report stands first, or among ten, and how long a question takes."""
    first, ten, took = [], [], []
    for i, (title, _) in enumerate(pairs):
        started = time.perf_counter()
        found = list(search(title))
        took.append((time.perf_counter() - started) * 1000)
        first.append(found[:1] == [str(i)])
        ten.append(str(i) in found[:10])
    return {
        "recall_at_1": _share(first),
        "recall_at_10": _share(ten),
        "p50_ms": round(statistics.median(took), 2),
        "p95_ms": round(float(np.quantile(took, 0.95)), 2),
    }


def _share(hits: Sequence[bool]) -> list[float]:
    told = np.array(hits)
    return [round(x, 4) for x in metrics.with_interval(lambda t: float(t.mean()), told)]


def peer(texts: Sequence[str], folder: Path) -> Callable[[str], Sequence[str]]:
    """Give a search by SQLite's own full-text index over pairs of letters."""
    db = sqlite3.connect(folder / "peer.db")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(pairs, tokenize='unicode61')")

    def pairs(text: str) -> list[str]:
        letters = plain(text)
        return [letters[i : i + 2] for i in range(len(letters) - 1)]

    db.executemany(
        "INSERT INTO t(rowid, pairs) VALUES (?, ?)",
        ((i, " ".join(pairs(text))) for i, text in enumerate(texts)),
    )
    db.commit()

    def search(query: str) -> list[str]:
        terms = " OR ".join(f'"{term}"' for term in grams(plain(query), 2))
        rows = db.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10", (terms,))
        return [str(row[0]) for row in rows]

    return search


def searched(
    texts: Sequence[str], folder: Path, pairs: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Measure an archive of some texts."""
    folder.mkdir()
    records = Records(open_store(str(folder / "a.db")))
    for _ in records.enter((source(t, i) for i, t in enumerate(texts)), "li", "b"):
        pass
    index = Index(folder / "a.index", records)
    index.refresh()
    return judged(lambda q: [h.known.publisher for h in index.search(q)], pairs)


def main() -> None:
    """Measure, print, and write on request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write benchmarks/results")
    parser.add_argument("--data-dir", type=Path, default=DEFAULT)
    args = parser.parse_args()
    pairs = asked(args.data_dir)
    seen = dict.fromkeys([body for _, body in pairs])
    seen |= dict.fromkeys(islice(others(args.data_dir), 4 * DOCUMENTS))
    texts = list(seen)[:DOCUMENTS]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        speed = taken_in(folder)
        small = searched(texts[:FEWER], folder / "small", pairs)
        ours = searched(texts, folder / "large", pairs)
        theirs = judged(peer(texts, folder), pairs)
    python = platform.python_version()
    result = {
        "measured_on": today(),
        "machine": f"{os.cpu_count()} cores {platform.machine()}, Python {python}",
        "asked": {
            "set": ASKED,
            "n": len(pairs),
            "data_hash": sha256_files([args.data_dir / ASKED]),
        },
        "documents": len(texts),
        "import": speed,
        "ours": ours,
        f"ours_among_{len(texts[:FEWER])}": small,
        "sqlite_fts5": theirs,
        "ratio_of_p95": round(theirs["p95_ms"] / ours["p95_ms"], 2),
    }
    told = json.dumps(result, ensure_ascii=False, indent=1)
    print(told)
    if args.write:
        RESULT.write_text(told + "\n", "utf-8")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
