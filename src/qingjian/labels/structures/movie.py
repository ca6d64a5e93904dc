"""
Metadata of a movie box (MP4, MOV, M4A): texts read in every place, the label written under a key.

The label is the text under the key AIGC in `moov/udta/meta`, handler mdta: what ffmpeg writes with
use_metadata_tags. Where `moov/meta` has keys already (files of cameras), it goes there, since
ffmpeg reads one table of keys. A `udta/meta` of iTunes tags (handler mdir) has no keys: ours comes
behind it, and ffmpeg and exiftool read both.

Source: TC260-PG-20257A on video (secondary) for the place; QuickTime File Format, metadata item
keys, for its form; ISO/IEC 14496-12, 8.10.1 and 8.11.1; measured with ffmpeg 8 and exiftool 12.57.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Buffer, Edit, Held
from qingjian.labels.structures import heif
from qingjian.labels.structures.isobmff import (
    C2PA,
    XMP,
    Box,
    Changes,
    box,
    boxes,
    children,
    find,
    read,
    usertype,
)
from qingjian.labels.structures.movietags import (
    KEY,
    Keys,
    Places,
    Text,
    keys_of,
    new_meta,
    places,
    texts_of,
    user_texts,
)
from qingjian.labels.structures.offsets import correct
from qingjian.labels.xmp import aigc_values, with_aigc

_MOST_MANIFEST = 64_000_000
_MOST_LETTERS = 24_000_000


class _Place(NamedTuple):
    """A `meta` with keys, and which of its items is the label's."""

    keys: Keys
    item: Text | None


def opened(data: Buffer) -> list[Box]:
    """Give the boxes of a movie file. Raises DamagedFile, InputError for a compressed movie box."""
    top = boxes(data)
    types = {b.type for b in top}
    moov = next((b for b in top if b.type == b"moov"), None)
    if moov is None:
        if types & {b"moof", b"styp"}:
            raise InputError("the file is a segment of a movie without its beginning")
        raise DamagedFile(f"the file ends at byte {len(data)} before a movie box")
    inside = {b.type for b in children(data, moov)}
    if b"cmov" in inside:
        raise InputError("the movie box is compressed", "write the file anew with another program")
    if b"trak" in inside and not inside & {b"mvex", b"rmra"} and b"mdat" not in types:
        raise DamagedFile(f"the file ends at byte {len(data)} before its media")
    if top[-1].type == b"moof":
        raise DamagedFile(f"the file ends at byte {len(data)} before the media of a fragment")
    return top


def held(data: Buffer) -> Iterator[Held]:
    """Give what a movie file holds that may be a mark, in order of place. Raises DamagedFile."""
    yield from metadata(data, opened(data))


def metadata(data: Buffer, top: list[Box]) -> Iterator[Held]:
    """Give what the boxes of a file hold that may be a mark. Raises DamagedFile."""
    for b in top:
        if b.type == b"moov":
            yield from _of_moov(data, b)
        elif b.type == b"meta":
            yield from (text.held() for text in texts_of(data, b))
            yield from heif.held(data, b)
        elif usertype(data, b) == XMP:
            yield Held("xmp", read(data, b)[16:], ByteRange(b.start, b.end), "uuid XMP")
        elif usertype(data, b) == C2PA:
            yield from _c2pa(data, b)


def _of_moov(data: Buffer, moov: Box) -> Iterator[Held]:
    found, letters = [], 0
    held_in = places(data, moov)
    for text in _texts(data, held_in):
        found.append(text.held())
        letters += len(text.value)
        if letters > _MOST_LETTERS:
            raise DamagedFile(f"the movie box at byte {moov.start} has too many letters")
    for packet in held_in.packets:
        place = ByteRange(packet.start, packet.end)
        found.append(Held("xmp", read(data, packet), place, packet.path))
    for meta in held_in.metas:
        found.extend(heif.held(data, meta))
    yield from sorted(found, key=lambda h: h.at.start)


def _texts(data: Buffer, held_in: Places) -> Iterator[Text]:
    for meta in held_in.metas:
        yield from texts_of(data, meta)
    for udta in held_in.udtas:
        yield from user_texts(data, udta)


def _c2pa(data: Buffer, b: Box) -> Iterator[Held]:
    """Give the manifest store of a C2PA box: behind version, purpose and an offset of 8 bytes."""
    purpose = data[b.body + 20 : min(b.end, b.body + 60)].partition(b"\x00")[0]
    start = b.body + 20 + len(purpose) + 9
    if purpose != b"manifest" or start > b.end:
        return
    if b.end - start > _MOST_MANIFEST:
        raise DamagedFile(f"the C2PA box at byte {b.start} has more than {_MOST_MANIFEST:,} bytes")
    yield Held("c2pa", data[start : b.end], ByteRange(b.start, b.end), "uuid C2PA")


def write(data: Buffer, value: str | None) -> list[Edit]:
    """Give the edits that leave exactly one mark in a movie, or none. Raises DamagedFile."""
    top = opened(data)
    changes = Changes(data)
    moov = next(b for b in top if b.type == b"moov")
    place = _place(data, moov) if value is not None else None
    take_away(data, top, changes, place, value)
    for meta in (b for b in top if b.type == b"meta"):
        heif.take_away(data, meta, changes)
    if value is not None and place is None:
        _add_meta(data, moov, value, changes)
    correct(data, top, changes)
    return changes.edits()


def _place(data: Buffer, moov: Box) -> _Place | None:
    """
    Give the table of keys that the label belongs to, and its first item there.

    The first one with other keys, else the first one in user data.
    """
    own = None
    above = find(data, moov, b"meta") + find(data, moov, b"udta", b"meta")
    for meta in sorted(above, key=lambda b: b.start):
        keys = keys_of(data, meta)
        if keys is None or keys.handler != b"mdta" or not keys.is_whole(data):
            continue
        texts = [t for t in texts_of(data, meta) if keys.name(t.number) == KEY]
        place = _Place(keys, texts[0] if texts else None)
        if len(keys.of_labels()) < len(keys.names):
            return place
        if own is None and meta.parent != moov:
            own = place
    return own


def take_away(
    data: Buffer,
    top: list[Box],
    changes: Changes,
    place: _Place | None = None,
    value: str | None = None,
) -> None:
    """
    Take the labels out of a movie and what stands beside it, but for items of the file.

    Args:
        data: the file.
        top: its boxes.
        changes: get the edits.
        place: where `value` is put.
        value: the text; None only takes away.
    """
    for b in top:
        if b.type == b"moov":
            held_in = places(data, b)
            for packet in held_in.packets:
                _clear(data, packet, 0, changes)
            for udta in held_in.udtas:
                _remove_texts([t for t in user_texts(data, udta) if _is_label(t)], changes)
            for meta in held_in.metas:
                _clear_meta(data, meta, changes, place, value)
                heif.take_away(data, meta, changes)
        elif b.type == b"meta":
            _clear_meta(data, b, changes, place, value)
        elif usertype(data, b) == XMP:
            _clear(data, b, 16, changes)


def _clear(data: Buffer, b: Box, skipped: int, changes: Changes) -> None:
    """Take the label out of a box with an XMP packet, in its bytes."""
    packet = read(data, b)[skipped:]
    if aigc_values(packet):
        changes.overwrite(b.body + skipped, b.end, with_aigc(packet, None))


def _is_label(text: Text) -> bool:
    found = text.held()
    return text.key.rpartition(":")[2].casefold() == "aigc" or bool(marks_of([found]))


def _remove_texts(texts: list[Text], changes: Changes) -> None:
    for b in dict.fromkeys(text.box for text in texts):
        changes.remove(b)


def _clear_meta(
    data: Buffer, meta: Box, changes: Changes, place: _Place | None, value: str | None
) -> None:
    texts = list(texts_of(data, meta))
    labels = [text for text in texts if _is_label(text)]
    keys = keys_of(data, meta)
    if keys is None:
        _remove_texts(labels, changes)
        return
    here = place if place is not None and place.keys.meta == meta else None
    kept = here.item if here else None
    dropped = ({t.number for t in labels} | keys.of_labels()) - {0, kept.number if kept else 0}
    if here is None and keys.is_empty_without(dropped, data):
        udta = meta.parent
        alone = udta and udta.type == b"udta" and children(data, udta) == [meta]
        changes.remove(udta if udta and alone else meta)
        return
    _remove_texts([t for t in labels if not t.number], changes)
    keys.edit(data, changes, dropped, kept, value if here else None)


def _add_meta(data: Buffer, moov: Box, value: str, changes: Changes) -> None:
    """Add a table of keys behind what stands in the user data of a movie."""
    udta = next(iter(find(data, moov, b"udta")), None)
    inside = udta or moov
    end = max((b.end for b in children(data, inside)), default=inside.body)
    meta = new_meta(value)
    changes.replace(end, end, meta if udta else box(b"udta", meta), inside)
