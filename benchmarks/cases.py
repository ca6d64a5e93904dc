"""
How fast cases are taken in, claimed by eight people at once, and proven, on SQLite and PostgreSQL.

Usage: python benchmarks/cases.py [--cases N] [--claims N] [--write]
Reviewers are threads of their own with a connection each. No peer does the same work without ten
services of its own, so there is no ratio; the goals are those of the issue.
PostgreSQL syncs to disk as it ships; it runs as a throw-away server of this script.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
# The rows and the server are those of the tests.
from tests.cases.desk import GROUND, REASON, ROW, seen
from tests.postgres import server

from qingjian.cases import acts
from qingjian.cases.sql import Cases
from qingjian.core.clock import today
from qingjian.store.engine import open_store

RESULT = Path(__file__).parent / "results" / "cases.json"
LOT = 500
REVIEWERS = 8


def claimed(cases: Cases, who: str, count: int) -> list[float]:
    """Claim and rule, one case after the other; give the milliseconds of each claim."""
    took = []
    ground = acts.Ground(ROW, GROUND, REASON)
    for _ in range(count):
        started = time.perf_counter()
        case = cases.claim(who)
        took.append((time.perf_counter() - started) * 1000)
        assert case is not None
        asked = [acts.Asked("remove")]
        cases.act(case.id, who, lambda c, at: acts.rule(c, who, ground, asked, at))  # noqa: B023  called at once
    return took


def measured(url: str, count: int, claims: int) -> dict[str, Any]:
    """Give what a store with so many open cases does."""
    cases = Cases(open_store(url))
    started = time.perf_counter()
    for first in range(0, count, LOT):
        cases.take_in([seen(f"p{n}", f"user-{n % 5000}") for n in range(first, first + LOT)])
    taken = count / (time.perf_counter() - started)
    each = claims // REVIEWERS
    started = time.perf_counter()
    with ThreadPoolExecutor(REVIEWERS) as people:
        made = people.map(lambda n: claimed(cases, f"r{n}", each), range(REVIEWERS))
        took = sorted(ms for one in made for ms in one)
    wall = time.perf_counter() - started
    started = time.perf_counter()
    events, _ = cases.verify()
    proven = events / (time.perf_counter() - started)
    return {
        "open_cases": count,
        "taken_in_a_second": round(taken),
        "claims": len(took),
        "claim_p50_ms": round(statistics.median(took), 2),
        "claim_p99_ms": round(took[int(len(took) * 0.99) - 1], 2),
        "claimed_and_ruled_a_second": round(len(took) / wall),
        "events": events,
        "events_proven_a_second": round(proven),
    }


def main() -> None:
    """Measure, print, and write what was asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=100_000)
    asked.add_argument("--claims", type=int, default=4_000)
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    told: dict[str, Any] = {"date": today(), "machine": machine, "reviewers": REVIEWERS}
    with tempfile.TemporaryDirectory() as folder:
        told["sqlite"] = measured(f"{folder}/a.db", given.cases, given.claims)
    with server(syncs=True) as postgres, postgres.database() as name:
        told["postgresql"] = measured(postgres.url(name), given.cases, given.claims)
    print(json.dumps(told, indent=1))
    if given.write:
        RESULT.write_text(json.dumps(told, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
