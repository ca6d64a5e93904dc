"""An Excel workbook of one sheet, made by hand."""

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

S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WORKBOOK = (
    f'<workbook xmlns="{S}" xmlns:r="{OFFICE}relationships"><sheets>'
    '<sheet name="表一" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
SHEET = (
    f'<worksheet xmlns="{S}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>单元格</t></is>'
    '</c><c r="B1"><v>42</v></c></row></sheetData></worksheet>'
)


def workbook() -> dict[str, bytes | str]:
    """Give the parts of the workbook."""
    parts = package("xl/workbook.xml", MAIN, {"xl/workbook.xml": WORKBOOK})
    parts["xl/_rels/workbook.xml.rels"] = (
        f'{HEAD}<Relationships xmlns="{RELS}"><Relationship Id="rId1" '
        f'Type="{OFFICE}relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    )
    parts["xl/worksheets/sheet1.xml"] = HEAD + SHEET
    return parts


def plain() -> bytes:
    return packed(workbook())


def content(data: bytes) -> object:
    sheet = ElementTree.fromstring(unpacked(data)["xl/worksheets/sheet1.xml"])
    return [(c.get("r"), "".join(c.itertext())) for c in sheet.iter(f"{{{S}}}c")]


other = others
crossread = text


def crosswritten(value: str, _: Path) -> bytes:
    return written_by_hand(workbook(), value)


SHAPES = shapes(workbook())
