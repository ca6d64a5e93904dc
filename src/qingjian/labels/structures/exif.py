"""
EXIF: the directories of a TIFF block, its texts, and how a label among them is blanked.

A block that breaks off gives what could be read; nothing is raised here.

Source: Exif 2.32 (CIPA DC-008), TIFF 6.0, and the BigTIFF proposal; Windows' XP tags.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Collection, Iterator
from typing import Literal, NamedTuple

from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Buffer, Deviation, Held

Order = Literal["little", "big"]
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
SIZES |= {16: 8, 17: 8, 18: 8}
"""Bytes of one value, by type; types 16 to 18 are BigTIFF's."""
MOST_ENTRIES = 65_535
EXIF_DIRECTORY = 0x8769
_USER_COMMENT = 0x9286
_MAKER_NOTE = 0x927C
_TEXTS = {
    0x010D: "DocumentName",
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x013B: "Artist",
    0x013C: "HostComputer",
    0x8298: "Copyright",
    _MAKER_NOTE: "MakerNote",
    _USER_COMMENT: "UserComment",
    0x9C9B: "XPTitle",
    0x9C9C: "XPComment",
    0x9C9D: "XPAuthor",
    0x9C9E: "XPKeywords",
    0x9C9F: "XPSubject",
}
_WANTED = frozenset({*_TEXTS, EXIF_DIRECTORY})
_CHARSETS = (b"ASCII", b"JIS", b"UNICODE", b"UTF-8", b"")
_MOST_TEXT = 4_000_000
_MOST_TEXTS = 256
_LOOKED_AT = 2000
_USUAL = re.compile("[\n -~\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")


class Layout(NamedTuple):
    """How a block is written: its byte order, whether it is BigTIFF, where IFD0 stands."""

    order: Order
    big: bool
    first: int

    @property
    def wide(self) -> int:
        """How many bytes the count of a directory's entries takes."""
        return 8 if self.big else 2

    @property
    def row(self) -> int:
        """How many bytes an entry takes."""
        return 20 if self.big else 12

    @property
    def pointer(self) -> int:
        """How many bytes an offset takes, or a value that stands in its entry."""
        return 8 if self.big else 4


class Entry(NamedTuple):
    """A directory's entry: tag, type, how many, the bytes of its value, where it begins."""

    tag: int
    type: int
    many: int
    value: ByteRange
    at: int


class Directory(NamedTuple):
    """A directory's bytes, its entries, the next directory's offset, whether nothing is cut."""

    at: ByteRange
    entries: list[Entry]
    next: int
    whole: bool


class _Text(NamedTuple):
    """A text, the tag it stands under, the bytes of the value, and those of the text alone."""

    tag: int
    words: str
    value: ByteRange
    bare: ByteRange


def layout_of(data: Buffer) -> Layout | None:
    """Give how a TIFF block is written, None when it is none."""
    head = data[:16]
    order: Order = "big" if head[:2] == b"MM" else "little"
    if head[:2] not in (b"II", b"MM") or len(head) < 8:
        return None
    if int.from_bytes(head[2:4], order) == 43:
        whole = len(head) == 16 and int.from_bytes(head[4:6], order) == 8
        return Layout(order, True, int.from_bytes(head[8:16], order)) if whole else None
    return Layout(order, False, int.from_bytes(head[4:8], order))


def directory(
    data: Buffer, layout: Layout, at: int, wanted: Collection[int] | None = None
) -> Directory:
    """
    Give the directory at an offset.

    Args:
        data: the block.
        layout: how it is written.
        at: the offset.
        wanted: the tags whose entries are given; None gives all.
    """
    wide, size, pointer = (8, 20, 8) if layout.big else (2, 12, 4)
    form = (">" if layout.order == "big" else "<") + ("HHQQ" if layout.big else "HHII")
    head = data[at : at + wide]
    count = int.from_bytes(head, layout.order)
    start = at + wide
    end = start + min(count, MOST_ENTRIES) * size
    table = data[start : end + pointer]
    whole = count <= MOST_ENTRIES and len(table) == end + pointer - start
    whole = whole and at >= (16 if layout.big else 8)
    rows = table[: min(end - start, len(table) // size * size)]
    entries = []
    for index, (tag, type, many, offset) in enumerate(struct.iter_unpack(form, rows)):
        if wanted is None or tag in wanted:
            row = start + index * size
            length = SIZES.get(type, 0) * many
            first = offset if length > pointer else row + 4 + pointer
            entries.append(Entry(tag, type, many, ByteRange(first, first + length), row))
    after = int.from_bytes(table[end - start :], layout.order) if whole else 0
    return Directory(ByteRange(at, end + pointer), entries, after, whole)


def held(body: Buffer, offset: int) -> Iterator[Held]:
    """
    Give the texts of a TIFF block.

    Args:
        body: the block, without `Exif` and its zeros before it.
        offset: where its first byte stands in the file.
    """
    for text in _texts(body):
        name = _TEXTS[text.tag]
        at = ByteRange(offset + text.value.start, offset + text.value.end)
        odd: tuple[Deviation, ...] = ()
        if text.tag != _USER_COMMENT and "AIGC" in text.words[:_LOOKED_AT]:
            what = f"the label stands in EXIF {name}, not in XMP or UserComment"
            odd = (Deviation("place.exif", "TC260-PG-20259A", what),)
        yield Held("pair", text.words, at, f"EXIF {name}", f"EXIF:{name}", odd)


def labels(body: Buffer) -> list[ByteRange]:
    """Give the bytes of the block that hold the words of a label."""
    found = []
    for text in _texts(body):
        key = f"EXIF:{_TEXTS[text.tag]}"
        if "AIGC" in text.words and marks_of([Held("pair", text.words, text.value, "", key)]):
            found.append(text.bare)
    return found


def without_label(body: bytes) -> bytes:
    """Give a block of the same length in which the words of labels are zeros."""
    for _ in range(_MOST_TEXTS):  # where values lie over each other, a blank bares another
        found = labels(body)
        if not found:
            break
        blank = bytearray(body)
        for at in found:
            blank[at.start : at.end] = bytes(at.end - at.start)
        body = bytes(blank)
    return body


def _texts(body: Buffer) -> Iterator[_Text]:
    """Give the texts of IFD0, its Exif directory and IFD1."""
    layout = layout_of(body)
    if layout is None:
        return
    size, left, count = len(body), _MOST_TEXT, 0
    todo, seen = [layout.first], set[int]()
    while todo:
        at = todo.pop(0)
        if at in seen or not 0 < at < size:
            continue
        seen.add(at)
        found = directory(body, layout, at, _WANTED)
        for entry in found.entries:
            start, end = entry.value.start, min(entry.value.end, size)
            if entry.tag == EXIF_DIRECTORY:
                if len(seen) == 1 and not todo:
                    todo.append(int.from_bytes(body[start:end], layout.order))
                continue
            count += 1
            if count > _MOST_TEXTS or not 0 < end - start <= left:
                continue
            left -= end - start
            skipped, words = _words(entry.tag, body[start:end], layout.order)
            if words:
                value = ByteRange(start, end)
                yield _Text(entry.tag, words, value, ByteRange(start + skipped, end))
        if len(seen) == 1:
            todo.append(found.next)


def _words(tag: int, raw: bytes, order: Order) -> tuple[int, str]:
    """Give the text of a value, and how many bytes stand before it."""
    skipped = 0
    if tag >= 0x9C9B:
        words = raw.decode("utf-16-le", "replace")
    elif tag == _USER_COMMENT:
        skipped, words = _comment(raw, order)
    elif tag == _MAKER_NOTE and not _is_printable(raw):
        words = ""
    else:
        words = _plain(raw)
    return skipped, words.replace("\x00", " ").strip()


def _comment(raw: bytes, order: Order) -> tuple[int, str]:
    """Give the text of a UserComment, and how long the name of its charset is."""
    name = raw[:8].rstrip(b"\x00 ").upper()
    if len(raw) < 8 or name not in _CHARSETS:
        return 0, _plain(raw)
    rest = raw[8:]
    if name == b"UNICODE" and b"AIGC" not in rest:
        return 8, rest.decode(_order_of_text(rest, order), "replace").lstrip("\ufeff")
    if name == b"JIS":
        return 8, rest.decode("iso2022_jp", "replace")
    return 8, _plain(rest)


def _order_of_text(text: bytes, order: Order) -> str:
    """Give which UTF-16 a text is in: by its byte order mark, else by what reads better."""
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16-le" if text[0] == 0xFF else "utf-16-be"
    own, other = ("utf-16-be", "utf-16-le") if order == "big" else ("utf-16-le", "utf-16-be")
    head = text[:_LOOKED_AT]
    usual = [len(_USUAL.findall(head.decode(name, "replace"))) for name in (own, other)]
    return own if usual[0] >= usual[1] else other


def _is_printable(raw: bytes) -> bool:
    """Whether a maker's note is text."""
    try:
        words = raw.rstrip(b"\x00").decode()
    except UnicodeDecodeError:
        return False
    return all(map(str.isprintable, words.split()))


def _plain(raw: bytes) -> str:
    """Give text that should be ASCII; writers put UTF-8 there."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
