"""
Labels, verdicts on them and what became of them, for machines and for people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from qingjian.core.types import Span, without_surrogates
from qingjian.labels.label import Written
from qingjian.labels.mark import Mark
from qingjian.labels.survival import Survived
from qingjian.labels.verify import Signature, Verdict
from qingjian.reports.visible import visible

_SHOWN = 60
_SIGNATURES = {
    "valid": "valid, by a pinned key",
    "unpinned": "holds; integrity only, as the key is not pinned",
    "invalid": "does NOT hold",
}


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


def written_row(file: str, done: Written, notes: Sequence[str]) -> dict[str, Any]:
    """Give the row of one file, for `qingjian label write|repair|propagate --json`."""
    return {
        "file": file,
        "written": str(done.path),
        "carrier": done.carrier,
        "mark": mark_row(done.mark),
        "notes": list(notes),
    }


def survival_row(file: str, found: Sequence[Survived]) -> dict[str, Any]:
    """Give the row of one file, for `qingjian label strip-check --json`."""
    steps = [
        {"step": s.step, "kept": list(s.kept), "lost": list(s.lost), "error": s.error}
        for s in found
    ]
    return {"file": file, "steps": steps}


def dumps(row: Mapping[str, Any]) -> str:
    """Give a row as one line of JSON; a lone surrogate in it becomes U+FFFD."""
    try:
        return orjson.dumps(row).decode()
    except orjson.JSONEncodeError:
        return orjson.dumps(_clean(row)).decode()


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_clean(key): _clean(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return without_surrogates(value) if isinstance(value, str) else value


def one_line(text: str) -> str:
    """Give a text with its hidden letters shown and its line ends as `⏎`."""
    return visible(text).replace("\n", "⏎")


def label_lines(file: str, verdict: Verdict, marks: bool = True) -> Iterator[str]:
    """Give the lines for people: the answer first, then its basis, then each mark."""
    carrier = f" ({verdict.carrier})" if verdict.carrier else ""
    yield f"{one_line(file)}{carrier}: {verdict.verdict}"
    for why in verdict.basis:
        yield f"  because {one_line(why)}"
    if verdict.show:
        yield f"  show    {verdict.show}"
    if not marks:
        return
    for mark, signature in zip(verdict.marks, verdict.signatures, strict=True):
        yield f"  {mark.scheme} at {one_line(mark.place)}"
        label = {"Label": mark.label} if mark.label and mark.scheme == "gb45438" else {}
        for name, value in {**label, **mark.fields}.items():
            if value:
                yield f"    {one_line(_cut(name))}: {one_line(_cut(value))}"
        if signature != "none":
            yield f"    signature: {_SIGNATURES[signature]}"
        for deviation in mark.deviations:
            clause = f" [{deviation.clause}, not verified]" if deviation.clause else ""
            yield f"    deviates: {one_line(deviation.what)}{clause}"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)})"
