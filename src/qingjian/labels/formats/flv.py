"""
FLV: the mark is the string AIGC of the script tag onMetaData.

Bytes after the last tag cannot be told from a tag that is damaged, and are refused, but where
onMetaData says that the file ends before them. Without such a filesize a cut between two tags is
not noticed. Positions in onMetaData follow what moves.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Buffer, Deviation, Edit, Held
from qingjian.labels.structures import amf0
from qingjian.labels.structures.amf0 import Member, Value
from qingjian.labels.xmp import aigc_values, with_aigc

name = "flv"
suffixes: tuple[str, ...] = (".flv",)
text = False
place = "script tag onMetaData, property AIGC"
source = "TC260-PG-20257A on video (secondary); Adobe Video File Format Specification 10.1, annex E"
wrapped = False

_SIGNATURE = b"FLV\x01"
_HEADER = 9
_SCRIPT = 18
_KINDS = (8, 9, 15, _SCRIPT)
_ENCRYPTED = 0x20
_NAMES = ("onMetaData", "onXMPData")
_FORWARDED = "@setDataFrame"
_LONGEST_NAMES = 64
_LARGEST_BODY = 0xFFFFFF
_MOST_SCRIPT = 64_000_000
_STRUCTURE = Deviation("amf.structure", "TC260-PG-20257A", "the label is an object, not JSON")


class Tag(NamedTuple):
    """A tag's first byte with its type, and where it, its data and the data's end stand."""

    type: int
    start: int
    body: int
    end: int


class _Script(NamedTuple):
    """The data of a script tag, its name and the value that it gives."""

    tag: Tag
    body: bytes
    name: str
    value: Value


def knows(data: Buffer, /) -> bool:
    """Whether the first bytes are FLV's."""
    return data[:4] == _SIGNATURE


def tags(data: Buffer) -> Iterator[Tag]:
    """Give every tag up to the end. Raises DamagedFile at one that is cut, or is none."""
    at = _first(data)
    while at < len(data):
        head = data[at : at + 11]
        if len(head) < 11:
            raise DamagedFile(f"the FLV tag at byte {at} is cut short")
        size = int.from_bytes(head[1:4], "big")
        end = at + 11 + size
        if end + 4 > len(data):
            raise DamagedFile(f"the FLV tag at byte {at} is cut short: it ends at byte {end + 4}")
        if (head[0] & ~_ENCRYPTED) not in _KINDS and data[end : end + 4] != _u32(size + 11):
            raise DamagedFile(f"no FLV tag begins at byte {at}")
        yield Tag(head[0], at, at + 11, end)
        at = end + 4


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    for script in _scripts(data):
        yield from _held_in(script, script.value)


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """Give the edits that leave exactly one mark, or none for None. Raises DamagedFile."""
    scripts: list[_Script] = []
    edits: list[Edit] = []
    left = value
    for script in _scripts(data):
        scripts.append(script)
        takes = script.name == "onMetaData" and script.value.is_keyed()
        edits += _resized(script, _relabelled(script, left if takes else None))
        left = None if takes else left
    if left is not None:
        edits.append(Edit(_first(data), _first(data), _metadata(left)))
    edits = sorted(edit for edit in edits if data[edit.start : edit.end] != edit.new)
    moves = _Moves.of(edits)
    for script in scripts if moves.ends else ():
        edits += _shifted(script, script.value, moves, len(data))
    return sorted(edits)


def _first(data: Buffer) -> int:
    """Give where the first tag begins."""
    head = data[:_HEADER]
    start = int.from_bytes(head[5:], "big") + 4
    if not knows(head):
        raise DamagedFile("the file does not begin with an FLV header")
    if len(head) < _HEADER or start > len(data):
        raise DamagedFile(f"the FLV ends at byte {len(data)} in its header")
    if start < _HEADER + 4:
        raise DamagedFile(f"the FLV header at byte 5 gives itself {start - 4} bytes")
    return start


def _scripts(data: Buffer) -> Iterator[_Script]:
    """Give the script tags that say something of the file."""
    total = 0
    ends: set[float] = set()
    for tag in _tags_up_to(data, ends):
        if tag.type != _SCRIPT:
            continue
        names = data[tag.body : min(tag.end, tag.body + _LONGEST_NAMES)]
        if not any(each.encode() in names for each in _NAMES):
            continue
        total += tag.end - tag.body
        if total > _MOST_SCRIPT:
            raise DamagedFile(f"more than {_MOST_SCRIPT:,} bytes of metadata up to byte {tag.end}")
        body = data[tag.body : tag.end]
        (first,) = amf0.values(body, tag.body, 1)
        ahead = 1 if first.text == _FORWARDED else 0
        found = amf0.values(body, tag.body, 2 + ahead)[ahead:]
        if len(found) > 1 and found[0].text in _NAMES:
            ends |= _said_ends(found[1], tag, len(data))
            yield _Script(tag, body, found[0].text, found[1])


def _tags_up_to(data: Buffer, ends: Container[float]) -> Iterator[Tag]:
    """Give every tag up to the end; where one of `ends` is reached, other bytes may follow."""
    walked = tags(data)
    reached = 0
    while True:
        try:
            tag = next(walked, None)
        except DamagedFile:
            if reached in ends:
                return
            raise
        if tag is None:
            break
        yield tag
        reached = tag.end + 4
    if not reached:
        raise DamagedFile(f"the FLV ends at byte {len(data)} before its first tag")


def _said_ends(metadata: Value, tag: Tag, length: int) -> set[float]:
    """Give where metadata says that the file ends. Raises DamagedFile when it ends before."""
    members = metadata.members if metadata.is_keyed() else ()
    said = {m.value.number for m in members if m.key == "filesize" and m.value.number is not None}
    if any(end > length for end in said):
        told = f"the onMetaData at byte {tag.start} says that it has {max(said):,.0f}"
        raise DamagedFile(f"the FLV ends at byte {length}: {told}")
    return said


def _held_in(script: _Script, parent: Value) -> Iterator[Held]:
    for member in parent.members:
        if parent.is_keyed() and (member.value.text is not None or _is_structure(member)):
            yield _entry(script, member)
        if member.value.members:
            yield from _held_in(script, member.value)


def _is_structure(member: Member) -> bool:
    return member.key.casefold() == "aigc" and member.value.is_keyed()


def _entry(script: _Script, member: Member) -> Held:
    """Give what a member holds: a text, an XMP packet, or a label as an object."""
    start = script.tag.body
    at = ByteRange(start + member.start, start + member.value.end)
    where = f"{script.name} {member.key[:60]}"
    text = member.value.text
    if text is None:
        fields = {each.key: each.value.text for each in member.value.members}
        return Held("pair", json.dumps(fields), at, where, member.key, (_STRUCTURE,))
    if member.key == "liveXML":
        return Held("xmp", text.encode(), at, where)
    return Held("pair", text, at, where, member.key)


def _is_label(script: _Script, member: Member) -> bool:
    """Whether a member is a label, or stands where one should; XMP packets are edited instead."""
    if member.value.text is None:
        return _is_structure(member)
    entry = _entry(script, member)
    return member.key.casefold() == "aigc" or (entry.kind == "pair" and bool(marks_of([entry])))


def _relabelled(script: _Script, value: str | None) -> list[Edit]:
    """Give the edits of a script tag's data; only the value itself takes the label."""
    edits = list(_cleared(script, script.value, 0 if value is None else 1))
    if value is None:
        return edits
    new = amf0.member("AIGC", value)
    home = next((m for m in script.value.members if _is_label(script, m)), None)
    if home:
        gone = Edit(home.start, home.value.end, b"")
        return [edit if edit != gone else gone._replace(new=new) for edit in edits]
    end = script.value.end
    if script.value.closed:
        return [*edits, Edit(end - 3, end - 3, new)]
    return [*edits, Edit(end, end, new + amf0.OBJECT_END)]


def _cleared(script: _Script, parent: Value, added: int = 0) -> Iterator[Edit]:
    """Give the edits that take labels away; a map's count then has `added` members more."""
    left = added
    for member in parent.members:
        if parent.is_keyed() and _is_label(script, member):
            yield Edit(member.start, member.value.end, b"")
            continue
        left += 1
        text = member.value.text
        if member.key == "liveXML" and text is not None and aigc_values(text.encode()):
            packet = with_aigc(text.encode(), None)
            start, end = member.value.start, member.value.end
            yield Edit(start, end, amf0.string(packet.decode("utf-8", "replace")))
        if member.value.members:
            yield from _cleared(script, member.value)
    count = parent.start + 1
    if parent.kind == amf0.MAP and script.body[count : count + 4] == _u32(len(parent.members)):
        yield Edit(count, count + 4, _u32(left))


def _resized(script: _Script, inner: Sequence[Edit]) -> Iterator[Edit]:
    """Give the edits of a script tag's data as edits of the file, with its sizes."""
    tag = script.tag
    grown = sum(len(edit.new) - (edit.end - edit.start) for edit in inner)
    size = tag.end - tag.body + grown
    if size > _LARGEST_BODY:
        raise InputError(
            f"onMetaData at byte {tag.start} would grow over {_LARGEST_BODY:,} bytes",
            "Write a shorter label, or take other metadata away first.",
        )
    for edit in inner:
        yield Edit(tag.body + edit.start, tag.body + edit.end, edit.new)
    if grown:
        yield Edit(tag.start + 1, tag.start + 4, size.to_bytes(3, "big"))
        yield Edit(tag.end, tag.end + 4, _u32(size + 11))


class _Moves(NamedTuple):
    """Where bytes are put in or taken out, in order, and by how much what follows then moves."""

    ends: list[int]
    by: list[int]

    @classmethod
    def of(cls, edits: Sequence[Edit]) -> _Moves:
        """Give the moves that edits make, which are in order."""
        grown = [(edit.end, len(edit.new) - (edit.end - edit.start)) for edit in edits]
        some = [each for each in grown if each[1]]
        return cls([end for end, _ in some], [*accumulate(by for _, by in some)])

    def __call__(self, position: float) -> float:
        """Give where a position then stands."""
        before = bisect_right(self.ends, position)
        return position + self.by[before - 1] if before else position


def _shifted(script: _Script, parent: Value, moves: _Moves, length: int) -> Iterator[Edit]:
    """Give the edits of the positions in onMetaData, and of the length of the file."""
    for member in parent.members:
        value, key = member.value, member.key
        new = b""
        if value.number is not None and key == "lastkeyframelocation":
            new = amf0.number(moves(value.number))
        elif value.number is not None and key == "filesize":
            new = amf0.number(min(moves(value.number), moves(length)))
        elif value.kind == amf0.ARRAY and key == "filepositions" and not value.members:
            new = amf0.array([moves(place) for place in amf0.numbers(script.body, value)])
        elif value.members and not _is_structure(member):
            yield from _shifted(script, value, moves, length)
        if new:
            yield Edit(script.tag.body + value.start, script.tag.body + value.end, new)


def _metadata(value: str) -> bytes:
    """Give a script tag with nothing but the label, and the size after it."""
    body = amf0.string("onMetaData") + bytes((amf0.MAP,)) + _u32(1)
    body += amf0.member("AIGC", value) + amf0.OBJECT_END
    if len(body) > _LARGEST_BODY:
        raise InputError(f"the label is over {_LARGEST_BODY:,} bytes", "Write a shorter label.")
    return bytes((_SCRIPT,)) + len(body).to_bytes(3, "big") + bytes(7) + body + _u32(len(body) + 11)


def _u32(number: int) -> bytes:
    return number.to_bytes(4, "big")
