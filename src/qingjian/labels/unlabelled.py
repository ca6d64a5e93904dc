"""
Copies without an explicit label: made on request, written down in a ledger that shows tampering.

The label in the metadata stays, unless it is asked to go too.

Source: CAC measures on labelling 2025, article 9: a provider may hand out a copy without the
explicit label when the agreement puts the duty on the user, and keeps logs for six months at least.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qingjian.core.clock import Clock, iso, now
from qingjian.core.errors import UsageError
from qingjian.core.ledger import Entry, Ledger
from qingjian.labels import file
from qingjian.labels.carriers import carrier
from qingjian.labels.explicit.write import check_explicit
from qingjian.labels.label import read
from qingjian.labels.mark import Mark
from qingjian.labels.payload import digest_of

KEPT_DAYS = 184
"""At least six months."""
_KIND = "label.unlabelled_copy"
_DAY_S = 86_400
_MOST_LOOKED_AT = 256_000_000


@dataclass(frozen=True, slots=True)
class Copy:
    """
    Who got a copy without a label, and why.

    Args:
        file: the labelled file.
        to: whom the copy goes to: a user's or a contract's number, no name.
        agreement: the agreement that puts the duty to label on them.
        why: their reason.
    """

    file: Path
    to: str
    agreement: str
    why: str


def export(
    copy: Copy, output: Path, ledger: Path, implicit: bool = True, clock: Clock = now
) -> Entry:
    """
    Write a copy without an explicit label, after the ledger has it; give the ledger's entry.

    Args:
        copy: the file as it was before an explicit label was put on, who gets it, and why.
        output: where the copy goes.
        ledger: where it is written down.
        implicit: whether the label in the metadata stays.
        clock: where the time comes from.

    Raises UsageError when nothing says who, on what agreement and why, or the file has no label in
    its metadata, or shows an explicit one; DamagedFile, InputError when it cannot be read.
    """
    for name, value in (("to", copy.to), ("agreement", copy.agreement), ("why", copy.why)):
        if not value.strip():
            raise UsageError(f"{name} is empty", "who, on what agreement and why are kept")
    labels = [mark for mark in read(copy.file) if mark.scheme == "gb45438"]
    with file.opened(copy.file) as data:
        codec = carrier(data, copy.file.name)
        if not labels or codec is None:
            raise UsageError(f"{copy.file} has no label in its metadata", "`label write` makes one")
        if len(data) <= _MOST_LOOKED_AT and check_explicit(data[0:], copy.file.name).found:
            raise UsageError(
                f"{copy.file} shows an explicit label, which cannot be taken off",
                "export the file as it was before it was put on",
            )
        edits = [] if implicit else codec.write(data, None)
        told = _told(copy, labels[0], digest_of(data, []), digest_of(data, edits))
        kept = {"implicit": "kept" if implicit else "removed"}
        until = iso(clock() + KEPT_DAYS * _DAY_S)
        entry = Ledger(ledger, clock).append(_KIND, {**told, **kept, "keep_until": until})
        file.replaced(copy.file, edits, output)
    return entry


def _told(copy: Copy, mark: Mark, original: str, made: str) -> dict[str, str]:
    return {
        "file": copy.file.name,
        "to": copy.to,
        "agreement": copy.agreement,
        "why": copy.why,
        "producer": mark.fields.get("ContentProducer", ""),
        "produce_id": mark.fields.get("ProduceID", ""),
        "sha256_file": original,
        "sha256_copy": made,
    }


def copies(ledger: Path, sha256: str = "") -> Iterator[dict[str, str]]:
    """Give what the ledger has, of a file's digest where one is named. Raises DamagedFile."""
    for entry in Ledger(ledger).entries():
        if entry.kind == _KIND and sha256 in (
            "",
            entry.data["sha256_file"],
            entry.data["sha256_copy"],
        ):
            yield {"at": iso(entry.at), **entry.data}
