"""
A file that can only grow, and shows when it was touched.

One JSON object a line: `{"seq", "at", "prev", "kind", "data", "hash"}`, where `hash` is SHA-256
over the line without it and `prev` is the hash of the line before. Append takes a lock and fsyncs
before it returns. A last line that a crash cut short is told apart from tampering and is set aside
by the next append.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO

from qingjian.core.clock import Clock, now
from qingjian.core.errors import DamagedFile
from qingjian.core.hashing import sha256

START = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a ledger; `at` is UTC epoch seconds."""

    seq: int
    at: float
    prev: str
    kind: str
    data: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How many entries are proven, the last hash, and whether a cut-short line follows them."""

    entries: int
    head: str
    torn: bool


def _json(value: object, *, sort: bool = False) -> bytes:
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=sort, separators=(",", ":")
    ).encode()


def _digest(seq: int, at: float, prev: str, kind: str, data: Mapping[str, Any]) -> str:
    return sha256(_json([seq, at, prev, kind, data], sort=True))


def _line(entry: Entry) -> bytes:
    return _json({f.name: getattr(entry, f.name) for f in fields(entry)}) + b"\n"


def _parse(line: bytes) -> Entry | None:
    """Give the entry of a line whose hash holds and which is written as we write it, else None."""
    try:
        entry = Entry(**json.loads(line))
        digest = _digest(entry.seq, entry.at, entry.prev, entry.kind, entry.data)
        good = entry.hash == digest and _line(entry) == line
    except (ValueError, TypeError, RecursionError):
        return None
    return entry if good else None


class Ledger:
    """
    An append-only, hash-chained file.

    Args:
        path: the file; made by the first append.
        clock: where `at` comes from.
    """

    def __init__(self, path: Path, clock: Clock = now) -> None:
        self.path = path
        self._clock = clock

    def append(self, kind: str, data: Mapping[str, Any]) -> Entry:
        """
        Add one entry and give it back, as it will be read, once it is on the disk.

        Raises DamagedFile when the last whole line does not prove itself, ValueError or TypeError,
        with nothing written, for data that JSON cannot hold. Cost: one fsync.
        """
        kept = json.loads(_json(dict(data)))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            last = self._settle(file)
            seq, prev = (last.seq + 1, last.hash) if last else (0, START)
            at = self._clock()
            entry = Entry(seq, at, prev, kind, kept, _digest(seq, at, prev, kind, kept))
            file.write(_line(entry))
            file.flush()
            os.fsync(file.fileno())
        return entry

    def _settle(self, file: BinaryIO) -> Entry | None:
        """Cut a torn last line off into `<name>.torn` and give the last whole entry."""
        end = file.seek(0, os.SEEK_END)
        if end == 0:
            return None
        tail = _tail(file, end)
        whole, newline, torn = tail.rpartition(b"\n")
        if torn:
            with self.path.with_suffix(self.path.suffix + ".torn").open("ab") as aside:
                aside.write(torn + b"\n")
            file.truncate(end - len(torn))
        if not newline:
            return None
        entry = _parse(whole.rpartition(b"\n")[2] + newline)
        if entry is None:
            raise DamagedFile(
                f"{self.path}: the last entry does not prove itself", "run verify; restore a copy"
            )
        return entry

    def entries(self) -> Iterator[Entry]:
        """
        Give every entry in order, each proven against the one before.

        Raises DamagedFile with the line number at the first that is not.
        """
        if not self.path.exists():
            return
        prev, seq = START, 0
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    return
                entry = _parse(line)
                if entry is None or entry.prev != prev or entry.seq != seq:
                    raise DamagedFile(
                        f"{self.path}:{number}: the chain is broken", "the file was changed by hand"
                    )
                yield entry
                prev, seq = entry.hash, seq + 1

    def verify(self) -> Verified:
        """Prove the whole chain. Raises DamagedFile with the line number at the first break."""
        count, head = 0, START
        for entry in self.entries():
            count, head = count + 1, entry.hash
        torn = False
        if self.path.exists() and (size := self.path.stat().st_size):
            with self.path.open("rb") as file:
                file.seek(size - 1)
                torn = file.read(1) != b"\n"
        return Verified(count, head, torn)


def _tail(file: BinaryIO, end: int) -> bytes:
    """Give the end of the file from the start of its last two lines, reading back in blocks."""
    tail, at = b"", end
    while at > 0 and tail.count(b"\n") < 3:
        step = min(at, 65536)
        at -= step
        file.seek(at)
        tail = file.read(step) + tail
    return tail
