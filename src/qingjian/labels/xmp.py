"""
The AIGC property of an XMP packet: read in every form, written as an element.

A label that is the whole text of another property (a description, a comment) is read too.

The packet is parsed without entities of its own: a document type with entities is refused, so it
cannot grow. Writing changes labels alone; the rest of the packet stays byte for byte.

Source: TC260 practice guide on images (secondary): namespace http://www.tc260.org.cn/ns/AIGC/1.0/,
property AIGC; XMP specification part 1 for the packet.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape

from qingjian.core.errors import DamagedFile
from qingjian.labels.fields import fields_of, may_be
from qingjian.labels.iptc import with_source_type
from qingjian.labels.mark import Deviation

NAMESPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"
_XML = "http://www.w3.org/XML/1998/namespace"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_OPENED = f'<rdf:Description rdf:about="" xmlns:rdf="{RDF}" xmlns:TC260="{NAMESPACE}">'
_CLOSED = "</rdf:Description>"
_DESCRIPTION = f"{_OPENED}<TC260:AIGC>%s</TC260:AIGC>{_CLOSED}"
_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    f'<rdf:RDF xmlns:rdf="{RDF}">%s</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
_ATTRIBUTE = re.compile(rb"""\s+(?!xmlns[:\s=])[^\s=<>"']+\s*=\s*(?:"[^"]*"|'[^']*')""")
_RDF_END = re.compile(rb"</(?:[^\s<>:]+:)?RDF\s*>")
_TAG_END = re.compile(rb"""(?:[^"'>]|"[^"]*"|'[^']*')*>""")

_LISTS = frozenset(f"{RDF} {name}" for name in ("Alt", "Bag", "Seq"))
_NODES = frozenset(f"{RDF} {name}" for name in ("RDF", "Description"))

_MOST_PASSES = 8

Value = tuple[str, tuple[Deviation, ...]]


@dataclass(slots=True)
class _Element:
    """An open element: where it begins, what was taken before it, its children and those taken."""

    name: str
    start: int
    before: int
    inside: int = 0
    gone: int = 0


class _Packet:
    """One pass over a packet: values of the property, and the bytes they take."""

    def __init__(self, packet: bytes) -> None:
        self.data = packet
        self.values: list[Value] = []
        self.taken: list[tuple[int, int]] = []
        self.rdf_end = -1
        self._stack: list[_Element] = []
        self._graphs = 0
        self._text: list[str] = []
        self._fields: dict[str, str] = {}
        self._depth = -1
        self._start = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._text.append
        self._parser.EntityDeclHandler = self._refuse
        try:
            self._parser.Parse(packet, True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise DamagedFile(f"the XMP packet is no XML: {error}") from None

    def _refuse(self, *_: object) -> None:
        raise DamagedFile("the XMP packet declares entities of its own")

    def _tag_end(self, at: int) -> int:
        tag = _TAG_END.match(self.data, at)
        return tag.end() if tag else len(self.data)

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        at = self._parser.CurrentByteIndex
        self._graphs += name == f"{RDF} RDF"
        if self._depth < 0:
            self._text.clear()
            self._take_attributes(at, name, attributes)
            if _is_label(name):
                self._depth, self._start = len(self._stack), at
                self._fields.clear()
        if self._depth >= 0:
            self._fields.update({_local(k): v for k, v in attributes.items() if _is_field(k)})
            if len(self._stack) > self._depth:
                self._text.clear()
        elif self._stack:
            self._stack[-1].inside += 1
        self._stack.append(_Element(name, at, len(self.taken)))

    def _take_attributes(self, at: int, name: str, attributes: dict[str, str]) -> None:
        """Take the attributes that are a label."""
        spans: list[tuple[int, int]] = []
        for number, (key, value) in enumerate(attributes.items()):
            if _is_label(key):
                told = (*_namespace(key), _FORM)
            elif self._graphs and " " in key and _is_quoted(value):
                told = (_property(key),)
            else:
                continue
            spans = spans or [
                m.span() for m in _ATTRIBUTE.finditer(self.data, at, self._tag_end(at))
            ]
            self.values.append((value, told))
            self.taken += spans[number : number + 1]

    def _close(self, name: str) -> None:
        element = self._stack.pop()
        at = self._parser.CurrentByteIndex
        if name == f"{RDF} RDF":
            self._graphs -= 1
            if _RDF_END.match(self.data, at):
                self.rdf_end = at
        if self._depth < 0:
            self._take_property(element, at)
        elif len(self._stack) == self._depth:
            fields = self._fields
            value = json.dumps(fields, ensure_ascii=False) if fields else "".join(self._text)
            told = (*_namespace(name), *((_STRUCTURE,) if fields else ()))
            self.values.append((value.strip(), told))
            self._take(self._start, at)
            self._depth = -1
        elif _is_field(name):
            self._fields[_local(name)] = "".join(self._text).strip()
            self._text.clear()

    def _take(self, start: int, at: int) -> None:
        """Take the element that begins at a byte and ends where the parser is."""
        opened = self._tag_end(start)
        # expat stands behind an empty element, and before the end tag of another
        empty = self.data[opened - 2 : opened] == b"/>"
        self.taken.append((start, opened if empty else self._tag_end(at)))

    def _take_property(self, element: _Element, at: int) -> None:
        """Take a property whose whole text is a label; a list goes when all of it is labels."""
        if not self._graphs or element.name in _NODES or " " not in element.name:
            return
        if element.inside:
            if element.gone < element.inside:
                return
            del self.taken[element.before :]
        else:
            value = "".join(self._text).strip()
            if not _is_quoted(value):
                return
            names = [each.name for each in (*self._stack, element)]
            own = [each for each in names if not each.startswith(RDF)]
            self.values.append((value, (_property(own[-1] if own else element.name),)))
        self._take(element.start, at)
        parent = self._stack[-1]
        parent.gone += parent.name in _LISTS or element.name in _LISTS


_CLAUSE = "TC260-PG-20259A"
_FORM = Deviation("xmp.attribute", _CLAUSE, "the property AIGC is written as an attribute")
_STRUCTURE = Deviation("xmp.structure", _CLAUSE, "the property AIGC is a structure, not JSON")


def _property(name: str) -> Deviation:
    what = f"the label stands in the property {_local(name)[:60]}, not in AIGC"
    return Deviation("place.property", _CLAUSE, what)


def _is_quoted(words: str) -> bool:
    """Whether words are nothing but a label."""
    return may_be("", words) and fields_of(words) is not None


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _is_label(name: str) -> bool:
    return _local(name) == "AIGC" and " " in name


def _is_field(name: str) -> bool:
    space, _, local = name.rpartition(" ")
    return bool(space) and space not in (RDF, _XML) and local != "AIGC"


def _namespace(name: str) -> tuple[Deviation, ...]:
    space = name.rpartition(" ")[0]
    if space == NAMESPACE:
        return ()
    return (Deviation("xmp.namespace", _CLAUSE, f"the property AIGC has namespace {space[:80]}"),)


def aigc_values(packet: bytes) -> list[Value]:
    """
    Give the raw value of every AIGC property of the packet with its deviations, in order.

    So do other properties whose whole text is a label.

    A structured property (fields as elements or attributes inside it) comes back as JSON text.
    Raises DamagedFile when the packet is no well-formed XML.
    """
    plain = _plain(packet)
    return _Packet(plain).values if b"AIGC" in plain else []


class Content(str):
    """JSON of a label that goes into XMP together with an IPTC DigitalSourceType."""

    source_type = ""


def with_aigc(packet: bytes | None, value: str | None) -> bytes:
    """
    Give a packet that holds the value as its one label; None as value takes all away.

    Args:
        packet: what there was; None makes a new one.
        value: JSON text; a `Content` brings an IPTC property along.

    Raises DamagedFile when there was a packet that is no well-formed XML.
    """
    made = _with_aigc(packet, value)
    if isinstance(value, Content) and value.source_type:
        return with_source_type(made, value.source_type)
    return made


def _with_aigc(packet: bytes | None, value: str | None) -> bytes:
    fresh = (_DESCRIPTION % escape(value)).encode() if value is not None else b""
    if packet is None:
        return (_PACKET % fresh.decode()).encode()
    plain = _plain(packet)
    parsed = _Packet(plain)
    if not parsed.taken and not fresh:
        return packet
    end = parsed.rdf_end
    for _ in range(_MOST_PASSES):
        if not parsed.taken:
            break
        plain, end = _cut(plain, parsed.taken, end)
        if b"AIGC" not in plain and b"&#" not in plain:
            break
        parsed = _Packet(plain)  # words around a label that went may be one
        end = parsed.rdf_end
    else:
        raise DamagedFile("the XMP packet holds labels within labels")
    if end < 0 and fresh:
        return (_PACKET % fresh.decode()).encode()
    return plain[:end] + fresh + plain[end:] if fresh else plain


def _cut(packet: bytes, taken: list[tuple[int, int]], mark: int) -> tuple[bytes, int]:
    """Give a packet without some bytes, and where the byte at `mark` then stands."""
    parts, at, moved = [], 0, 0
    for first, last in sorted(_with_wrapper(packet, *each) for each in taken):
        parts.append(packet[at:first])
        moved += max(0, last - max(at, first)) if first < mark else 0
        at = max(at, last)
    return b"".join([*parts, packet[at:]]), mark - moved if mark >= 0 else mark


def _with_wrapper(packet: bytes, start: int, end: int) -> tuple[int, int]:
    """Give a property's bytes with the description of ours around it, when it is alone in it."""
    opened, closed = _OPENED.encode(), _CLOSED.encode()
    if packet.endswith(opened, 0, start) and packet.startswith(closed, end):
        return start - len(opened), end + len(closed)
    return start, end


def _plain(packet: bytes) -> bytes:
    """Give the packet in UTF-8 without padding around it."""
    end = packet.rfind(b">")
    trimmed = packet[: end + 1 + packet[end + 1 : end + 2].count(b"\x00")] if end >= 0 else packet
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if trimmed.startswith(mark):
            return trimmed.decode(name, "replace").lstrip("\ufeff").encode()
    if trimmed[:2] in (b"<\x00", b"\x00<"):
        return trimmed.decode("utf-16-" + ("le" if trimmed[0] else "be"), "replace").encode()
    return trimmed[: end + 1].lstrip(b"\xef\xbb\xbf\x00 \r\n\t") if end >= 0 else packet
