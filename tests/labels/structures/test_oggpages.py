from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.labels.formats.samples import ogg as sample

from qingjian.core.errors import DamagedFile
from qingjian.labels.splice import applied
from qingjian.labels.structures import oggpages
from qingjian.labels.structures.oggpages import Page, checksum, laid, pages, payload, renumbered

SERIAL = b"abcd"
FIRST = sample.page(b"head", b"\x04", 0, SERIAL, 2)
LAST = sample.page(b"audio", b"\x05", 1, SERIAL, 4, 960)


@given(st.binary(max_size=300))
def test_the_checksum_is_that_of_a_byte_at_a_time(data: bytes) -> None:
    assert checksum(data) == sample.checksum(data)


def test_pages_are_given_with_their_fields() -> None:
    first, last = pages(FIRST + LAST)
    assert (first.at, first.end, first.flags, first.number) == (0, len(FIRST), 2, 0)
    assert (last.at, last.end, last.flags, last.number) == (len(FIRST), len(FIRST + LAST), 4, 1)
    assert (last.serial, last.granule) == (SERIAL, (960).to_bytes(8, "little"))
    assert payload(FIRST + LAST, last) == b"audio"


def test_bytes_behind_the_last_page_are_left_alone() -> None:
    assert len(list(pages(FIRST + LAST + b"junk"))) == 2


def test_the_first_bytes_of_a_page_are_no_junk() -> None:
    for end in (1, 2, 3):
        with pytest.raises(DamagedFile, match=f"no Ogg page stands at byte {len(FIRST + LAST)}"):
            list(pages(FIRST + LAST + b"OggS"[:end]))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"junk", "no Ogg page stands at byte 0"),
        (FIRST + b"junk", f"no Ogg page stands at byte {len(FIRST)}"),
        (FIRST + LAST[:20], f"page at byte {len(FIRST)} is cut short"),
        (FIRST + LAST[:-1], f"page at byte {len(FIRST)} is cut short"),
        (b"OggS\x01" + FIRST[5:], "header of the Ogg page at byte 0 is broken"),
        (FIRST[:5] + b"\x08" + FIRST[6:], "header of the Ogg page at byte 0 is broken"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        list(pages(data))


def test_a_payload_under_a_wrong_checksum_is_damage() -> None:
    data = FIRST.replace(b"head", b"heap")
    (page,) = pages(data)
    with pytest.raises(DamagedFile, match="page at byte 0 fails its checksum"):
        payload(data, page)


def old(count: int) -> list[Page]:
    granule = (7).to_bytes(8, "little")
    return [Page(0, 0, 0, 0, granule, SERIAL, 1 + n, b"") for n in range(count)]


@given(
    st.lists(st.sampled_from([0, 1, 254, 255, 256, 510, 66_000, 140_000]), min_size=1, max_size=4),
    st.integers(1, 6),
)
def test_packets_come_back_from_their_pages(sizes: list[int], count: int) -> None:
    packets = [bytes([65 + n]) * size for n, size in enumerate(sizes)]
    made = laid(packets, old(count))
    data = b"".join(made)
    back, whole = [b""], True
    for number, page in enumerate(pages(data), 1):
        body, at = payload(data, page), 0
        assert page.number == number
        assert bool(page.flags & oggpages.CONTINUED) == (not whole)
        for size in page.lacing:
            back[-1] += body[at : at + size]
            at += size
            if size < 255:
                back.append(b"")
        whole = page.lacing[-1] < 255
        ends = min(page.lacing) < 255
        assert page.granule in ([bytes(8)] if ends else [b"\xff" * 8]) or page.end == len(data)
    assert back[:-1] == packets
    segments = sum(len(p) // 255 + 1 for p in packets)
    assert len(made) == -(-segments // 255)
    assert page.granule == (7).to_bytes(8, "little")


@given(st.binary(max_size=600), st.integers(0, 2**32 - 1), st.integers(-3, 3))
def test_a_page_moves_without_its_payload_being_read(body: bytes, number: int, shift: int) -> None:
    lacing = b"\xff" * (len(body) // 255) + bytes([len(body) % 255])
    data = sample.page(body, lacing, number, SERIAL, 0, 5)
    (page,) = pages(data)
    moved = sample.page(body, lacing, (number + shift) % 2**32, SERIAL, 0, 5)
    assert applied(data, [renumbered(data, page, shift)]) == moved
