"""
Export of decided cases: rows a second and memory of CSV and Parquet, beside reading the events.

Usage: python benchmarks/exports.py [--cases 100000] [--write]
Cases are made through the chain, the acts and the fold in a temporary SQLite file, in lots: each
tenth was not violated, each tenth has two steps, each twentieth waited for a second person, each
fiftieth was appealed and overturned. An export is a process of its own, `qingjian report rulings`,
with its start; the floor beside it reads and parses every event of the same file and does nothing
with them. Medians of rounds.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases import acts, appeals, notices
from qingjian.cases.case import Case
from qingjian.cases.chain import Chain
from qingjian.cases.event import MACHINE, Draft, read
from qingjian.cases.fold import fold
from qingjian.cases.intake import Sighting, Whose, sighting
from qingjian.cases.sql import LOT, Cases
from qingjian.cases.standing import write
from qingjian.core.clock import today
from qingjian.store.engine import open_store
from qingjian.store.tables.case import EVENT

RESULT = Path(__file__).parent / "results" / "exports.json"
ROUNDS = 3
START, HOUR_S = 1_784_332_800.0, 3_600.0
GROUND = acts.Ground("2.4.kin_fraud", "社区规则3.1", "冒充亲友索要钱款", facts="发来转账要求")


def made(engine: Engine, count: int) -> None:
    """Take in and decide as many cases."""
    at = START
    cases = Cases(engine, clock=lambda: at)
    for first in range(0, count, LOT):
        numbers = range(first, min(first + LOT, count))
        at += HOUR_S
        cases.take_in(_seen(n) for n in numbers)
        known = {c["subject"]: c["id"] for c in cases.listed(most=2 * LOT) if c["waiting"]}
        waiting = [(n, cases.get(known[f"post-{n}"])) for n in numbers]
        with engine.begin() as db:
            chain = Chain(db, cases.tenant)
            write(db, cases.tenant, [_decided(chain, case, n, at) for n, case in waiting])
            chain.close()


def _seen(number: int) -> Sighting:
    finding = {"detector": "text.scam", "severity": "high", "score": 0.99, "against": []}
    finding |= {"why": "asks for a transfer", "evidence": {}, "serves": ["2.4.kin_fraud"]}
    decision = {"do": "queue", "rules": ["scam"], "policy": "ugc 1", "needs_person": True}
    ran = [{"detector": "text.scam", "version": "1"}]
    row = {"id": f"post-{number}", "decision": decision, "findings": [finding], "ran": ran}
    return sighting(row, Whose(owner=f"user-{number % 5_000}"))


def _decided(chain: Chain, case: Case, number: int, at: float) -> Case:
    """Claim and rule as people do, and what follows by itself."""
    asked = [] if number % 10 == 0 else [acts.Asked("remove")]
    asked += [acts.Asked("disable_interaction", 3)] if number % 10 == 1 else []
    asked += [acts.Asked("block_hash")] if number % 20 == 2 else []
    case = _done(chain, case, "li", acts.claim(case, "li", at), at)
    case = _done(chain, case, "li", acts.rule(case, "li", GROUND, asked, at), at)
    if case.task is not None:
        case = _done(chain, case, "wu", acts.claim(case, "wu", at), at)
        case = _done(chain, case, "wu", acts.approve(case, "wu", at), at)
    if number % 50 == 3:
        owner = case.subject.owner
        case = _done(chain, case, owner, appeals.file(case, owner, "这是家人的聊天", at), at)
        case = _done(chain, case, "wu", acts.claim(case, "wu", at), at)
        judged = appeals.judge(case, "wu", "overturned", "确系家人之间的对话", at)
        case = _done(chain, case, "wu", judged, at)
    return case


def _done(chain: Chain, case: Case, who: str, drafts: list[Draft], at: float) -> Case:
    """Write down what somebody does, then what is due, each with its notices."""
    case = _told(chain, case, who, drafts, at)
    return _told(chain, case, MACHINE, acts.due(case, at), at)


def _told(chain: Chain, case: Case, who: str, drafts: list[Draft], at: float) -> Case:
    case = fold(chain.add(case.id, who, drafts, at), case) or case
    told = [one.draft for one in notices.due(case, drafts, ["asks for a transfer"])]
    return fold(chain.add(case.id, MACHINE, told, at), case) or case


def exported(file: Path, out: Path) -> tuple[float, float]:
    """Give seconds and peak MB of an export by the command line."""
    words = ["report", "rulings", "--format", out.suffix[1:], "-o", str(out), "--db", str(file)]
    command = [sys.executable, "-m", "qingjian", *words]
    started = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ)
    _, status, used = os.wait4(child, 0)
    took = time.perf_counter() - started
    if status:
        raise SystemExit(f"the export ended with {os.waitstatus_to_exitcode(status)}")
    return took, used.ru_maxrss / 1024


def floor(engine: Engine) -> float:
    """Give seconds to read and parse every event in the order of cases, and to do nothing more."""
    started = time.perf_counter()
    chosen = sa.select(EVENT.c.body).where(EVENT.c.tenant == "default")
    with engine.execution_options(reads=True).connect() as db:
        ordered = chosen.order_by(EVENT.c.case, EVENT.c.seq)
        for row in db.execution_options(yield_per=10_000).execute(ordered):
            read(row.body)
    return time.perf_counter() - started


def figures(times: Iterable[float], rows: int) -> dict[str, Any]:
    """Give seconds, and rows a second at their median."""
    listed = sorted(times)
    median = statistics.median(listed)
    seconds = {"median": round(median, 2), "range": [round(listed[0], 2), round(listed[-1], 2)]}
    return {"seconds": seconds, "rows_per_s": round(rows / median)}


def measure(count: int) -> dict[str, Any]:
    """Make cases, export them, and give the figures."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "desk.db"
        engine = open_store(str(file))
        made(engine, count)
        events, _ = Cases(engine).verify()
        floors = [floor(engine) for _ in range(ROUNDS)]
        outs = [Path(name) / f"rulings.{format}" for format in ("csv", "parquet")]
        ran = [[exported(file, out) for _ in range(ROUNDS)] for out in outs]
        with outs[0].open(encoding="utf-8", newline="") as lines:
            rows = sum(1 for _ in csv.reader(lines)) - 1
        result: dict[str, Any] = {}
        for out, each in zip(outs, ran, strict=True):
            took = [seconds for seconds, _ in each]
            times = statistics.median(took) / statistics.median(floors)
            result[out.suffix[1:]] = {
                **figures(took, rows),
                "peak_mb": round(max(mb for _, mb in each), 1),
                "file_mb": round(out.stat().st_size / 1e6, 1),
                "times_the_floor": round(times, 2),
            }
        counts = {"cases": count, "events": events, "rows": rows, "rounds": ROUNDS}
        return {**counts, "floor": figures(floors, rows), "exports": result}


def main() -> None:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    result = {"measured_on": today(), "machine": machine, **measure(asked.cases)}
    text = json.dumps(result, indent=1) + "\n"
    print(text, end="")
    if asked.write:
        RESULT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
