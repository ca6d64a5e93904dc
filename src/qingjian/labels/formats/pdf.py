"""
PDF: the mark is the text string AIGC in the document information dictionary.

A label is written by an update that is appended, with a new information dictionary and a new table
of objects of the file's own kind. Nothing before it is touched, so that the ranges of bytes which
signatures cover stay as they are; a certifying signature may still forbid any update, and a
viewer then says so. An update that was written here is replaced by the next one, so that updates
do not pile up. What an update takes away still stands in the bytes of the earlier revision.

Also read: the XMP packet of the catalog, whose AIGC property goes when a label is written, and a
C2PA manifest among the associated files. Bytes behind the end stay where they are; the update comes
behind them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Buffer, Deviation, Edit, Held
from qingjian.labels.structures.pdfdocument import OF_STREAM, Document, Written
from qingjian.labels.structures.pdfobjects import (
    MOST_TEXT,
    Array,
    Dictionary,
    Entry,
    Ref,
    String,
    Value,
    string_of,
    text_of,
)
from qingjian.labels.structures.pdfstreams import Object
from qingjian.labels.structures.pdfxref import HEADER
from qingjian.labels.xmp import aigc_values, with_aigc

name = "pdf"
suffixes: tuple[str, ...] = (".pdf",)
text = False
place = "document information dictionary, key AIGC"
source = "ISO 32000-1, 14.3.3 (information dictionary); TC260-PG-20258A (secondary)"
wrapped = False
unnoticed_cuts = "at the end of an earlier revision, or before the last line end: whole files"

_CLAUSE = "TC260-PG-20258A"
_IN_XMP = Deviation("place.xmp", _CLAUSE, "the label stands in XMP, not in the Info dictionary")
_IN_TEXT = Deviation("place.text", _CLAUSE, "the label stands under another key than AIGC")
_UTF8 = Deviation("value.encoding", _CLAUSE, "the label is UTF-8 and does not say so")
_MOST_OWN = 1 << 24
_MOST_FILES = 64
_MOST_ENTRIES = 10_000


class _Text(NamedTuple):
    """An entry of the information dictionary with what it says; None when it says no text."""

    entry: Entry
    held: Held | None

    @property
    def label(self) -> bool:
        """Whether it is a label, or stands in its place."""
        return _named_label(self.entry.key) or bool(self.held and marks_of([self.held]))


def knows(data: Buffer, /) -> bool:
    """Whether the first bytes are PDF's; behind other bytes, whether the last ones are too."""
    at = data[:HEADER].find(b"%PDF-")
    return at == 0 or (at > 0 and b"startxref" in data[max(0, len(data) - HEADER) :])


def held(data: Buffer, /) -> Iterator[Held]:
    """
    Give what may be a mark, in order; of an encrypted file only XMP that is not encrypted.

    Raises DamagedFile.
    """
    document = Document(data)
    if document.encrypted:
        with suppress(DamagedFile):  # the way to the packet may lead through what is encrypted
            yield from _plain_packet(document)
        return
    catalog = _catalog(document)
    found = [each.held for each in _texts(document) if each.held]
    found += _held_packet(document, catalog)
    found += _manifests(document, catalog)
    yield from sorted(found, key=lambda each: each.at.start)


def unseen(data: Buffer, /) -> str:
    """Say why labels may stand where nobody can look, nothing when all was seen."""
    return "the PDF is encrypted: a label in it cannot be seen" if Document(data).encrypted else ""


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """
    Give the edit that leaves exactly one mark, or none for None.

    Raises DamagedFile, and InputError when the file is encrypted.
    """
    document = Document(data)
    if document.encrypted:
        raise InputError(
            "the PDF is encrypted", "label it before it is encrypted, or decrypt it first"
        )
    update = _update(document, value)
    if not update:
        return []
    before = _before_own(data, document)
    if before is None:
        return [Edit(len(data), len(data), update)]
    end, earlier = before
    return [Edit(end, len(data), _update(earlier, value))]


def _update(document: Document, value: str | None) -> bytes:
    """Give what is appended so that this value is the one label; nothing when it is already."""
    catalog = _catalog(document)
    objects = []
    at = None
    labels = [each for each in _texts(document) if each.label]
    if not _settled(labels, value):
        info, named = _info(document)
        at = named or document.fresh
        inner = info.inner(frozenset(each.entry.start for each in labels)) if info else b""
        label = b"" if value is None else b"/AIGC " + string_of(value)
        objects.append(Written(at, b"<<%b%b>>" % (inner, label)))
    packet = _packet(document, catalog)
    if packet is not None and aigc_values(packet[2]):
        objects.append(_without_label(*packet))
    return document.updated(objects, at) if objects else b""


def _settled(labels: list[_Text], value: str | None) -> bool:
    """Whether these labels are this value, in its place and form."""
    if value is None or len(labels) != 1:
        return value is None and not labels
    (only,) = labels
    return bool(
        only.entry.key == b"AIGC"
        and only.held
        and only.held.value == value
        and not only.held.deviations
    )


def _before_own(data: Buffer, document: Document) -> tuple[int, Document] | None:
    """Give the revision before the last one when that is, byte for byte, an update written here."""
    end = document.newest - 1
    if end < 0 or len(data) - end > _MOST_OWN:
        return None
    values = (each.held.value for each in _texts(document) if each.label and each.held)
    value = next(values, None)
    assert not isinstance(value, bytes)
    try:
        earlier = Document(data, end)
        if earlier.encrypted or _update(earlier, value) != data[end : len(data)]:
            return None
    except InputError:
        return None
    return end, earlier


def _catalog(document: Document) -> Object:
    root = document.trailer.form.get(b"Root")
    catalog = document.object(root)
    if catalog is None:
        raise DamagedFile(f"the trailer at byte {document.trailer.base} leads to no catalog")
    return catalog


def _info(document: Document) -> tuple[Object | None, Ref | None]:
    """Give the information dictionary, and its number unless it stands in the trailer itself."""
    trailer = document.trailer
    for entry in reversed(trailer.form.entries):
        if entry.key != b"Info":
            continue
        value = entry.item.value
        if isinstance(value, Ref):
            found = document.object(value)
            if found is not None and document.is_stream(found):
                raise DamagedFile(f"the PDF has a stream as Info at byte {found.base}")
            return found, value if found else None
        return (trailer._replace(item=entry.item) if value is not None else None), None
    return None, None


def _texts(document: Document) -> list[_Text]:
    info = _info(document)[0]
    if info is None:
        return []
    texts = []
    if len(info.form.entries) > _MOST_ENTRIES:
        at = info.place(info.item)
        raise DamagedFile(f"the PDF has more than {_MOST_ENTRIES:,} entries at byte {at.start}")
    for entry in info.form.entries:
        value: Value = entry.item.value
        at = info.place(entry.item)
        found = document.object(value)
        if found is not None:
            value, at = found.item.value, found.place(found.item)
        if not isinstance(value, String):
            texts.append(_Text(entry, None))
            continue
        words, unsaid = text_of(value)
        key = entry.key.decode("utf-8", "replace")
        odd = (_UTF8,) if unsaid and _named_label(entry.key) else ()
        if entry.key != b"AIGC" and (_named_label(entry.key) or "AIGC" in words[:200]):
            odd = (_IN_TEXT, *odd)
        texts.append(_Text(entry, Held("pair", words, at, f"Info {key}", key, odd)))
    return texts


def _named_label(key: bytes) -> bool:
    return key.decode("utf-8", "replace").casefold().rpartition(":")[2] == "aigc"


def _packet(document: Document, catalog: Object) -> tuple[Ref, Object, bytes] | None:
    """Give the XMP packet of the document with the stream it is in."""
    ref = catalog.form.get(b"Metadata")
    found = document.object(ref)
    if found is None or not isinstance(ref, Ref):
        return None
    packet = document.content(found, MOST_TEXT)
    return None if packet is None else (ref, found, packet)


def _held_packet(document: Document, catalog: Object) -> Iterator[Held]:
    packet = _packet(document, catalog)
    if packet is not None:
        at = packet[1].place(packet[1].item)
        yield Held("xmp", packet[2], at, "Metadata XMP", deviations=(_IN_XMP,))


def _plain_packet(document: Document) -> Iterator[Held]:
    """Give the packet of an encrypted file if it is plain."""
    if document.plain_metadata:
        yield from _held_packet(document, _catalog(document))


def _without_label(ref: Ref, found: Object, packet: bytes) -> Written:
    bare = with_aigc(packet, None)
    cut = frozenset(e.start for e in found.form.entries if e.key in OF_STREAM)
    form = b"<<%b/Length %d>>" % (found.inner(cut), len(bare))
    return Written(ref, b"%b\nstream\n%b\nendstream" % (form, bare))


def _manifests(document: Document, catalog: Object) -> Iterator[Held]:
    """Give the C2PA manifests among the associated files."""
    files = document.resolved(catalog.form.get(b"AF"))
    for item in files.items[:_MOST_FILES] if isinstance(files, Array) else ():
        file = document.resolved(item.value)
        if not isinstance(file, Dictionary) or file.get(b"AFRelationship") != b"C2PA_Manifest":
            continue
        embedded = document.resolved(file.get(b"EF"))
        found = None
        if isinstance(embedded, Dictionary):
            found = document.object(embedded.get(b"F") or embedded.get(b"UF"))
        store = document.content(found, _MOST_OWN) if found else None
        if found and store is not None:
            yield Held("c2pa", store, found.place(found.item), "AF C2PA_Manifest")
