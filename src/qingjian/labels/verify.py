"""
The answer a platform needs about a file: is it AI-made, on what basis, and what must be shown.

Source: CAC measures on labelling 2025, article 6 (1) to (3); words follow its three degrees.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from qingjian.labels.gb45438 import MEANS
from qingjian.labels.iptc import GENERATED
from qingjian.labels.mark import Mark

Answer = Literal[
    "confirmed", "possible", "suspected", "unmarked", "contradicted", "damaged", "unsupported"
]
Signature = Literal["valid", "invalid", "unpinned", "none"]

SHOW: dict[str, str] = {
    "confirmed": "本内容由人工智能生成合成",
    "possible": "本内容可能由人工智能生成合成",
    "suspected": "本内容疑似由人工智能生成合成",
    "contradicted": "本内容的人工智能标识互相矛盾或校验未通过，请人工核查",
}
"""What a platform must show, by answer; the rest shows nothing."""
_BY_LABEL: dict[str, Answer] = {"1": "confirmed", "2": "possible", "3": "suspected"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What follows from a file's marks.

    Args:
        verdict: the answer.
        basis: why, a sentence each, the deciding one first.
        show: the words a platform must show beside the content, empty when none.
        marks: every mark, in order of place.
        signatures: by position in `marks`, how the label's own signature came out.
        carrier: the format's name, empty when unknown.
    """

    verdict: Answer
    basis: tuple[str, ...]
    show: str = ""
    marks: tuple[Mark, ...] = ()
    signatures: tuple[Signature, ...] = ()
    carrier: str = ""


def verdict_of(
    marks: Sequence[Mark], signatures: Sequence[Signature], carrier: str, declared: bool = False
) -> Verdict:
    """
    Give the verdict on marks.

    Args:
        marks: of every scheme.
        signatures: one for each mark.
        carrier: the format's name.
        declared: whether the user who uploaded the file says that AI made it.
    """
    answer, basis = _decided(marks, signatures, declared)
    return Verdict(answer, basis, SHOW.get(answer, ""), tuple(marks), tuple(signatures), carrier)


def _decided(
    marks: Sequence[Mark], signatures: Sequence[Signature], declared: bool
) -> tuple[Answer, tuple[str, ...]]:
    labels = [mark for mark in marks if mark.scheme == "gb45438"]
    manifests = [mark for mark in marks if mark.scheme == "c2pa"]
    broken = [mark for mark in manifests if mark.fields.get("state") == "broken"]
    beside = tuple(_of_broken(mark) for mark in broken)
    invalid = [m for m, s in zip(marks, signatures, strict=True) if s == "invalid"]
    if invalid:
        return "contradicted", tuple(
            f"the signature in the label at {m.place or 'its place'} fails" for m in invalid
        )
    if quarrel := _quarrel(labels):
        return "contradicted", (quarrel,)
    if labels:
        return _of_label(labels[0], beside)
    if broken:
        return "contradicted", beside
    if stated := [m for m in marks if m.fields.get("DigitalSourceType") in GENERATED]:
        return "confirmed", tuple(map(_of_statement, stated))
    if declared:
        return "possible", ("the user who uploaded it says that AI made it",)
    traces = [m for m in marks if m.scheme not in ("c2pa", "iptc")]
    if traces:
        return "suspected", tuple(f"{m.scheme} left traces at {m.place}" for m in traces)
    said = tuple(f"{m.scheme} at {m.place} says nothing of AI generation" for m in marks)
    return "unmarked", said or ("no mark was found",)


def _of_label(mark: Mark, beside: Iterable[str]) -> tuple[Answer, tuple[str, ...]]:
    producer = mark.fields.get("ContentProducer", "")
    by = f", by {producer[:80]}" if producer else ""
    if mark.label in _BY_LABEL:
        said = f"GB 45438 label at {mark.place} says: {MEANS[mark.label]}{by}"
        return _BY_LABEL[mark.label], (said, *beside)
    said = f"GB 45438 label at {mark.place} has Label {mark.label[:40]!r}, none of 1, 2, 3{by}"
    return "suspected", (said, *beside)


def _of_statement(mark: Mark) -> str:
    code = mark.fields["DigitalSourceType"]
    by = mark.fields.get("claim_generator", "")
    return f"{mark.scheme} at {mark.place} states {code}" + (f", by {by[:80]}" if by else "")


def _of_broken(mark: Mark) -> str:
    problems = mark.fields.get("problems", "")[:200]
    return f"the C2PA manifest does not hold for these bytes: {problems}"


def _quarrel(labels: Sequence[Mark]) -> str:
    """Say on what the labels disagree, nothing when they agree."""
    for what, values in (
        ("Label", [m.label for m in labels]),
        ("ContentProducer", [m.fields.get("ContentProducer", "") for m in labels]),
    ):
        seen = list(dict.fromkeys(v for v in values if v))
        if len(seen) > 1:
            return f"{len(labels)} labels disagree on {what}: " + ", ".join(v[:60] for v in seen)
    return ""
