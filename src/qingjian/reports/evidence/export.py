"""
Evidence into a zip: streamed, and there whole or not at all.

Events pass through one at a time. What stays in memory is 100 bytes a snapshot for its name, and
what the zip's own directory takes, about 700 bytes a file.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import orjson

from qingjian.cases.event import APART, read
from qingjian.cases.proof import Line, Proof, named
from qingjian.cases.queue import MINORS, SEALED
from qingjian.core.errors import NotFound, UsageError
from qingjian.reports.evidence import bundle
from qingjian.reports.evidence.bundle import Manifest

_LEVEL = 1
_STORED_UNDER = 200
"""Snapshots of fewer bytes do not get smaller by packing."""

_EVERY = 1_000
WITHHELD = {
    MINORS: "withheld: of a case about minors",
    SEALED: "sealed: suspected imagery of minors",
}
"""Why content is not there, by the queue of its case."""
GONE = "gone: its time is over"

Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What goes in: cases by id, empty for all; and whether what they name goes with them."""

    cases: tuple[str, ...] = ()
    content: bool = True


@dataclass(frozen=True, slots=True)
class Maker:
    """
    Who makes a zip.

    Args:
        tool: version of qingjian.
        detectors: versions of those that are installed.
        at: UTC epoch seconds.
    """

    tool: str
    detectors: Mapping[str, str]
    at: float


@dataclass
class _Named:
    """
    The cases of events and, with their content, the digests that they name.

    Args:
        withheld: the queue of each case whose digests are kept apart, by id; they are, with why.
    """

    content: bool
    withheld: Mapping[str, str]
    cases: set[str] = field(default_factory=set)
    open: set[bytes] = field(default_factory=set)
    apart: dict[bytes, str] = field(default_factory=dict)


def export(
    proof: Proof,
    wanted: Wanted,
    output: Path,
    maker: Maker,
    tick: Tick = lambda done: None,
) -> Manifest:
    """
    Write the zip and give its manifest.

    Args:
        proof: the chain.
        wanted: what goes in.
        output: where the zip goes; a file there is replaced when all is written.
        maker: who makes it.
        tick: told how many events and snapshots are done.

    Raises DamagedFile when the chain is broken, NotFound for a case without events, UsageError.
    """
    seq, hash = proof.end()
    told = dict.fromkeys(("events", "cases", "snapshots", "absent"), 0)
    with _written(output) as file, ZipFile(file, "w", ZIP_DEFLATED, True, _LEVEL) as zip:
        names = _Named(wanted.content, proof.withheld())
        events = _events(zip, proof.lines(seq, wanted.cases), names, told, tick)
        if wanted.cases and told["cases"] < len(set(wanted.cases)):
            gone = sorted({*wanted.cases} - names.cases)
            raise NotFound(f"no case {gone[0]}", "ids stand in `qingjian case list`")
        absent = _snapshots(zip, proof, names, told, tick) if wanted.content else _listed(zip, {})
        zip.writestr(_info(bundle.README), bundle.readme())
        made = Manifest(
            tenant=proof.tenant,
            made_at=maker.at,
            tool=maker.tool,
            detectors=maker.detectors,
            scope="cases" if wanted.cases else "all",
            content=wanted.content,
            counts=told,
            head={"seq": seq, "hash": hash},
            cases=tuple(sorted(set(wanted.cases))),
            files={
                bundle.EVENTS: events,
                bundle.ABSENT: absent,
                bundle.README: sha256(bundle.readme()).hexdigest(),
            },
        )
        zip.writestr(_info(bundle.MANIFEST), made.written())
    return made


def _events(
    zip: ZipFile, lines: Iterable[Line], names: _Named, told: dict[str, int], tick: Tick
) -> str:
    """Write the events and give the digest of their file."""
    with _file(zip, bundle.EVENTS) as file:
        for one in lines:
            file.add({"seq": one.seq, "before": one.before, "body": one.body, "hash": one.hash})
            event = read(one.body)
            names.cases.update(() if event.what in APART else (event.case,))
            if names.content:
                digests = map(bytes.fromhex, named(event.what, event.data))
                if event.case in names.withheld:
                    why = WITHHELD[names.withheld[event.case]]
                    names.apart.update(dict.fromkeys(digests, why))
                else:
                    names.open.update(digests)
            told["events"] += 1
            if told["events"] % _EVERY == 0:
                tick(told["events"])
    told["cases"] = len(names.cases)
    return file.digest


def _snapshots(zip: ZipFile, proof: Proof, names: _Named, told: dict[str, int], tick: Tick) -> str:
    """Write what is kept of what events name, then what is absent; give that file's digest."""
    absent = dict(names.apart)
    wanted = (digest.hex() for digest in names.open if digest not in names.apart)
    for hash, body in proof.snapshots(wanted):
        if body is None:
            absent[bytes.fromhex(hash)] = GONE
            continue
        how = ZIP_DEFLATED if len(body) >= _STORED_UNDER else ZIP_STORED
        zip.writestr(_info(bundle.SNAPSHOTS + hash), body, how)
        told["snapshots"] += 1
        if told["snapshots"] % _EVERY == 0:
            tick(told["events"] + told["snapshots"])
    told["absent"] = len(absent)
    return _listed(zip, absent)


def _listed(zip: ZipFile, absent: Mapping[bytes, str]) -> str:
    """Write what is absent and give the digest of the file."""
    with _file(zip, bundle.ABSENT) as file:
        for digest in sorted(absent):
            file.add({"sha256": digest.hex(), "why": absent[digest]})
    return file.digest


class _Lines:
    """A file of JSON lines in a zip, written many lines at a time; `digest` when it is closed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._lines, self._whole, self.digest = file, list[bytes](), sha256(), ""

    def add(self, said: Mapping[str, object]) -> None:
        """Add a line."""
        self._lines.append(orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE))
        if len(self._lines) >= _EVERY:
            self.close()

    def close(self) -> None:
        """Write what is left."""
        data = b"".join(self._lines)
        self._file.write(data)
        self._whole.update(data)
        self._lines.clear()
        self.digest = self._whole.hexdigest()


@contextmanager
def _file(zip: ZipFile, name: str) -> Iterator[_Lines]:
    with zip.open(_info(name), "w", force_zip64=True) as file:
        lines = _Lines(file)
        yield lines
        lines.close()


def _info(name: str) -> ZipInfo:
    """Give a file's entry: no time of its own, readable by its owner."""
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


@contextmanager
def _written(output: Path) -> Iterator[IO[bytes]]:
    """Give a new file beside `output` that takes its place in the end; only its owner reads it."""
    try:
        handle, beside = tempfile.mkstemp(
            prefix=f".{output.name[:40]}.", suffix=".part", dir=output.parent
        )
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror or error}") from None
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(output)
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror or error}") from None
    finally:
        Path(beside).unlink(missing_ok=True)
