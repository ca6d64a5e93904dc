"""
From a content number to what is written down of it: copies handed out, cases, rulings.

Each case that is read is told on the chain as viewed, with who did so, before it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qingjian.cases.case import Case
from qingjian.cases.event import Draft
from qingjian.cases.proof import Proof
from qingjian.cases.sql import Cases
from qingjian.core.errors import InputError, UsageError
from qingjian.labels import file, label
from qingjian.labels.carriers import carrier
from qingjian.labels.mark import Mark
from qingjian.labels.payload import digest_of, unlabelled_digest
from qingjian.labels.unlabelled import copies

MOST_CASES = 1_000


@dataclass(frozen=True, slots=True)
class Sought:
    """
    What is traced.

    Args:
        ids: content numbers, ProduceID of a label.
        hashes: SHA-256 of the file as it is, and of what a label does not change.
        marks: the labels that the file carries, none where a number was given.
    """

    ids: tuple[str, ...]
    hashes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Numbers and hashes, each once."""
        return tuple(dict.fromkeys((*self.ids, *self.hashes)))


@dataclass(frozen=True, slots=True)
class Traced:
    """What was found: entries of logs of copies, each with its log, and cases as they stand."""

    copies: tuple[tuple[str, dict[str, str]], ...] = ()
    cases: tuple[Case, ...] = ()


def sought(asked: str) -> Sought:
    """
    Give what is traced for a content number, or for a file of that name where there is one.

    Raises UsageError for an empty number, DamagedFile for a file that breaks its own format.
    """
    path = Path(asked)
    if not asked.strip():
        raise UsageError("nothing to trace", "name a ProduceID or a file")
    if len(asked) > 4096 or not path.is_file():
        return Sought((asked,))
    with file.opened(path) as data:
        hashes = [digest_of(data)]
        codec = carrier(data, path.name)
        if codec is not None:
            hashes.append(unlabelled_digest(data, codec))
    try:
        marks = tuple(m for m in label.read(path) if m.scheme == "gb45438")
    except InputError:
        if codec is not None:
            raise
        marks = ()  # nothing carries labels here: its hash is left
    ids = (m.fields.get("ProduceID", "") for m in marks)
    return Sought(tuple(dict.fromkeys(filter(None, ids))), tuple(dict.fromkeys(hashes)), marks)


def trace(
    what: Sought, logs: Iterable[Path], cases: Cases | None, proof: Proof | None, who: str
) -> Traced:
    """
    Give what logs and cases say of what is sought; reading a case writes down that `who` did.

    Raises DamagedFile for a log that was touched, UsageError without `who`, or for a word that
    stands in more than `MOST_CASES` cases. Cost: reads every kept snapshot once.
    """
    if not who.strip():
        raise UsageError("nobody says who traces", "add --who NAME")
    handed = tuple(
        (str(log), entry) for log in logs for entry in copies(log) if _tells_of(entry, what)
    )
    if cases is None or proof is None:
        return Traced(handed)
    ids = proof.mentioning(what.words)
    if len(ids) > MOST_CASES:
        raise UsageError(f"{len(ids):,} cases mention it", "trace something that is rarer")
    words = list(what.words)

    def viewed(case: Case, at: float) -> list[Draft]:
        return [Draft("viewed", {"trace": words})]

    return Traced(handed, tuple(cases.act(id, who, viewed) for id in ids))


def _tells_of(entry: dict[str, str], what: Sought) -> bool:
    digests = (entry["sha256_file"], entry["sha256_copy"])
    return entry["produce_id"] in what.ids or any(d in what.hashes for d in digests)
