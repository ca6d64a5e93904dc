"""
PDF streams, and objects read from a file in windows that grow, all within bounds.

Source: ISO 32000-1, 7.3.8 (streams), 7.3.10 (indirect objects), 7.4.4 (Flate and predictors).
"""

from __future__ import annotations

import re
import zlib
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer
from qingjian.labels.structures.pdfobjects import (
    STOP,
    WHITE,
    Array,
    CutShort,
    Dictionary,
    Item,
    Parser,
    Ref,
    Value,
    whole,
)

MOST_STREAM = 1 << 25
_WINDOW = 1 << 12
_MOST_OBJECT = 1 << 24
_MOST_READ = 1 << 26
_MOST_MIXED = 4_000_000
OBJECT = re.compile(
    rb"%b{0,16}+([0-9]{1,10})%b{1,16}+([0-9]{1,5})%b{1,16}+obj%b" % (WHITE, WHITE, WHITE, STOP)
)
_STREAM = re.compile(rb"%b{0,16}+stream\r?\n" % WHITE)
_STREAM_END = re.compile(rb"%b{0,4}+endstream%b" % (WHITE, STOP))


class Object(NamedTuple):
    """
    An object as it was read.

    Args:
        item: the object and its range in `source`.
        source: the bytes it was read from.
        base: the byte of the file where `source` begins; of no use for a packed object.
        packed: the bytes of the object stream that it is packed in.
    """

    item: Item
    source: bytes
    base: int
    packed: ByteRange | None = None

    def place(self, item: Item) -> ByteRange:
        """Give the bytes of the file that hold a part of this object."""
        return self.packed or ByteRange(self.base + item.start, self.base + item.end)

    @property
    def form(self) -> Dictionary:
        """The dictionary that it is. Raises DamagedFile when it is none."""
        if not isinstance(self.item.value, Dictionary):
            raise DamagedFile(f"at byte {self.place(self.item).start} stands no dictionary")
        return self.item.value

    def inner(self, cut: frozenset[int]) -> bytes:
        """Give the entries of a dictionary as they stand, without those that start at `cut`."""
        parts, at = [], self.item.start + 2
        for entry in self.form.entries:
            if entry.start in cut:
                parts.append(self.source[at : entry.start])
                at = entry.item.end
        return b"".join([*parts, self.source[at : self.item.end - 2]])


class Windows:
    """
    A file, or its bytes up to `end`, of which only so much is read as it takes.

    Raises DamagedFile when more than 64 MB are read or unpacked in all.
    """

    def __init__(self, data: Buffer, end: int) -> None:
        self.data = data
        self.end = end
        self._spent = 0

    def at(self, start: int, count: int) -> bytes:
        """Give up to `count` bytes from a place."""
        return self.data[start : min(start + count, self.end)]

    def read(self, at: int) -> Object:
        """Read the object whose first token follows."""
        size = _WINDOW
        while size <= _MOST_OBJECT:
            source = self.at(at, size)
            self._spend(len(source), at)
            try:
                item = Parser(source, 0, at, final=at + size >= self.end).item()
            except CutShort:
                size *= 4
                continue
            return Object(item, source[: item.end], at)
        raise DamagedFile(f"the PDF object at byte {at} has more than {_MOST_OBJECT:,} bytes")

    def read_object(self, at: int) -> tuple[Ref, Object]:
        """Read the indirect object that begins at a place, and its number."""
        head = OBJECT.match(self.at(at, 96))
        if head is None:
            raise DamagedFile(f"at byte {at} of the PDF no object begins")
        return Ref(int(head[1]), int(head[2])), self.read(at + head.end())

    def is_stream(self, found: Object) -> bool:
        """Whether a dictionary is that of a stream."""
        return not found.packed and bool(_STREAM.match(self.at(found.base + found.item.end, 32)))

    def stream(self, found: Object, length: Value) -> ByteRange:
        """Give the bytes of a stream of this length."""
        at = found.base + found.item.end
        head = _STREAM.match(self.at(at, 32))
        if head is None or found.packed:
            raise DamagedFile(f"at byte {at} of the PDF no stream begins")
        start = at + head.end()
        end = start + whole(length, self.end - start, "Length", at)
        if not _STREAM_END.match(self.at(end, 32)):
            raise DamagedFile(f"the PDF stream at byte {start} does not end at byte {end}")
        return ByteRange(start, end)

    def content(self, form: Dictionary, span: ByteRange, most: int) -> bytes | None:
        """Give the content of a stream, up to `most` bytes; None when its filter is not known."""
        if form.get(b"F") is not None:
            return None
        if span.end - span.start > MOST_STREAM:
            raise DamagedFile(f"the PDF stream at byte {span.start} is longer than {MOST_STREAM:,}")
        self._spend(span.end - span.start, span.start)
        try:
            plain = unpacked(self.at(span.start, span.end - span.start), form, most)
        except DamagedFile as error:
            raise DamagedFile(f"the PDF stream at byte {span.start} {error.what}") from None
        self._spend(len(plain or b""), span.start)
        return plain

    def _spend(self, count: int, at: int) -> None:
        self._spent += count
        if self._spent > _MOST_READ:
            raise DamagedFile(f"the PDF has more than {_MOST_READ:,} bytes to read at byte {at}")


def unpacked(packed: bytes, form: Dictionary, most: int) -> bytes | None:
    """
    Give the content of a stream; None when its filter is not known here.

    Args:
        packed: the bytes of the stream.
        form: its dictionary.
        most: how many bytes are given at most.

    Raises DamagedFile when the bytes do not unpack, or to more than `most`.
    """
    named, settings = form.get(b"Filter"), form.get(b"DecodeParms")
    if isinstance(named, Array):
        if len(named.items) > 1:
            return None
        named = named.items[0].value if named.items else None
    if isinstance(settings, Array):
        settings = settings.items[0].value if settings.items else None
    if named is None and len(packed) <= most:
        return packed
    if named is None:
        raise DamagedFile(f"has more than {most:,} bytes")
    if named != b"FlateDecode" or isinstance(settings, Ref):
        return None
    plain = _inflated(packed, most)
    return _unpredicted(plain, settings) if isinstance(settings, Dictionary) else plain


def _inflated(packed: bytes, most: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(packed, most + 1)
    except zlib.error as error:
        raise DamagedFile(f"does not inflate: {error}") from None
    if len(plain) > most:
        raise DamagedFile(f"has more than {most:,} bytes")
    if not unpacker.eof:
        raise DamagedFile("is cut short")
    return plain


def _unpredicted(plain: bytes, settings: Dictionary) -> bytes | None:
    """Take the PNG prediction away, which foretells each byte from the row above or the left."""
    predictor = settings.get(b"Predictor")
    if predictor in (None, 1):
        return plain
    columns = settings.get(b"Columns")
    columns = 1 if columns is None else columns
    one_byte = settings.get(b"Colors") in (None, 1) and settings.get(b"BitsPerComponent") in (
        None,
        8,
    )
    if not isinstance(predictor, int) or predictor < 10 or not one_byte:
        return None
    if not isinstance(columns, int) or not 0 < columns <= 1_000_000:
        raise DamagedFile("has rows of no length")
    if len(plain) % (columns + 1):
        raise DamagedFile("ends inside a row")
    import numpy as np  # it takes long to load, and only predicted streams need it

    rows = np.frombuffer(plain, np.uint8).reshape(-1, columns + 1)
    if (rows[:, 0] == 2).all():
        return np.cumsum(rows[:, 1:], axis=0, dtype=np.uint8).tobytes()
    if len(plain) > _MOST_MIXED:
        raise DamagedFile(f"has more than {_MOST_MIXED:,} bytes in rows of several kinds")
    above, out = bytes(columns), []
    for at in range(0, len(plain), columns + 1):
        above = _row(plain[at], plain[at + 1 : at + 1 + columns], above)
        out.append(above)
    return b"".join(out)


def _row(kind: int, row: bytes, above: bytes) -> bytes:
    if kind > 4:
        raise DamagedFile(f"has a row of the unknown kind {kind}")
    out = bytearray(row)
    left = corner = 0
    for at, up in enumerate(above):
        if kind == 4:
            guess = left + up - corner
            foretold = min((left, up, corner), key=lambda each: abs(guess - each))
        else:
            foretold = (0, left, up, (left + up) // 2)[kind]
        left = out[at] = (out[at] + foretold) & 0xFF
        corner = up
    return bytes(out)
