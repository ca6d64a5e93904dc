"""
PDF objects: read with the range of bytes each takes; text strings read and written.

Source: ISO 32000-1, 7.2 (characters), 7.3 (objects), 7.9.2 and D.2 (text strings, PDFDocEncoding).
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from qingjian.core.errors import DamagedFile

MOST_TEXT = 4_000_000
_MOST_DEPTH = 64
_MOST_ITEMS = 300_000
_MOST_TOKEN = 64
_NEAR = 256
"""A token that starts so near the end of a window may go on behind it."""

WHITE = rb"[\x00\t\n\f\r ]"
STOP = rb"(?![^\x00\t\n\f\r ()<>\[\]{}/%])"
_SPACE = re.compile(rb"(?:[\x00\t\n\f\r ]++|%[^\r\n]*+(?=[\r\n]))*+")
_REGULAR = re.compile(rb"[^\x00\t\n\f\r ()<>\[\]{}/%]{1,65}+")
_NAME = re.compile(rb"/[^\x00\t\n\f\r ()<>\[\]{}/%]{0,4097}+")
_REFERENCE = re.compile(rb"([0-9]{1,10})%b{1,64}+([0-9]{1,5})%b{1,64}+R%b" % (WHITE, WHITE, STOP))
_NUMBER = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_PAREN = re.compile(rb"[^()\\]*+(?:\\.[^()\\]*+)*+([()])", re.S)
_HEX = re.compile(rb"[0-9A-Fa-f\x00\t\n\f\r ]*+")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)|\r\n?", re.S)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_ESCAPED |= dict.fromkeys((b"\r\n", b"\r", b"\n"), b"")
_LITERAL = re.compile(r"[\t\n\r -~]*")
_PDFDOC = dict(
    zip(
        (*range(0x18, 0x20), *range(0x80, 0x9F), 0x9F, 0xA0, 0xAD),
        "˘ˇˆ˙˝˛˚˜•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\ufffd€\ufffd",
        strict=True,
    )
)


class Name(bytes):
    """A name without its slash, escapes resolved."""


class String(bytes):
    """A string as it is written, with what encloses it."""


class Ref(NamedTuple):
    """A reference to an indirect object."""

    number: int
    generation: int


class Item(NamedTuple):
    """A value and the range it takes in the bytes it was read from."""

    value: Value
    start: int
    end: int


class Array(NamedTuple):
    """The items of an array."""

    items: tuple[Item, ...]


class Entry(NamedTuple):
    """A key of a dictionary, where its slash stands, and its value."""

    key: bytes
    start: int
    item: Item


class Dictionary(NamedTuple):
    """The entries of a dictionary as they stand; a key may come twice."""

    entries: tuple[Entry, ...]

    def get(self, key: bytes) -> Value:
        """Give the value of a key, the last one when it comes twice; None when there is none."""
        return next((e.item.value for e in reversed(self.entries) if e.key == key), None)


Value = None | bool | int | float | Name | String | Ref | Array | Dictionary


def whole(value: Value, most: int, what: str, at: int) -> int:
    """Give a value as a number from 0 to `most`. Raises DamagedFile with its name and byte."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise DamagedFile(f"the PDF at byte {at} has no right {what}")
    return value


class CutShort(Exception):
    """The window ends inside an object: read a larger one."""


class Parser:
    """
    Reads objects one after another.

    Args:
        source: the bytes.
        at: where to begin.
        base: the byte of the file where `source` begins, or the object stream it was packed in.
        final: whether nothing comes behind `source`.
        packed: whether `source` was packed in an object stream.

    Raises CutShort when more bytes are needed than a source that is not final has, DamagedFile
    when the bytes are no object.
    """

    def __init__(
        self, source: bytes, at: int, base: int, *, final: bool = True, packed: bool = False
    ) -> None:
        self.source = source
        self.at = at
        self._base = base
        self._final = final
        self._packed = packed
        self._items = 0

    def skip(self) -> int:
        """Go to the next token and give where it starts."""
        space = _SPACE.match(self.source, self.at)
        self.at = space.end() if space else self.at
        if not self._final and self.at + _NEAR > len(self.source):
            raise CutShort
        return self.at

    def item(self, depth: int = 0) -> Item:
        """Read one object."""
        start = self.skip()
        self._items += 1
        if depth > _MOST_DEPTH:
            raise self.damage(start, f"is nested more than {_MOST_DEPTH} deep")
        if self._items > _MOST_ITEMS:
            raise self.damage(start, f"has more than {_MOST_ITEMS:,} items before it")
        head = self.source[start : start + 2]
        value: Value
        if head[:1] == b"/":
            value = self._name(start)
        elif head == b"<<":
            value = self._dictionary(start, depth)
        elif head[:1] == b"[":
            value = self._array(start, depth)
        elif head[:1] == b"(":
            value = self._literal(start)
        elif head[:1] == b"<":
            value = self._hex(start)
        else:
            value = self._atom(start)
        return Item(value, start, self.at)

    def damage(self, at: int, what: str) -> DamagedFile:
        """Give the error for what is wrong at a place."""
        if self._packed:
            where = f"at byte {at} of the object stream at byte {self._base}"
        else:
            where = f"at byte {self._base + at}"
        return DamagedFile(f"the PDF object {where} {what}")

    def _ended(self, start: int) -> Exception:
        return self.damage(start, "is cut short") if self._final else CutShort()

    def _name(self, start: int) -> Name:
        token = _NAME.match(self.source, start)
        assert token
        if token.end() == len(self.source) and not self._final:
            raise CutShort
        if len(token[0]) > 4097:
            raise self.damage(start, "is a name of more than 4,096 bytes")
        self.at = token.end()
        return Name(re.sub(rb"#([0-9A-Fa-f]{2})", _from_hex, token[0][1:]))

    def _dictionary(self, start: int, depth: int) -> Dictionary:
        entries = []
        self.at = start + 2
        while not self.source.startswith(b">>", self.skip()):
            key = self.item(depth + 1)
            if not isinstance(key.value, Name):
                raise self.damage(key.start, "stands where a key should be")
            entries.append(Entry(key.value, key.start, self.item(depth + 1)))
        self.at += 2
        return Dictionary(tuple(entries))

    def _array(self, start: int, depth: int) -> Array:
        items = []
        self.at = start + 1
        while not self.source.startswith(b"]", self.skip()):
            items.append(self.item(depth + 1))
        self.at += 1
        return Array(tuple(items))

    def _literal(self, start: int) -> String:
        depth, at = 1, start + 1
        while depth:
            paren = _PAREN.match(self.source, at)
            if paren is None:
                raise self._ended(start)
            at = paren.end()
            depth += 1 if paren[1] == b"(" else -1
            if at - start > MOST_TEXT:
                break
        return self._string(start, at)

    def _hex(self, start: int) -> String:
        digits = _HEX.match(self.source, start + 1)
        at = digits.end() if digits else start
        if at == len(self.source):
            raise self._ended(start)
        if self.source[at : at + 1] != b">":
            raise self.damage(start, "is a hex string with other characters in it")
        return self._string(start, at + 1)

    def _string(self, start: int, end: int) -> String:
        if end - start > MOST_TEXT:
            raise self.damage(start, f"is a string of more than {MOST_TEXT:,} bytes")
        self.at = end
        return String(self.source[start:end])

    def _atom(self, start: int) -> Value:
        token = _REGULAR.match(self.source, start)
        if token is None:
            if self.source[start : start + 1] in (b"", b"%"):
                raise self._ended(start)
            raise self.damage(start, "is none")
        word = token[0]
        if len(word) > _MOST_TOKEN:
            raise self.damage(start, f"has more than {_MOST_TOKEN} characters")
        self.at = token.end()
        if word.isdigit() and (reference := _REFERENCE.match(self.source, start)):
            self.at = reference.end()
            return Ref(int(reference[1]), int(reference[2]))
        if _NUMBER.fullmatch(word):
            return float(word) if b"." in word else int(word)
        if word in (b"true", b"false", b"null"):
            return None if word == b"null" else word == b"true"
        raise self.damage(start, "is none")


def _from_hex(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape[1], 16)])


def bytes_of(string: String) -> bytes:
    """Give what a string says: digits read, escapes resolved, line ends as line feeds."""
    if string[:1] == b"<":
        digits = bytes(string[1:-1]).translate(None, b"\x00\t\n\f\r ")
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    return _ESCAPE.sub(_unescaped, string[1:-1])


def _unescaped(escape: re.Match[bytes]) -> bytes:
    what = escape[1]
    if what is None:
        return b"\n"
    if what[:1] in b"01234567":
        return bytes([int(what, 8) & 0xFF])
    return _ESCAPED.get(what, what)


def text_of(string: String) -> tuple[str, bool]:
    """Give a text string as text, and whether it is UTF-8 without the mark that says so."""
    said = bytes_of(string)
    for mark, encoding in (
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF8, "utf-8"),
    ):
        if said.startswith(mark):
            return said[len(mark) :].decode(encoding, "replace"), False
    if not said.isascii():
        try:
            return said.decode(), True
        except UnicodeDecodeError:
            pass
    return said.decode("latin-1").translate(_PDFDOC), False


def string_of(text: str) -> bytes:
    """Give a text as a string object: ASCII as it is, all else UTF-16 in hex digits."""
    if not _LITERAL.fullmatch(text):
        return b"<%b>" % (codecs.BOM_UTF16_BE + text.encode("utf-16-be", "replace")).hex().encode()
    said = re.sub(rb"[\\()]", rb"\\\g<0>", text.encode())
    return b"(%b)" % said.replace(b"\r", b"\\r").replace(b"\n", b"\\n").replace(b"\t", b"\\t")
