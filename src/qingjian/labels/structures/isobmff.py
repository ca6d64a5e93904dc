"""
Boxes of ISO base media files (and QuickTime atoms): walked with bounds, edited with their sizes.

Source: ISO/IEC 14496-12, 4.2 (boxes), 4.3 (ftyp); QuickTime File Format, atoms; C2PA 2.x, embedding
manifests into BMFF-based assets; XMP specification part 3 on MPEG-4.
"""

from __future__ import annotations

from itertools import pairwise
from struct import Struct
from typing import NamedTuple

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.mark import Buffer, Edit

C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
MOST_BODY = 4_000_000
"""The longest text or table of items that is read whole."""

_HEAD = Struct(">I4s")
_MOST_BOXES = 1_000_000
_MOST_CHILDREN = 70_000
_TOP = frozenset(
    b"ftyp styp moov moof mdat mfra meta free skip wide uuid sidx ssix prft emsg pdin "
    b"udta pnot PICT idat imda jumb bloc".split()
)


_NOT_MOVIES = {b"crx ", b"jp2 ", b"jpx ", b"mjp2"}


class Box(NamedTuple):
    """
    A box and the box it stands in.

    Args:
        type: four bytes.
        start: where its header begins.
        body: where its header ends.
        end: where it ends.
        parent: the box around it; None at the top of the file.
    """

    type: bytes
    start: int
    body: int
    end: int
    parent: Box | None = None

    @property
    def path(self) -> str:
        """The types from the top down to this box."""
        above = f"{self.parent.path}/" if self.parent else ""
        return above + self.type.decode("latin-1")


def kind(data: Buffer) -> str:
    """Give the format's short name by the first box and its brands, nothing for another format."""
    head = data[:12]
    size, type, major = int.from_bytes(head[:4], "big"), head[4:8], head[8:12]
    if type != b"ftyp":
        atoms = (b"moov", b"mdat", b"wide", b"pnot", b"free", b"skip")
        return "mov" if type in atoms else ""
    others = data[16 : min(size, 4096)]
    brands = {others[at : at + 4] for at in range(0, len(others), 4)}
    if major in (b"avif", b"avis"):
        return "avif"
    if major in (b"mif1", b"msf1"):
        return "avif" if brands & {b"avif", b"avis"} else "heic"
    if major in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"heif"):
        return "heic"
    if major in (b"M4A ", b"M4B ", b"M4P "):
        return "m4a"
    return "mov" if major == b"qt  " else "" if major in _NOT_MOVIES else "mp4"


def boxes(data: Buffer) -> list[Box]:
    """
    Give the boxes at the top of a file; bytes behind the last one are left out.

    Such bytes are taken for no box once the movie and its media (or the items) were seen and they
    begin like none. Raises DamagedFile.
    """
    found: list[Box] = []
    seen: set[bytes] = set()
    at = 0
    while at < len(data):
        try:
            box = _box(data, at, len(data), None)
        except DamagedFile:
            whole = b"meta" in seen or (b"moov" in seen and b"mdat" in seen)
            if whole and data[at + 4 : at + 8] not in _TOP:
                return found
            raise
        found.append(box)
        seen.add(box.type)
        at = box.end
        if len(found) > _MOST_BOXES:
            raise DamagedFile(f"there are more than {_MOST_BOXES:,} boxes before byte {at}")
    return found


def children(data: Buffer, parent: Box, skipped: int = 0) -> list[Box]:
    """
    Give the boxes in a box, behind the first `skipped` bytes of its body. Raises DamagedFile.

    Zeros at the end are no box (QuickTime ends a list with them); user data end in anything.
    """
    found: list[Box] = []
    at = parent.body + skipped
    while at < parent.end:
        try:
            box = _box(data, at, parent.end, parent)
        except DamagedFile:
            if parent.type == b"udta" or not any(data[at : min(parent.end, at + 16)]):
                return found
            raise
        found.append(box)
        at = box.end
        if len(found) > _MOST_CHILDREN:
            raise DamagedFile(f"there are more than {_MOST_CHILDREN:,} boxes before byte {at}")
    return found


def find(data: Buffer, parent: Box, *path: bytes) -> list[Box]:
    """Give the boxes at a path of types below a box. Raises DamagedFile."""
    found = [parent]
    for type in path:
        found = [c for box in found for c in children(data, box) if c.type == type]
    return found


def _box(data: Buffer, at: int, end: int, parent: Box | None) -> Box:
    head = data[at : min(end, at + 16)]
    if len(head) < 8:
        raise DamagedFile(f"the box at byte {at} is cut short: {len(head)} bytes of a header of 8")
    size, type = _HEAD.unpack_from(head)
    body = at + 8
    if size == 1:
        if len(head) < 16:
            raise DamagedFile(f"the box at byte {at} is cut short in its header")
        size, body = int.from_bytes(head[8:16], "big"), at + 16
    elif size == 0:
        if parent is not None or type not in _TOP:
            raise DamagedFile(f"the box at byte {at} has size 0")
        size = end - at
    if size < body - at:
        raise DamagedFile(f"the box at byte {at} has size {size}, less than its header")
    if at + size > end:
        raise DamagedFile(f"the box at byte {at} is cut short: {end - at} of {size} bytes")
    return Box(type, at, body, at + size, parent)


def meta_skipped(data: Buffer, meta: Box) -> int:
    """Give how many bytes stand before the boxes in a `meta`: QuickTime's has no version word."""
    head = data[meta.body : min(meta.end, meta.body + 12)]
    if head[4:8] == b"hdlr":
        return 0
    return 4 if head[8:12] == b"hdlr" or not any(head[:4]) else 0


def read(data: Buffer, box: Box) -> bytes:
    """Give the body of a box. Raises DamagedFile when it is too long to be read whole."""
    if box.end - box.body > MOST_BODY:
        where = f"the box {box.type.decode('latin-1')} at byte {box.start}"
        raise DamagedFile(f"{where} has more than {MOST_BODY:,} bytes")
    return data[box.body : box.end]


def usertype(data: Buffer, box: Box) -> bytes:
    """Give the sixteen bytes that name a `uuid` box, nothing for other boxes."""
    return data[box.body : min(box.end, box.body + 16)] if box.type == b"uuid" else b""


def box(type: bytes, *parts: bytes) -> bytes:
    """Give the bytes of a box. Raises InputError when they are 4 GiB or more."""
    body = b"".join(parts)
    if len(body) + 8 >= 1 << 32:
        raise InputError(f"a box {type.decode('latin-1')} of {len(body):,} bytes is too long")
    return (len(body) + 8).to_bytes(4, "big") + type + body


class Cursor:
    """
    Fields of a box read one after another.

    Args:
        body: the bytes.
        start: where they stand in the file, for the words of errors.
    """

    def __init__(self, body: bytes, start: int) -> None:
        self.body = body
        self.at = 0
        self._start = start

    def take(self, count: int) -> bytes:
        """Give the next bytes. Raises DamagedFile when there are fewer."""
        if count > len(self.body) - self.at:
            raise DamagedFile(f"the box at byte {self._start} ends before its fields do")
        self.at += count
        return self.body[self.at - count : self.at]

    def number(self, width: int) -> int:
        """Give the next number of `width` bytes. Raises DamagedFile."""
        return int.from_bytes(self.take(width), "big")

    def text(self) -> bytes:
        """Give the bytes up to the next zero, or to the end."""
        end = self.body.find(b"\x00", self.at)
        end = len(self.body) if end < 0 else end
        found = self.body[self.at : end]
        self.at = min(len(self.body), end + 1)
        return found


class Changes:
    """Edits on the boxes of a file; the sizes of the boxes around them follow."""

    def __init__(self, data: Buffer) -> None:
        self._data = data
        self._edits: list[Edit] = []
        self._grown: dict[Box, int] = {}

    def replace(self, start: int, end: int, new: bytes, inside: Box | None) -> None:
        """Put `new` for the bytes `start` to `end`, which stand in the body of `inside`."""
        if end - start == len(new) and self._data[start:end] == new:
            return
        self._edits.append(Edit(start, end, new))
        grown = len(new) - (end - start)
        while grown and inside is not None:
            self._grown[inside] = self._grown.get(inside, 0) + grown
            inside = inside.parent

    def remove(self, box: Box) -> None:
        """Take a box away."""
        self.replace(box.start, box.end, b"", box.parent)

    def overwrite(self, start: int, end: int, new: bytes, filler: bytes = b" ") -> None:
        """Put bytes for longer ones, filled up. Raises ValueError when they are not longer."""
        if len(new) > end - start:
            raise ValueError(f"{len(new)} bytes for {end - start}")
        self.replace(start, end, new + filler * (end - start - len(new)), None)

    def moves(self) -> list[tuple[int, int]]:
        """Give from which byte on the file moves, and by how much, for every edit that moves it."""
        return [(e.end, d) for e in self._edits if (d := len(e.new) - (e.end - e.start))]

    def edits(self) -> list[Edit]:
        """
        Give the edits in order.

        Raises DamagedFile where two of them meet, and InputError when a box outgrows its size.
        """
        sizes = [edit for box, by in self._grown.items() if by for edit in self._sized(box, by)]
        edits = sorted([*self._edits, *sizes], key=lambda e: (e.start, e.end))
        for one, other in pairwise(edits):
            if other.start < one.end:
                raise DamagedFile(f"two things stand in the same place at byte {other.start}")
        return edits

    def _sized(self, box: Box, by: int) -> list[Edit]:
        size = int.from_bytes(self._data[box.start : box.start + 4], "big")
        if size == 0:
            return []
        if size == 1:
            new = (box.end - box.start + by).to_bytes(8, "big")
            return [Edit(box.start + 8, box.start + 16, new)]
        if size + by >= 1 << 32:
            name = box.type.decode("latin-1")
            raise InputError(f"the box {name} at byte {box.start} has no room to grow")
        return [Edit(box.start, box.start + 4, (size + by).to_bytes(4, "big"))]
