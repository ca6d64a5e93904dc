"""
EPUB: the mark is a `meta` element named AIGC in the package document's metadata.

Also read: every other metadata text of every package document, C2PA.
"""

from __future__ import annotations

from collections.abc import Iterator

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.mark import Buffer, Deviation, Edit, Held
from qingjian.labels.structures.archive import Archive
from qingjian.labels.structures.ooxml import C2PA, MOST_C2PA
from qingjian.labels.structures.xmlsplice import Pair, Part, as_attribute
from qingjian.labels.structures.zipdirectory import MAGIC, Entry

name = "epub"
suffixes: tuple[str, ...] = (".epub",)
text = False
place = "package document, metadata, meta name=AIGC"
source = (
    "no public source places the label in EPUB; EPUB 3.3 permits OPF2's meta as a legacy feature"
)
wrapped = False

_TYPE = b"application/epub+zip"
_CONTAINER = "META-INF/container.xml"
_SIGNATURES = "META-INF/signatures.xml"
_SPACE = "http://www.idpf.org/2007/opf"
_MOST_PACKAGES = 16
_PLACE = Deviation("place.property", "", "the label stands in another property than meta AIGC")


def knows(data: Buffer, /) -> bool:
    """Whether the bytes are a zip archive that says it is an EPUB."""
    if data[:4] != MAGIC:
        return False
    try:
        archive = Archive(data, checked=False)
        type = archive.find("mimetype")
        if type is not None:
            return archive.read(archive.confirmed(type), 200).strip(b"\xef\xbb\xbf \r\n\t") == _TYPE
    except InputError:
        return False
    packages = any(n.casefold().endswith(".opf") for n in archive.entries)
    return packages and archive.find(_CONTAINER) is not None


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    archive = Archive(data)
    entries = _packages(archive)
    store = archive.find(C2PA)
    for entry in sorted([*entries, *([store] if store else [])], key=lambda e: e.at.start):
        if entry.encrypted:
            continue
        if entry is store:
            yield Held("c2pa", archive.read(entry, MOST_C2PA), entry.at, entry.name)
            continue
        for pair in _pairs(_part(archive, entry)):
            yield Held("pair", pair.text, entry.at, entry.name, pair.key, pair.deviations)


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """
    Give the edits that leave exactly one mark, or none for None.

    Raises DamagedFile; InputError for a signed publication.
    """
    archive = Archive(data)
    entries = _packages(archive)
    if not entries:
        raise DamagedFile(f"{_CONTAINER} names no package document")
    changes: dict[str, bytes] = {}
    for entry in entries:
        part = _part(archive, entry)
        into = _metadata(part)
        fresh = None
        if value is not None and entry is entries[0]:
            if not into:
                raise DamagedFile(f"{entry.name} at byte {entry.at.start} has no metadata")
            space = "" if part.bound(into[0], "") == _SPACE else f' xmlns="{_SPACE}"'
            fresh = part.encoded(f'<meta{space} name="AIGC" content={as_attribute(value)}/>')
        new = part.relabelled(_pairs(part), fresh, into[0] if into else 0)
        if new != part.data:
            changes[entry.name] = new
    if changes and archive.find(_SIGNATURES):
        raise InputError("the publication is signed", "Label it before it is signed.")
    return archive.edits(changes)


def _part(archive: Archive, entry: Entry) -> Part:
    return Part(archive.read(entry), f"{entry.name[:80]} at byte {entry.at.start}")


def _packages(archive: Archive) -> list[Entry]:
    """Give the package documents that the container names, the default one first."""
    container = archive.find(_CONTAINER)
    if container is None:
        raise DamagedFile(f"the publication has no {_CONTAINER}")
    if container.encrypted:
        return []
    part = _part(archive, container)
    found: list[Entry] = []
    for element in part.elements:
        if element.local == "rootfile" and len(found) < _MOST_PACKAGES:
            entry = archive.find(element.attribute("full-path"))
            if entry and entry not in found:
                found.append(entry)
    return found


def _metadata(part: Part) -> list[int]:
    """Give the indexes of the metadata elements: the one under the root, and OPF 1.2's inside."""
    found = [i for i in part.children(0) if part.elements[i].local == "metadata"]
    inner = [j for i in found for j in part.children(i)]
    return found + [i for i in inner if part.elements[i].local in ("dc-metadata", "x-metadata")]


def _pairs(part: Part) -> list[Pair]:
    """Give the metadata texts of a package document."""
    found: list[Pair] = []
    within = dict.fromkeys(_metadata(part))
    for index in (i for each in within for i in part.children(each)):
        element = part.elements[index]
        if index in within:
            continue
        if element.local == "meta":
            named = element.attribute("name")
            text = element.attribute("content") if named else part.text(index)
            key, taken = named or element.attribute("property"), part.whole(index)
            odd = named.casefold() != "aigc"
        else:
            key, text, odd = element.local, part.text(index), True
            taken = part.inside(index)
        pair = Pair(key, text, taken)
        found.append(pair._replace(deviations=(_PLACE,)) if odd and pair.labels() else pair)
    return found
