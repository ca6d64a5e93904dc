"""
AVI: the mark is the JSON in a member AIGC of LIST INFO.

Indexes may count from the start of the file, so nothing moves in front of the last frame: the list
takes its room from JUNK before LIST movi, else it stands at the end of the last RIFF. Also read:
the other texts of LIST INFO, XMP, C2PA.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.labels.mark import Buffer, Deviation, Edit, Held
from qingjian.labels.structures import riff
from qingjian.labels.structures.riff import Chunk, Form

name = "avi"
suffixes: tuple[str, ...] = (".avi",)
text = False
place = "LIST INFO AIGC"
source = "TC260-PG-20257A on video (secondary); OpenDML AVI file format extensions 1.02"
wrapped = False

_MOVES = (b"idx1", b"JUNK", b"_PMX", b"C2PA", b"AIGC")
_MOST_RIFFS = 10_000
_MOST_JUNK = 1_000_000
_MOST_C2PA = 64_000_000
_GUIDE = "TC260-PG-20257A"
_BARE = Deviation("place.chunk", _GUIDE, "the label stands in a chunk of its own, not in LIST INFO")
_XMP = Deviation("place.xmp", _GUIDE, "the label stands in XMP, not in LIST INFO")


class _Part(NamedTuple):
    """A RIFF of the file and its chunks."""

    form: Form
    chunks: list[Chunk]


class _Room(NamedTuple):
    """Edits of the room before the frames, the chunks they cover, whether the member is there."""

    edits: list[Edit]
    taken: set[int]
    placed: bool


def knows(data: Buffer, /) -> bool:
    """Whether the first bytes are AVI's."""
    head = data[:12]
    return head[:4] == b"RIFF" and head[8:] == b"AVI "


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    for chunk in _flat(data, _parts(data)):
        if chunk.type == b"LIST":
            for each in riff.members(data, chunk):
                yield riff.text(data, each, "LIST INFO")
        elif chunk.type == b"AIGC":
            yield riff.text(data, chunk, "RIFF", (_BARE,))
        elif chunk.type == b"_PMX":
            yield Held("xmp", riff.body(data, chunk), chunk.at, "RIFF _PMX", "", (_XMP,))
        elif chunk.type == b"C2PA":
            yield Held("c2pa", riff.body(data, chunk, _MOST_C2PA), chunk.at, "RIFF C2PA")


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """Give the edits that leave exactly one mark, or none for None. Raises DamagedFile."""
    parts = _parts(data)
    free = _free(data, parts[-1])
    new = riff.made(b"AIGC", value.encode() + b"\x00") if value is not None else b""
    room = _room(data, parts[0], new)
    edits = room.edits
    left = b"" if room.placed else new
    last = parts[-1].chunks[-1]
    pad = last.pad if new else b""
    for chunk in _flat(data, parts):
        if chunk.at.start in room.taken:
            continue
        if chunk.type == b"LIST" and chunk.at.start >= free:
            labels = _labels(data, chunk)
            if labels or new:
                again = riff.remade(data, chunk, labels, left)
                edits.append(Edit(chunk.at.start, chunk.at.end, again))
                left = b""
                pad = b"" if chunk is last else pad
        elif chunk.type == b"LIST":
            edits += map(_blank, _labels(data, chunk))
        elif chunk.type == b"AIGC":
            edits.append(_blank(chunk))
        elif chunk.type == b"_PMX":
            edits += _unlabelled(data, chunk)
    if left or pad:
        more = pad + (_info(left) if left else b"")
        edits.append(Edit(last.at.end, last.at.end, more))
    return sorted(riff.resized(parts[-1].form, edits))


def _room(data: Buffer, part: _Part, new: bytes) -> _Room:
    """
    Give the edits before the first frames, which keep the length, with the new member if it fits.

    The first LIST INFO with other texts takes it, with the JUNK that follows; where there is none,
    the first run of JUNK with enough room. Every run becomes one JUNK, wherever the member goes, so
    that the file without a label is the same whatever the label said.
    """
    frames = next(i for i, chunk in enumerate(part.chunks) if riff.is_list(data, chunk, b"movi"))
    before = part.chunks[:frames]
    lists = (i for i, chunk in enumerate(before) if riff.is_list(data, chunk))
    home = next((i for i in lists if not _goes(data, before[i])), None)
    edits, taken, placed, at = [], set[int](), False, 0
    while at < len(before):
        info = before[at] if at == home else None
        run = _run(data, before, at + (info is not None))
        whole = [info, *run] if info else run
        at += len(whole) or 1
        if not whole:
            continue
        start, end = whole[0].at.start, whole[-1].at.end
        labels = _labels(data, info) if info else []
        base = riff.remade(data, info, labels) if info else b""
        if end - start - len(base) > _MOST_JUNK:
            continue
        edit = None
        if new and not placed and (info or home is None):
            made = riff.remade(data, info, labels, new) if info else _info(new)
            edit = _filled(start, end, made)
            placed = edit is not None
        if edit is None and (new or labels or any(_labelled(data, chunk) for chunk in run)):
            edit = _filled(start, end, base)
        if edit is not None:
            edits.append(edit)
            taken |= {chunk.at.start for chunk in whole}
    return _Room(edits, taken, placed)


def _info(member: bytes) -> bytes:
    return riff.made(b"LIST", b"INFO" + member)


def _goes(data: Buffer, info: Chunk) -> bool:
    """Whether a LIST INFO has nothing but labels."""
    return len(_labels(data, info)) == sum(1 for _ in riff.members(data, info))


def _labelled(data: Buffer, chunk: Chunk) -> bool:
    return bool(_labels(data, chunk)) if chunk.type == b"LIST" else chunk.type == b"AIGC"


def _run(data: Buffer, chunks: Sequence[Chunk], start: int) -> list[Chunk]:
    """Give the chunks from one on that may go: labels, and JUNK of one repeated byte."""
    run: list[Chunk] = []
    for at in range(start, len(chunks)):
        chunk = chunks[at]
        if chunk.type == b"JUNK" and chunk.body.end - chunk.body.start <= _MOST_JUNK:
            body = riff.body(data, chunk)
            if body.strip(body[:1]):
                break
        elif chunk.type != b"AIGC" and not (riff.is_list(data, chunk) and _goes(data, chunk)):
            break
        run.append(chunk)
    return run


def _filled(start: int, end: int, new: bytes) -> Edit | None:
    """Give the edit that puts bytes and then JUNK into a range, None where they do not fit."""
    rest = end - start - len(new)
    if rest and rest < 8:
        return None
    junk = b"JUNK" + (rest - 8).to_bytes(4, "little") + bytes(rest - 8) if rest else b""
    return Edit(start, end, new + junk)


def _labels(data: Buffer, info: Chunk) -> list[Chunk]:
    """Give the members of a LIST INFO that are labels."""
    members = riff.members(data, info)
    return [each for each in members if riff.is_label(riff.text(data, each, ""))]


def _blank(chunk: Chunk) -> Edit:
    """Give the edit that makes a chunk JUNK of the same length."""
    size = chunk.body.end - chunk.body.start
    zeros = bytes(chunk.at.end - chunk.body.start)
    return Edit(chunk.at.start, chunk.at.end, b"JUNK" + size.to_bytes(4, "little") + zeros)


def _unlabelled(data: Buffer, chunk: Chunk) -> Iterator[Edit]:
    """Give the edit that takes AIGC out of an XMP chunk of the same length."""
    old = riff.body(data, chunk)
    bare = riff.unlabelled(old).ljust(len(old))
    if len(bare) > len(old):
        raise DamagedFile(f"the XMP at byte {chunk.at.start} is in an encoding that must grow")
    if bare != old:
        yield Edit(chunk.body.start, chunk.body.end, bare)


def _free(data: Buffer, part: _Part) -> int:
    """Give the byte of the last RIFF after which chunks may move: no index points there."""
    fixed = [c for c in part.chunks if c.type not in _MOVES and not riff.is_list(data, c)]
    return fixed[-1].at.end if fixed else part.form.at.start + 12


def _flat(data: Buffer, parts: Sequence[_Part]) -> Iterator[Chunk]:
    """Give the chunks that hold metadata, those inside LIST hdrl too; LIST is LIST INFO."""
    for part in parts:
        for chunk in part.chunks:
            if riff.is_list(data, chunk, b"hdrl"):
                yield from (c for c in riff.members(data, chunk) if riff.is_list(data, c))
            elif chunk.type != b"LIST" or riff.is_list(data, chunk):
                yield chunk


def _parts(data: Buffer) -> list[_Part]:
    """Give every RIFF. Raises DamagedFile when one is cut, or when there are no frames."""
    if not knows(data):
        raise DamagedFile("the file does not begin as an AVI")
    parts: list[_Part] = []
    at = 0
    for _ in range(_MOST_RIFFS):
        form = riff.form(data, at, lenient=True)
        parts.append(_Part(form, list(riff.chunks(data, at + 12, form.at.end))))
        at = form.at.end + (form.at.end - form.at.start) % 2
        head = data[at : at + 12]
        if head[:4] != b"RIFF" or (len(head) == 12 and head[8:] != b"AVIX"):
            break
    if not any(riff.is_list(data, chunk, b"movi") for chunk in parts[0].chunks):
        raise DamagedFile(f"the AVI has no LIST movi before byte {parts[0].form.at.end}")
    return parts
