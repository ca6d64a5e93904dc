"""
IPTC DigitalSourceType: what an XMP packet says of how a picture, sound or film came to be.

Source: IPTC Digital Source Type NewsCodes; the property `Iptc4xmpExt:DigitalSourceType`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape

from qingjian.core.errors import DamagedFile
from qingjian.labels.mark import Held, Mark

NAMESPACE = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
CODES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATED = frozenset({"trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"})
"""Codes that say AI made it; bare `algorithmicMedia` does not."""
_CODE = re.compile(rb"digitalsourcetype/([A-Za-z]{3,60})")
_BARE = re.compile(
    rb"""DigitalSourceType\s*(?:=\s*["']|>\s*)(?:digsrctype:)?([A-Za-z]{3,60})\s*["'<]"""
)
_WORD = re.compile(r"(?:\S*[/:])?([A-Za-z]{3,60})")


def code_of(text: bytes) -> str:
    """Give the first code of generation named in the bytes, else the first code, else nothing."""
    codes = [m[1].decode() for m in _CODE.finditer(text)]
    return next((c for c in codes if c in GENERATED), codes[0] if codes else "")


def marks_of(held: Iterable[Held]) -> list[Mark]:
    """Give a mark for each packet, or pair of that key, that names a digital source type."""
    marks = []
    for entry in held:
        code = _of_entry(entry)
        if code:
            fields = {"DigitalSourceType": code}
            label = "1" if code in GENERATED else ""
            marks.append(Mark("iptc", label, fields, entry.at, (), entry.place))
    return marks


def _of_entry(entry: Held) -> str:
    """Give the code of a packet or pair, nothing where it names none."""
    if entry.kind == "pair" and isinstance(entry.value, str):
        name = re.split("[:.]", entry.key)[-1].casefold()
        word = _WORD.fullmatch(entry.value.strip()) if name == "digitalsourcetype" else None
        return word[1] if word else ""
    if entry.kind != "xmp" or not isinstance(entry.value, bytes):
        return ""
    packet = entry.value
    if b"\x00" in packet[:8]:
        packet = packet.replace(b"\x00", b"")
    if b"DigitalSourceType" not in packet:
        return ""
    bare = [m[1].decode() for m in _BARE.finditer(packet)]
    return code_of(packet) or next((c for c in bare if c in GENERATED), bare[0] if bare else "")


def with_source_type(packet: bytes, code: str) -> bytes:
    """
    Give the packet with this digital source type beside whatever else it says.

    Raises DamagedFile when the packet has no RDF.
    """
    if code_of(packet) == code:
        return packet
    end = packet.rfind(b"</rdf:RDF>")
    if end < 0:
        raise DamagedFile("the XMP packet has no rdf:RDF to hold an IPTC property")
    kept = _CODE.sub(b"digitalsourcetype/" + code.encode(), packet)
    if kept != packet:
        return kept
    said = (
        f'<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="{NAMESPACE}">'
        f"<Iptc4xmpExt:DigitalSourceType>{escape(CODES + code)}</Iptc4xmpExt:DigitalSourceType>"
        "</rdf:Description>"
    )
    return packet[:end] + said.encode() + packet[end:]
