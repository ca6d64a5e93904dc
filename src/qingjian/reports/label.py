"""
Verdicts on labels, for machines and for people.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qingjian.core.types import Span
from qingjian.labels.mark import Mark
from qingjian.labels.verify import Signature, Verdict
from qingjian.reports.visible import visible

_SHOWN = 60


def label_row(file: str, verdict: Verdict, checked_at: str) -> dict[str, Any]:
    """Give the row of one file by contract, for `qingjian label read|verify --json`."""
    return {
        "file": file,
        "carrier": verdict.carrier,
        "verdict": verdict.verdict,
        "basis": list(verdict.basis),
        "show": verdict.show,
        "marks": [
            mark_row(mark, signature)
            for mark, signature in zip(verdict.marks, verdict.signatures, strict=True)
        ],
        "checked_at": checked_at,
    }


def mark_row(mark: Mark, signature: Signature = "none") -> dict[str, Any]:
    """Give one mark for machines; `fields` has everything it holds, as text."""
    at = mark.at
    kind = "span" if isinstance(at, Span) else "bytes"
    return {
        "scheme": mark.scheme,
        "label": mark.label,
        "producer": mark.fields.get("ContentProducer", ""),
        "produce_id": mark.fields.get("ProduceID", ""),
        "propagator": mark.fields.get("ContentPropagator", ""),
        "propagate_id": mark.fields.get("PropagateID", ""),
        "place": mark.place,
        "at": {"kind": kind, "start": at.start, "end": at.end} if at else None,
        "deviations": [{"id": d.id, "clause": d.clause, "what": d.what} for d in mark.deviations],
        "signature": signature,
        "fields": dict(mark.fields),
    }


def label_lines(file: str, verdict: Verdict, marks: bool = True) -> Iterator[str]:
    """Give the lines for people: the answer first, then its basis, then each mark."""
    carrier = f" ({verdict.carrier})" if verdict.carrier else ""
    yield f"{visible(file)}{carrier}: {verdict.verdict}"
    for why in verdict.basis:
        yield f"  because {visible(why)}"
    if verdict.show:
        yield f"  show    {verdict.show}"
    if not marks:
        return
    for mark, signature in zip(verdict.marks, verdict.signatures, strict=True):
        yield f"  {mark.scheme} at {visible(mark.place)}"
        label = {"Label": mark.label} if mark.label and mark.scheme == "gb45438" else {}
        for name, value in {**label, **mark.fields}.items():
            if value:
                cut = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}… ({len(value)})"
                yield f"    {visible(name)}: {visible(cut)}"
        if signature != "none":
            yield f"    signature: {_SIGNATURES[signature]}"
        for deviation in mark.deviations:
            clause = f" [{deviation.clause}, not verified]" if deviation.clause else ""
            yield f"    deviates: {visible(deviation.what)}{clause}"


_SIGNATURES = {
    "valid": "valid, by a pinned key",
    "unpinned": "holds; integrity only, as the key is not pinned",
    "invalid": "does NOT hold",
}
