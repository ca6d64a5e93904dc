"""
How fast `qingjian serve` starts, answers, scans, and decides by a version that was published.

Usage: python benchmarks/api.py [--requests N] [--lists N] [--write]
The server is a process of its own with one scanner a core and a SQLite database; the client shares
the machine with it. Texts are the innocent rows of our own data and those that are not, as they
come. There is no peer that scans the same with the same detectors, so there is no ratio.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from qingjian.core.clock import today

ROOT = Path(__file__).parent.parent
RESULT = Path(__file__).parent / "results" / "api.json"
QINGJIAN = [sys.executable, "-m", "qingjian"]
IN_A_LIST = 1_000
AT_ONCE = 4
V1 = "/api/v1"


def texts() -> list[str]:
    """Give the texts of our own data."""
    made = []
    for path in sorted((ROOT / "evals" / "data").glob("text.*/data.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            text = json.loads(line).get("text")
            if isinstance(text, str):
                made.append(text)
    return made


class Asked:
    """A connection that is kept open."""

    def __init__(self, port: int, token: str) -> None:
        self._to = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post(self, path: str, body: bytes) -> bytes:
        """Give the answer's body."""
        self._to.request("POST", V1 + path, body, self._head)
        answer = self._to.getresponse()
        told = answer.read()
        assert answer.status == 200, told[:300]
        return told


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, str, float, int]]:
    """Give port and token of a server, seconds to its first answer, and its memory at rest."""
    db = ("--db", str(folder / "a.db"))
    made = [*QINGJIAN, "key", "add", "feed", "--role", "integration", "--who", "root", *db]
    token = subprocess.run(made, capture_output=True, text=True, check=True).stdout.strip()
    settings = {**os.environ, "QINGJIAN_REQUESTS_PER_S": "1000000"}
    began = time.perf_counter()
    serve = [*QINGJIAN, "serve", "--port", "0", *db]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True, env=settings) as server:
        try:
            assert server.stdout is not None
            said = re.search(r":(\d+)/", server.stdout.readline())
            assert said is not None
            port = int(said[1])
            to = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            to.request("GET", "/healthz")
            assert to.getresponse().status == 200
            to.close()
            first_s = time.perf_counter() - began
            time.sleep(3)
            yield port, token, first_s, proportional(server.pid)
        finally:
            server.terminate()


def proportional(pid: int) -> int:
    """Give the memory of a process and all below it, what they share counted once, in bytes."""
    total = 0
    for one in (pid, *children(pid)):
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        total += int(re.findall(r"^Pss: +(\d+)", rollup, re.M)[0]) * 1024
    return total


def children(pid: int) -> list[int]:
    """Give the processes below one."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found += [child, *children(child)]
    return found


def singles(port: int, token: str, chosen: list[str]) -> dict[str, Any]:
    """Scan one text a request over a few connections."""
    took: list[float] = []

    def asked(part: list[str]) -> None:
        to = Asked(port, token)
        for n, text in enumerate(part):
            body = json.dumps({"id": str(n), "text": text}).encode()
            began = time.perf_counter()
            to.post("/scan", body)
            took.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as people:
        list(people.map(asked, [chosen[n::AT_ONCE] for n in range(AT_ONCE)]))
    wall = time.perf_counter() - began
    took.sort()
    return {
        "requests": len(took),
        "connections": AT_ONCE,
        "requests_a_second": round(len(took) / wall),
        "p50_ms": round(took[len(took) // 2], 2),
        "p99_ms": round(took[int(len(took) * 0.99) - 1], 2),
    }


def lists(port: int, token: str, chosen: list[str], path: str, tag: str) -> dict[str, Any]:
    """Scan lists of a thousand over two connections."""

    def asked(start: int) -> None:
        part = chosen[start : start + IN_A_LIST]
        items = [{"id": f"{tag}-{start + n}", "text": text} for n, text in enumerate(part)]
        Asked(port, token).post(path, json.dumps(items).encode())

    began = time.perf_counter()
    with ThreadPoolExecutor(2) as people:
        list(people.map(asked, range(0, len(chosen), IN_A_LIST)))
    wall = time.perf_counter() - began
    return {"texts": len(chosen), "texts_a_second": round(len(chosen) / wall)}


def taken_up(folder: Path, port: int, token: str) -> float:
    """Publish a version on the command line and give the seconds until a scan is decided by it."""
    text = (ROOT / "src/qingjian/policy/packs/ugc.toml").read_text("utf-8")
    (folder / "next.toml").write_text(
        re.sub('^version = ".*"$', 'version = "next"', text, count=1, flags=re.M), "utf-8"
    )
    db = ("--db", str(folder / "a.db"))
    for words in (
        ("add", str(folder / "next.toml"), "--who", "a"),
        ("publish", "ugc next", "--who", "b"),
    ):
        subprocess.run([*QINGJIAN, "policy", *words, *db], capture_output=True, check=True)
    began, to = time.perf_counter(), Asked(port, token)
    body = json.dumps({"id": "a", "text": "明天开会"}).encode()
    while json.loads(to.post("/scan", body))["decision"]["policy"] != "ugc next":
        assert time.perf_counter() - began < 120, "it is not taken up"
        time.sleep(0.1)
    return time.perf_counter() - began


def main() -> int:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=4_000)
    parser.add_argument("--lists", type=int, default=20)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    known = texts()
    few = list(islice(cycle(known), asked.requests))
    many = list(islice(cycle(known), asked.lists * IN_A_LIST))
    with (
        tempfile.TemporaryDirectory() as own,
        serving(Path(own)) as (port, token, first_s, memory),
    ):
        singles(port, token, few[:400])  # warm
        result = {
            "date": today(),
            "machine": f"{os.cpu_count()} cores, {platform.machine()}, "
            f"Python {platform.python_version()}",
            "data": f"{len(known):,} texts of evals/data, median {_median(known)} characters",
            "first_answer_s": round(first_s, 2),
            "memory_at_rest_mb": round(memory / 1e6),
            "single": singles(port, token, few),
            "lists": lists(port, token, many, "/scan", "a"),
            "lists_kept": lists(port, token, many, "/scan?store=true", "b"),
            "published_to_in_force_s": round(taken_up(Path(own), port, token), 1),
        }
    print(json.dumps(result, indent=1))
    if asked.write:
        RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    return 0


def _median(known: list[str]) -> int:
    return sorted(map(len, known))[len(known) // 2]


if __name__ == "__main__":
    sys.exit(main())
