"""
Scan damaged files, kill scans and load them, for as long as asked; tell every promise that broke.

Usage: python tools/soak.py [--minutes 10 | --rounds N] [--seed 1] [--files 1000] [--rows 20000]
                            [--write]
A round is a scan of damaged files, a scan of damaged data files, a scan that is killed at a random
moment until it is done, and a scan whose memory is watched. With --write the result goes to
benchmarks/results/soak.json, with a hash of the code it speaks for. The exit code is 1 when a
promise broke.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mutate

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "soak.json"
MOST_MEMORY_BYTES = 500_000_000
SIGNALS = (signal.SIGKILL, signal.SIGTERM)
SEVERITIES = ("info", "low", "medium", "high")


@dataclass
class Soak:
    """What was done so far, and what broke."""

    folder: Path
    seed: int
    files: int
    rows: int
    counts: Counter[str] = field(default_factory=Counter)
    most_memory_bytes: int = 0
    faults: list[str] = field(default_factory=list)

    def expect(self, holds: bool, what: str) -> None:
        """Note a promise that broke."""
        if not holds:
            self.faults.append(what)
            print(f"broke: {what}", file=sys.stderr, flush=True)


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a scan of `in` to out.jsonl."""
    command = [sys.executable, "-m", "qingjian", "scan", "in", "--format", "jsonl", "-q"]
    environ = {**os.environ, "QINGJIAN_ITEM_TIMEOUT_S": "60", "QINGJIAN_BUDGET_MS": "60000"}
    with (folder / "errors.txt").open("ab") as errors:
        return subprocess.Popen(
            [*command, "-o", "out.jsonl", *arguments], cwd=folder, env=environ, stderr=errors
        )


def report(folder: Path) -> list[dict[str, Any]]:
    """Give the whole lines of out.jsonl. Raises ValueError when one is no JSON."""
    path = folder / "out.jsonl"
    whole = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return [json.loads(line) for line in whole]


def sound(soak: Soak, folder: Path, what: str) -> list[dict[str, Any]]:
    """Check what holds for every finished scan, and give its rows."""
    rows = report(folder)
    said = (folder / "errors.txt").read_text("utf-8", "replace")
    soak.expect("Traceback" not in said, f"{what}: a traceback was printed")
    ids = [row["id"] for row in rows]
    soak.expect(len(set(ids)) == len(ids), f"{what}: an id stands twice")
    for row in rows:
        failed = [n for n in row["not_looked_at"] if n["reason"].startswith("failed: ")]
        soak.expect(not failed, f"{what}: {row['id']}: {failed}")
        lost = row["error"] is not None and row["error"]["code"] == "input"
        soak.expect(not lost, f"{what}: {row['id']}: {row['error']}")
    return rows


def expected_code(rows: list[dict[str, Any]]) -> int:
    """Give the exit code that rows ask for."""
    if any(row["error"] for row in rows):
        return 2
    if not any(row["ran"] for row in rows):
        return 3
    found = [SEVERITIES.index(f["severity"]) for row in rows for f in row["findings"]]
    return 11 + max(found) if found else 0


def damaged(soak: Soak, number: int, rows: bool) -> None:
    """Scan damaged files; single items must give a row each."""
    what = f"round {number}, damaged {'data ' if rows else ''}files"
    folder = soak.folder / f"damaged{number}{rows}"
    count = soak.files // 8 if rows else soak.files
    paths = mutate.write(folder / "in", count, soak.seed * 1_000_003 + number, rows)
    code = start(folder).wait()
    made = sound(soak, folder, what)
    soak.expect(code == expected_code(made), f"{what}: exit code {code}")
    if not rows:
        names = [f"in/{path.name}" for path in paths]
        soak.expect([row["id"] for row in made] == names, f"{what}: not one row a file")
    soak.counts["damaged data files" if rows else "damaged files"] += count
    soak.counts["rows of damaged data files"] += len(made) if rows else 0


def lines(soak: Soak, number: int) -> bytes:
    """Give rows whose texts come from the examples, some of them damaged."""
    draw = random.Random(f"{soak.seed}/{number}/rows")
    texts = [data.decode("utf-8", "replace") for _, data in mutate.sources(False)[2:]]
    made = []
    for i in range(soak.rows):
        text = draw.choice(texts)
        at = draw.randrange(len(text))
        made.append(json.dumps({"id": f"i{i}", "text": text[at : at + 200]}, ensure_ascii=False))
    return "\n".join(made).encode()


def killed(soak: Soak, number: int) -> None:
    """Kill a scan at random moments and resume it, until one comes to its end."""
    what = f"round {number}, killed"
    draw = random.Random(f"{soak.seed}/{number}/kill")
    folder = soak.folder / f"killed{number}"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "rows.jsonl").write_bytes(lines(soak, number))
    before = 0
    while True:
        process = start(folder, "--resume")
        try:
            process.wait(draw.uniform(1.0, 4.0))
            break
        except subprocess.TimeoutExpired:
            workers = below(process.pid)
            process.send_signal(draw.choice(SIGNALS))
            process.wait()
            soak.counts["scans killed"] += 1
        # A busy machine may need a moment to take down what was killed.
        until = time.monotonic() + 10
        while (left := [pid for pid in workers if running(pid)]) and time.monotonic() < until:
            time.sleep(0.1)
        soak.expect(not left, f"{what}: {len(left)} workers are left")
        done = len(report(folder))
        soak.expect(done >= before, f"{what}: rows went away")
        before = done
    ids = [row["id"] for row in sound(soak, folder, what)]
    wanted = [f"i{i}" for i in range(soak.rows)]
    soak.expect(ids == wanted, f"{what}: the rows are not those of an unbroken scan")


def loaded(soak: Soak, number: int) -> None:
    """Scan many rows and one endless line, and watch the memory."""
    what = f"round {number}, loaded"
    folder = soak.folder / f"loaded{number}"
    (folder / "in").mkdir(parents=True)
    with (folder / "in" / "rows.jsonl").open("wb") as file:
        file.write(lines(soak, number) + b"\n")
        for _ in range(200):
            file.write(b"x" * 1_000_000)
    process = start(folder, "--jobs", "2")
    most = 0
    while process.poll() is None:
        most = max(most, memory_bytes(process.pid))
        time.sleep(0.05)
    soak.most_memory_bytes = max(soak.most_memory_bytes, most)
    soak.expect(most < MOST_MEMORY_BYTES, f"{what}: {most:,} bytes of memory")
    rows = sound(soak, folder, what)
    soak.expect(len(rows) == soak.rows + 1, f"{what}: {len(rows)} rows")
    soak.expect(process.returncode == 2, f"{what}: exit code {process.returncode}")
    soak.counts["rows under load"] += len(rows)


def below(pid: int) -> list[int]:
    """Give the processes that a process started."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(c) for task in tasks for c in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def running(pid: int) -> bool:
    """Whether a process runs and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def memory_bytes(pid: int) -> int:
    """Give the memory of a process and all below it; what they share counts once."""
    total = sum(memory_bytes(child) for child in below(pid))
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return total
    return total + sum(int(line.split()[1]) * 1024 for line in told if line.startswith("Pss:"))


def code_hash() -> str:
    """Give one SHA-256 over names and bytes of all files of the package."""
    whole = hashlib.sha256()
    for path in sorted((ROOT / "src").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(ROOT).as_posix()
            whole.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def run(soak: Soak, minutes: float, rounds: int) -> dict[str, Any]:
    """Run so many rounds, or as many as fit into the time; give the result."""
    started = time.monotonic()
    number = 0
    while number < rounds or (not rounds and time.monotonic() - started < minutes * 60):
        number += 1
        damaged(soak, number, rows=False)
        damaged(soak, number, rows=True)
        killed(soak, number)
        loaded(soak, number)
        print(f"round {number}: {dict(soak.counts)}", file=sys.stderr, flush=True)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "code": code_hash(),
        "seed": soak.seed,
        "rounds": number,
        "minutes": round((time.monotonic() - started) / 60, 1),
        "counts": dict(soak.counts),
        "most_memory_bytes": soak.most_memory_bytes,
        "faults": soak.faults,
    }


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=0, help="so many, however long they take")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qingjian_soak_") as folder:
        soak = Soak(Path(folder), asked.seed, asked.files, asked.rows)
        result = json.dumps(run(soak, asked.minutes, asked.rounds), indent=2, ensure_ascii=False)
    print(result)
    if asked.write:
        RESULT.write_text(result + "\n", "utf-8")
    return 1 if soak.faults else 0


if __name__ == "__main__":
    sys.exit(main())
