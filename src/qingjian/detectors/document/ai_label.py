"""
document.ai_label: a label that says AI made this file.

Finds the AIGC label of GB 45438-2025 wherever a carrier has its place: front matter, XMP, tags,
document properties. Evidence is the label's value, producer and content number, and where they
stand.

Limits: other schemes (C2PA, IPTC, traces of generators) are for `qingjian label verify`; a label
proves what was written, not how it was made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from qingjian.core.card import Card
from qingjian.core.errors import Abstain, DamagedFile
from qingjian.core.registry import detector
from qingjian.core.types import ByteRange, Document, Finding, Scan, Span, found
from qingjian.labels.carriers import carrier
from qingjian.labels.formats import markdown
from qingjian.labels.gb45438 import MEANS, marks_of
from qingjian.labels.mark import Mark

_DOUBTFUL = frozenset({"place.body", "xmp.namespace"})
"""Deviations of place in which a label may be quoted, or something else."""


@detector(
    Card(
        id="document.ai_label",
        reads=Document,
        serves=("1.5.platform_detection", "1.5.implicit_label"),
        severity="info",
        finds="an AI-content label of GB 45438-2025 in a file: an AIGC block with a Label in the "
        "YAML front matter of a Markdown file, in the TC260 XMP of a PNG or JPEG file, or in the "
        "place that another carrier has for it",
        limits=(
            "quality is measured on Markdown, PNG and JPEG; other carriers by their contract suite",
            "a signature in a label is not checked here: `qingjian label verify` does",
            "a label in the body of a text or in a foreign namespace may be quoted: found, with "
            "that doubt against it",
        ),
        source="GB 45438-2025 6.1 and annex E (secondary sources); CAC measures 2025, article 6",
        hits=(
            '---\nAIGC:\n  Label: "1"\n  ContentProducer: "00119111000000000000X10000"\n---\n'
            "正文。\n",
        ),
        misses=("---\ntitle: AIGC 标识办法解读\n---\n标识里要写 Label: 1。\n",),
        lookalike="# AIGC 标识\n\n显式标识给人看，隐式标识写进元数据，Label 的值是 1、2 或 3。\n",
        cost_us=30,
        modules=(
            "qingjian.labels.gb45438",
            "qingjian.labels.fields",
            "qingjian.labels.xmp",
            "qingjian.labels.formats.markdown",
            "qingjian.labels.formats.png",
            "qingjian.labels.formats.jpeg",
        ),
    )
)
def ai_label() -> Scan[Document]:
    """Build the scan."""

    def scan(item: Document) -> Iterator[Finding]:
        try:
            marks = _read(item)
        except DamagedFile as error:
            raise Abstain(error.what) from None
        for mark in marks:
            says = MEANS.get(mark.label, f"Label {mark.label}")
            producer = mark.fields.get("ContentProducer", "")
            why = f"label says: {says}" + (f", by {producer[:80]}" if producer else "")
            fields = {_snake(k): v[:200] for k, v in mark.fields.items() if v and k.isidentifier()}
            deviations = tuple(d.what for d in mark.deviations)
            doubts = tuple(d.what for d in mark.deviations if d.id in _DOUBTFUL)
            yield found(
                why,
                mark.at,
                against=doubts,
                evidence=fields,
                label=mark.label,
                deviations=deviations,
            )

    return scan


def _snake(name: str) -> str:
    return (
        "field_" + name
        if name in ("why", "at", "against", "score", "label", "deviations")
        else name
    )


def _read(item: Document) -> list[Mark]:
    """Give the GB 45438 labels of a document; places in texts are code points."""
    if item.format == "markdown":
        return markdown.read_text(item.body)
    if item.format == "html":
        return [_in_text(mark, item.body) for mark in _labels(item.body.encode(), "page.html")]
    data = item.source.read_bytes() if isinstance(item.source, Path) else item.source
    if data is None:
        raise Abstain("the file's bytes are not at hand")
    return _labels(data, "")


def _labels(data: bytes, name: str) -> list[Mark]:
    codec = carrier(data, name)
    if codec is None:
        raise Abstain("no carrier of labels is known for this format")
    return marks_of(codec.held(data))


def _in_text(mark: Mark, text: str) -> Mark:
    """Give the mark with its place in code points instead of UTF-8 bytes."""
    if not isinstance(mark.at, ByteRange):
        return mark
    data = text.encode()
    start = len(data[: mark.at.start].decode("utf-8", "replace"))
    end = start + len(data[mark.at.start : mark.at.end].decode("utf-8", "replace"))
    return replace(mark, at=Span(start, end))
