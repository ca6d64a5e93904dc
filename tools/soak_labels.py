"""
Read and write labels in damaged files of every carrier; tell everything but an orderly answer.

Usage: python tools/soak_labels.py [--files 200000] [--seed 1] [--processes N] [--write]
                                   [--carriers png,jpeg] [--faults FOLDER]
Each file is a sample of tests/labels/formats/samples with one to four faults. It is read for the
marks of every scheme, a label is written into it, and the result must hold this one label. Allowed
answers are success, DamagedFile and InputError. More CPU time than MOST_SECONDS for a file, more
memory of a process than MOST_MEMORY_BYTES and changed input bytes break a promise too. With --write
the result goes to benchmarks/results/soak_labels.json, with a hash of the code it speaks for. The
exit code is 1 when a promise broke; the file that broke it is kept in the folder of --faults.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import multiprocessing
import os
import platform
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from qingjian.core.clock import today
from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels import c2pa, gb45438, generators, iptc
from qingjian.labels.carriers import codec, names
from qingjian.labels.mark import Mark
from qingjian.labels.splice import applied
from soak import code_hash

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "soak_labels.json"
MOST_SECONDS = 2.0
MOST_MEMORY_BYTES = 256_000_000
LONGEST_BLOCK_S = 300.0
BLOCK = 100
MARK = Mark(
    "gb45438",
    "2",
    {
        "ContentProducer": "某公司 <&>\"'",
        "ProduceID": "cc75f5e99aae4210960acb722f10974e",
        "ReservedCode1": "x" * 300,
        "ContentPropagator": "",
        "PropagateID": "%}]]>",
        "ReservedCode2": "",
    },
)
Samples = dict[str, list[bytes]]

_NUMBERS = (0, 1, 7, 8, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, -1)
_samples: Samples = {}


class TooSlow(BaseException):
    """A file took more CPU time than a file may; no code of ours catches this."""


class Answer(NamedTuple):
    """What came of one file: an outcome, how long it took, and what broke, empty when nothing."""

    carrier: str
    number: int
    outcome: str
    seconds: float
    fault: str = ""


@dataclass
class Counted:
    """Answers so far."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    slowest: Answer | None = None
    most_memory_bytes: int = 0

    def add(self, answer: Answer) -> None:
        """Count an answer."""
        self.outcomes.setdefault(answer.carrier, Counter())[answer.outcome] += 1
        if self.slowest is None or answer.seconds > self.slowest.seconds:
            self.slowest = answer


def gathered(wanted: Sequence[str]) -> Samples:
    """Give the samples of carriers: plain, labelled, and every odd shape."""
    sys.path.insert(0, str(ROOT))
    found: Samples = {}
    for name in wanted:
        module = importlib.import_module(f"tests.labels.formats.samples.{name}")
        each = codec(name)
        plain: bytes = module.plain()
        labelled = applied(plain, each.write(plain, gb45438.written(MARK, each.wrapped)))
        found[name] = [plain, labelled, *getattr(module, "SHAPES", {}).values()]
    return found


def _flip(data: bytearray, draw: random.Random) -> None:
    for _ in range(draw.randint(1, 8)):
        data[draw.randrange(len(data))] = draw.choice((0, 0xFF, draw.randrange(256)))


def _cut(data: bytearray, draw: random.Random) -> None:
    del data[draw.randrange(len(data)) :]


def _remove(data: bytearray, draw: random.Random) -> None:
    at = draw.randrange(len(data))
    del data[at : at + draw.choice((1, 2, 4, 16, 200))]


def _resize(data: bytearray, draw: random.Random) -> None:
    """Overwrite what may be a size: whole words of 1 to 8 bytes, either way round."""
    width = draw.choice((1, 2, 4, 4, 4, 8))
    at = draw.randrange(len(data))
    number = draw.choice((*_NUMBERS, draw.randrange(len(data) + 16))) % (1 << 8 * width)
    data[at : at + width] = number.to_bytes(width, draw.choice(("big", "little")))


def _reword(data: bytearray, draw: random.Random) -> None:
    """Overwrite a run of digits: formats of text have their sizes and offsets in them."""
    runs = [m.span() for m in re.finditer(rb"\d+", data)][:2000]
    if runs:
        start, end = draw.choice(runs)
        data[start:end] = draw.choice((b"0", b"-1", b"9" * 30, b"%d" % draw.randrange(3000)))


def _repeat(data: bytearray, draw: random.Random) -> None:
    at = draw.randrange(len(data))
    part = bytes(data[at : at + draw.choice((1, 4, 12, 40, 300))])
    data[at:at] = part * draw.choice((1, 1, 2, 30, 1000 if len(part) < 50 else 30))


def _move(data: bytearray, draw: random.Random) -> None:
    at = draw.randrange(len(data))
    part = bytes(data[at : at + draw.randint(1, 100)])
    del data[at : at + len(part)]
    at = draw.randrange(len(data) + 1)
    data[at:at] = part


_FAULTS: Sequence[Callable[[bytearray, random.Random], None]] = (
    *(_flip, _flip, _resize, _resize, _resize),
    *(_cut, _remove, _reword, _repeat, _move),
)


def damaged(name: str, samples: Samples, draw: random.Random) -> bytes:
    """Give a damaged sample of a carrier; one in five is spliced from two."""
    made = bytearray(draw.choice(samples[name]))
    if draw.random() < 0.2:
        other = draw.choice(samples[name if draw.random() < 0.8 else draw.choice([*samples])])
        made[draw.randrange(len(made)) :] = other[draw.randrange(len(other)) :]
    for _ in range(draw.choice((0, 1, 1, 2, 4))):
        if made:
            draw.choice(_FAULTS)(made, draw)
    return bytes(made)


def attempted(name: str, data: bytes) -> str:
    """Read, write and read back; give the outcome. Raises AssertionError when a promise broke."""
    each = codec(name)
    try:
        entries = list(each.held(data))
        gb45438.marks_of(entries)
        iptc.marks_of(entries)
        generators.marks_of(entries, data)
        c2pa.marks_of(entries, data, name)
        read = True
    except DamagedFile:
        read = False
    except InputError:
        return "refused"
    try:
        edits = each.write(data, gb45438.written(MARK, each.wrapped))
    except DamagedFile:
        return "read, not written" if read else "damaged"
    except InputError:
        return "no place"
    made = applied(data, edits)
    try:
        seen = gb45438.marks_of(each.held(made))
    except InputError as error:
        raise AssertionError(f"what was written is not read: {error}") from None
    said = [gb45438.written(mark, False) for mark in seen]
    assert len(said) == 1, f"{len(said)} labels are read back"
    assert said == [gb45438.written(MARK, False)], "another label is read back"
    return "labelled" if read else "mended"


def _interrupt(_: int, __: FrameType | None) -> None:
    raise TooSlow(f"more than {MOST_SECONDS} s of CPU time")


def answer(name: str, number: int, data: bytes) -> Answer:
    """Give the answer on a file, watched."""
    before = hashlib.sha256(data).digest()
    fault, outcome = "", "fault"
    signal.signal(signal.SIGPROF, _interrupt)
    started = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
        try:
            outcome = attempted(name, data)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except (Exception, TooSlow) as error:
        fault = f"{type(error).__name__}: {error}"[:300]
    took = time.process_time() - started
    if hashlib.sha256(data).digest() != before:
        fault = "the bytes of the file were changed in memory"
    memory = peak_bytes()
    if memory > MOST_MEMORY_BYTES:
        fault = fault or f"{memory:,} bytes of memory"
        Path("/proc/self/clear_refs").write_text("5")
    return Answer(name, number, outcome, took, fault)


def peak_bytes() -> int:
    """Give the most memory this process ever had; a parent's does not count."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc tells no VmHWM")


def _start(samples: Samples) -> None:
    _samples.update(samples)


def _block(job: tuple[int, int, int, Path]) -> tuple[list[Answer], int]:
    """Give the answers on the files of these numbers, and the most memory there was."""
    seed, first, last, folder = job
    answers = []
    wanted = [*_samples]
    most = 0
    for number in range(first, last):
        name = wanted[number % len(wanted)]
        data = damaged(name, _samples, random.Random(f"{seed}/{number}"))
        given = answer(name, number, data)
        if given.fault:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{seed}_{number}_{name}.bin").write_bytes(data)
        answers.append(given)
        most = max(most, peak_bytes())
    return answers, most


def run(files: int, seed: int, wanted: Sequence[str], processes: int, folder: Path) -> Counted:
    """Give what came of so many files."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as apart:  # what makes samples takes memory of its own
        samples = apart.submit(gathered, wanted).result()
    counted, done, shown = Counted(), 0, time.monotonic()
    jobs = [(seed, at, min(at + BLOCK, files), folder) for at in range(0, files, BLOCK)]
    with context.Pool(processes, _start, (samples,)) as pool:
        answers = pool.imap(_block, jobs)
        for job in jobs:
            try:
                given, most = answers.next(LONGEST_BLOCK_S)
            except multiprocessing.TimeoutError:
                hung = f"files {job[1]} to {job[2]}: no answer within {LONGEST_BLOCK_S} s"
                counted.faults.append({"seed": seed, "fault": hung})
                break
            counted.most_memory_bytes = max(counted.most_memory_bytes, most)
            for one in given:
                counted.add(one)
                if one.fault:
                    kept = f"{seed}_{one.number}_{one.carrier}.bin"
                    counted.faults.append({"seed": seed, **one._asdict(), "file": kept})
            done += len(given)
            if time.monotonic() - shown > 5:
                shown = time.monotonic()
                words = f"{done:,} of {files:,} files, {len(counted.faults)} faults"
                print(words, file=sys.stderr, flush=True)
    return counted


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--files", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--carriers", default=",".join(names()), help="names, with commas between")
    beside = Path(tempfile.gettempdir(), "qingjian_soak_labels")
    parser.add_argument("--faults", type=Path, default=beside, help="where such files are kept")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    started = time.monotonic()
    wanted = asked.carriers.split(",")
    counted = run(asked.files, asked.seed, wanted, asked.processes, asked.faults)
    seconds = time.monotonic() - started
    total = sum(counted.outcomes.values(), Counter[str]())
    result = {
        "date": today(),
        "code": code_hash(),
        "machine": f"{os.cpu_count()} cores {platform.machine()}, {platform.python_version()}",
        "seed": asked.seed,
        "files": total.total(),
        "processes": asked.processes,
        "seconds": round(seconds, 1),
        "files_per_s": round(total.total() / seconds),
        "outcomes": dict(sorted(total.items())),
        "carriers": {n: dict(sorted(counted.outcomes.get(n, {}).items())) for n in wanted},
        "slowest_file": counted.slowest and counted.slowest._asdict(),
        "most_seconds_allowed": MOST_SECONDS,
        "most_memory_bytes": counted.most_memory_bytes,
        "most_memory_bytes_allowed": MOST_MEMORY_BYTES,
        "faults": counted.faults,
    }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    print(text)
    if asked.write:
        RESULT.write_text(text + "\n", "utf-8")
    return 1 if counted.faults else 0


if __name__ == "__main__":
    sys.exit(main())
