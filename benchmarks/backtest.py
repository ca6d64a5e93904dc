"""
How fast rules are tried on stored rows, beside the CEL library and DuckDB on the same rows.

Usage: python benchmarks/backtest.py [--rows N] [--rounds N] [--write]
Rows are those of a real scan of examples/, each many times with another id. Every peer must count
the same items as we do. The command is timed as a whole process on all rows; CEL is asked row by
row in this process on a share of them, as we are; DuckDB counts with an equal WHERE and can tell
neither unknown from false nor which rows are bad. Figures are medians with the range of the rounds.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cel
import duckdb
import orjson

from qingjian.batch.readers.meter import Meter
from qingjian.batch.readers.stored import Needed, rows
from qingjian.core.clock import today
from qingjian.core.types import About, Finding, Ran, Scanned, Text
from qingjian.flows.backtest import backtest
from qingjian.policy.decide import decide
from qingjian.policy.facts import named, of_row, of_run
from qingjian.policy.load import parse
from qingjian.policy.rules import Pack

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "backtest.json"
SHARE = 100_000
MOST = 6_000_000
EVENTS = 2_000
WHEN = "text.scam.hit && text.illicit_tool_promotion.count > 0 || text.scam.unopposed > 1"
KNOWN = {"text.scam": True, "text.illicit_tool_promotion": True}
SQL = """
SELECT count(*) FROM read_json($1, format = 'newline_delimited', columns = {
  findings: 'STRUCT(detector VARCHAR, against VARCHAR[])[]'
}) WHERE len(list_filter(findings, lambda f: f.detector = 'text.scam' AND len(f.against) = 0)) > 1
  OR len(list_filter(findings, lambda f: f.detector = 'text.scam' AND len(f.against) = 0)) > 0
  AND len(list_filter(findings, lambda f: f.detector = 'text.illicit_tool_promotion')) > 0
"""
HEAD = 'name = "own"\nversion = "1"\nauthor = "benchmark"\nsurface = "content"\n'
RULE = '[[rule]]\nid = "r{}"\nwhen = "{}"\ndo = "queue"\nrow = "house_rule"\nbecause = "so"\n'


def spread(values: list[float], digits: int = 1) -> dict[str, Any]:
    """Give the median and the range of figures."""
    ends = [round(min(values), digits), round(max(values), digits)]
    return {"median": round(statistics.median(values), digits), "range": ends}


def raced(rounds: int, *works: Callable[[], int]) -> tuple[list[list[float]], int]:
    """
    Give wall seconds of each piece of work in each round, and what all of them counted.

    They take turns, so that a slow spell of the machine meets all.
    """
    times: list[list[float]] = [[] for _ in works]
    counts = set()
    for _ in range(rounds):
        for work, took in zip(works, times, strict=True):
            started = time.perf_counter()
            counts.add(work())
            took.append(time.perf_counter() - started)
    (count,) = counts
    return times, count


def scanned(folder: Path) -> list[bytes]:
    """Give the rows of a scan of the examples that were decided."""
    path = folder / "examples.jsonl"
    command = [sys.executable, "-m", "qingjian", "scan", "examples", "-q", "-f", "jsonl", "-o"]
    subprocess.run([*command, str(path)], cwd=ROOT, check=False)
    return [line for line in path.read_bytes().splitlines() if orjson.loads(line)["decision"]]


def multiplied(lines: list[bytes], n: int, path: Path) -> None:
    """Write so many rows, each with an id of its own."""
    heads = [line.partition(b'","decision":') for line in lines]
    with path.open("wb") as out:
        for number, (head, key, rest) in zip(range(n), itertools.cycle(heads), strict=False):
            out.write(b"%b#%d%b%b\n" % (head, number, key, rest))


def pack_of(whens: list[str], known: dict[str, bool]) -> Pack:
    """Give a pack of these rules."""
    text = HEAD + "".join(RULE.format(i, when) for i, when in enumerate(whens))
    pack, faults = parse(text, "own.toml", known)
    assert pack is not None and not faults, faults
    return pack


def command(pack: str, path: Path, rule: int) -> int:
    """Run the verb on a file, and give how often a rule of the pack fired."""
    call = [sys.executable, "-m", "qingjian", "policy", "backtest", pack, "--on", str(path)]
    ran = subprocess.run([*call, "--json"], cwd=ROOT, check=True, capture_output=True)
    fired: int = json.loads(ran.stdout)["pack"]["rules"][rule]["fired"]
    return fired


def in_process(path: Path) -> int:
    """Ask one rule of every row of a file, our way."""
    stored = rows([str(path)], MOST, Meter(), Needed(frozenset(KNOWN), scores=False))
    return backtest(stored, pack_of([WHEN], KNOWN), ()).pack.rules[0].fired


def by_cel(path: Path) -> int:
    """Ask one rule of every row of a file, with the CEL library and no index."""
    program, fired = cel.compile(WHEN), 0
    with path.open("rb") as file:
        for line in file:
            known = cel.Context(named(of_row(orjson.loads(line))))
            try:
                fired += program.execute(known) is True
            except (KeyError, RuntimeError):
                continue
    return fired


def by_duckdb(path: Path, threads: int) -> int:
    """Count the rows of a file with DuckDB."""
    with duckdb.connect(config={"threads": threads}) as db:
        row = db.execute(SQL, [str(path)]).fetchone()
    assert row is not None
    return int(row[0])


def history(folder: Path, n: int, rounds: int) -> dict[str, Any]:
    """Measure one rule, and a whole pack, on stored rows."""
    lines = scanned(folder)
    path, share, own = folder / "rows.jsonl", folder / "share.jsonl", folder / "own.toml"
    multiplied(lines, n, path)
    multiplied(lines, min(n, SHARE), share)
    own.write_text(HEAD + RULE.format(0, WHEN), "utf-8")
    cores = os.cpu_count() or 1
    (ours, one, every), fired = raced(
        rounds,
        lambda: command(str(own), path, 0),
        lambda: by_duckdb(path, 1),
        lambda: by_duckdb(path, cores),
    )
    ((whole,), _) = raced(1, lambda: command("ugc", path, 0))
    (near, peer), _ = raced(rounds, lambda: in_process(share), lambda: by_cel(share))
    return {
        "rule": WHEN,
        "rows": n,
        "made_of_real_rows": len(lines),
        "rows_with_a_finding": round(sum(b'"findings":[]' not in x for x in lines) / len(lines), 3),
        "bytes": path.stat().st_size,
        "fired": fired,
        "command_one_rule_s": spread(ours),
        "command_one_rule_us_a_row": spread([1e6 * t / n for t in ours], 2),
        "command_pack_ugc_s": round(whole[0], 1),
        "duckdb_1_thread_s": spread(one),
        f"duckdb_{cores}_threads_s": spread(every),
        "ratio_duckdb_1_thread_to_ours": spread([b / a for a, b in zip(ours, one, strict=True)], 2),
        "share_rows": min(n, SHARE),
        "ours_rows_per_s": spread([min(n, SHARE) / t for t in near], 0),
        "cel_rows_per_s": spread([min(n, SHARE) / t for t in peer], 0),
        "ratio_to_cel": spread([b / a for a, b in zip(near, peer, strict=True)], 2),
    }


def events(detectors: list[str]) -> Iterator[Scanned]:
    """Give what was seen of items; on each, one of the detectors found something."""
    ran = tuple(Ran(id, "1") for id in detectors)
    item = Text(about=About(role="user"), body="文字")
    for number in range(EVENTS):
        found = Finding("found", detector=detectors[number % len(detectors)], severity="high")
        yield Scanned(item, (found,) * (1 + number % 3), ran=ran)


def live(rounds: int) -> dict[str, Any]:
    """Measure decisions of a pack of 1,000 rules, of which each event asks fifty."""
    detectors = [f"text.d{i}" for i in range(20)]
    whens = [
        f"{d}.hit && {d}.count >= {1 + i % 4} && (item.role == 'user' || item.declared)"
        for d in detectors
        for i in range(50)
    ]
    pack, seen = pack_of(whens, dict.fromkeys(detectors, False)), list(events(detectors))
    programs = [cel.compile(when) for when in whens]

    def ours() -> int:
        return sum(len(decide(pack, one, ()).rules) for one in seen)

    def peer() -> int:
        fired = 0
        for one in seen:
            known = cel.Context(named(of_run(one)))
            asked = pack.by_detector[one.findings[0].detector]
            fired += sum(programs[n].execute(known) is True for n in asked)
        return fired

    (took, took_peer), _ = raced(rounds, ours, peer)
    return {
        "rules": len(whens),
        "asked_an_event": len(whens) // len(detectors),
        "events": len(seen),
        "events_per_s": spread([len(seen) / t for t in took], 0),
        "cel_events_per_s": spread([len(seen) / t for t in took_peer], 0),
        "ratio_to_cel": spread([b / a for a, b in zip(took, took_peer, strict=True)], 1),
    }


def main() -> None:
    """Print the figures, and write them with --write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    packages = {name: version(name) for name in ("common-expression-language", "duckdb")}
    with tempfile.TemporaryDirectory(prefix="qingjian_backtest_") as name:
        result = {
            "measured_on": today(),
            "machine": (
                f"{os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}"
            ),
            "load_before": round(os.getloadavg()[0], 2),
            "rounds": asked.rounds,
            "peers": packages,
            "decide": live(asked.rounds),
            "history": history(Path(name), asked.rows, asked.rounds),
        }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    print(text)
    if asked.write:
        RESULT.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
