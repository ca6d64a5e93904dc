"""A PowerPoint presentation of one slide, made by hand."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from tests.labels.formats.samples.docx import (
    HEAD,
    OFFICE,
    RELS,
    others,
    package,
    packed,
    shapes,
    text,
    unpacked,
    written_by_hand,
)

P = "http://schemas.openxmlformats.org/presentationml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
PRESENTATION = (
    f'<p:presentation xmlns:p="{P}" xmlns:r="{OFFICE}relationships"><p:sldIdLst>'
    '<p:sldId id="256" r:id="rId1"/></p:sldIdLst></p:presentation>'
)
SLIDE = (
    f'<p:sld xmlns:p="{P}" xmlns:a="{A}"><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r>'
    "<a:t>幻灯片</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
)


def slides() -> dict[str, bytes | str]:
    """Give the parts of the presentation."""
    parts = package("ppt/presentation.xml", MAIN, {"ppt/presentation.xml": PRESENTATION})
    parts["ppt/_rels/presentation.xml.rels"] = (
        f'{HEAD}<Relationships xmlns="{RELS}"><Relationship Id="rId1" '
        f'Type="{OFFICE}relationships/slide" Target="slides/slide1.xml"/></Relationships>'
    )
    parts["ppt/slides/slide1.xml"] = HEAD + SLIDE
    return parts


def plain() -> bytes:
    return packed(slides())


def content(data: bytes) -> object:
    slide = ElementTree.fromstring(unpacked(data)["ppt/slides/slide1.xml"])
    return [t.text for t in slide.iter(f"{{{A}}}t")]


other = others
crossread = text


def crosswritten(value: str, _: Path) -> bytes:
    return written_by_hand(slides(), value)


SHAPES = shapes(slides())
