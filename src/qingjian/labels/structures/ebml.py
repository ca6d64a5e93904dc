"""
EBML: elements with identifiers and sizes of varying length, as Matroska and WebM are made of.

Source: RFC 8794.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.labels.mark import Buffer

HEADER = 0x1A45DFA3
VOID = 0xEC
CRC = 0xBF
_MAX_ID_LENGTH = 0x42F2
_MAX_SIZE_LENGTH = 0x42F3
_DOC_TYPE = 0x4282
_LARGEST_HEADER = 4096
_MOST_ELEMENTS = 200_000
_MOST_TEXT = 4_000_000


class Element(NamedTuple):
    """
    Where an element stands.

    Args:
        id: the identifier with its length marker.
        start: its first byte.
        body: the first byte of its data.
        end: past its data; of one without a known size, the end of what it stands in.
        known: whether its size is known.
        size_width: how many bytes the size takes.
    """

    id: int
    start: int
    body: int
    end: int
    known: bool
    size_width: int


class Header(NamedTuple):
    """What the EBML header says: the kind of document, the longest identifier, its own end."""

    doc_type: str
    id_length: int
    end: int


def element_at(data: Buffer, at: int, limit: int, id_length: int = 4) -> Element:
    """
    Give the element that begins at `at` and may reach up to `limit`.

    Raises DamagedFile when its head or its data is cut, or no element begins there.
    """
    head = data[at : min(limit, at + id_length + 8)]
    if not head:
        raise DamagedFile(f"an EBML element is missing at byte {at}")
    width = 9 - head[0].bit_length()
    if width > id_length:
        raise DamagedFile(f"no EBML element begins at byte {at}")
    if len(head) <= width:
        raise DamagedFile(f"the EBML element at byte {at} is cut short")
    size_width = 9 - head[width].bit_length()
    if size_width > 8:
        raise DamagedFile(f"the EBML element at byte {at} has a size of more than 8 bytes")
    body = width + size_width
    if len(head) < body:
        raise DamagedFile(f"the EBML element at byte {at} is cut short")
    ones = (1 << 7 * size_width) - 1
    size = int.from_bytes(head[width:body], "big") & ones
    known = size != ones
    end = at + body + size if known else limit
    if end > limit:
        raise DamagedFile(f"the EBML element at byte {at} is cut short: it ends at byte {end}")
    return Element(int.from_bytes(head[:width], "big"), at, at + body, end, known, size_width)


def children(data: Buffer, start: int, end: int, id_length: int = 4) -> Iterator[Element]:
    """
    Give the elements from `start` up to `end`, each of a known size.

    Raises DamagedFile at one that is cut, has no known size, or when there are too many.
    """
    count = 0
    while start < end:
        element = element_at(data, start, end, id_length)
        if not element.known:
            raise DamagedFile(f"the EBML element at byte {start} has no known size")
        count += 1
        if count > _MOST_ELEMENTS:
            raise DamagedFile(f"more than {_MOST_ELEMENTS:,} EBML elements stand up to byte {end}")
        yield element
        start = element.end


def header(data: Buffer) -> Header:
    """Give what the EBML header at the first byte says. Raises DamagedFile."""
    element = element_at(data, 0, len(data))
    if element.id != HEADER or not element.known:
        raise DamagedFile("the file does not begin with an EBML header")
    if element.end - element.body > _LARGEST_HEADER:
        raise DamagedFile(f"the EBML header has more than {_LARGEST_HEADER:,} bytes")
    doc_type, id_length = "", 4
    for child in children(data, element.body, element.end):
        body = data[child.body : child.end]
        if child.id == _DOC_TYPE:
            doc_type = text_of(body)
        elif child.id == _MAX_ID_LENGTH:
            id_length = int.from_bytes(body, "big")
        elif child.id == _MAX_SIZE_LENGTH and int.from_bytes(body, "big") > 8:
            raise DamagedFile(f"the EBML header at byte {child.start} allows sizes over 8 bytes")
    if not 4 <= id_length <= 8:
        raise DamagedFile(f"the EBML header allows identifiers of {id_length} bytes, not 4 to 8")
    return Header(doc_type, id_length, element.end)


def text_of(body: bytes) -> str:
    """Give the text of a string element; it ends at a zero byte."""
    return body.partition(b"\x00")[0].decode("utf-8", "replace")


def text_at(data: Buffer, child: Element) -> str:
    """Give the text of an element. Raises DamagedFile when it is too long."""
    if child.end - child.body > _MOST_TEXT:
        raise DamagedFile(f"the text at byte {child.start} has more than {_MOST_TEXT:,} bytes")
    return text_of(data[child.body : child.end])


def is_checked(data: Buffer, parent: Element) -> bool:
    """Whether an element of elements begins with a CRC-32."""
    first = next(children(data, parent.body, parent.end), None)
    return first is not None and first.id == CRC


def size_field(size: int, least: int = 1) -> bytes:
    """Give a size in as few bytes as hold it, `least` at least; all ones are never used."""
    width = least
    while size >= (1 << 7 * width) - 1:
        width += 1
    return (size | 1 << 7 * width).to_bytes(width, "big")


def element(id: int, body: bytes, size_width: int = 1) -> bytes:
    """Give the bytes of an element."""
    return id.to_bytes((id.bit_length() + 7) // 8, "big") + size_field(len(body), size_width) + body


def master(id: int, parts: Iterable[bytes], checked: bool, size_width: int = 1) -> bytes:
    """Give an element of elements; `checked` puts a CRC-32 before them."""
    body = b"".join(parts)
    return element(id, checksum(zlib.crc32(body)) + body if checked else body, size_width)


def checksum(crc: int) -> bytes:
    """Give the CRC-32 element."""
    return element(CRC, crc.to_bytes(4, "little"))


def void(length: int) -> bytes:
    """Give a Void element that takes `length` bytes in all, at least 2; nothing for 0."""
    if length == 0:
        return b""
    return element(VOID, bytes(length - 2)) if length <= 128 else _long_void(length)


def _long_void(length: int) -> bytes:
    return element(VOID, bytes(length - 9), 8)


def fitted(id: int, parts: Iterable[bytes], checked: bool, room: int) -> bytes | None:
    """
    Give a master element padded to `room` bytes with a Void, or None when it does not fit.

    One byte that is over, too little for a Void, goes to the size field.
    """
    kept = list(parts)
    whole = master(id, kept, checked)
    over = room - len(whole)
    if over == 1:
        width = element_at(whole, 0, len(whole)).size_width
        whole = master(id, kept, checked, width + 1)
        over = 0
    return whole + void(over) if over >= 0 else None
