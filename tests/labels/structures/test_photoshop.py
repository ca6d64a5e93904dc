"""Photoshop's image resources: IPTC texts, padding, blocks that break off."""

from __future__ import annotations

import json
import struct

from hypothesis import given
from hypothesis import strategies as st
from tests.labels.carriers import LABEL

from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.structures import photoshop

JSON = json.dumps({"AIGC": LABEL}).encode()


def dataset(tag: int, text: bytes, record: int = 2) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, tag, len(text)) + text


def resource(id: int, body: bytes, name: bytes = b"") -> bytes:
    named = bytes((len(name),)) + name
    named += b"\x00" * (len(named) % 2)
    head = b"8BIM" + id.to_bytes(2, "big") + named + len(body).to_bytes(4, "big")
    return head + body + b"\x00" * (len(body) % 2)


BLOCK = (
    resource(0x03ED, b"abc", b"name")
    + resource(0x0404, dataset(90, b"\x1b%G", 1) + dataset(120, "说".encode()) + dataset(5, b"x"))
    + resource(0x0425, b"later", b"odd")
    + resource(0x0404, dataset(116, b"\xa9 me") + dataset(200, b"unnamed"))
)


def test_texts_are_given_with_their_bytes() -> None:
    caption, title, rights = photoshop.held(BLOCK, 100)
    assert [(h.key, h.value) for h in (caption, title, rights)] == [
        ("IPTC:Caption-Abstract", "说"),
        ("IPTC:ObjectName", "x"),
        ("IPTC:CopyrightNotice", "© me"),
    ]
    assert isinstance(caption.at, ByteRange)
    assert BLOCK[caption.at.start - 100 : caption.at.end - 100] == "说".encode()
    assert caption.place == "IPTC Caption-Abstract"


def test_a_block_that_breaks_off_gives_what_could_be_read() -> None:
    counts = [len([*photoshop.held(BLOCK[:end], 0)]) for end in range(len(BLOCK) + 1)]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, 3)


def test_an_extended_length_ends_the_texts() -> None:
    long = struct.pack(">BBBH", 0x1C, 2, 120, 0x8004) + b"\x00\x00\x00\x01x"
    assert [*photoshop.iim(dataset(5, b"x") + long + dataset(5, b"y"), 0)] == [
        *photoshop.iim(dataset(5, b"x"), 0)
    ]


def test_a_label_is_blanked_and_the_rest_stays() -> None:
    block = resource(0x0404, dataset(120, JSON) + dataset(5, b"x"))
    assert len(marks_of(photoshop.held(block, 0))) == 1
    assert photoshop.without_label(block) == block.replace(JSON, b" " * len(JSON))
    assert photoshop.without_label(BLOCK) == BLOCK


@given(st.binary(max_size=80), st.integers(0, len(BLOCK)))
def test_any_block_is_read(junk: bytes, at: int) -> None:
    for block in (BLOCK[:at] + junk, junk, BLOCK[:at] + junk + BLOCK[at:]):
        assert all(h.kind == "pair" for h in photoshop.held(block, 0))
        assert len(photoshop.without_label(block)) == len(block)
