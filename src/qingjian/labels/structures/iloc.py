"""
The item location box: where the bytes of each item stand.

Source: ISO/IEC 14496-12, 8.11.3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from qingjian.core.errors import DamagedFile
from qingjian.labels.mark import Buffer
from qingjian.labels.structures.isobmff import Box, Cursor, box, read

_MOST_EXTENTS = 200_000


@dataclass(frozen=True, slots=True)
class Location:
    """
    Where an item's bytes stand.

    Args:
        id: the item's.
        method: 0 in the file, 1 in `idat`, 2 in another item; other bits are reserved.
        reference: 0 for this file.
        base: is added to the offset of every extent.
        extents: index, offset and length of each.
    """

    id: int
    method: int
    reference: int
    base: int
    extents: tuple[tuple[int, int, int], ...]

    @property
    def in_file(self) -> bool:
        """Whether its offsets count from the start of this file."""
        return self.method & 15 == 0 and self.reference == 0

    def moved(self, to: Callable[[int], int]) -> Location:
        """Give the location after bytes of the file moved."""
        if not self.in_file or not self.extents:
            return self
        moves = {to(self.base + offset) - self.base - offset for _, offset, _ in self.extents}
        if len(moves) == 1 and self.base:
            return replace(self, base=self.base + moves.pop())
        extents = [(i, to(self.base + o), n) for i, o, n in self.extents]
        if len(moves) == 1:
            return replace(self, extents=tuple(extents))
        return replace(self, base=0, extents=tuple(extents))


@dataclass(slots=True)
class Iloc:
    """
    The contents of an iloc box.

    Args:
        version: 0, 1 or 2.
        flags: three bytes.
        widths: bytes of an extent's offset, its length, the base offset, an extent's index.
        items: their locations.
    """

    version: int
    flags: bytes
    widths: tuple[int, int, int, int]
    items: list[Location] = field(default_factory=list)

    def moved(self, to: Callable[[int], int]) -> Iloc:
        """Give the same after bytes of the file moved."""
        return replace(self, items=[item.moved(to) for item in self.items])

    def widen(self) -> None:
        """Make the fields as wide as they can be, and those of numbers where that is needed."""
        self.widths = (8, 8, 8, self.widths[3])
        if any(item.id >= 1 << 16 for item in self.items) or len(self.items) >= 1 << 16:
            self.version = 2

    def fits(self) -> bool:
        """Whether every value fits its field."""
        try:
            self.packed()
        except OverflowError:
            return False
        return True

    def length(self) -> int:
        """Give how many bytes the box takes."""
        offset, length, base, index = self.widths
        one = {0: 6, 1: 8, 2: 10}[self.version] + base
        extents = sum(len(item.extents) for item in self.items)
        return (
            16
            + 2 * (self.version == 2)
            + one * len(self.items)
            + extents * (offset + length + index)
        )

    def packed(self) -> bytes:
        """Give the box. Raises OverflowError when a value does not fit its field."""
        offset, length, base, index = self.widths
        wide = 4 if self.version == 2 else 2
        parts = [
            bytes([self.version]),
            self.flags,
            bytes([offset << 4 | length, base << 4 | index]),
            len(self.items).to_bytes(wide, "big"),
        ]
        for item in self.items:
            parts.append(item.id.to_bytes(wide, "big"))
            if self.version:
                parts.append(item.method.to_bytes(2, "big"))
            parts.append(item.reference.to_bytes(2, "big"))
            parts.append(item.base.to_bytes(base, "big"))
            parts.append(len(item.extents).to_bytes(2, "big"))
            for number, at, count in item.extents:
                parts.append(number.to_bytes(index, "big"))
                parts.append(at.to_bytes(offset, "big"))
                parts.append(count.to_bytes(length, "big"))
        return box(b"iloc", *parts)


def parsed(data: Buffer, iloc: Box) -> Iloc:
    """Give the contents of an iloc box. Raises DamagedFile."""
    cursor = Cursor(read(data, iloc), iloc.start)
    version = cursor.number(1)
    flags = cursor.take(3)
    first, second = cursor.take(2)
    widths = (first >> 4, first & 15, second >> 4, second & 15 if version else 0)
    if version > 2 or any(width not in (0, 4, 8) for width in widths):
        raise DamagedFile(f"the box iloc at byte {iloc.start} has an unknown form")
    table = Iloc(version, flags, widths)
    wide = 4 if version == 2 else 2
    left = _MOST_EXTENTS
    for _ in range(cursor.number(wide)):
        id = cursor.number(wide)
        method = cursor.number(2) if version else 0
        reference, base, count = cursor.number(2), cursor.number(widths[2]), cursor.number(2)
        left -= count + 1
        if left < 0:
            raise DamagedFile(f"the box iloc at byte {iloc.start} has too many extents")
        extents = tuple(
            (cursor.number(widths[3]), cursor.number(widths[0]), cursor.number(widths[1]))
            for _ in range(count)
        )
        table.items.append(Location(id, method, reference, base, extents))
    return table
