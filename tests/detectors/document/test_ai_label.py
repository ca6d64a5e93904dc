from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.labels.carriers import (
    LABEL,
    XMP_APP1,
    itxt,
    jpeg_file,
    labels,
    markdown_file,
    png_file,
    segment,
    xmp,
)

from qingjian.core.errors import Abstain
from qingjian.core.types import ByteRange, Document, Finding, Span
from qingjian.detectors.document.ai_label import ai_label
from qingjian.labels.carriers import codec, names
from qingjian.labels.gb45438 import MEANS
from qingjian.labels.label import mark, write

scan = ai_label.build()


def markdown(fields: dict[str, str]) -> Document:
    return Document(format="markdown", body=markdown_file(fields).decode())


def only(item: Document) -> Finding:
    (finding,) = scan(item).findings
    return finding


def test_a_label_in_front_matter_is_found_with_its_place() -> None:
    item = markdown(LABEL)
    finding = only(item)
    assert isinstance(finding.at, Span)
    place = item.body[finding.at.start : finding.at.end]
    assert place.startswith("AIGC:\n  Label")
    assert place.endswith('ReservedCode2: ""')
    assert finding.why == f"label says: made by AI, by {LABEL['ContentProducer']}"
    assert (finding.detector, finding.severity) == ("document.ai_label", "info")
    assert finding.evidence["label"] == "1"
    assert finding.evidence["ProduceID"] == LABEL["ProduceID"]
    told = finding.evidence["deviations"]
    assert told == ("ContentPropagator has characters beside printable ASCII",)
    assert "PropagateID" not in finding.evidence


@pytest.mark.parametrize("format", ["png", "jpeg"])
@pytest.mark.parametrize("on_disk", [False, True])
def test_a_label_in_a_picture_is_found_with_its_bytes(
    format: str, on_disk: bool, tmp_path: Path
) -> None:
    carrier = itxt(xmp(LABEL)) if format == "png" else segment(0xE1, XMP_APP1 + xmp(LABEL))
    data = png_file(carrier) if format == "png" else jpeg_file(carrier)
    source: bytes | Path = data
    if on_disk:
        source = tmp_path / "picture"
        source.write_bytes(data)
    finding = only(Document(format=format, source=source))
    at = data.index(carrier)
    assert finding.at == ByteRange(at, at + len(carrier))


@pytest.mark.parametrize(
    "item",
    [
        Document(format="markdown", body="---\ntitle: 说 AIGC\n---\n正文\n"),
        Document(format="markdown"),
        Document(format="png", source=png_file()),
        Document(format="jpeg", source=jpeg_file()),
    ],
)
def test_a_file_without_a_label_is_a_miss(item: Document) -> None:
    assert scan(item).findings == ()


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (Document(format="zip", source=b"PK"), "no carrier of labels is known for this format"),
        (Document(), "bytes are not at hand"),
        (Document(format="png"), "bytes are not at hand"),
        (Document(format="png", source=png_file()[:40]), "before IEND"),
        (Document(format="jpeg", source=b"\xff\xd8\xff"), "before its picture"),
        (Document(format="markdown", body="---\nAIGC: [\n---\n"), "no YAML"),
    ],
)
def test_what_cannot_be_read_is_not_judged(item: Document, reason: str) -> None:
    with pytest.raises(Abstain, match=reason):
        scan(item)


@given(labels)
def test_the_finding_says_what_the_label_says(label: dict[str, str]) -> None:
    finding = only(markdown(label))
    assert finding.evidence["label"] == label["Label"]
    assert finding.why.startswith(
        f"label says: {MEANS.get(label['Label'], 'Label ' + label['Label'])}"
    )
    for name, value in label.items():
        if name != "Label" and value:
            assert finding.evidence[name] == value
    assert not finding.opposed


@given(
    st.sampled_from(
        ["why", "at", "against", "score", "label", "deviations", "self", "a b", "类型"]
    ),
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=300),
)
def test_no_extra_field_can_stand_for_what_was_found(name: str, value: str) -> None:
    finding = only(Document(format="png", source=png_file(itxt(xmp({**LABEL, name: value})))))
    assert finding.evidence["label"] == "1"
    assert f"extra field {name}" in tuple(finding.evidence["deviations"] or ())  # type: ignore[arg-type]  # deviations are texts
    assert all(len(str(v)) <= 200 or k == "deviations" for k, v in finding.evidence.items())
    assert finding.why.startswith("label says: made by AI")


def test_a_label_in_a_page_is_found_with_its_code_points() -> None:
    page = '<!doctype html><title>说明</title><meta name="AIGC" content="%s"><p>正文'
    item = Document(format="html", body=page % "{&quot;Label&quot;:&quot;2&quot;}")
    finding = only(item)
    assert isinstance(finding.at, Span)
    assert item.body[finding.at.start : finding.at.end].startswith("<meta name")
    assert finding.evidence["label"] == "2"
    assert list(scan(Document(format="html", body="<p>AIGC")).findings) == []


@pytest.mark.parametrize("name", [n for n in names() if not codec(n).text])
def test_a_label_is_found_in_every_carrier_that_is_scanned(name: str) -> None:
    plain = importlib.import_module(f"tests.labels.formats.samples.{name}").plain()
    made = write(plain, mark("p", "7"))
    finding = only(Document(format=name, source=made))
    assert finding.evidence["ProduceID"] == "7"
    assert list(scan(Document(format=name, source=plain)).findings) == []


def test_a_label_that_may_be_quoted_is_found_with_the_doubt_against_it() -> None:
    block = markdown_file(LABEL).decode()
    (finding,) = scan(Document(format="markdown", body="前言\n" + block)).findings
    assert finding.against
    strange = xmp(LABEL).replace(b"http://www.tc260.org.cn/ns/AIGC/1.0/", b"http://x.org/")
    (finding,) = scan(Document(format="png", source=png_file(itxt(strange)))).findings
    assert "namespace" in finding.against[0]
    assert only(markdown(LABEL)).against == ()
