"""
How fast a chain of events is proven, exported and checked without its database, beside git.

Usage: python benchmarks/evidence.py [--events N] [--rounds N] [--write]
The store is a temporary SQLite file with two events and two snapshots a case. Git holds the same
bodies as messages of a chain of commits, with SHA-256 as object format: `git fsck` proves each
object and each link as `evidence verify` does, and `git bundle create` writes them into one file as
`evidence export --no-content` does. Git keeps no snapshots here, so what is measured with snapshots
has no peer. Work is done in turns, each in a process of its own; a figure is the median of the
rounds with its range. Memory is the most that our process held.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from qingjian.cases.intake import Sighting, Whose, sighting
from qingjian.cases.proof import Proof
from qingjian.cases.sql import Cases
from qingjian.core.clock import today
from qingjian.reports.evidence.check import check
from qingjian.reports.evidence.export import Maker, Wanted, export
from qingjian.store.engine import open_store

RESULT = Path(__file__).parent / "results" / "evidence.json"
LOT = 500
GOAL = 100_000
"""Entries a second that the chain should be proven at."""
MAKER = Maker("benchmark", {}, 0.0)


def seen(number: int) -> Sighting:
    """Give a post with a finding, as a scan gives it."""
    id = f"p{number}"
    finding = {
        "detector": "text.scam",
        "severity": "high",
        "score": 0.99,
        "why": "asks for a transfer",
        "at": {"kind": "span", "start": 0, "end": 3},
        "evidence": {"words": "快转账"},
        "against": [],
        "serves": ["2.4.kin_fraud"],
    }
    do = {"do": "queue", "rules": ["scam"], "policy": "ugc 1", "needs_person": True, "unknown": []}
    row = {"contract": 1, "id": id, "decision": do, "findings": [finding], "scores": {}}
    rest: dict[str, Any] = {"abstained": [], "not_looked_at": [], "error": None, "took_ms": 1.0}
    ran = [{"detector": "text.scam", "version": "1"}]
    owner = f"user-{number % 5000}"
    item = {"id": id, "text": f"快转账 {id}", "about": {"who": owner}}
    return sighting({**row, **rest, "ran": ran}, Whose(owner=owner, item=item))


def made(folder: Path, events: int) -> None:
    """Fill a store with so many events, two a case."""
    cases = Cases(open_store(f"{folder}/a.db"))
    for first in range(0, events // 2, LOT):
        cases.take_in(seen(n) for n in range(first, first + LOT))


def prove(folder: Path) -> None:
    """Prove the chain in its database."""
    Cases(open_store(f"{folder}/a.db")).verify()


def export_all(folder: Path) -> None:
    """Export all with what events name."""
    export(_proof(folder), Wanted(), folder / "all.zip", MAKER)


def export_bare(folder: Path) -> None:
    """Export all events alone."""
    export(_proof(folder), Wanted(content=False), folder / "bare.zip", MAKER)


def verify_all(folder: Path) -> None:
    """Check the zip with what events name."""
    assert check(folder / "all.zip").whole


def verify_bare(folder: Path) -> None:
    """Check the zip of events alone."""
    assert check(folder / "bare.zip").whole


def git_bundle(folder: Path) -> None:
    """Write git's chain into one file."""
    _git(folder, "bundle", "create", "--quiet", str(folder / "git.bundle"), "main")


def git_fsck(folder: Path) -> None:
    """Check git's chain."""
    _git(folder, "fsck", "--full", "--no-progress")


def git_made(folder: Path) -> None:
    """Give git the bodies of the events as messages of a chain of commits."""
    _git(folder, "init", "--quiet", "--bare", "--object-format=sha256", "--initial-branch=main")
    command = ["git", "-C", str(folder / "git"), "fast-import", "--quiet"]
    importing = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert importing.stdin is not None
    proof = _proof(folder)
    for one in proof.lines(proof.end()[0]):
        body = one.body.encode()
        head = b"commit refs/heads/main\ncommitter a <a@a> %d +0000\n" % (10**9 + one.seq)
        importing.stdin.write(head + b"data %d\n%s\n" % (len(body), body))
    importing.stdin.close()
    if importing.wait():
        raise SystemExit("git could not take the events")


def _proof(folder: Path) -> Proof:
    return Proof(open_store(f"{folder}/a.db"), "default")


def _git(folder: Path, *words: str) -> None:
    (folder / "git").mkdir(exist_ok=True)
    subprocess.run(["git", "-C", str(folder / "git"), *words], check=True, capture_output=True)


def timed(work: Callable[[Path], None], folder: Path) -> tuple[float, int]:
    """Give the seconds that work took in a fresh process, and the most bytes that it held."""
    context = get_context("spawn")
    told = context.SimpleQueue()
    process = context.Process(target=_timed, args=(work, folder, told))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{work.__name__} failed")
    seconds, held = told.get()
    return seconds, held


def _timed(work: Callable[[Path], None], folder: Path, told: Any) -> None:
    started = time.perf_counter()
    work(folder)
    took = time.perf_counter() - started
    status = Path("/proc/self/status").read_text("utf-8")  # getrusage tells of the parent, too
    told.put((took, int(status.partition("VmHWM:")[2].split()[0]) * 1024))


def rates(events: int, took: Sequence[tuple[float, int]], ours: bool) -> dict[str, Any]:
    """Give entries a second as median with its range, and our own memory."""
    rate = sorted(events / seconds for seconds, _ in took)
    return {
        "entries_a_second": round(statistics.median(rate)),
        "range": [round(rate[0]), round(rate[-1])],
        "seconds": round(statistics.median(seconds for seconds, _ in took), 2),
        **({"most_memory_bytes": max(held for _, held in took)} if ours else {}),
    }


def measured(events: int, rounds: int) -> dict[str, Any]:
    """Give what each kind of work takes over so many events."""
    works = [prove, export_bare, verify_bare, export_all, verify_all]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = time.perf_counter()
        made(folder, events)
        filled = round(time.perf_counter() - started, 1)
        if shutil.which("git"):
            git_made(folder)
            works += [git_bundle, git_fsck]
        took = {work.__name__: [timed(work, folder)] for work in works}
        for _ in range(rounds - 1):
            for work in works:
                took[work.__name__].append(timed(work, folder))
        told = {n: rates(events, each, not n.startswith("git")) for n, each in took.items()}
        sizes = {p.name: p.stat().st_size for p in sorted(folder.glob("*.*")) if p.is_file()}
    return {"events": events, "rounds": rounds, "filled_s": filled, "work": told, "bytes": sizes}


def main() -> None:
    """Measure, print, and write what was asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=200_000)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    told: dict[str, Any] = {"date": today(), "machine": machine, "goal_entries_a_second": GOAL}
    if shutil.which("git"):
        said = subprocess.run(["git", "--version"], check=True, capture_output=True, text=True)
        told["peer"] = said.stdout.strip()
    told |= measured(given.events, given.rounds)
    print(json.dumps(told, indent=1))
    if given.write:
        RESULT.write_text(json.dumps(told, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
