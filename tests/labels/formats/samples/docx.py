"""A Word document of two paragraphs, made by hand; and what every Office package has."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from tests import needs

LABEL = '{"Label":"1","ContentProducer":"p","ProduceID":"x"}'
WRAPPED = '{"AIGC":{"Label":"1","ContentProducer":"p","ProduceID":"x"}}'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
CUSTOM = OFFICE + "custom-properties"
VALUES = OFFICE + "docPropsVTypes"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PROPERTY = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>标题</dc:title>'
    "<dc:creator>作者</dc:creator><dc:description>said</dc:description></cp:coreProperties>"
)
APP = (
    f'<Properties xmlns="{OFFICE}extended-properties"><Application>Writer</Application>'
    "</Properties>"
)
DOCUMENT = (
    f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>第一段</w:t></w:r></w:p>'
    "<w:p><w:r><w:t>second</w:t></w:r></w:p></w:body></w:document>"
)


def packed(parts: Mapping[str, bytes | str], stored: tuple[str, ...] = ("mimetype",)) -> bytes:
    """Give a zip archive of the parts, with one date."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6))
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            out.writestr(info, content)
    return file.getvalue()


def package(main: str, content_type: str, parts: Mapping[str, str]) -> dict[str, bytes | str]:
    """Give the parts of a package around its main part, with core and extended properties."""
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{TYPES}">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{content_type}"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{RELS}">'
        f'<Relationship Id="rId1" Type="{OFFICE}relationships/officeDocument" Target="{main}"/>'
        '<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/package/2006/'
        'relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>',
        **{name: HEAD + part for name, part in parts.items()},
        "docProps/core.xml": HEAD + CORE,
        "docProps/app.xml": HEAD + APP,
    }


def document(text: str = DOCUMENT) -> dict[str, bytes | str]:
    """Give the parts of the document."""
    return package("word/document.xml", MAIN, {"word/document.xml": text})


def custom(*properties: tuple[str, str], first: int = 2) -> str:
    """Give a part of custom properties."""
    listed = "".join(
        f'<property fmtid="{PROPERTY}" pid="{pid}" name="{name}"><vt:lpwstr>{text}</vt:lpwstr>'
        "</property>"
        for pid, (name, text) in enumerate(properties, first)
    )
    return f'{HEAD}<Properties xmlns="{CUSTOM}" xmlns:vt="{VALUES}">{listed}</Properties>'


def connected(parts: Mapping[str, bytes | str], part: bytes | str) -> dict[str, bytes | str]:
    """Give the parts with custom properties among them, connected by relationship and type."""
    types = ElementTree.fromstring(parts["[Content_Types].xml"])
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    override = {"PartName": "/docProps/custom.xml", "ContentType": kind}
    ElementTree.SubElement(types, f"{{{TYPES}}}Override", override)
    rels = ElementTree.fromstring(parts["_rels/.rels"])
    relation = {
        "Id": "rId9",
        "Type": OFFICE + "relationships/custom-properties",
        "Target": "docProps/custom.xml",
    }
    ElementTree.SubElement(rels, f"{{{RELS}}}Relationship", relation)
    return {
        **parts,
        "[Content_Types].xml": ElementTree.tostring(types),
        "_rels/.rels": ElementTree.tostring(rels),
        "docProps/custom.xml": part,
    }


def unpacked(data: bytes) -> dict[str, bytes]:
    """Give the parts of an archive, after zipfile checked every one."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return {info.filename: file.read(info) for info in file.infolist()}


def related(parts: Mapping[str, bytes], kind: str) -> str:
    """Give the name of the part that the package relates to as a kind, empty for none."""
    for relation in ElementTree.fromstring(parts["_rels/.rels"]):
        if relation.get("Type", "").endswith(kind):
            return relation.get("Target", "").lstrip("/")
    return ""


def properties(parts: Mapping[str, bytes]) -> list[tuple[str, str, str]]:
    """Give id, name and text of every custom property."""
    name = related(parts, "custom-properties")
    if not name:
        return []
    types = ElementTree.fromstring(parts["[Content_Types].xml"])
    assert [o.get("ContentType") for o in types if o.get("PartName") == f"/{name}"]
    found = ElementTree.fromstring(parts[name])
    ids = [p.get("pid", "") for p in found]
    assert len(ids) == len(set(ids))
    return [(p.get("pid", ""), p.get("name", ""), "".join(p.itertext())) for p in found]


def text(path: Path) -> str:
    """Give the text of the one property AIGC."""
    (found,) = [t for _, name, t in properties(unpacked(path.read_bytes())) if name == "AIGC"]
    return found


def others(data: bytes) -> object:
    """Give every part but the connecting ones, and every custom property but the label."""
    parts = unpacked(data)
    kept = [p for p in properties(parts) if p[1].lower() != "aigc"]
    connecting = ("[Content_Types].xml", "_rels/.rels", "docProps/custom.xml")
    return kept, {n: p for n, p in parts.items() if n not in connecting}


def shapes(parts: Mapping[str, bytes | str]) -> dict[str, bytes]:
    """Give packages with labels in odd places."""
    prefixed = (
        f'<p:Properties xmlns:p="{CUSTOM}" xmlns:v="{VALUES}"><p:property pid="7" name="AIGC">'
        f"<v:lpwstr>{LABEL}</v:lpwstr></p:property></p:Properties>"
    )
    strict = custom(("AIGC", LABEL)).replace(CUSTOM, STRICT + "customProperties")
    strict = strict.replace(VALUES, STRICT + "docPropsVTypes")
    core = str(parts["docProps/core.xml"]).replace("said", WRAPPED)
    return {
        "lower case": packed(connected(parts, custom(("aigc", LABEL)))),
        "wrapped": packed(connected(parts, custom(("AIGC", WRAPPED)))),
        "another property": packed(connected(parts, custom(("Comments", WRAPPED), ("b", "c")))),
        "prefixed": packed(connected(parts, prefixed)),
        "strict": packed(connected(parts, strict)),
        "not related": packed({**parts, "docProps/custom.xml": custom(("AIGC", LABEL))}),
        "core property": packed({**parts, "docProps/core.xml": core}),
        "entities": packed(connected(parts, custom(("AIGC", LABEL.replace('"', "&quot;"))))),
    }


def written_by_hand(parts: Mapping[str, bytes | str], value: str) -> bytes:
    """Give a package with a label that ElementTree and zipfile wrote."""
    root = ElementTree.Element(f"{{{CUSTOM}}}Properties")
    attributes = {"fmtid": PROPERTY, "pid": "2", "name": "AIGC"}
    entry = ElementTree.SubElement(root, f"{{{CUSTOM}}}property", attributes)
    ElementTree.SubElement(entry, f"{{{VALUES}}}lpwstr").text = value
    return packed(connected(parts, ElementTree.tostring(root, "utf-8")))


def plain() -> bytes:
    return packed(document())


def content(data: bytes) -> object:
    docx = needs.package("docx")
    return [p.text for p in docx.Document(io.BytesIO(data)).paragraphs]


def other(data: bytes) -> object:
    docx = needs.package("docx")
    core = docx.Document(io.BytesIO(data)).core_properties
    return core.title, core.author, core.comments, others(data)


crossread = text


def crosswritten(value: str, _: Path) -> bytes:
    return written_by_hand(document(), value)


SHAPES = shapes(document())
