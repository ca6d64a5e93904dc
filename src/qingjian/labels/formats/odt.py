"""
OpenDocument texts, sheets and slides: the mark is the user-defined metadata field AIGC.

Also read: every other field of meta.xml, C2PA.
"""

from __future__ import annotations

from collections.abc import Iterator

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.mark import Buffer, Deviation, Edit, Held
from qingjian.labels.structures.archive import Archive
from qingjian.labels.structures.ooxml import C2PA, MOST_C2PA
from qingjian.labels.structures.xmlsplice import Pair, Part, as_text
from qingjian.labels.structures.zipdirectory import MAGIC, Entry

name = "odt"
suffixes: tuple[str, ...] = (
    (".odt", ".ods", ".odp", ".odg") + (".ott", ".ots", ".otp", ".otg")  # documents, templates
)
text = False
place = "meta.xml, meta:user-defined AIGC"
source = (
    "no public source places the label in OpenDocument; ODF 1.3 part 3 has meta:user-defined "
    "for fields of one's own"
)
wrapped = False

_TYPE = b"application/vnd.oasis.opendocument."
_META = "meta.xml"
_MANIFEST = "META-INF/manifest.xml"
_SIGNATURES = "META-INF/documentsignatures.xml"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_FIELDS = "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"
_LISTED = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<office:document-meta xmlns:office="{_OFFICE}" xmlns:meta="{_FIELDS}" office:version="1.2">'
    "<office:meta></office:meta></office:document-meta>"
)
_PLACE = Deviation("place.property", "", "the label stands in another field than AIGC")


def knows(data: Buffer, /) -> bool:
    """Whether the bytes are a zip archive that says it is an OpenDocument file."""
    if data[:4] != MAGIC:
        return False
    try:
        archive = Archive(data, checked=False)
        type = archive.find("mimetype")
        return type is not None and archive.read(archive.confirmed(type), 200).startswith(_TYPE)
    except InputError:
        return False


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    archive = Archive(data)
    meta, store = archive.find(_META), archive.find(C2PA)
    entries = [entry for entry in (meta, store) if entry and not entry.encrypted]
    for entry in sorted(entries, key=lambda e: e.at.start):
        if entry is store:
            yield Held("c2pa", archive.read(entry, MOST_C2PA), entry.at, entry.name)
        elif not _is_encrypted(archive):
            for pair in _pairs(_part(archive, entry)):
                yield Held("pair", pair.text, entry.at, entry.name, pair.key, pair.deviations)


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """
    Give the edits that leave exactly one mark, or none for None.

    Raises DamagedFile; InputError for a signed document, and for one whose fields are encrypted.
    """
    archive = Archive(data)
    if value is not None and (_is_encrypted(archive) or archive.find("encrypted-package")):
        raise InputError("the document is encrypted", "Label it before it is encrypted.")
    changes: dict[str, bytes] = {}
    meta = archive.find(_META)
    if meta is None and value is not None:
        changes[_META] = _relabelled(Part(_EMPTY.encode(), _META), value)
        changes |= _listed(archive)
    elif meta is not None and not _is_encrypted(archive):
        part = _part(archive, meta)
        new = _relabelled(part, value)
        if new != part.data:
            changes[meta.name] = new
    if changes and archive.find(_SIGNATURES):
        raise InputError("the document is signed", "Label it before it is signed.")
    return archive.edits(changes)


def _part(archive: Archive, entry: Entry) -> Part:
    return Part(archive.read(entry), f"{entry.name[:80]} at byte {entry.at.start}")


def _relabelled(part: Part, value: str | None) -> bytes:
    """Give meta.xml with one label, or none. Raises DamagedFile when it has no place for fields."""
    into = _meta(part)
    if value is None:
        return part.relabelled(_pairs(part), None, into)
    if into < 0:
        raise DamagedFile(f"{part.where} has no office:meta")
    space = "" if part.bound(into, "meta") == _FIELDS else f' xmlns:meta="{_FIELDS}"'
    element = f'<meta:user-defined{space} meta:name="AIGC">{as_text(value)}</meta:user-defined>'
    return part.relabelled(_pairs(part), part.encoded(element), into)


def _meta(part: Part) -> int:
    """Give the index of the element around the fields, -1 when there is none."""
    return next((i for i in part.children(0) if part.elements[i].local == "meta"), -1)


def _pairs(part: Part) -> list[Pair]:
    """Give the fields of meta.xml."""
    found: list[Pair] = []
    around = _meta(part)
    for index in part.children(around) if around >= 0 else ():
        element = part.elements[index]
        key, taken = element.local, part.inside(index)
        own = key == "user-defined"
        if own:
            key, taken = element.attribute("name"), part.whole(index)
        pair = Pair(key, part.text(index), taken)
        odd = not (own and key.casefold() == "aigc") and pair.labels()
        found.append(pair._replace(deviations=(_PLACE,)) if odd else pair)
    return found


def _is_encrypted(archive: Archive) -> bool:
    """Whether the manifest says that meta.xml is encrypted."""
    entry = archive.find(_MANIFEST)
    if entry is None or entry.encrypted:
        return False
    part = _part(archive, entry)
    for index in part.children(0):
        if part.elements[index].attribute("full-path") == _META:
            inner = (part.elements[i].local for i in part.children(index))
            return "encryption-data" in inner
    return False


def _listed(archive: Archive) -> dict[str, bytes]:
    """Give the manifest with meta.xml in it."""
    entry = archive.find(_MANIFEST)
    if entry is None:
        raise DamagedFile(f"the document has no {_MANIFEST}")
    part = _part(archive, entry)
    paths = (part.elements[i].attribute("full-path") for i in part.children(0))
    if _META in paths:
        return {}
    space = "" if part.bound(0, "manifest") == _LISTED else f' xmlns:manifest="{_LISTED}"'
    element = f'<manifest:file-entry{space} manifest:full-path="{_META}" '
    element += 'manifest:media-type="text/xml"/>'
    return {entry.name: part.spliced([part.appended(0, part.encoded(element))])}
