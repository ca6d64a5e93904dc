from __future__ import annotations

import hashlib
import importlib
from contextlib import suppress

import pytest
from tests.labels.formats import samples
from tests.labels.formats.samples import mov, mp4

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.carriers import codec, names
from qingjian.labels.gb45438 import written
from qingjian.labels.label import mark
from qingjian.labels.mark import Edit
from qingjian.labels.payload import PAYLOADS, digest_of, unlabelled_digest
from qingjian.labels.splice import applied
from qingjian.labels.structures import isobmff
from qingjian.labels.structures.offsets import correct


def test_a_digest_is_that_of_the_bytes_after_edits() -> None:
    assert digest_of(b"0123") == hashlib.sha256(b"0123").hexdigest()
    assert digest_of(b"0123", [Edit(1, 2, b"x")]) == hashlib.sha256(b"0x23").hexdigest()


@pytest.mark.parametrize("name", names())
def test_no_label_changes_the_digest(name: str) -> None:
    plain: bytes = importlib.import_module(f"{samples.__name__}.{name}").plain()
    module = codec(name)
    data = applied(plain, module.write(plain, written(mark("p", "1"), module.wrapped)))
    digest = unlabelled_digest(data, module)
    if name not in PAYLOADS:
        assert digest == digest_of(data, module.write(data, None))
    longer = applied(data, module.write(data, written(mark("p", "2" * 900), module.wrapped)))
    assert unlabelled_digest(longer, module) == digest


MOVIES = {
    f"{carrier}: {shape}": (carrier, data)
    for carrier in ("mp4", "mov", "m4a")
    for shape, data in {
        "plain": importlib.import_module(f"{samples.__name__}.{carrier}").plain(),
        **importlib.import_module(f"{samples.__name__}.{carrier}").SHAPES,
    }.items()
}


@pytest.mark.parametrize("shape", MOVIES)
def test_every_byte_of_a_movie_box_counts_but_those_of_the_label(shape: str) -> None:
    carrier, plain = MOVIES[shape]
    module = codec(carrier)

    def labelled(data: bytes, number: str) -> bytes:
        return applied(data, module.write(data, written(mark("p", number), module.wrapped)))

    data = labelled(plain, "1")
    digest = unlabelled_digest(data, module)
    longer = labelled(data, "2" * 900)
    assert unlabelled_digest(longer, module) == digest
    assert unlabelled_digest(labelled(longer, "3"), module) == digest
    moov = next(b for b in isobmff.boxes(data) if b.type == b"moov")
    for track in isobmff.find(data, moov, b"trak"):
        for at in range(track.start + 8, track.end):
            odd = bytearray(data)
            odd[at] ^= 1
            with suppress(DamagedFile, InputError):
                assert unlabelled_digest(bytes(odd), module) != digest, at


def test_a_chunk_that_is_looked_for_elsewhere_counts() -> None:
    data = mp4.plain()
    before = unlabelled_digest(data, codec("mp4"))
    moov = next(b for b in isobmff.boxes(data) if b.type == b"moov")
    (table, *_) = isobmff.find(data, moov, b"trak", b"mdia", b"minf", b"stbl", b"stco")
    offset = int.from_bytes(data[table.body + 8 : table.body + 12], "big")
    odd = bytearray(data)
    odd[table.body + 8 : table.body + 12] = (offset + 1).to_bytes(4, "big")
    assert unlabelled_digest(bytes(odd), codec("mp4")) != before


def test_a_box_in_front_that_moves_the_media_changes_nothing() -> None:
    data = mp4.plain()
    top = isobmff.boxes(data)
    changes = isobmff.Changes(data)
    changes.replace(top[1].start, top[1].start, isobmff.box(b"free", bytes(40)), None)
    correct(data, top, changes)
    moved = applied(data, changes.edits())
    assert unlabelled_digest(moved, codec("mp4")) == unlabelled_digest(data, codec("mp4"))


def test_offsets_of_64_bits_say_the_same() -> None:
    data = mov.plain()
    changes = isobmff.Changes(data)
    moov = isobmff.boxes(data)[-1]
    for table in isobmff.find(data, moov, b"trak", b"mdia", b"minf", b"stbl", b"stco"):
        head, rest = data[table.body : table.body + 8], data[table.body + 8 : table.end]
        wide = b"".join(bytes(4) + rest[at : at + 4] for at in range(0, len(rest), 4))
        changes.replace(table.start, table.end, isobmff.box(b"co64", head, wide), table.parent)
    widened = applied(data, changes.edits())
    assert b"co64" in widened
    assert unlabelled_digest(widened, codec("mov")) == unlabelled_digest(data, codec("mov"))


def test_media_data_counts() -> None:
    data = bytearray(mp4.plain())
    before = unlabelled_digest(bytes(data), codec("mp4"))
    data[data.index(b"mdat") + 6] ^= 1
    assert unlabelled_digest(bytes(data), codec("mp4")) != before


def test_what_stands_between_two_parts_of_a_store_counts() -> None:
    plain: bytes = importlib.import_module(f"{samples.__name__}.jpeg").plain()
    body = b"JP" + bytes([0, 1]) + (1).to_bytes(4, "big") + bytes(8) + b"jumdc2pa"
    part = b"\xff\xeb" + (len(body) + 2).to_bytes(2, "big") + body
    tables = plain.index(b"\xff\xdb")
    after = tables + 2 + int.from_bytes(plain[tables + 2 : tables + 4], "big")
    data = plain[:tables] + part + plain[tables:after] + part + plain[after:]
    odd = bytearray(data)
    odd[tables + len(part) + 10] ^= 1
    assert unlabelled_digest(bytes(odd), codec("jpeg")) != unlabelled_digest(data, codec("jpeg"))
