"""An EPUB 3 of one chapter, made by hand."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from tests.labels.formats.samples.docx import LABEL, WRAPPED, packed, unpacked

OPF = "http://www.idpf.org/2007/opf"
DC = "http://purl.org/dc/elements/1.1/"
CONTAINER = (
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/package.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)
PACKAGE = f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="{OPF}" version="3.0" unique-identifier="id">
  <metadata xmlns:dc="{DC}">
    <dc:identifier id="id">urn:uuid:12345678-0000-4000-8000-000000000000</dc:identifier>
    <dc:title>书名</dc:title>
    <dc:language>zh</dc:language>
    <meta property="dcterms:modified">2026-01-02T03:04:06Z</meta>
    <meta name="cover" content="none"/>
  </metadata>
  <manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml" properties="nav"/>
  </manifest><spine><itemref idref="c"/></spine>
</package>
"""
CHAPTER = (
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>c</title></head><body><p>第一章</p>'
    "</body></html>"
)


def book(package: str = PACKAGE) -> dict[str, bytes | str]:
    """Give the parts of the book."""
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/package.opf": package,
        "OEBPS/c.xhtml": CHAPTER,
    }


def metadata(data: bytes) -> ElementTree.Element:
    """Give the metadata element of the package document."""
    found = ElementTree.fromstring(unpacked(data)["OEBPS/package.opf"]).find(f"{{{OPF}}}metadata")
    assert found is not None
    return found


def _is_label(meta: ElementTree.Element) -> bool:
    return meta.tag == f"{{{OPF}}}meta" and meta.get("name", "").lower() == "aigc"


def plain() -> bytes:
    return packed(book())


def content(data: bytes) -> object:
    assert data[30:58] == b"mimetypeapplication/epub+zip"
    return [p.text for p in ElementTree.fromstring(unpacked(data)["OEBPS/c.xhtml"]).iter()]


def other(data: bytes) -> object:
    kept = [(e.tag, e.text, sorted(e.items())) for e in metadata(data) if not _is_label(e)]
    return kept, {n: p for n, p in unpacked(data).items() if not n.endswith(".opf")}


def crossread(path: Path) -> str:
    (found,) = [e for e in metadata(path.read_bytes()) if _is_label(e)]
    return found.get("content", "")


def crosswritten(value: str, _: Path) -> bytes:
    root = ElementTree.fromstring(PACKAGE)
    within = root.find(f"{{{OPF}}}metadata")
    assert within is not None
    ElementTree.SubElement(within, f"{{{OPF}}}meta", {"name": "AIGC", "content": value})
    return packed(book(ElementTree.tostring(root, "unicode")))


def _with(meta: str) -> bytes:
    return packed(book(PACKAGE.replace("  </metadata>", meta + "</metadata>")))


SHAPES = {
    "lower case": _with(f"<meta content='{LABEL}' name='aigc'></meta>"),
    "property": _with(f'<meta property="AIGC">{LABEL}</meta>'),
    "description": _with(f"<dc:description>{WRAPPED}</dc:description>"),
    "prefixed": packed(
        book(
            f'<o:package xmlns:o="{OPF}"><o:metadata><o:meta name="AIGC" '
            f"content='{LABEL}'/></o:metadata></o:package>"
        )
    ),
    "no type": packed(
        {k: v for k, v in book().items() if k != "mimetype"}
        | {
            "OEBPS/package.opf": PACKAGE.replace(
                'name="cover" content="none"', f"name='AIGC' content='{LABEL}'"
            )
        }
    ),
}
