"""
Matroska and WebM: where the parts of the Segment stand, and the tags in it.

Clusters are never read, only passed: by their size, or child by child where it is not known.

Source: RFC 9559 (elements, SeekHead, Cues, Tags).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Buffer, Deviation, Held
from qingjian.labels.structures.ebml import (
    CRC,
    HEADER,
    VOID,
    Element,
    children,
    element,
    element_at,
    header,
    is_checked,
    master,
    text_at,
)

SEGMENT = 0x18538067
SEEK_HEAD = 0x114D9B74
INFO = 0x1549A966
TAGS = 0x1254C367
_CLUSTER = 0x1F43B675
_CUES = 0x1C53BB6B
_LEVEL_1 = frozenset(
    {SEEK_HEAD, INFO, TAGS, _CLUSTER, _CUES, 0x1654AE6B, 0x1941A469, 0x1043A770, HEADER, SEGMENT}
)
_CLUSTER_POSITION = 0xA7
_TAG = 0x7373
_TARGETS = 0x63C0
_TARGET_TYPE_VALUE = 0x68CA
_TARGET_TYPE = 0x63CA
_UIDS = (0x63C5, 0x63C9, 0x63C4, 0x63C6)
_SIMPLE_TAG = 0x67C8
_TAG_NAME = 0x45A3
_TAG_STRING = 0x4487
_TAG_BINARY = 0x4485
_WHOLE = 50
_MOST_TAGS = 16_000_000
_MOST_PARTS = 100_000
_DEEPEST = 16
_TRACK = Deviation("place.track", "TC260-PG-20257A", "the label is of a part of the file only")


class Layout(NamedTuple):
    """
    The Segment and what stands in it.

    Args:
        segment: the Segment.
        end: past its last byte, also where its size is not known.
        parts: its children but for the clusters, in order.
        first_cluster: where the first cluster begins; `end` when there is none.
        fixed: whether the file holds positions, so that no cluster may be shifted.
        voids: by the first byte of each Void among the parts, its end.
    """

    segment: Element
    end: int
    parts: tuple[Element, ...]
    first_cluster: int
    fixed: bool
    voids: dict[int, int]

    def all(self, id: int) -> list[Element]:
        """Give the parts of one identifier."""
        return [part for part in self.parts if part.id == id]

    def room_end(self, part: Element) -> int:
        """Give the end of the Void elements right after a part, its own end when there is none."""
        end = part.end
        while end in self.voids:
            end = self.voids[end]
        return end


def layout(data: Buffer) -> Layout:
    """Give where the parts of the first Segment stand. Raises DamagedFile."""
    head = header(data)
    at = head.end
    for _ in range(_DEEPEST):
        if at == len(data):
            raise DamagedFile(f"the file ends at byte {at} before its Segment")
        segment = element_at(data, at, len(data), head.id_length)
        if segment.id == SEGMENT:
            return _parts(data, segment, head.id_length)
        at = segment.end
    raise DamagedFile(f"no Segment begins up to byte {at}")


def _parts(data: Buffer, segment: Element, id_length: int) -> Layout:
    parts: list[Element] = []
    at, end = segment.body, segment.end
    first_cluster: Element | None = None
    while at < end:
        part = element_at(data, at, end, id_length)
        if part.id in (HEADER, SEGMENT) and not segment.known:
            end = at
            break
        if part.id == _CLUSTER:
            if not part.known:
                last = deque(_cluster_children(data, part, id_length), maxlen=1)
                part = part._replace(end=last[0].end if last else part.body)
            first_cluster = first_cluster or part
        elif not part.known:
            raise DamagedFile(f"the part of the Segment at byte {at} has no known size")
        else:
            parts.append(part)
        if len(parts) > _MOST_PARTS:
            raise DamagedFile(f"the Segment has more than {_MOST_PARTS:,} parts up to byte {at}")
        at = part.end
    fixed = any(part.id in (SEEK_HEAD, _CUES) for part in parts)
    start = first_cluster.start if first_cluster else end
    if first_cluster and not fixed:
        first = islice(_cluster_children(data, first_cluster, id_length), 4)
        fixed = any(child.id == _CLUSTER_POSITION for child in first)
    voids = {part.start: part.end for part in parts if part.id == VOID}
    return Layout(segment, end, tuple(parts), start, fixed, voids)


def _cluster_children(data: Buffer, cluster: Element, id_length: int) -> Iterator[Element]:
    """Give what stands in a cluster; one of no known size ends before the next part."""
    at = cluster.body
    while at < cluster.end:
        child = element_at(data, at, cluster.end, id_length)
        if child.id in _LEVEL_1:
            return
        if not child.known:
            raise DamagedFile(f"the EBML element at byte {at} has no known size")
        yield child
        at = child.end


def tags_held(data: Buffer, tags: Element) -> Iterator[Held]:
    """Give every SimpleTag of a Tags element, nested ones too. Raises DamagedFile."""
    for tag in _tags_of(data, tags):
        odd = () if _is_global(data, tag) else (_TRACK,)
        for child in children(data, tag.body, tag.end):
            if child.id == _SIMPLE_TAG:
                yield from _held_at(data, child, odd, 0)


def _held_at(
    data: Buffer, simple: Element, odd: tuple[Deviation, ...], depth: int
) -> Iterator[Held]:
    entry, nested = _pair(data, simple, odd, depth)
    yield entry
    for child in nested:
        yield from _held_at(data, child, odd, depth + 1)


def _pair(
    data: Buffer, simple: Element, odd: tuple[Deviation, ...], depth: int
) -> tuple[Held, list[Element]]:
    """Give a SimpleTag's name and text, and the SimpleTags in it."""
    if depth > _DEEPEST:
        raise DamagedFile(f"the SimpleTag at byte {simple.start} stands in too many others")
    key = value = ""
    binary: Element | None = None
    nested: list[Element] = []
    for child in children(data, simple.body, simple.end):
        if child.id == _TAG_NAME:
            key = text_at(data, child)
        elif child.id == _TAG_STRING:
            value = text_at(data, child)
        elif child.id == _TAG_BINARY:
            binary = child
        elif child.id == _SIMPLE_TAG:
            nested.append(child)
    if binary and not value and key.casefold() == "aigc":
        value = text_at(data, binary)
    at = ByteRange(simple.start, simple.end)
    odd = odd if key.casefold() == "aigc" else ()
    return Held("pair", value, at, f"Segment/Tags SimpleTag {key[:60]}", key, odd), nested


def _tags_of(data: Buffer, tags: Element) -> Iterator[Element]:
    return (child for child in children(data, tags.body, tags.end) if child.id == _TAG)


def _is_global(data: Buffer, tag: Element, *, plainly: bool = False) -> bool:
    """Whether a Tag is about the whole file; `plainly` if it names no other level of it."""
    for child in children(data, tag.body, tag.end):
        if child.id != _TARGETS:
            continue
        for target in children(data, child.body, child.end):
            number = int.from_bytes(data[target.body : min(target.end, target.body + 8)], "big")
            if target.id in _UIDS and number:
                return False
            if plainly and target.id == _TARGET_TYPE:
                return False
            if plainly and target.id == _TARGET_TYPE_VALUE and number != _WHOLE:
                return False
    return True


def is_label(entry: Held) -> bool:
    """Whether a pair is a label, or stands where one should."""
    return entry.key.casefold() == "aigc" or bool(marks_of([entry]))


def simple_tag(key: str, value: str) -> bytes:
    """Give the bytes of a SimpleTag."""
    parts = (element(_TAG_NAME, key.encode()), element(_TAG_STRING, value.encode()))
    return master(_SIMPLE_TAG, parts, False)


def new_tag(simple: bytes) -> bytes:
    """Give a Tag about the whole file around a SimpleTag."""
    return master(_TAG, (element(_TARGETS, b""), simple), False)


def relabelled(data: Buffer, tags: Element, label: bytes) -> list[bytes] | None:
    """
    Give the children of a Tags element with one label, None when nothing changes.

    Args:
        data: the file.
        tags: the Tags element.
        label: the SimpleTag to put in; empty takes labels away only.

    Raises DamagedFile; InputError when the tags are too large to be rewritten.
    """
    if tags.end - tags.start > _MOST_TAGS:
        what = f"the tags at byte {tags.start} take more than {_MOST_TAGS:,} bytes"
        raise InputError(what, "Take large tags away first.")
    home = _home(data, tags) if label else None
    parts: list[bytes] = []
    changed = False
    if label and home is None:
        parts, changed = [new_tag(label)], True
    for child in children(data, tags.body, tags.end):
        if child.id == CRC:
            continue
        raw = data[child.start : child.end]
        if child.id == _TAG:
            inner, differs = _pruned(data, child, label if child == home else b"", 0)
            changed = changed or differs
            if differs and not inner:
                continue
            if differs:
                raw = master(_TAG, inner, is_checked(data, child))
        parts.append(raw)
    return parts if changed else None


def _home(data: Buffer, tags: Element) -> Element | None:
    """Give the Tag about the whole file that holds a label, else the first such Tag."""
    found: Element | None = None
    listed = list(_tags_of(data, tags))
    for tag in listed:
        _is_global(data, tag)  # what `held` would refuse is not written
    for tag in listed:
        if not _is_global(data, tag, plainly=True):
            continue
        found = found or tag
        for child in children(data, tag.body, tag.end):
            if child.id == _SIMPLE_TAG and is_label(_pair(data, child, (), 0)[0]):
                return tag
    return found


def _pruned(data: Buffer, parent: Element, label: bytes, depth: int) -> tuple[list[bytes], bool]:
    """Give the children without labels but for `label`; none when no SimpleTag is left of a Tag."""
    parts: list[bytes] = []
    changed, left, simple = False, label, 0
    for child in children(data, parent.body, parent.end):
        if child.id == CRC:
            continue
        raw = data[child.start : child.end]
        if child.id == _SIMPLE_TAG:
            if is_label(_pair(data, child, (), depth)[0]):
                changed = changed or raw != left
                if left:
                    parts.append(left)
                    simple, left = simple + 1, b""
                continue
            simple += 1
            inner, differs = _pruned(data, child, b"", depth + 1)
            if differs:
                raw = master(_SIMPLE_TAG, inner, is_checked(data, child))
                changed = True
        parts.append(raw)
    if left:
        return [*parts, left], True
    if changed and not simple and parent.id == _TAG:
        return [], True
    return parts, changed
