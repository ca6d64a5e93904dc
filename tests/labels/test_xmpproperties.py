from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.labels.carriers import packet

from qingjian.core.types import ByteRange
from qingjian.labels import xmpproperties
from qingjian.labels.mark import Held

AT = ByteRange(3, 9)
SPACES = ' xmlns:x1="http://ns.adobe.com/xap/1.0/" xmlns:e="http://ns.adobe.com/exif/1.0/"'


def read(data: bytes) -> list[tuple[str, object]]:
    entry = Held("xmp", data, AT, "APP1 XMP")
    found = [*xmpproperties.pairs(entry)]
    assert all((p.kind, p.at) == ("pair", AT) for p in found)
    return [(pair.key, pair.value) for pair in found]


@pytest.mark.parametrize(
    ("body", "attribute"),
    [
        ("<x1:CreatorTool> reve.com </x1:CreatorTool>", SPACES),
        ("", SPACES + ' x1:CreatorTool="reve.com"'),
        ('<x1:CreatorTool rdf:resource="reve.com"/>', SPACES),
        ("<x1:CreatorTool><rdf:Alt><rdf:li>reve.com</rdf:li></rdf:Alt></x1:CreatorTool>", SPACES),
    ],
)
def test_a_property_is_read_in_every_form(body: str, attribute: str) -> None:
    assert read(packet(body, attribute)) == [("XMP:CreatorTool", "reve.com")]
    wide = packet(body, attribute).decode().replace("\ufeff", "")
    assert read(b"\xff\xfe" + wide.encode("utf-16-le")) == [("XMP:CreatorTool", "reve.com")]


def test_places_name_the_property() -> None:
    data = packet("<e:UserComment>words</e:UserComment>", SPACES)
    (pair,) = xmpproperties.pairs(Held("xmp", data, AT, "APP1 XMP"))
    assert pair.place == "APP1 XMP UserComment"


@pytest.mark.parametrize(
    "data",
    [
        packet("<T:AIGC>{}</T:AIGC>"),
        packet("<x1:CreatorTool/>", SPACES),
        b"Credit",
        b"",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a CreatorTool="x">&b;</a>',
    ],
)
def test_what_holds_none_gives_none(data: bytes) -> None:
    assert read(data) == []


def test_pairs_of_other_kinds_are_left_alone() -> None:
    assert [*xmpproperties.pairs(Held("pair", "Credit", AT, "tEXt"))] == []


def test_a_packet_cannot_ask_for_much() -> None:
    many = "<x1:CreatorTool>a</x1:CreatorTool>" * 5_000
    assert len(read(packet(many, SPACES))) == 1_000
    assert read(packet(f"<x1:CreatorTool>{'a' * 2_000_000}</x1:CreatorTool>", SPACES)) == []


@given(st.binary(max_size=80))
def test_any_bytes_are_read(data: bytes) -> None:
    read(b"<a CreatorTool='" + data)
    read(data + b"Credit")
