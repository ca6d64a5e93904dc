"""
SVG: the mark is the AIGC property of the XMP packet in the metadata element of the root.

The source text is spliced, never written anew. A packet may use prefixes that are declared around
it (Inkscape does): it is read with these declarations added. Also read: title and desc of the root,
C2PA.
"""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Buffer, Edit, Held
from qingjian.labels.xmp import RDF, aigc_values, with_aigc

name = "svg"
suffixes: tuple[str, ...] = (".svg",)
text = True
place = "XMP in svg/metadata, property TC260:AIGC"
source = (
    "XMP specification part 3 (metadata element of SVG); no public source gives a place in SVG for "
    "GB 45438"
)
wrapped = False

_SVG = "http://www.w3.org/2000/svg"
_PACKETS = ("adobe:ns:meta/ xmpmeta", f"{RDF} RDF")
_C2PA = "http://c2pa.org/manifest manifest"
_TEXTS = ("title", "desc")
_KNOWN = (*_PACKETS, _C2PA)
_TITLES = (*_TEXTS, *(f"{_SVG} {each}" for each in _TEXTS))
_BLOCK = 1 << 20
_MOST_TEXT = 4_000_000
_MOST_DEPTH = 10_000
_MOST_FOUND = 256
_MOST_PREFIXES = 1000
_MOST_AROUND = 100_000
_MOST_FOREIGN = 8_000_000
_MOST_C2PA = 64_000_000
_HEAD = 8192
_ROOT = re.compile(rb"<(?:[\w.-]+:)?svg[\s>/]")
_DECLARED = re.compile(rb"""^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
_NAME = re.compile(rb"<[^\s/>]+")
_TAG = re.compile(rb"""[^"'>]*(?:(?:"[^"]*"|'[^']*')[^"'>]*)*>""")
_UTF8 = ("utf-8", "ascii")
_ENCODINGS = ("utf-16-le", "utf-16-be", "iso8859-1", "cp1252", "gb2312", "gbk", "gb18030", "big5")


class _Element(NamedTuple):
    """An element that may be a mark: its name, its bytes, its tags, and what it says."""

    name: str
    at: ByteRange
    inside: ByteRange
    home: bool
    words: str
    around: bytes


class _Source(NamedTuple):
    """The text in UTF-8, and how its offsets become those of the file."""

    data: Buffer
    encoding: str
    start: int

    def at(self, offset: int) -> int:
        """Give the byte of the file for a byte of the text."""
        if self.encoding in _UTF8:
            return offset
        return self.start + len(self.encoded(self.data[:offset]))

    def encoded(self, new: bytes) -> bytes:
        """Give UTF-8 in the encoding of the file; what it lacks becomes character references."""
        if self.encoding == "utf-8":
            return new
        return new.decode().encode(self.encoding, "xmlcharrefreplace")


def knows(data: Buffer, /) -> bool:
    """Whether an svg element begins near the start."""
    head = data[:_HEAD].replace(b"\x00", b"")
    begins = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")
    return begins and bool(_ROOT.search(head)) and b"<html" not in head.lower()


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    source = _source(data)
    for each in _Document(source.data).found:
        at = ByteRange(source.at(each.at.start), source.at(each.at.end))
        if each.name in _PACKETS:
            where = "XMP in metadata" if each.home else "XMP outside of metadata"
            yield Held("xmp", _packet(source.data, each)[0], at, where)
        elif each.name == _C2PA:
            yield Held("c2pa", _base64(each), at, "c2pa:manifest")
        else:
            yield Held("pair", each.words, at, f"svg/{each.name}", each.name)


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """Give the edits that leave exactly one mark, or none for None. Raises DamagedFile."""
    source = _source(data)
    document = _Document(source.data)
    edits: list[Edit] = []
    left = value
    for each in document.found:
        if each.name in _PACKETS:
            packet, more = _packet(source.data, each)
            new = _spliced(packet, more, left) if left is not None and each.home else None
            if new is not None:
                left = None
            elif aigc_values(packet):
                new = _spliced(packet, more, None) or b""
            if new is not None:
                edits.append(Edit(each.at.start, each.at.end, new))
        elif each.name in _TEXTS:
            pair = Held("pair", each.words, each.at, "", each.name)
            if marks_of([pair]):
                edits.append(Edit(each.inside.start, each.inside.end, b""))
    if left is not None:
        edits.append(document.inserted(_bare(with_aigc(None, left))))
    edits.sort()
    return [Edit(source.at(e.start), source.at(e.end), source.encoded(e.new)) for e in edits]


class _Document:
    """One pass over the text: the root's tag, and the elements that may be a mark."""

    def __init__(self, data: Buffer) -> None:
        self.data = data
        self.found: list[_Element] = []
        self.root = ByteRange(0, 0)
        self._stack: list[str] = []
        self._scope: dict[str, list[str]] = {}
        self._own: set[str] = set()
        self._words: list[str] = []
        self._opened: tuple[int, ByteRange, bytes, bool] | None = None
        parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.StartNamespaceDeclHandler = self._declare
        parser.EndNamespaceDeclHandler = self._forget
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._say
        parser.EntityDeclHandler = self._refuse
        self._parser = parser
        try:
            for at in range(0, len(data), _BLOCK):
                parser.Parse(data[at : at + _BLOCK], False)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError) as error:
            at = parser.ErrorByteIndex
            raise DamagedFile(f"the SVG is not well-formed at byte {at}: {error}") from None

    def inserted(self, packet: bytes) -> Edit:
        """Give the edit that puts a packet right after the root's start tag."""
        start, end = self.root.start, self.root.end
        tag = self.data[start:end]
        root = _NAME.match(tag)
        assert root is not None
        name = root.group()[1:]
        prefix = name[: name.rfind(b":") + 1]
        new = b"<%smetadata>%s</%smetadata>" % (prefix, packet, prefix)
        if tag.endswith(b"/>"):
            return Edit(end - 2, end, b">%s</%s>" % (new, name))
        return Edit(end, end, new)

    def _refuse(self, *_: object) -> None:
        at = self._parser.CurrentByteIndex
        raise DamagedFile(f"the SVG declares an entity of its own at byte {at}")

    def _declare(self, prefix: str | None, uri: str) -> None:
        self._own.add(prefix or "")
        self._scope.setdefault(prefix or "", []).append(uri or "")
        if len(self._scope) > _MOST_PREFIXES:
            raise DamagedFile(f"the SVG declares more than {_MOST_PREFIXES} prefixes")

    def _forget(self, prefix: str | None) -> None:
        self._scope[prefix or ""].pop()

    def _say(self, words: str) -> None:
        if self._opened is not None:
            start = self._opened[1].start
            if self._parser.CurrentByteIndex - start > _MOST_C2PA:
                raise DamagedFile(f"the element at byte {start} has too much text")
            self._words.append(words)

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._stack) >= _MOST_DEPTH:
            raise DamagedFile(f"the SVG nests more than {_MOST_DEPTH:,} elements")
        at = self._parser.CurrentByteIndex
        depth = len(self._stack)
        if not depth:
            if _local(name) != "svg":
                raise DamagedFile("the root element is no svg")
            self.root = ByteRange(at, self._tag_end(at))
        elif self._opened is None and (name in _KNOWN or (depth == 1 and name in _TITLES)):
            if len(self.found) == _MOST_FOUND:
                raise DamagedFile(f"the SVG has more than {_MOST_FOUND} packets and titles")
            home = depth == 2 and _local(self._stack[1]) == "metadata"
            self._opened = depth, ByteRange(at, self._tag_end(at)), self._around(), home
            self._words.clear()
        self._own.clear()
        self._stack.append(name)

    def _close(self, name: str) -> None:
        self._stack.pop()
        if self._opened is None or self._opened[0] != len(self._stack):
            return
        _, tag, around, home = self._opened
        self._opened = None
        at = self._parser.CurrentByteIndex
        closing = self.data[at : at + 2] == b"</"
        end = self._tag_end(at) if closing else tag.end
        inside = ByteRange(tag.end, at if closing else tag.end)
        whole = ByteRange(tag.start, end)
        if end - tag.start > _MOST_TEXT and name != _C2PA:
            raise DamagedFile(f"the element at byte {tag.start} has more than {_MOST_TEXT:,} bytes")
        known = name if name in _KNOWN else _local(name)
        self.found.append(_Element(known, whole, inside, home, "".join(self._words), around))

    def _around(self) -> bytes:
        """Give the declarations of prefixes that hold here and stand on an element around."""
        new = ""
        for prefix, uris in self._scope.items():
            if uris and prefix not in self._own and prefix != "xml" and len(new) < _MOST_AROUND:
                attribute = f"xmlns:{prefix}" if prefix else "xmlns"
                new += f" {attribute}={quoteattr(uris[-1])}"
        if len(new) > _MOST_AROUND:
            raise DamagedFile(f"the prefixes around a packet take more than {_MOST_AROUND:,} bytes")
        return new.encode()

    def _tag_end(self, at: int) -> int:
        size = 4096
        while True:
            match = _TAG.match(self.data[at : at + size])
            if match:
                return at + match.end()
            if at + size >= len(self.data):
                raise DamagedFile(f"the tag at byte {at} has no end")
            size *= 4


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _packet(data: Buffer, each: _Element) -> tuple[bytes, bytes]:
    """Give a packet that stands alone, and the declarations that were added to its first tag."""
    raw = data[each.at.start : each.at.end]
    tag = _NAME.match(raw)
    assert tag is not None
    return raw[: tag.end()] + each.around + raw[tag.end() :], tag.group() + each.around


def _spliced(packet: bytes, begin: bytes, value: str | None) -> bytes | None:
    """Give a packet with the value, without what was added to its tag; None when it takes none."""
    try:
        new = _bare(with_aigc(packet, value))
        seen = aigc_values(new)
    except DamagedFile:
        return None
    if len(seen) != (value is not None):
        return None
    tag = _NAME.match(begin)
    if tag is not None and new.startswith(begin):
        return tag.group() + new[len(begin) :]
    return new


def _bare(packet: bytes) -> bytes:
    """Give a packet without processing instructions around it."""
    start = packet.find(b"?>") + 2 if packet.startswith(b"<?xpacket") else 0
    end = packet.rfind(b"<?xpacket")
    return packet[start : end if end > start else len(packet)]


def _base64(each: _Element) -> bytes:
    try:
        return base64.b64decode("".join(each.words.split()), validate=True)
    except ValueError:
        raise DamagedFile(f"the C2PA manifest at byte {each.at.start} is no Base64") from None


def _source(data: Buffer) -> _Source:
    """Give the text in UTF-8. Raises DamagedFile when it is in no known encoding."""
    head = data[:_HEAD]
    if head[:4] in (b"<\x00?\x00", b"<\x00s\x00") or head.startswith(codecs.BOM_UTF16_LE):
        encoding = "utf-16-le"
    elif head[:4] in (b"\x00<\x00?", b"\x00<\x00s") or head.startswith(codecs.BOM_UTF16_BE):
        encoding = "utf-16-be"
    else:
        declared = _DECLARED.match(head.removeprefix(codecs.BOM_UTF8))
        wish = declared.group(1).decode().lower() if declared else "utf-8"
        try:
            encoding = codecs.lookup(wish).name
        except LookupError:
            raise DamagedFile(f"the SVG declares the encoding {wish[:40]}, not known") from None
    if encoding in _UTF8 or head.startswith(codecs.BOM_UTF8):
        return _Source(data, encoding if encoding in _UTF8 else "utf-8", 0)
    if encoding not in _ENCODINGS or len(data) > _MOST_FOREIGN:
        raise DamagedFile(f"the SVG is in the encoding {encoding}, which is not read")
    start = 2 if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else 0
    raw = data[start:]
    try:
        words = raw.decode(encoding)
        if words.encode(encoding) != raw:
            raise ValueError("its bytes do not come back")
    except ValueError as error:
        raise DamagedFile(f"the SVG is not in its encoding {encoding}: {error}") from None
    return _Source(words.encode(), encoding, start)
