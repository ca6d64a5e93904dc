"""
Small files with a label in them, built here byte by byte: what the readers are held against.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

from qingjian.labels.gb45438 import FIELDS

LABEL = {
    "Label": "1",
    "ContentProducer": "001191110102MACQD9K64010000",
    "ProduceID": "cc75f5e99aae4210960acb722f10974e",
    "ReservedCode1": "",
    "ContentPropagator": "传播者",
    "PropagateID": "",
    "ReservedCode2": "",
}
TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP_KEYWORD = b"XML:com.adobe.xmp\x00"
XMP_APP1 = b"http://ns.adobe.com/xap/1.0/\x00"

# What both XML 1.0 and YAML hold as it is: no control characters, no line separators.
written = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"
    ),
    max_size=12,
)
labels = st.fixed_dictionaries(
    {"Label": st.sampled_from(["1", "2", "3", "AIGC", "0"])},
    optional=dict.fromkeys(FIELDS[1:], written),
)
"""Fields of a label as a producer may write them."""


def xmp(fields: Mapping[str, str], form: str = "element", wrapped: bool = False) -> bytes:
    """
    Give an XMP packet that holds the fields as JSON, or as a structure.

    Args:
        fields: the label.
        form: `element`, `attribute`, `resource` or `structure`.
        wrapped: whether the JSON has the key AIGC around it.
    """
    value = json.dumps({"AIGC": dict(fields)} if wrapped else dict(fields), ensure_ascii=False)
    body, attribute = f"<T:AIGC>{escape(value)}</T:AIGC>", ""
    if form == "attribute":
        body, attribute = "", f" T:AIGC={quoteattr(value)}"
    elif form == "resource":
        inner = "".join(f"<T:{k}>{escape(v)}</T:{k}>" for k, v in fields.items())
        body = f'<T:AIGC rdf:parseType="Resource">\n {inner}\n</T:AIGC>'
    elif form == "structure":
        inner = "".join(f" T:{k}={quoteattr(v)}" for k, v in fields.items())
        body = f"<T:AIGC><rdf:Description{inner}/></T:AIGC>"
    return packet(body, attribute)


def packet(body: str, attribute: str = "", head: str = "") -> bytes:
    """Give an XMP packet around `body`, padded at its end as writers do."""
    return (
        f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{head}'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}">'
        f'<rdf:Description rdf:about="" xmlns:T="{TC260}"{attribute}>{body}</rdf:Description>'
        f'</rdf:RDF></x:xmpmeta>\n{" " * 20}<?xpacket end="w"?>'
    ).encode()


def chunk(kind: bytes, data: bytes) -> bytes:
    """Give a PNG chunk with its checksum."""
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def itxt(text: bytes, *, deflated: bool = False, keyword: bytes = XMP_KEYWORD) -> bytes:
    """Give an iTXt chunk."""
    flags = b"\x01\x00" if deflated else b"\x00\x00"
    return chunk(
        b"iTXt", keyword + flags + b"\x00\x00" + (zlib.compress(text) if deflated else text)
    )


def png_file(*chunks: bytes) -> bytes:
    """Give a PNG of one black pixel with chunks before its picture."""
    head = chunk(b"IHDR", bytes.fromhex("00000001000000010800000000"))
    picture = chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    return SIGNATURE + head + b"".join(chunks) + picture + chunk(b"IEND", b"")


def segment(marker: int, data: bytes) -> bytes:
    """Give a JPEG segment."""
    return bytes((0xFF, marker)) + (len(data) + 2).to_bytes(2, "big") + data


def jpeg_file(*segments: bytes) -> bytes:
    """Give a JPEG that is none but for its segments: what a reader of marks sees of one."""
    jfif = segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\x34\xff\x00\x56"
    return b"\xff\xd8" + jfif + b"".join(segments) + scan + b"\xff\xd9"


def markdown_file(fields: Mapping[str, str], body: str = "# 正文\n\n写了些什么。\n") -> bytes:
    """Give a Markdown file with the fields in its front matter; JSON strings are YAML too."""
    lines = "".join(f"  {k}: {json.dumps(v, ensure_ascii=False)}\n" for k, v in fields.items())
    return f"---\ntitle: 游记 🌄\nAIGC:\n{lines}---\n{body}".encode()
