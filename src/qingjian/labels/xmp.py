"""
The AIGC property of an XMP packet: read in every form, written as an element.

The packet is parsed without entities of its own: a document type with entities is refused, so it
cannot grow. Writing changes this property alone; the rest of the packet stays byte for byte.

Source: TC260 practice guide on images (secondary): namespace http://www.tc260.org.cn/ns/AIGC/1.0/,
property AIGC; XMP specification part 1 for the packet.
"""

from __future__ import annotations

import codecs
import json
import re
from xml.parsers import expat
from xml.sax.saxutils import escape

from qingjian.core.errors import DamagedFile
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
_ATTRIBUTE = re.compile(rb"""\s+[^\s=<>"']*:AIGC\s*=\s*(?:"[^"]*"|'[^']*')""")
_RDF_END = re.compile(rb"</(?:[^\s<>:]+:)?RDF\s*>")
_TAG_END = re.compile(rb"""(?:[^"'>]|"[^"]*"|'[^']*')*>""")

Value = tuple[str, tuple[Deviation, ...]]


class _Packet:
    """One pass over a packet: values of the property, and the bytes they take."""

    def __init__(self, packet: bytes) -> None:
        self.data = packet
        self.values: list[Value] = []
        self.taken: list[tuple[int, int]] = []
        self.rdf_end = -1
        self._stack: list[str] = []
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
        if self._depth < 0:
            at = self._parser.CurrentByteIndex
            for key, value in attributes.items():
                if _is_label(key):
                    self.values.append((value, (*_namespace(key), _FORM)))
                    tag = (at, self._tag_end(at))
                    self.taken += [m.span() for m in _ATTRIBUTE.finditer(self.data, *tag)]
            if _is_label(name):
                self._depth, self._start = len(self._stack), at
                self._text.clear()
                self._fields.clear()
        if self._depth >= 0:
            self._fields.update({_local(k): v for k, v in attributes.items() if _is_field(k)})
            if len(self._stack) > self._depth:
                self._text.clear()
        self._stack.append(name)

    def _close(self, name: str) -> None:
        self._stack.pop()
        at = self._parser.CurrentByteIndex
        if name == f"{RDF} RDF" and _RDF_END.match(self.data, at):
            self.rdf_end = at
        if self._depth < 0:
            return
        if len(self._stack) == self._depth:
            fields = self._fields
            value = json.dumps(fields, ensure_ascii=False) if fields else "".join(self._text)
            told = (*_namespace(name), *((_STRUCTURE,) if fields else ()))
            self.values.append((value.strip(), told))
            opened = self._tag_end(self._start)
            # expat stands behind an empty element, and before the end tag of another
            empty = self.data[opened - 2 : opened] == b"/>"
            self.taken.append((self._start, opened if empty else self._tag_end(at)))
            self._depth = -1
        elif _is_field(name):
            self._fields[_local(name)] = "".join(self._text).strip()
            self._text.clear()


_CLAUSE = "TC260-PG-20259A"
_FORM = Deviation("xmp.attribute", _CLAUSE, "the property AIGC is written as an attribute")
_STRUCTURE = Deviation("xmp.structure", _CLAUSE, "the property AIGC is a structure, not JSON")


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
    Give a packet that holds the value as its one AIGC property; None as value takes all away.

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
    end = parsed.rdf_end
    if end < 0 and fresh:
        return (_PACKET % fresh.decode()).encode()
    cuts = sorted(_with_wrapper(plain, *cut) for cut in parsed.taken)
    if not cuts and not fresh:
        return packet
    if end >= 0:
        cuts = sorted([*cuts, (end, end)])
    parts, at = [], 0
    for first, last in cuts:
        parts.append(plain[at:first])
        if first == last == end:
            parts.append(fresh)
        at = max(at, last)
    return b"".join([*parts, plain[at:]])


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
