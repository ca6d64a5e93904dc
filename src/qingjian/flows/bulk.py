"""
Cases about nearly the same, ruled on together: after a sample was read, one ruling a case.

Each case gets its own ruling, notice and appeal; what they share is the name of the batch, by
which all can be taken back. The sample is drawn from the ids and from who rules, so that nobody
picks what to read.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from qingjian.archive.rank import grams, plain
from qingjian.cases import acts
from qingjian.cases.case import Case
from qingjian.cases.sql import Cases
from qingjian.cases.wanted import Wanted
from qingjian.core.errors import NotFound, QingjianError, UsageError
from qingjian.core.hashing import sha256
from qingjian.core.types import Note

MOST = 1_000
SAMPLE = 5
LEAST_ALIKE = 0.6
_SET_APART = {"id", "about", "kind"}


@dataclass(frozen=True, slots=True)
class Alike:
    """An open case and how much of its text is that of another, 0 to 1 (Jaccard, runs of 3)."""

    case: str
    subject: str
    share: float
    text: str


def alike(cases: Cases, id: str, least: float = LEAST_ALIKE, most: int = 5_000) -> list[Alike]:
    """
    Give the open cases whose text is nearly that of a case, the nearest first.

    Args:
        most: so many open cases of its kind are looked at.

    Raises NotFound where the text is not kept.
    """
    one = cases.get(id)
    ours = _grams(text_of(cases, one))
    if not ours:
        raise NotFound(f"no text of case {id} is kept", "only texts can be held against others")
    found = []
    for row in cases.listed(Wanted(kinds=(one.subject.kind,), states=("review",)), most):
        if row["id"] == id:
            continue
        text = text_of(cases, cases.get(str(row["id"])))
        theirs = _grams(text)
        share = len(ours & theirs) / len(ours | theirs)
        if share >= least:
            found.append(Alike(str(row["id"]), str(row["subject"]), round(share, 3), text))
    return sorted(found, key=lambda a: (-a.share, a.case))


def text_of(cases: Cases, case: Case) -> str:
    """Give the text that was looked at last, empty where none is kept."""
    for seen in reversed(case.seen):
        if seen.item:
            try:
                return _words(orjson.loads(cases.snapshot(seen.item)))
            except NotFound:
                continue
    return ""


def sample(ids: Iterable[str], who: str) -> list[str]:
    """Give the ids that have to be read before all are ruled on: the same ones each time."""
    listed = sorted(set(ids))
    if not 0 < len(listed) <= MOST:
        raise UsageError(f"{len(listed):,} cases: a batch has 1 to {MOST:,}")
    draw = random.Random(_name(listed, who))
    return sorted(draw.sample(listed, min(SAMPLE, len(listed))))


def batch_of(ids: Iterable[str], who: str) -> str:
    """Give the name of a batch."""
    return f"b_{_name(sorted(set(ids)), who)[:16]}"


def rule(
    cases: Cases,
    ids: Sequence[str],
    who: str,
    ground: acts.Ground,
    asked: Sequence[acts.Asked],
    read: Iterable[str],
) -> Iterator[Case | Note]:
    """
    Rule on each case, and give it as it stands then, or why it was refused.

    Args:
        read: the ids that were read: exactly those of the sample.
    """
    wanted = sample(ids, who)
    if sorted(set(read)) != wanted:
        raise UsageError("the sample was not read", f"read exactly: {','.join(wanted)}")
    said = replace(ground, batch=batch_of(ids, who))

    def claimed(case: Case, at: float) -> list[Any]:
        return acts.claim(case, who, at)

    def ruled(case: Case, at: float) -> list[Any]:
        return acts.rule(case, who, said, asked, at)

    for id in sorted(set(ids)):
        yield from tried(cases, id, who, (claimed, ruled))


def undo(cases: Cases, batch: str, who: str, reason: str) -> Iterator[Case | Note]:
    """Take back whatever steps of a batch still stand, and give each case. Raises NotFound."""
    ids = cases.resting_on(batch)
    if not ids:
        raise NotFound(f"no batch {batch}", "its name was told when it was ruled on")
    for id in ids:
        numbers = {r.number for r in cases.get(id).rulings if r.told.get("batch") == batch}

        def back(case: Case, at: float, numbers: set[int] = numbers) -> list[Any]:
            standing = [d for d in case.dispositions if d.standing and d.ruling in numbers]
            return [draft for d in standing for draft in acts.lift(case, d.id, reason)]

        yield from tried(cases, id, who, (back,))


def tried(
    cases: Cases, id: str, who: str, acting: Iterable[Callable[[Case, float], list[Any]]]
) -> Iterator[Case | Note]:
    """Do one act after the other in a case, and give it then, or why one was refused."""
    try:
        for act in acting:
            case = cases.act(id, who, act)
    except QingjianError as error:
        yield Note(id, error.what)
        return
    yield case


def _name(listed: Sequence[str], who: str) -> str:
    return sha256("\n".join((who.strip(), *listed)).encode())


def _grams(text: str) -> frozenset[str]:
    return frozenset(grams(plain(text), 3))


def _words(value: Any) -> str:
    """Give all texts within an item, what is said about it left out."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "\n".join(_words(v) for k, v in value.items() if k not in _SET_APART)
    return "\n".join(map(_words, value)) if isinstance(value, list) else ""
