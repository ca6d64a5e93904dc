"""
Run again what a case keeps, and hold what comes out against the row that was kept.

Only the detectors that ran then are run. What they find, their scores, what they abstain from and
the decision are compared as canonical JSON, byte for byte. Whatever cannot be compared is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from qingjian.cases.case import Case, Seen
from qingjian.cases.sql import Cases
from qingjian.core.errors import NotFound, QingjianError
from qingjian.core.hashing import sha256

NO_ARCHIVE = "no archive was asked"
"""How a detector abstains that needs the archive; whether there was one is known from it."""
_FAILED = "failed: "

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bench:
    """
    What is installed.

    Args:
        versions: of the detectors, by id.
        policy: gives name and version of the pack that is in force, for a row.
        run: gives the row of an item's JSON, by detectors of these ids; the kept row comes with it.
    """

    versions: Mapping[str, str]
    policy: Callable[[Row], str]
    run: Callable[[Row, Row, tuple[str, ...]], Row]


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of a row that came out otherwise: of which detector, what was kept, what is now."""

    part: Literal["findings", "scores", "abstained", "ran", "decision"]
    of: str
    kept: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Replayed:
    """
    What came of one run of a case.

    Args:
        at: when it was taken in, UTC epoch seconds.
        item: hash of what was looked at.
        row: hash of what the run gave.
        missing: what could not be compared and why, a sentence each.
    """

    at: float
    item: str
    row: str
    differs: tuple[Difference, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def outcome(self) -> Literal["same", "differs", "not_compared"]:
        """The answer; a difference is told though something else could not be compared."""
        if self.differs:
            return "differs"
        return "not_compared" if self.missing else "same"


def replay(cases: Cases, case: Case, bench: Bench) -> Iterator[Replayed]:
    """Give what came of each run that a case keeps, in order."""
    for seen in case.seen:
        if case.sealed:
            yield Replayed(seen.at, seen.item, seen.row, missing=("the case is sealed",))
            continue
        differs, missing = _replayed(cases, seen, bench)
        yield Replayed(seen.at, seen.item, seen.row, differs, missing)


def _replayed(
    cases: Cases, seen: Seen, bench: Bench
) -> tuple[tuple[Difference, ...], tuple[str, ...]]:
    kept, item, missing = _stored(cases, seen)
    if kept is None or item is None:
        return (), missing
    left_out = _not_comparable(kept, bench.versions)
    ids = sorted({*_versions(kept), *(n["detector"] for n in kept["abstained"])} - left_out.keys())
    try:
        policy = bench.policy(kept)
        now = bench.run(item, kept, tuple(ids))
    except QingjianError as error:
        return (), (f"it cannot be run again: {error.what}",)
    if now.get("error"):
        return (), (f"the item cannot be read: {now['error']['what']}",)
    left_out |= {id: why for id, why in _now_missing(kept, now) if id not in left_out}
    told = [*left_out.values()]
    differs = list(_parts(kept, now, left_out))
    was = kept["decision"]["policy"]
    if policy != was:
        told.append(f"the decision was by policy {was}, installed is {policy}")
    elif not left_out and canonical(kept["decision"]) != canonical(now["decision"]):
        differs.append(Difference("decision", policy, kept["decision"], now["decision"]))
    return tuple(differs), tuple(told)


def canonical(value: Any) -> bytes:
    """Give the bytes of a JSON value, the same for the same value."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _stored(cases: Cases, seen: Seen) -> tuple[Row | None, Row | None, tuple[str, ...]]:
    """Give the row and the item that are kept, None for what is not, and why."""
    made: list[Row | None] = []
    told = []
    for name, hash in (("row", seen.row), ("item", seen.item)):
        body = None
        if not hash:
            told.append(f"the {name} was never kept")
        else:
            try:
                body = cases.snapshot(hash)
            except NotFound:
                told.append(f"the {name} {hash} is gone")
        if body is not None and sha256(body) != hash:
            told.append(f"the {name} {hash} was changed: its bytes have another hash")
            body = None
        made.append(orjson.loads(body) if body is not None else None)
    return made[0], made[1], tuple(told)


def _not_comparable(kept: Row, installed: Mapping[str, str]) -> dict[str, str]:
    """Give the detectors of a row whose answers cannot be had again, and why."""
    told = {}
    for id, version in _versions(kept).items():
        if id not in installed:
            told[id] = f"detector {id} is not installed"
        elif installed[id] != version:
            told[id] = f"detector {id} was version {version}, installed is {installed[id]}"
    for note in kept["abstained"]:
        if note["detector"] not in installed:
            told[note["detector"]] = f"detector {note['detector']} is not installed"
    for one in kept["findings"]:
        if "second_opinion" in one["evidence"]:
            id = one["detector"]
            told.setdefault(id, f"{id}: a second opinion was asked, which is not asked again")
    return told


def _now_missing(kept: Row, now: Row) -> Iterator[tuple[str, str]]:
    """Give what failed in only one of both runs, and who had an archive then and has none now."""
    before, after = _failures(kept), _failures(now)
    for what, reason in (before - after) | (after - before):
        when = "then" if (what, reason) in before else "now"
        yield what, f"{what} failed {when}: {reason}"
    without = {n["detector"] for n in kept["abstained"] if n["reason"] == NO_ARCHIVE}
    for note in now["abstained"]:
        id = note["detector"]
        if note["reason"] == NO_ARCHIVE and id not in without:
            yield id, f"{id} asked an archive then, and none is named now"


def _failures(row: Row) -> set[tuple[str, str]]:
    notes = ((n["what"], n["reason"]) for n in row["not_looked_at"])
    return {(what, why.removeprefix(_FAILED)) for what, why in notes if why.startswith(_FAILED)}


def _parts(kept: Row, now: Row, left_out: Mapping[str, str]) -> Iterator[Difference]:
    """Give what differs between two rows, detector by detector."""
    pairs: tuple[tuple[Literal["findings", "abstained"], str], ...]
    pairs = (("findings", "detector"), ("abstained", "detector"))
    for part, key in pairs:
        then, again = ([o for o in r[part] if o[key] not in left_out] for r in (kept, now))
        if canonical(then) == canonical(again):
            continue
        same = True
        for id in sorted({o[key] for o in (*then, *again)}):
            one, other = ([o for o in r if o[key] == id] for r in (then, again))
            if canonical(one) != canonical(other):
                same = False
                yield Difference(part, id, one, other)
        if same:
            yield Difference(part, "order", [o[key] for o in then], [o[key] for o in again])
    for id in sorted({*kept["scores"], *now["scores"]} - left_out.keys()):
        was, is_ = kept["scores"].get(id), now["scores"].get(id)
        if canonical(was) != canonical(is_):
            yield Difference("scores", id, was, is_)
    ran, runs = _versions(kept), _versions(now)
    for id in sorted(({*ran} ^ {*runs}) - left_out.keys()):
        yield Difference("ran", id, ran.get(id), runs.get(id))


def _versions(row: Row) -> dict[str, str]:
    return {one["detector"]: one["version"] for one in row["ran"]}
