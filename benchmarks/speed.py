"""
How fast: detectors, the lexicon beside its peers in the same run, and the command line's start.

Usage: python benchmarks/speed.py [--write]
Texts are our own (evals/data); the lexicon's 10,000 terms are drawn with a fixed seed. Each figure
is the best of several rounds of one process on one core (CPU time), since other work only ever adds
time; start times are medians.
"""

from __future__ import annotations

import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ahocorasick

from qingjian.core.clock import today
from qingjian.core.settings import Settings
from qingjian.core.types import About, Text
from qingjian.detectors.instruments.fold import folded
from qingjian.detectors.instruments.lexicon import Lexicon
from qingjian.detectors.instruments.pack import Pack, Rule, Term
from qingjian.wiring import services

ROOT = Path(__file__).parent.parent
ROUNDS = 5
TERMS = 10_000


def rows() -> list[tuple[str, bool]]:
    """Give our own texts with their truth, in file order."""
    found = []
    for path in sorted((ROOT / "evals" / "data").glob("text.*/*.jsonl")):
        for line in path.open(encoding="utf-8"):
            row = json.loads(line)
            found.append((row["text"], bool(row["label"])))
    return found


def texts() -> list[str]:
    """Give our own texts, in file order."""
    return [text for text, _ in rows()]


def best(work: Callable[[], object]) -> float:
    """Give the least CPU seconds of `ROUNDS` runs."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def detectors(short: list[str]) -> dict[str, Any]:
    """Measure every text detector through the engine, on short texts and on long ones."""
    engine = services(Settings()).engine
    about = About(role="assistant")
    items = [Text(id=str(i), about=about, body=t) for i, t in enumerate(short)]
    took = best(lambda: [engine.scan(item) for item in items])

    def long(share: list[str]) -> dict[str, float]:
        bodies = ["\n".join(share[i::20]) for i in range(20)]
        size = sum(len(t.encode()) for t in bodies)
        whole = [Text(id=str(i), about=about, body=t) for i, t in enumerate(bodies)]
        took = best(lambda: [engine.scan(item) for item in whole])
        return {"bytes": size, "mb_per_s_per_core": round(size / took / 1e6, 2)}

    innocent = [t for t, positive in rows() if not positive]
    return {
        "detectors": [d.card.id for d in engine.detectors],
        "short_texts": len(items),
        "mean_code_points": round(statistics.mean(map(len, short)), 1),
        "short_texts_per_s_per_core": round(len(items) / took),
        "long_texts_of_innocent_rows": long(innocent),
        "long_texts_every_third_row_an_offence": long(short),
    }


def lexicon(short: list[str]) -> dict[str, Any]:
    """Measure a lexicon of 10,000 terms beside pyahocorasick and a plain `in` loop."""
    chars = sorted({c for t in short for c in t if "\u4e00" <= c <= "\u9fff"})
    draw = random.Random(20261122)
    drawn = {"".join(draw.choices(chars, k=draw.choice((2, 3, 4)))) for _ in range(TERMS + 200)}
    terms = sorted(drawn)[:TERMS]
    body = "\n".join(short)
    body *= max(1, 8_000_000 // len(body.encode()))
    size = len(body.encode())
    pack = Pack(
        id="benchmark",
        author="benchmark",
        version="1",
        reviewed=today(),
        rules=(Rule("never", ("all", "other"), 10, ""),),
        terms=(*(Term(t, "all") for t in terms), Term("\U0010fff0", "other")),
        counters=(),
        hits=(),
        misses=(),
    )
    ours = Lexicon(pack)
    blocks = [body[i : i + 20_000] for i in range(0, len(body), 20_000)]

    def scan() -> int:
        return sum(len(list(ours.findings(b))) for b in blocks)

    automaton = ahocorasick.Automaton()
    for term in terms:
        automaton.add_word(folded(term), term)
    automaton.make_automaton()

    def peer() -> int:
        return sum(1 for b in blocks for _ in automaton.iter(folded(b)))

    plain = [folded(t) for t in terms]
    few = blocks[:2]

    def loop() -> int:
        return sum(t in text for text in map(folded, few) for t in plain)

    took, took_peer, took_loop = best(scan), best(peer), best(loop)
    share = sum(len(b.encode()) for b in few)
    rate, rate_peer, rate_loop = size / took / 1e6, size / took_peer / 1e6, share / took_loop / 1e6
    return {
        "terms": len(terms),
        "bytes": size,
        "mb_per_s": round(rate, 1),
        "pyahocorasick_mb_per_s": round(rate_peer, 1),
        "plain_in_loop_mb_per_s": round(rate_loop, 3),
        "plain_in_loop_bytes": share,
        "ratio_to_pyahocorasick": round(rate / rate_peer, 1),
        "ratio_to_plain_in_loop": round(rate / rate_loop),
        "note": "all three fold the text first; ours also maps hits back and looks at contexts",
    }


def starts() -> dict[str, float]:
    """Measure wall seconds of starting, median of 11."""

    def median(*command: str) -> float:
        times = []
        for _ in range(11):
            started = time.perf_counter()
            subprocess.run([sys.executable, *command], check=True, capture_output=True)
            times.append(time.perf_counter() - started)
        return round(statistics.median(times), 3)

    return {
        "python_alone_s": median("-c", "pass"),
        "import_qingjian_s": median("-c", "import qingjian"),
        "help_s": median("-m", "qingjian", "--help"),
    }


def main() -> None:
    """Print the figures, and write them with --write."""
    short = texts()
    result = {
        "measured_on": today(),
        "machine": (
            f"{os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}"
        ),
        "rounds": ROUNDS,
        "all_detectors": detectors(short),
        "lexicon_10000": lexicon(short),
        "start": starts(),
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if "--write" in sys.argv:
        path = ROOT / "benchmarks" / "results" / "speed.json"
        path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
