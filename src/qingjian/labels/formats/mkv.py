"""
Matroska: the mark is a SimpleTag AIGC of a tag about the whole file.

Clusters are never shifted while SeekHead or Cues hold their positions: tags that outgrow their
place move to the end of the Segment. Segment positions count from the Segment's first byte, so its
own size field may grow.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer, Edit, Held
from qingjian.labels.structures.ebml import (
    CRC,
    Element,
    checksum,
    children,
    element,
    fitted,
    header,
    is_checked,
    master,
    size_field,
    text_at,
    void,
)
from qingjian.labels.structures.matroska import (
    INFO,
    SEEK_HEAD,
    TAGS,
    Layout,
    is_label,
    layout,
    new_tag,
    relabelled,
    simple_tag,
    tags_held,
)

name = "mkv"
suffixes: tuple[str, ...] = (".mkv", ".mka", ".mks", ".mk3d")
text = False
place = "Segment/Tags/Tag/SimpleTag, TagName AIGC"
source = "TC260-PG-20257A on video (secondary); RFC 9559"
wrapped = False

_SIGNATURE = b"\x1a\x45\xdf\xa3"
_TITLES = {0x7BA9: "Title", 0x4D80: "MuxingApp", 0x5741: "WritingApp"}
_SEEK = 0x4DBB
_SEEK_ID = 0x53AB
_SEEK_POSITION = 0x53AC
_TAGS_ID = TAGS.to_bytes(4, "big")
_BLOCK = 1 << 20
_LARGEST_HEAD = 1_000_000


def knows(data: Buffer, /) -> bool:
    """Whether it begins with an EBML header of any kind of document but WebM."""
    return doc_type(data) not in (None, "webm")


def doc_type(data: Buffer) -> str | None:
    """Give what the EBML header says the document is, None when there is no such header."""
    if data[:4] != _SIGNATURE:
        return None
    try:
        return header(data).doc_type
    except DamagedFile:
        return None


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    for part in layout(data).parts:
        if part.id == INFO:
            yield from (entry for entry, _ in _texts(data, part))
        elif part.id == TAGS:
            yield from tags_held(data, part)


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """Give the edits that leave exactly one mark, or none for None. Raises DamagedFile."""
    found = layout(data)
    edits = [edit for info in found.all(INFO) for edit in _blanked(data, info)]
    placed = _placed(data, found, b"" if value is None else simple_tag("AIGC", value))
    edits += placed.edits
    edits += _sought(data, found, placed)
    last = {edit.start: edit for edit in edits if data[edit.start : edit.end] != edit.new}
    edits = sorted(last.values())
    segment = found.segment
    if edits and found.parts:
        edits = [*_rechecked(data, found, edits), *edits]
    grown = sum(len(edit.new) - (edit.end - edit.start) for edit in edits)
    if grown and segment.known:
        size = size_field(segment.end - segment.body + grown, segment.size_width)
        edits.insert(0, Edit(segment.body - segment.size_width, segment.body, size))
    return edits


def _texts(data: Buffer, info: Element) -> Iterator[tuple[Held, Element]]:
    """Give the title and the programs' names with the elements that hold them."""
    for child in children(data, info.body, info.end):
        if child.id in _TITLES:
            key = _TITLES[child.id]
            at = ByteRange(child.start, child.end)
            yield Held("pair", text_at(data, child), at, f"Segment/Info {key}", key), child


def _blanked(data: Buffer, info: Element) -> Iterator[Edit]:
    """Give the edits that fill labels in an Info with zero bytes: it keeps its length."""
    labels = {child.start for entry, child in _texts(data, info) if is_label(entry)}
    if not labels:
        return
    parts = [
        data[child.start : child.body] + bytes(child.end - child.body)
        if child.start in labels
        else data[child.start : child.end]
        for child in children(data, info.body, info.end)
        if child.id != CRC
    ]
    new = master(INFO, parts, is_checked(data, info), info.size_width)
    yield Edit(info.start, info.end, new)


class _Placed(NamedTuple):
    """
    Where the tags are to stand.

    Args:
        edits: what puts them there.
        moved: by the old first byte of Tags that leave their place, the new one; None if they go.
        sought: the new first byte of Tags that SeekHead should name; None when it need not.
        freed: the place that was left.
    """

    edits: list[Edit]
    moved: dict[int, int | None]
    sought: int | None
    freed: Element | None


def _placed(data: Buffer, found: Layout, label: bytes) -> _Placed:
    edits: list[Edit] = []
    moved: dict[int, int | None] = {}
    sought: int | None = None
    freed: Element | None = None
    outgrown = b""
    every = found.all(TAGS)
    labelled = (tags for tags in every if any(map(is_label, tags_held(data, tags))))
    first = next(labelled, every[0]) if label and every else None
    for tags in every:
        home = tags == first
        parts = relabelled(data, tags, label if home else b"")
        if home and tags.start > found.first_cluster:
            sought = tags.start
        if parts is None:
            continue
        edit = _in_place(data, found, tags, parts)
        if edit is None:
            outgrown = master(TAGS, parts, is_checked(data, tags))
            edit, freed = Edit(tags.start, tags.end, void(tags.end - tags.start)), tags
        elif not parts:
            moved[tags.start] = None
        edits.append(edit)
    if label and not every:
        outgrown = master(TAGS, [new_tag(label)], False)
    if outgrown:
        at = found.end if found.fixed else found.first_cluster
        sought = at + sum(len(edit.new) - (edit.end - edit.start) for edit in edits)
        edits.append(Edit(at, at, outgrown))
        if freed:
            moved[freed.start] = sought
    return _Placed(edits, moved, sought, freed)


def _in_place(data: Buffer, found: Layout, tags: Element, parts: Sequence[bytes]) -> Edit | None:
    """Give the edit that puts tags where they stood, None when they do not fit there."""
    checked = is_checked(data, tags)
    room_end = found.room_end(tags)
    last = room_end == found.end
    if not found.fixed or (last and room_end == tags.end):
        return Edit(tags.start, tags.end, master(TAGS, parts, checked) if parts else b"")
    if not parts:
        return Edit(tags.start, tags.end, void(tags.end - tags.start))
    fit = fitted(TAGS, parts, checked, room_end - tags.start)
    if fit is None and last:
        fit = master(TAGS, parts, checked)
    return Edit(tags.start, room_end, fit) if fit is not None else None


class _Entry(NamedTuple):
    """A child of a SeekHead, what it is to be, and where the tags stand that it names."""

    old: bytes
    new: bytes
    target: int | None


def _sought(data: Buffer, found: Layout, placed: _Placed) -> Iterator[Edit]:
    """
    Give the edits that make SeekHead name the tags where they now stand.

    An entry for which there is no room goes; the place that the tags left then holds a SeekHead.
    """
    sought = placed.sought
    heads = [head for head in found.all(SEEK_HEAD) if head.end - head.start <= _LARGEST_HEAD]
    entries = {
        head: [
            _entry(data, found, child, placed)
            for child in children(data, head.body, head.end)
            if child.id != CRC
        ]
        for head in heads
    }
    named = any(sought == each.target for held in entries.values() for each in held if sought)
    for head in heads:
        old = [each.old for each in entries[head]]
        parts = [each.new for each in entries[head] if each.new]
        if sought and not named:
            parts.append(_seek(sought - found.segment.body))
        new = _refilled(data, found, head, parts) if parts != old else None
        named = named or (bool(sought) and new is not None)
        if new is None and parts != old:
            named = False
            kept = [each.new for each in entries[head] if each.new and each.target != sought]
            new = _refilled(data, found, head, kept) if kept != old else None
        if new is not None:
            yield Edit(head.start, found.room_end(head), new)
    if sought and not named and placed.freed:
        start, end = placed.freed.start, placed.freed.end
        new = fitted(SEEK_HEAD, [_seek(sought - found.segment.body)], False, end - start)
        if new is not None:
            yield Edit(start, end, new)


def _refilled(data: Buffer, found: Layout, head: Element, parts: Sequence[bytes]) -> bytes | None:
    """Give a SeekHead with other entries in its place, None when they do not fit."""
    room = found.room_end(head) - head.start
    return fitted(SEEK_HEAD, parts, is_checked(data, head), room) if parts else void(room)


def _entry(data: Buffer, found: Layout, child: Element, placed: _Placed) -> _Entry:
    old = data[child.start : child.end]
    id = position = b""
    if child.id == _SEEK:
        for part in children(data, child.body, child.end):
            if part.id == _SEEK_ID:
                id = data[part.body : part.end]
            elif part.id == _SEEK_POSITION:
                position = data[part.body : part.end]
    if id != _TAGS_ID or not 0 < len(position) <= 8:
        return _Entry(old, old, None)
    target = found.segment.body + int.from_bytes(position, "big")
    if target not in placed.moved:
        return _Entry(old, old, target)
    moved = placed.moved[target]
    if moved is None:
        return _Entry(old, b"", None)
    return _Entry(old, _seek(moved - found.segment.body, len(position)), moved)


def _seek(position: int, width: int = 1) -> bytes:
    """Give an entry of a SeekHead that names the tags at a Segment position."""
    number = position.to_bytes(max(width, (position.bit_length() + 7) // 8), "big")
    return master(_SEEK, (element(_SEEK_ID, _TAGS_ID), element(_SEEK_POSITION, number)), False)


def _rechecked(data: Buffer, found: Layout, edits: Sequence[Edit]) -> Iterator[Edit]:
    """Give the edit of the Segment's own CRC-32, where it has one, after the other edits."""
    own = found.parts[0]
    if own.id != CRC or own.start != found.segment.body:
        return
    crc, at = 0, own.end
    for edit in (*edits, Edit(found.end, found.end, b"")):
        while at < edit.start:
            block = data[at : min(at + _BLOCK, edit.start)]
            crc, at = zlib.crc32(block, crc), at + len(block)
        crc, at = zlib.crc32(edit.new, crc), edit.end
    new = checksum(crc)
    if len(new) == own.end - own.start:
        yield Edit(own.start, own.end, new)
