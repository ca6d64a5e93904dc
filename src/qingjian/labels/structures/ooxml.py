"""
Office Open XML packages: the label is the custom document property AIGC.

Also read: other custom properties, core and extended properties, C2PA. Parts are found through the
package's relationships, in the transitional and the strict form.

Source: ECMA-376 part 1, 15.2.12 and 22.3; part 2 (packages).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.mark import Buffer, Deviation, Edit, Held
from qingjian.labels.structures.archive import Archive
from qingjian.labels.structures.xmlsplice import Pair, Part, as_attribute, as_text
from qingjian.labels.structures.zipdirectory import MAGIC, Entry

PLACE = "docProps/custom.xml, property AIGC"
SOURCE = (
    "TC260 practice guide on text, as quoted in secondary sources; "
    "ECMA-376 part 1, 15.2.12.2 (custom properties)"
)
C2PA = "META-INF/content_credential.c2pa"
MOST_C2PA = 64_000_000
_TYPES = "[Content_Types].xml"
_RELS = "_rels/.rels"
_USUAL = {
    "customproperties": "docProps/custom.xml",
    "coreproperties": "docProps/core.xml",
    "extendedproperties": "docProps/app.xml",
}
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_TYPES_SPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS_SPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_ID = re.compile("[2-9]|[1-9][0-9]{1,8}")
_PROPERTY = Deviation("place.property", "", "the label stands in another property than AIGC")
_ROOT = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="%s"/>'


class Dialect(NamedTuple):
    """Namespaces and the relationship of custom properties."""

    properties: str
    values: str
    relation: str


_OPEN = "http://schemas.openxmlformats.org/officeDocument/2006/"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/"
TRANSITIONAL = Dialect(
    _OPEN + "custom-properties", _OPEN + "docPropsVTypes", _OPEN + "relationships/custom-properties"
)
STRICT = Dialect(
    _STRICT + "customProperties",
    _STRICT + "docPropsVTypes",
    _STRICT + "relationships/customProperties",
)


def knows(data: Buffer, folder: str) -> bool:
    """Whether bytes are a package whose main part stands in a folder, `word` for one."""
    if data[:4] != MAGIC:
        return False
    try:
        archive = Archive(data, checked=False)
    except InputError:
        return False
    inside = f"{folder}/"
    return archive.find(_TYPES) is not None and any(n.startswith(inside) for n in archive.entries)


def held(data: Buffer) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    archive = Archive(data)
    related, _ = _related(archive)
    entries = [(entry, kind) for kind, entry in related.items()]
    store = archive.find(C2PA)
    if store:
        entries.append((store, "c2pa"))
    for entry, kind in sorted(entries, key=lambda e: e[0].at.start):
        if entry.encrypted:
            continue
        if kind == "c2pa":
            yield Held("c2pa", archive.read(entry, MOST_C2PA), entry.at, entry.name)
            continue
        for pair in _pairs(_part(archive, entry), kind):
            yield Held("pair", pair.text, entry.at, entry.name, pair.key, pair.deviations)


def write(data: Buffer, value: str | None) -> list[Edit]:
    """
    Give the edits that leave exactly one mark, or none for None.

    Raises DamagedFile; InputError for a signed package.
    """
    archive = Archive(data)
    related, dialect = _related(archive)
    changes: dict[str, bytes] = {}
    for kind, entry in related.items():
        part = _part(archive, entry)
        fresh = None
        if kind == "customproperties":
            if part.root.local != "Properties":
                raise DamagedFile(f"{entry.name} at byte {entry.at.start} holds no properties")
            fresh = _property(part, value)
        changes[entry.name] = part.relabelled(_pairs(part, kind), fresh, 0)
        if changes[entry.name] == part.data:
            del changes[entry.name]
    if value is not None:
        changes |= _connected(archive, related.get("customproperties"), dialect, value)
    if changes and any(n.casefold().startswith("_xmlsignatures/") for n in archive.entries):
        raise InputError("the document is signed", "Label it before it is signed.")
    return archive.edits(changes)


def _part(archive: Archive, entry: Entry) -> Part:
    return Part(archive.read(entry), f"{entry.name[:80]} at byte {entry.at.start}")


def _pairs(part: Part, kind: str) -> list[Pair]:
    """Give the properties of a part."""
    pairs = []
    for index in part.children(0):
        element = part.elements[index]
        text = part.text(index)
        if kind == "customproperties":
            key, taken = element.attribute("name"), part.whole(index)
            odd = key.casefold() != "aigc"
        else:
            key, taken, odd = element.local, part.inside(index), True
        pair = Pair(key, text, taken)
        pairs.append(pair._replace(deviations=(_PROPERTY,)) if odd and pair.labels() else pair)
    return pairs


def _related(archive: Archive) -> tuple[dict[str, Entry], Dialect]:
    """Give the property parts by their kind, by relationship, else by their usual names."""
    found: dict[str, Entry] = {}
    dialect = TRANSITIONAL
    rels = archive.find(_RELS)
    if rels and not rels.encrypted:
        part = _part(archive, rels)
        for index in part.children(0):
            relation = part.elements[index]
            type = relation.attribute("Type")
            if type.startswith(_STRICT):
                dialect = STRICT
            kind = type.rpartition("/")[2].replace("-", "").casefold()
            entry = archive.find(unquote(relation.attribute("Target")).lstrip("/"))
            if kind in _USUAL and entry and relation.attribute("TargetMode") != "External":
                _relate(found, kind, entry)
    for kind, name in _USUAL.items():
        entry = archive.find(name)
        if entry:
            _relate(found, kind, entry)
    return found, dialect


def _relate(found: dict[str, Entry], kind: str, entry: Entry) -> None:
    """Add a part, unless its kind is there or it is another kind's."""
    taken = (_TYPES, _RELS, C2PA, *(e.name for e in found.values()))
    if kind not in found and entry.name not in taken:
        found[kind] = entry


def _property(part: Part, value: str | None) -> bytes | None:
    """Give the property of a label, with the id of the one it replaces, else the next free."""
    if value is None:
        return None
    strict = part.root.space.startswith(_STRICT)
    values = (STRICT if strict else TRANSITIONAL).values
    taken, own = set(), ""
    for index in part.children(0):
        element = part.elements[index]
        id = element.attribute("pid")
        if element.attribute("name").casefold() == "aigc":
            own = own or id
        else:
            taken.add(id)
    if own in taken or not _ID.fullmatch(own):
        own = next(str(i) for i in range(2, len(taken) + 3) if str(i) not in taken)
    bindings = _bound(part, part.root.space)
    if part.bound(0, "vt") != values:
        bindings += f' xmlns:vt="{values}"'
    text = as_text(value)
    named = f'<property{bindings} fmtid="{_FORMAT}" pid="{own}" name="AIGC">'
    return part.encoded(f"{named}<vt:lpwstr>{text}</vt:lpwstr></property>")


def _connected(
    archive: Archive, custom: Entry | None, dialect: Dialect, value: str
) -> dict[str, bytes]:
    """Give the parts that make custom properties part of the package, where they are not yet."""
    changes: dict[str, bytes] = {}
    name = custom.name if custom else _USUAL["customproperties"]
    types, rels = archive.find(_TYPES), archive.find(_RELS)
    if custom is None and archive.find(name):
        raise DamagedFile(f"{name} of the package is no part for custom properties")
    if types is None or rels is None:
        raise DamagedFile(f"the package has no {_RELS if types else _TYPES}")
    part = _part(archive, types)
    listed = (part.elements[i] for i in part.children(0) if part.elements[i].local == "Override")
    named = {unquote(o.attribute("PartName")).casefold() for o in listed}
    target = quote(name, safe="/!$&'()*+,;=:@~")
    if f"/{name}".casefold() not in named:
        element = f"<Override{_bound(part, _TYPES_SPACE)} PartName={as_attribute('/' + target)} "
        element += f'ContentType="{_CONTENT_TYPE}"/>'
        changes[types.name] = part.spliced([part.appended(0, part.encoded(element))])
    part = _part(archive, rels)
    relations = [part.elements[i] for i in part.children(0)]
    targets = {unquote(r.attribute("Target")).lstrip("/").casefold() for r in relations}
    if name.casefold() not in targets:
        ids = {r.attribute("Id") for r in relations}
        id = next(f"rId{i}" for i in range(1, len(ids) + 2) if f"rId{i}" not in ids)
        element = f'<Relationship{_bound(part, _RELS_SPACE)} Id="{id}" '
        element += f'Type="{dialect.relation}" Target={as_attribute(target)}/>'
        changes[rels.name] = part.spliced([part.appended(0, part.encoded(element))])
    if custom is None:
        part = Part((_ROOT % dialect.properties).encode(), name)
        fresh = _property(part, value)
        changes[name] = part.relabelled([], fresh, 0)
    return changes


def _bound(part: Part, space: str) -> str:
    """Give the declaration that makes a namespace the default inside the root, where it is not."""
    return "" if part.bound(0, "") == space else f" xmlns={as_attribute(space)}"
