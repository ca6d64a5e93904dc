"""Extended XMP: portions put together, labels taken out, portions that are missing."""

from __future__ import annotations

import hashlib

import pytest
from tests.labels.carriers import LABEL, packet, xmp

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.structures import extendedxmp


def digest(whole: bytes) -> bytes:
    return hashlib.md5(whole).hexdigest().upper().encode()


def portions(whole: bytes, size: int = 100) -> list[bytes]:
    """Give the data of the segments that hold a packet."""
    head = extendedxmp.HEADER + digest(whole) + len(whole).to_bytes(4, "big")
    return [
        head + at.to_bytes(4, "big") + whole[at : at + size] for at in range(0, len(whole), size)
    ]


def placed(bodies: list[bytes]) -> list[tuple[ByteRange, bytes]]:
    """Give bodies one after another, four bytes apart."""
    found, at = [], 10
    for body in bodies:
        found.append((ByteRange(at, at + len(body)), body))
        at += len(body) + 4
    return found


def test_portions_are_put_together_in_any_order() -> None:
    whole = xmp(LABEL)
    bodies = placed(portions(whole))
    for each in (bodies, bodies[::-1]):
        (found,) = extendedxmp.held(each)
        assert found.value == whole
        assert isinstance(found.at, ByteRange)
        assert found.at.end == bodies[-1][0].end


def test_two_packets_are_told_apart_by_their_digests() -> None:
    one, two = portions(xmp(LABEL)), portions(packet("<T:x>1</T:x>"))
    mixed = [body for pair in zip(one, two, strict=False) for body in pair] + one[len(two) :]
    assert len([*extendedxmp.held(placed(mixed))]) == 2


def test_a_missing_portion_is_damage() -> None:
    bodies = portions(xmp(LABEL))
    for some in (bodies[1:], bodies[:-1], bodies[:1] + bodies[2:], [*bodies, bodies[0]]):
        with pytest.raises(DamagedFile, match="extended XMP"):
            list(extendedxmp.held(placed(some)))
        with pytest.raises(DamagedFile, match="extended XMP"):
            extendedxmp.without_label(placed(some))
    with pytest.raises(DamagedFile, match="at byte 10 is cut short"):
        list(extendedxmp.held(placed([bodies[0][:60]])))


def test_a_label_is_taken_out_and_the_digest_follows() -> None:
    whole = xmp(LABEL)
    bodies = placed(portions(whole))
    file = bytearray(bodies[-1][0].end)
    for at, body in bodies:
        file[at.start : at.end] = body
    edits, renamed = extendedxmp.without_label(bodies)
    for start, end, new in edits:
        assert end - start == len(new)
        file[start:end] = new
    (found,) = extendedxmp.held((at, bytes(file[at.start : at.end])) for at, _ in bodies)
    assert isinstance(found.value, bytes)
    assert b"AIGC>" not in found.value
    assert renamed == {digest(whole): digest(found.value)}


def test_nothing_is_done_without_a_label() -> None:
    assert extendedxmp.without_label(placed(portions(packet("")))) == ([], {})
    assert extendedxmp.without_label([]) == ([], {})


def test_a_packet_beyond_the_bound_is_left_alone() -> None:
    head = extendedxmp.HEADER + b"A" * 32 + (2**32 - 1).to_bytes(4, "big") + bytes(4)
    assert [*extendedxmp.held(placed([head + b"x"]))] == []
