"""
A PDF document: its objects, packed ones too, and updates that are appended to it.

Source: ISO 32000-1, 7.5.5 (trailer), 7.5.6 (incremental updates), 7.5.7 (object streams).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from typing import NamedTuple

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer
from qingjian.labels.structures.pdfobjects import (
    STOP,
    WHITE,
    Dictionary,
    Parser,
    Ref,
    Value,
    whole,
)
from qingjian.labels.structures.pdfstreams import MOST_STREAM, Object, Windows
from qingjian.labels.structures.pdfxref import MOST_OBJECTS, Place, Xref

_MOST_LOOKS = 1_000
_MOST_PACKED = 1_000_000
_MOST_GENERATION = 65_535
_PAIR = re.compile(rb"%b*+([0-9]{1,10})%b++([0-9]{1,10})%b" % (WHITE, WHITE, STOP))
_OF_TRAILER = (b"Size", b"Prev", b"XRefStm")
OF_STREAM = tuple(b"Length Filter DecodeParms F FFilter FDecodeParms DL".split())
"""Keys of a stream that say how it is packed."""
_OF_XREF = (b"Type", b"W", b"Index", *OF_STREAM)


class Written(NamedTuple):
    """An object to be written: what stands between `obj` and `endobj`."""

    ref: Ref
    body: bytes


class _Packed(NamedTuple):
    """The content of an object stream, and which objects are in it where."""

    source: bytes
    span: ByteRange
    numbers: array[int]
    offsets: array[int]


class Document:
    """
    A PDF file, or the revision of it that ends at `end`.

    Raises DamagedFile when the way from the end of the file to its objects is broken.
    """

    def __init__(self, data: Buffer, end: int | None = None) -> None:
        self._file = Windows(data, len(data) if end is None else end)
        self._xref = Xref(self._file)
        self._looks = 0
        self._opened: set[int] = set()
        self._streams: dict[int, _Packed] = {}
        self.trailer = self._xref.trailer

    @property
    def encrypted(self) -> bool:
        """Whether strings and streams are encrypted."""
        return self.trailer.form.get(b"Encrypt") is not None

    @property
    def plain_metadata(self) -> bool:
        """Whether an encrypted file says that its XMP is not."""
        how = self.resolved(self.trailer.form.get(b"Encrypt"))
        return isinstance(how, Dictionary) and how.get(b"EncryptMetadata") is False

    @property
    def fresh(self) -> Ref:
        """The reference that a new object gets."""
        return Ref(self._xref.size, 0)

    @property
    def newest(self) -> int:
        """The byte where the first object of the last revision begins, -1 if it has many."""
        return self._xref.newest()

    def object(self, value: Value) -> Object | None:
        """Give the object that a value refers to, None when there is none or it is null."""
        if not isinstance(value, Ref):
            return None
        self._looks += 1
        if self._looks > _MOST_LOOKS:
            at = self.trailer.base
            raise DamagedFile(f"the PDF of byte {at} refers to more than {_MOST_LOOKS:,} objects")
        place = self._xref.find(value.number)
        if value.generation > _MOST_GENERATION:
            raise DamagedFile(
                f"object {value.number} of the PDF, {self._said(place)}, has no generation"
            )
        if place.kind not in (1, 2):
            return None
        if value.number in self._opened:
            raise DamagedFile(
                f"object {value.number} of the PDF, {self._said(place)}, holds itself"
            )
        self._opened.add(value.number)
        try:
            found = self._packed(value, place) if place.kind == 2 else self._plain(value, place)
        finally:
            self._opened.discard(value.number)
        return None if found.item.value is None else found

    def resolved(self, value: Value) -> Value:
        """Give a value, the object's when it is a reference."""
        if not isinstance(value, Ref):
            return value
        found = self.object(value)
        return found.item.value if found else None

    def is_stream(self, found: Object) -> bool:
        """Whether a dictionary is that of a stream."""
        return self._file.is_stream(found)

    def content(self, found: Object, most: int) -> bytes | None:
        """Give the content of a stream, up to `most` bytes; None when its filter is not known."""
        return self._file.content(found.form, self._span(found), most)

    def updated(self, objects: Sequence[Written], info: Ref | None) -> bytes:
        """
        Give what is appended so that these are the file's objects.

        Args:
            objects: new ones, or others under numbers that there are.
            info: what the trailer names as Info from now on; None keeps what it names.

        Raises InputError when the file has too many objects, or is too large for its own table.
        """
        out = bytearray(b"\n")
        base = self._file.end - self._xref.shift
        places: dict[int, tuple[int, int]] = {}
        for ref, body in objects:
            places[ref.number] = (base + len(out), ref.generation)
            out += b"%d %d obj\n%b\nendobj\n" % (*ref, body)
        start = base + len(out)
        size = max(self._xref.size, *(number + 1 for number in places))
        if size >= MOST_OBJECTS:
            raise InputError("the PDF has no number left for another object")
        streams = bool(self._xref.sections[0].widths)
        dropped = (*_OF_TRAILER, *(_OF_XREF if streams else ()), *((b"Info",) if info else ()))
        cut = (e.start for e in self.trailer.form.entries if e.key in dropped)
        kept = b"/Prev %d\n%b" % (self._xref.start, self.trailer.inner(frozenset(cut)).strip())
        if info is not None:
            kept = b"/Info %d %d R\n%b" % (*info, kept)
        if streams:
            out += _stream_of(places, size, start, kept)
        elif start > 9_999_999_999:
            raise InputError("the PDF is larger than its table of objects can say")
        else:
            out += _table_of(places)
            out += b"trailer\n<<\n/Size %d\n%b\n>>\n" % (size, kept)
        return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start

    def _plain(self, ref: Ref, place: Place) -> Object:
        at = place.at + self._xref.shift
        named, found = self._file.read_object(at)
        if named != ref or place.more != ref.generation:
            raise DamagedFile(f"at byte {at} of the PDF stands not object {ref.number}")
        return found

    def _packed(self, ref: Ref, place: Place) -> Object:
        packed = self._unpacked(place.at)
        at = packed.span.start
        if place.more >= len(packed.numbers):
            raise DamagedFile(f"the object stream at byte {at} has no object {place.more}")
        number = packed.numbers[place.more]
        if number != ref.number or ref.generation:
            raise DamagedFile(f"the object stream at byte {at} holds {number} for {ref.number}")
        offset = min(packed.offsets[place.more], len(packed.source))
        item = Parser(packed.source, offset, at, packed=True).item()
        return Object(item, packed.source, at, packed.span)

    def _unpacked(self, number: int) -> _Packed:
        if number not in self._streams:
            place = self._xref.find(number)
            if place.kind != 1:
                raise DamagedFile(f"object stream {number} of the PDF is {self._said(place)}")
            stream = self._plain(Ref(number, place.more), place)
            span = self._span(stream)
            source = self._file.content(stream.form, span, MOST_STREAM)
            if source is None:
                what = "is packed in an unknown way"
                raise DamagedFile(f"the object stream at byte {span.start} {what}")
            self._streams[number] = _packed_of(source, span, stream)
        return self._streams[number]

    def _said(self, place: Place) -> str:
        """Give a place in words, for an error."""
        if place.kind == 1:
            return f"at byte {place.at}"
        where = f"packed in object {place.at}" if place.kind == 2 else "nowhere"
        return f"{where} by the table with the trailer at byte {self.trailer.base}"

    def _span(self, found: Object) -> ByteRange:
        return self._file.stream(found, self.resolved(found.form.get(b"Length")))


def _packed_of(source: bytes, span: ByteRange, stream: Object) -> _Packed:
    first = whole(stream.form.get(b"First"), len(source), "First", span.start)
    many = whole(stream.form.get(b"N"), _MOST_PACKED, "N", span.start)
    packed = _Packed(source, span, array("Q"), array("Q"))
    at = 0
    for _ in range(many):
        pair = _PAIR.match(source, at, first)
        if pair is None:
            raise DamagedFile(
                f"the object stream at byte {span.start} has less than {many} objects"
            )
        packed.numbers.append(int(pair[1]))
        packed.offsets.append(first + int(pair[2]))
        at = pair.end()
    return packed


def _runs_of(places: dict[int, tuple[int, int]]) -> list[list[int]]:
    """Give the numbers in order, those that follow one another together."""
    runs: list[list[int]] = []
    for number in sorted(places):
        if runs and runs[-1][-1] + 1 == number:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _table_of(places: dict[int, tuple[int, int]]) -> bytes:
    lines = [b"xref\n"]
    for run in _runs_of(places):
        lines.append(b"%d %d\n" % (run[0], len(run)))
        lines += [b"%010d %05d n \n" % places[number] for number in run]
    return b"".join(lines)


def _stream_of(places: dict[int, tuple[int, int]], number: int, start: int, kept: bytes) -> bytes:
    """Give a stream of places, which is an object with a place itself."""
    places = {**places, number: (start, 0)}
    width = (start.bit_length() + 7) // 8
    runs = _runs_of(places)
    index = b" ".join(b"%d %d" % (run[0], len(run)) for run in runs)
    rows = b"".join(
        b"\x01" + places[n][0].to_bytes(width, "big") + places[n][1].to_bytes(2, "big")
        for run in runs
        for n in run
    )
    return (
        b"%d 0 obj\n<<\n/Type /XRef\n/Size %d\n/W [1 %d 2]\n/Index [%b]\n/Length %d\n%b\n>>\n"
        b"stream\n%b\nendstream\nendobj\n"
    ) % (number, number + 1, width, index, len(rows), kept, rows)
