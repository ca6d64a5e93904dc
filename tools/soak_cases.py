"""
Kill -9 whoever takes cases in and rules on them, at random moments, and tell what broke.

Usage: python tools/soak_cases.py [--rounds 100] [--seed 1] [--write]
A round: a process takes in 60 posts and rules on each, and tells what was accepted; it is killed;
what it told must stand, nothing may stand twice, the chain must be whole, and the tables must be
what the events make. Then another process finishes. Rounds run on SQLite and on PostgreSQL, as a
throw-away server of this script. With --write the result goes to
benchmarks/results/soak_cases.json. The exit code is 1 when a promise broke.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
# The rows and the server are those of the tests.
import sqlalchemy as sa
from tests.cases.desk import GROUND, REASON, ROW, seen
from tests.postgres import server

from qingjian.cases import acts
from qingjian.cases.case import Case
from qingjian.cases.sql import Cases
from qingjian.core.clock import today
from qingjian.core.errors import QingjianError
from qingjian.store.engine import open_store
from qingjian.store.tables.case import CASE, DISPOSITION

RESULT = Path(__file__).parent.parent / "benchmarks" / "results" / "soak_cases.json"
POSTS, LOT = 60, 10
STEP = "limit_distribution"
SAID = acts.Ground(ROW, GROUND, REASON)


def work(url: str, tenant: str, told: int) -> None:
    """Take posts in and rule on each, beginning where another left off; tell what was accepted."""
    cases = Cases(open_store(url), tenant)
    for start in range(0, POSTS, LOT):
        cases.take_in([seen(f"p{n}") for n in range(start, start + LOT)])
        os.write(told, f"taken {start}\n".encode())
    mine = [str(r["id"]) for r in cases.listed(most=POSTS) if r["held_by"] == "li"]
    while id := mine.pop() if mine else _claimed(cases):
        cases.act(id, "li", lambda c, at: acts.rule(c, "li", SAID, [acts.Asked(STEP)], at))
        os.write(told, f"ruled {id}\n".encode())


def _claimed(cases: Cases) -> str:
    case = cases.claim("li")
    return case.id if case else ""


def forked(url: str, tenant: str, lines: int = 0, pause_s: float = 0.0) -> list[str]:
    """Run `work` in a process of its own and give what it told; killed after so many lines."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            os.close(ours)
            work(url, tenant, theirs)
            code = 0
        finally:
            os._exit(code)
    os.close(theirs)
    with open(ours, encoding="utf-8") as pipe:  # noqa: PTH123  a descriptor has no path
        said = [line for _, line in zip(range(lines), pipe, strict=False)] if lines else []
        if lines:
            time.sleep(pause_s)
            os.kill(child, signal.SIGKILL)
        said += pipe
        _, status = os.waitpid(child, 0)
    assert lines or status == 0, "the process that finishes failed"
    return [line.strip() for line in said]


def broken(url: str, tenant: str, told: list[str], *, done: bool) -> Iterator[str]:
    """Give every promise that does not hold of what was told."""
    engine = open_store(url)
    cases = Cases(engine, tenant)
    try:
        try:
            cases.verify()
        except QingjianError as error:
            yield f"the chain: {error.what}"
        rows = cases.listed(most=2 * POSTS)
        subjects = Counter(str(row["subject"]) for row in rows)
        yield from (f"{id} has {n} cases" for id, n in subjects.items() if n > 1)
        made = {str(row["id"]): cases.get(str(row["id"])) for row in rows}
        for line in told:
            word, _, of = line.partition(" ")
            if word == "taken":
                lot = (f"p{n}" for n in range(int(of), int(of) + LOT))
                yield from (f"{id} is lost" for id in lot if id not in subjects)
            elif not made[of].rulings:
                yield f"the ruling in {of} is lost"
        for case in made.values():
            yield from _doubled(case, done=done)
        if done and len(made) != POSTS:
            yield f"{len(made)} cases of {POSTS}"
        before = _tables(engine, tenant)
        cases.rebuild()
        if _tables(engine, tenant) != before:
            yield "the tables are not what the events make"
    finally:
        engine.dispose()


def _doubled(case: Case, *, done: bool) -> Iterator[str]:
    counts = (len(case.rulings), len(case.dispositions), len(case.notices))
    if counts not in ([(1, 1, 1)] if done else [(0, 0, 0), (1, 1, 1)]):
        yield f"{case.id} has rulings, steps and notices {counts}"
    if any(one.state != "active" for one in case.dispositions):
        yield f"{case.id} has a step that did not begin"


def _tables(engine: sa.Engine, tenant: str) -> list[list[tuple[Any, ...]]]:
    with engine.connect() as db:
        return [
            sorted(tuple(row) for row in db.execute(sa.select(t).where(t.c.tenant == tenant)))
            for t in (CASE, DISPOSITION)
        ]


def rounds(url: str, count: int, seed: int) -> tuple[list[str], int]:
    """Give what broke in so many rounds, and how many of them were killed amid rulings."""
    chance, faults, amid = random.Random(seed), list[str](), 0
    for number in range(count):
        tenant = f"r{seed}-{number}"
        lines = chance.randrange(1, POSTS // LOT + POSTS - 1)
        told = forked(url, tenant, lines, chance.uniform(0, 0.01))
        amid += any(line.startswith("ruled") for line in told)
        faults += (f"{tenant}: {one}" for one in broken(url, tenant, told, done=False))
        forked(url, tenant)
        faults += (f"{tenant}: {one}" for one in broken(url, tenant, told, done=True))
    return faults, amid


def main() -> int:
    """Run, print, and write what was asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=100, help="of each store")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    result: dict[str, Any] = {"date": today(), "machine": machine, "rounds": given.rounds}
    with (
        tempfile.TemporaryDirectory() as folder,
        server() as postgres,
        postgres.database() as name,
    ):
        for store, url in (("sqlite", f"{folder}/a.db"), ("postgresql", postgres.url(name))):
            faults, amid = rounds(url, given.rounds, given.seed)
            result[store] = {"killed_amid_rulings": amid, "faults": faults}
    print(json.dumps(result, indent=1))
    if given.write:
        RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    return int(any(result[store]["faults"] for store in ("sqlite", "postgresql")))


if __name__ == "__main__":
    sys.exit(main())
