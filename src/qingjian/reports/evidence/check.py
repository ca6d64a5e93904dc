"""
Evidence held against itself: every hash, the chain, every snapshot, the manifest; no database.

The whole chain of a tenant shows that nothing was changed, left out or put in between its first
event and its end. Events of some cases show only that each is bytes of its hash after the hash
before it. That the end is the true one shows by a hash that was kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import orjson

from qingjian.cases.event import APART, START, link
from qingjian.cases.proof import named
from qingjian.core.errors import DamagedFile
from qingjian.core.types import Note
from qingjian.reports.evidence import bundle, zips
from qingjian.reports.evidence.bundle import Manifest

MOST_TOLD = 100
_MOST_MANIFEST = 16_000_000
_MOST_LINE = 64_000_000
_LONGEST_NAME = 200
_EVERY = 1_000

Tick = Callable[[int], None]


@dataclass
class Checked:
    """
    What came of checking a zip.

    Args:
        manifest: what the zip says of itself, None where that cannot be read.
        events, snapshots, absent: how many were looked at.
        broken: the first `MOST_TOLD` files or events that are not as they should be, and why.
        faults: how many there are of them.
        noted: number of the event whose hash was noted elsewhere, 0 where none was found.
    """

    manifest: Manifest | None = None
    events: int = 0
    snapshots: int = 0
    absent: int = 0
    broken: list[Note] = field(default_factory=list)
    faults: int = 0
    noted: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing is broken."""
        return not self.faults

    def tell(self, what: str, why: str) -> None:
        """Note something that is broken."""
        self.faults += 1
        if len(self.broken) < MOST_TOLD:
            self.broken.append(Note(what[:_LONGEST_NAME], why))


@dataclass
class _Seen:
    """How far the chain was followed, and what its events name."""

    seq: int = 0
    hash: str = START
    cases: set[str] = field(default_factory=set)
    named: set[bytes] = field(default_factory=set)


def check(path: Path, head: str = "", tick: Tick = lambda done: None) -> Checked:
    """
    Check a zip of evidence.

    Args:
        path: the zip.
        head: a hash that was noted elsewhere and has to be in the chain; empty for none.
        tick: told how many events and snapshots are done.

    Raises DamagedFile for what is no zip that may be opened, NotFound.
    """
    told = Checked()
    with zips.opened(path) as zip:
        files = _files(zip, told)
        told.manifest = _manifest(zip, files, told)
        if told.manifest is None:
            return told
        for name in bundle.LISTED:
            if name not in files:
                told.tell(name, "it is missing")
        seen = _Seen()
        if bundle.EVENTS in files:
            _events(zip, files[bundle.EVENTS], told.manifest, (seen, told), head, tick)
        absent = _absent(zip, files, told.manifest, told)
        if bundle.README in files:
            _digest(zip, files[bundle.README], told.manifest.files.get(bundle.README, ""), told)
        _snapshots(zip, files, seen, absent, told, tick)
        _counts(told.manifest, seen, told)
        if head and not told.noted:
            told.tell(f"hash {head}", "no event that is here has it")
    return told


def _files(zip: ZipFile, told: Checked) -> dict[str, ZipInfo]:
    """Give the files that belong there by name, and tell of all others."""
    files: dict[str, ZipInfo] = {}
    for info in zip.infolist():
        name = info.orig_filename
        if not bundle.KNOWN.fullmatch(name) or info.filename != name:
            told.tell(name, "it does not belong in evidence")
        elif name in files:
            told.tell(name, "it stands more than once")
        elif why := zips.odd(info):
            told.tell(name, why)
        else:
            files[name] = info
    return files


def _manifest(zip: ZipFile, files: dict[str, ZipInfo], told: Checked) -> Manifest | None:
    info = files.get(bundle.MANIFEST)
    if info is None:
        told.tell(bundle.MANIFEST, "it is missing")
        return None
    try:
        if info.file_size > _MOST_MANIFEST:
            raise DamagedFile(f"it has {info.file_size:,} bytes")
        return bundle.read(b"".join(zips.blocks(zip, info)))
    except DamagedFile as error:
        told.tell(bundle.MANIFEST, error.what)
        return None


def _events(
    zip: ZipFile,
    info: ZipInfo,
    manifest: Manifest,
    into: tuple[_Seen, Checked],
    head: str,
    tick: Tick,
) -> None:
    """Follow the events; each one that is broken is told, and the next follows from its hash."""
    seen, told = into
    whole, scope = sha256(), frozenset(manifest.cases)
    try:
        for number, line in enumerate(zips.lines(zip, info, _MOST_LINE), 1):
            whole.update(line)
            if number % _EVERY == 0:
                tick(number)
            try:
                one = orjson.loads(line)
                seq, before, body, hash = one["seq"], one["before"], one["body"], one["hash"]
                raw = body.encode()
                fault = _fault(seq, before, raw, hash)
                own = orjson.loads(raw)
                case, what, data = str(own[1]), own[4], own[5]
                digests = [bytes.fromhex(h) for h in named(what, data)] if manifest.content else ()
            except (orjson.JSONDecodeError, LookupError, TypeError, AttributeError):
                told.tell(f"{bundle.EVENTS}, line {number}", "it is no event")
                continue
            fault = fault or _out_of_place(seq, before, manifest, seen)
            if scope and case not in scope:
                fault = fault or f"it is of case {case}, which was not asked for"
            if fault:
                told.tell(f"event {seq}", fault)
            told.events += 1
            seen.seq, seen.hash = seq, hash
            seen.cases.update(() if what in APART else (case,))
            seen.named.update(digests)
            if hash == head:
                told.noted = seq
    except DamagedFile as error:
        told.tell(bundle.EVENTS, error.what)
        return
    if whole.hexdigest() != manifest.files.get(bundle.EVENTS):
        told.tell(bundle.EVENTS, "its digest is not the one in the manifest")


def _fault(seq: Any, before: Any, raw: bytes, hash: Any) -> str:
    """Give what is wrong with an event in itself. Raises TypeError for what is none."""
    if type(seq) is not int or seq < 1 or type(before) is not str or type(hash) is not str:
        raise TypeError("no event")
    if link(before, raw) != hash:
        return "it was changed: its hash is not that of its bytes after the hash before it"
    return "" if raw.startswith(b"[%d," % seq) else "its bytes are of another event"


def _out_of_place(seq: int, before: str, manifest: Manifest, seen: _Seen) -> str:
    """Give what is wrong with where an event stands."""
    if seq <= seen.seq:
        return f"it stands behind event {seen.seq}"
    if seq > manifest.head["seq"]:
        return f"it is behind the end of the chain, event {manifest.head['seq']}"
    if seq != seen.seq + 1:
        return f"event {seen.seq + 1} before it is missing" if manifest.scope == "all" else ""
    if (seen.seq or seq == 1) and before != seen.hash:
        return f"it does not follow event {seen.seq}" if seen.seq else "it is not the first"
    return ""


def _absent(
    zip: ZipFile, files: dict[str, ZipInfo], manifest: Manifest, told: Checked
) -> set[bytes]:
    """Give the digests that are said to be absent."""
    listed: set[bytes] = set()
    info = files.get(bundle.ABSENT)
    if info is None:
        return listed
    whole = sha256()
    try:
        for number, line in enumerate(zips.lines(zip, info, _MOST_LINE), 1):
            whole.update(line)
            try:
                listed.add(bytes.fromhex(orjson.loads(line)["sha256"]))
            except (orjson.JSONDecodeError, LookupError, TypeError, ValueError):
                told.tell(f"{bundle.ABSENT}, line {number}", "it names no digest")
    except DamagedFile as error:
        told.tell(bundle.ABSENT, error.what)
        return listed
    if whole.hexdigest() != manifest.files.get(bundle.ABSENT):
        told.tell(bundle.ABSENT, "its digest is not the one in the manifest")
    told.absent = len(listed)
    return listed


def _snapshots(
    zip: ZipFile,
    files: dict[str, ZipInfo],
    seen: _Seen,
    absent: set[bytes],
    told: Checked,
    tick: Tick,
) -> None:
    """Hold each snapshot against its name, and their names against those in the events."""
    left = set(seen.named)
    for name, info in files.items():
        if not name.startswith(bundle.SNAPSHOTS):
            continue
        hash = name.removeprefix(bundle.SNAPSHOTS)
        _digest(zip, info, hash, told)
        told.snapshots += 1
        if told.snapshots % _EVERY == 0:
            tick(told.events + told.snapshots)
        digest = bytes.fromhex(hash)
        if digest not in seen.named:
            told.tell(name, "no event that is here names it")
        elif digest in absent:
            told.tell(name, f"it is here, and {bundle.ABSENT} says it is not")
        left.discard(digest)
    for digest in sorted(left - absent):
        told.tell(f"{bundle.SNAPSHOTS}{digest.hex()}", "an event names it, and it is missing")
    for digest in sorted(absent - seen.named):
        told.tell(f"{bundle.ABSENT}, {digest.hex()}", "no event that is here names it")


def _digest(zip: ZipFile, info: ZipInfo, expected: str, told: Checked) -> None:
    whole = sha256()
    try:
        for block in zips.blocks(zip, info):
            whole.update(block)
    except DamagedFile as error:
        told.tell(info.filename, error.what)
        return
    if whole.hexdigest() != expected:
        told.tell(info.filename, f"it was changed: its digest is {whole.hexdigest()}")


def _counts(manifest: Manifest, seen: _Seen, told: Checked) -> None:
    """Hold the manifest against what was seen."""
    counted = {"events": told.events, "cases": len(seen.cases)}
    counted |= {"snapshots": told.snapshots, "absent": told.absent}
    for name, count in counted.items():
        if manifest.counts[name] != count:
            said = f"it says {manifest.counts[name]:,} {name}, here are {count:,}"
            told.tell(bundle.MANIFEST, said)
    end = manifest.head
    if manifest.scope == "all" and seen.seq < end["seq"]:
        told.tell(f"event {seen.seq + 1}", f"it is missing, to event {end['seq']}")
    if seen.seq == end["seq"] and seen.hash != end["hash"]:
        told.tell(bundle.MANIFEST, f"its head is not the hash of event {seen.seq}")
    for case in sorted({*manifest.cases} - seen.cases):
        told.tell(f"case {case}", "it was asked for, and none of its events is here")
