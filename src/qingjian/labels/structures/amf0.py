"""
AMF0: the values of script data, as FLV holds them, with the bytes that each takes.

Source: Action Message Format AMF 0, Adobe 2007; Video File Format Specification 10.1, annex E.4.4.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from qingjian.core.errors import DamagedFile

NUMBER, BOOLEAN, STRING, OBJECT, _CLIP, _NULL, _UNDEFINED, _REFERENCE = range(8)
MAP, _END, ARRAY, _DATE, LONG_STRING, _UNSUPPORTED, _RECORDS, XML, TYPED_OBJECT = range(8, 17)
OBJECT_END = b"\x00\x00\x09"
_LENGTHS = {
    BOOLEAN: 1,
    _CLIP: 0,
    _NULL: 0,
    _UNDEFINED: 0,
    _REFERENCE: 2,
    _DATE: 10,
    _UNSUPPORTED: 0,
    _RECORDS: 0,
}
_KEYED = (OBJECT, MAP, TYPED_OBJECT)
_MOST_TEXT = 4_000_000
_MOST_VALUES = 100_000
_DEEPEST = 32


class Member(NamedTuple):
    """A value under its key, and the first byte of the key; the key is empty in an array."""

    key: str
    start: int
    value: Value


class Value(NamedTuple):
    """
    A value in script data; bytes count from the first byte of that data.

    Args:
        kind: its type marker.
        start: where the type marker stands.
        end: past its last byte.
        text: of strings and XML.
        number: of numbers.
        members: of objects, maps and arrays; an array of nothing but numbers gives none.
        closed: whether the object's end marker stands there; writers forget it.
    """

    kind: int
    start: int
    end: int
    text: str | None = None
    number: float | None = None
    members: tuple[Member, ...] = ()
    closed: bool = True

    def is_keyed(self) -> bool:
        """Whether the members have keys."""
        return self.kind in _KEYED


class _Reader:
    """Script data that is read, and how much was read of it."""

    def __init__(self, body: bytes, offset: int) -> None:
        self.body = body
        self.offset = offset
        self.count = 0

    def take(self, at: int, length: int) -> bytes:
        part = self.body[at : at + length]
        if len(part) < length:
            raise self.damage(at, "is cut short")
        return part

    def damage(self, at: int, how: str) -> DamagedFile:
        return DamagedFile(f"the AMF value at byte {self.offset + at} {how}")

    def number(self, at: int, length: int) -> int:
        return int.from_bytes(self.take(at, length), "big")

    def text(self, at: int, width: int) -> tuple[str, int]:
        """Give a text and its end; its length takes `width` bytes."""
        length = self.number(at, width)
        if length > _MOST_TEXT:
            raise self.damage(at, f"has more than {_MOST_TEXT:,} bytes of text")
        end = at + width + length
        return self.take(at + width, length).decode("utf-8", "replace"), end

    def value(self, at: int, depth: int) -> Value:
        kind = self.number(at, 1)
        self.count += 1
        if self.count > _MOST_VALUES:
            raise self.damage(at, f"is one of more than {_MOST_VALUES:,}")
        if depth > _DEEPEST:
            raise self.damage(at, "stands in too many others")
        if kind == NUMBER:
            (number,) = struct.unpack(">d", self.take(at + 1, 8))
            return Value(kind, at, at + 9, number=number)
        if kind in (STRING, LONG_STRING, XML):
            text, end = self.text(at + 1, 2 if kind == STRING else 4)
            return Value(kind, at, end, text)
        if kind in _LENGTHS:
            self.take(at + 1, _LENGTHS[kind])
            return Value(kind, at, at + 1 + _LENGTHS[kind])
        if kind == ARRAY:
            return self.array(at, depth)
        if kind not in _KEYED:
            raise self.damage(at, f"has the unknown type {kind}")
        first = at + 1
        if kind == MAP:
            self.take(first, 4)
            first += 4
        elif kind == TYPED_OBJECT:
            first = self.text(first, 2)[1]
        return self.keyed(kind, at, first, depth)

    def keyed(self, kind: int, start: int, at: int, depth: int) -> Value:
        members: list[Member] = []
        while self.body[at : at + 3] != OBJECT_END:
            if at == len(self.body) and depth == 0:
                return Value(kind, start, at, members=tuple(members), closed=False)
            key, after = self.text(at, 2)
            value = self.value(after, depth + 1)
            members.append(Member(key, at, value))
            at = value.end
        return Value(kind, start, at + 3, members=tuple(members))

    def array(self, start: int, depth: int) -> Value:
        count = self.number(start + 1, 4)
        at = start + 5
        end = at + 9 * count
        if end <= len(self.body) and self.body[at:end:9] == bytes(count):
            return Value(ARRAY, start, end)
        members: list[Member] = []
        for _ in range(count):
            value = self.value(at, depth + 1)
            members.append(Member("", at, value))
            at = value.end
        return Value(ARRAY, start, at, members=tuple(members))


def values(body: bytes, offset: int, most: int) -> list[Value]:
    """
    Give the first values of script data.

    Args:
        body: the script data.
        offset: where it stands in the file, for the words of an error.
        most: how many values are wanted.

    Raises DamagedFile when a value is cut, of an unknown type, too deep, or there are too many.
    """
    reader = _Reader(body, offset)
    found: list[Value] = []
    while len(found) < most and (not found or found[-1].end < len(body)):
        found.append(reader.value(found[-1].end if found else 0, 0))
    return found


def numbers(body: bytes, array: Value) -> list[float]:
    """Give the numbers of an array of nothing else."""
    return [number for (number,) in struct.iter_unpack(">xd", body[array.start + 5 : array.end])]


def number(value: float) -> bytes:
    """Give the bytes of a number."""
    return struct.pack(">Bd", NUMBER, value)


def array(values: list[float]) -> bytes:
    """Give the bytes of an array of numbers."""
    return bytes((ARRAY,)) + len(values).to_bytes(4, "big") + b"".join(map(number, values))


def string(text: str) -> bytes:
    """Give the bytes of a text, a long string where a string cannot hold it."""
    body = text.encode()
    if len(body) > 0xFFFF:
        return bytes((LONG_STRING,)) + len(body).to_bytes(4, "big") + body
    return bytes((STRING,)) + len(body).to_bytes(2, "big") + body


def member(key: str, text: str) -> bytes:
    """Give the bytes of a text under its key."""
    return string(key)[1:] + string(text)
