"""
The AIGC property of an XMP packet, in element or attribute form.

The packet is parsed without entities of its own: a document type with entities is refused, so it
cannot grow.

Source: TC260 practice guide on images (secondary): namespace http://www.tc260.org.cn/ns/AIGC/1.0/,
property AIGC.
"""

from __future__ import annotations

from xml.parsers import expat

from qingjian.core.errors import DamagedFile

NAMESPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"
_PROPERTY = f"{NAMESPACE} AIGC"
_FIELD = f"{NAMESPACE} "


def aigc_values(packet: bytes) -> list[str]:
    """
    Give the raw value of every AIGC property of the packet, in order.

    A structured property (fields as elements or attributes of the namespace inside it) comes back
    as JSON text. Raises DamagedFile when the packet is no well-formed XML.
    """
    import json

    values: list[str] = []
    text: list[str] = []
    fields: dict[str, str] = {}
    stack: list[str] = []
    depth_of_property = -1

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth_of_property
        if depth_of_property < 0:
            if _PROPERTY in attributes:
                values.append(attributes[_PROPERTY])
            if name == _PROPERTY:
                depth_of_property = len(stack)
                text.clear()
                fields.clear()
        if depth_of_property >= 0:
            fields.update(
                {k.removeprefix(_FIELD): v for k, v in attributes.items() if k.startswith(_FIELD)}
            )
            if len(stack) > depth_of_property:
                text.clear()
        stack.append(name)

    def end(name: str) -> None:
        nonlocal depth_of_property
        stack.pop()
        if depth_of_property < 0:
            return
        if len(stack) == depth_of_property:
            values.append(
                json.dumps(fields, ensure_ascii=False) if fields else "".join(text).strip()
            )
            depth_of_property = -1
        elif name.startswith(_FIELD):
            fields[name.removeprefix(_FIELD)] = "".join(text).strip()
            text.clear()

    def refuse(*_: object) -> None:
        raise DamagedFile("the XMP packet declares entities of its own")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(_trimmed(packet), True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise DamagedFile(f"the XMP packet is no XML: {error}") from None
    return values


def _trimmed(packet: bytes) -> bytes:
    """Give the packet without padding after its last tag."""
    end = packet.rfind(b">")
    return packet[: end + 1].lstrip(b"\xef\xbb\xbf\x00 \r\n\t") if end >= 0 else packet
