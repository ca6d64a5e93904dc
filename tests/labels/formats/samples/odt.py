"""An OpenDocument text of one paragraph, made by hand."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from tests.labels.formats.samples.docx import LABEL, WRAPPED, packed, unpacked

URN = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, META, TEXT = URN + "office:1.0", URN + "meta:1.0", URN + "text:1.0"
LISTED = URN + "manifest:1.0"
TYPE = "application/vnd.oasis.opendocument.text"
MANIFEST = (
    f'<manifest:manifest xmlns:manifest="{LISTED}" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
FIELDS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<office:document-meta xmlns:office="{OFFICE}" xmlns:meta="{META}" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"><office:meta>'
    "<meta:generator>Writer</meta:generator><dc:title>标题</dc:title>"
    '<meta:user-defined meta:name="项目" meta:value-type="string">清鉴</meta:user-defined>'
    "</office:meta></office:document-meta>"
)
CONTENT = (
    f'<office:document-content xmlns:office="{OFFICE}" xmlns:text="{TEXT}" office:version="1.3">'
    "<office:body><office:text><text:p>第一段</text:p></office:text></office:body>"
    "</office:document-content>"
)


def document(fields: str = FIELDS) -> dict[str, bytes | str]:
    """Give the parts of the document."""
    return {
        "mimetype": TYPE,
        "content.xml": CONTENT,
        "meta.xml": fields,
        "META-INF/manifest.xml": MANIFEST,
    }


def fields_of(data: bytes) -> list[ElementTree.Element]:
    """Give the fields of meta.xml."""
    within = ElementTree.fromstring(unpacked(data)["meta.xml"]).find(f"{{{OFFICE}}}meta")
    assert within is not None
    return list(within)


def _is_label(field: ElementTree.Element) -> bool:
    return field.get(f"{{{META}}}name", "").lower() == "aigc"


def plain() -> bytes:
    return packed(document())


def content(data: bytes) -> object:
    assert data[30:38] == b"mimetype"
    root = ElementTree.fromstring(unpacked(data)["content.xml"])
    return [p.text for p in root.iter(f"{{{TEXT}}}p")]


def other(data: bytes) -> object:
    kept = [(e.tag, e.text, sorted(e.items())) for e in fields_of(data) if not _is_label(e)]
    return kept, {n: p for n, p in unpacked(data).items() if n != "meta.xml"}


def crossread(path: Path) -> str:
    (found,) = [e for e in fields_of(path.read_bytes()) if _is_label(e)]
    return found.text or ""


def crosswritten(value: str, _: Path) -> bytes:
    root = ElementTree.fromstring(FIELDS)
    within = root.find(f"{{{OFFICE}}}meta")
    assert within is not None
    attributes = {f"{{{META}}}name": "AIGC"}
    ElementTree.SubElement(within, f"{{{META}}}user-defined", attributes).text = value
    return packed(document(ElementTree.tostring(root, "unicode")))


def _with(field: str) -> bytes:
    return packed(document(FIELDS.replace("</office:meta>", field + "</office:meta>")))


SHAPES = {
    "lower case": _with(f'<meta:user-defined meta:name="aigc">{LABEL}</meta:user-defined>'),
    "another field": _with(f'<meta:user-defined meta:name="x">{WRAPPED}</meta:user-defined>'),
    "description": _with(f"<dc:description>{WRAPPED}</dc:description>"),
    "typed": _with(
        f'<meta:user-defined meta:value-type="string" meta:name="AIGC">{LABEL}</meta:user-defined>'
    ),
}
