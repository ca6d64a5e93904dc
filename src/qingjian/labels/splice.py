"""
Edits on a file: applied in memory, or copied from file to file without reading it whole.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import overload

from qingjian.core.errors import DamagedFile, Vanished
from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer, Edit

_BLOCK = 1 << 20
_AHEAD = 4096
"""A short look near the end of the one before reads so much at once; a far one what it asks."""


class Stored:
    """
    A file that is read where it is looked at.

    Args:
        handle: an open descriptor of a regular file, read with `pread`.

    Looking at bytes that went away since raises Vanished.
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._length = os.fstat(handle).st_size
        self._last = b""
        self._start = self._end = 0

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int, /) -> int: ...
    @overload
    def __getitem__(self, at: slice, /) -> bytes: ...
    def __getitem__(self, at: slice | int, /) -> bytes | int:
        """Give the bytes of a slice without a step, or one byte."""
        if not isinstance(at, slice):
            at = range(self._length)[at]
            return self[at : at + 1][0]
        start, end, _ = at.indices(self._length)
        if self._start <= start <= end <= self._end:
            return self._last[start - self._start : end - self._start]
        if end <= start:
            return b""
        count = end - start
        if count >= _AHEAD:
            return self._read(start, count)
        if self._start <= start < self._end + _AHEAD:
            count = min(_AHEAD, self._length - start)
        self._last = data = self._read(start, count)
        self._start, self._end = start, start + count
        return data[: end - start]

    def _read(self, start: int, count: int) -> bytes:
        try:
            data = os.pread(self._handle, count, start)
            while len(data) < count:
                more = os.pread(self._handle, count - len(data), start + len(data))
                if not more:
                    raise Vanished(f"the file ended at byte {start + len(data)} while it was read")
                data += more
        except OSError as error:
            raise Vanished(f"byte {start} cannot be read: {error.strerror}") from None
        return data

    def find(self, sub: bytes, start: int = 0, end: int | None = None, /) -> int:
        """Give where `sub` first stands, -1 if nowhere."""
        return _find(self, sub, start, end)

    def rfind(self, sub: bytes, start: int = 0, end: int | None = None, /) -> int:
        """Give where `sub` last stands, -1 if nowhere."""
        return _rfind(self, sub, start, end)


class Edited:
    """
    A file as it will be after its edits, looked at without writing it.

    Args:
        data: the file as it is.
        edits: in order, not overlapping.
    """

    def __init__(self, data: Buffer, edits: Sequence[Edit]) -> None:
        self._data = data
        self._pieces = [*pieces(len(data), edits)]
        sizes = [len(p) if isinstance(p, bytes) else p.end - p.start for p in self._pieces]
        self._starts = [0, *accumulate(sizes)]

    def __len__(self) -> int:
        return self._starts[-1]

    @overload
    def __getitem__(self, at: int, /) -> int: ...
    @overload
    def __getitem__(self, at: slice, /) -> bytes: ...
    def __getitem__(self, at: slice | int, /) -> bytes | int:
        """Give the bytes of a slice without a step, or one byte."""
        if isinstance(at, int):
            return self._read(at % len(self), at % len(self) + 1)[0]
        start, end, _ = at.indices(len(self))
        return self._read(start, end)

    def _read(self, start: int, end: int) -> bytes:
        parts = []
        number = bisect_right(self._starts, start) - 1
        while start < end:
            piece, first = self._pieces[number], self._starts[number]
            last = min(end, self._starts[number + 1])
            if isinstance(piece, bytes):
                parts.append(piece[start - first : last - first])
            else:
                shift = piece.start - first
                parts.append(self._data[start + shift : last + shift])
            start, number = last, number + 1
        return b"".join(parts)

    def find(self, sub: bytes, start: int = 0, end: int | None = None, /) -> int:
        """Give where `sub` first stands, -1 if nowhere."""
        return _find(self, sub, start, end)

    def rfind(self, sub: bytes, start: int = 0, end: int | None = None, /) -> int:
        """Give where `sub` last stands, -1 if nowhere."""
        return _rfind(self, sub, start, end)


def _find(data: Buffer, sub: bytes, start: int, end: int | None) -> int:
    last = len(data) if end is None else min(end, len(data))
    at = max(0, start)
    while at + len(sub) <= last:
        found = data[at : min(at + _BLOCK + len(sub) - 1, last)].find(sub)
        if found >= 0:
            return at + found
        at += _BLOCK
    return -1


def _rfind(data: Buffer, sub: bytes, start: int, end: int | None) -> int:
    """Look from the end on, in blocks that grow: what is looked for mostly stands close to it."""
    last = len(data) if end is None else min(end, len(data))
    first, block = max(0, start), min(_AHEAD, _BLOCK)
    while last - first >= len(sub):
        at = max(first, last - block - len(sub) + 1)
        found = data[at:last].rfind(sub)
        if found >= 0:
            return at + found
        if at == first:
            break
        last, block = at + len(sub) - 1, min(2 * block, _BLOCK)
    return -1


def pieces(length: int, edits: Sequence[Edit]) -> Iterator[bytes | ByteRange]:
    """
    Give a file of `length` bytes after its edits: ranges that are kept, and new bytes.

    Raises ValueError when edits overlap, are out of order or out of the file.
    """
    at = 0
    for edit in edits:
        if not at <= edit.start <= edit.end <= length:
            raise ValueError(f"edit {edit.start}-{edit.end} after {at} of {length} bytes")
        if edit.start > at:
            yield ByteRange(at, edit.start)
        if edit.new:
            yield edit.new
        at = edit.end
    if at < length:
        yield ByteRange(at, length)


def applied(data: bytes, edits: Sequence[Edit]) -> bytes:
    """Give the bytes after the edits."""
    parts = pieces(len(data), edits)
    return b"".join(p if isinstance(p, bytes) else data[p.start : p.end] for p in parts)


def copied(source: int, edits: Sequence[Edit], target: int) -> None:
    """Write the file after its edits to another, a block at a time; both are descriptors."""
    for piece in pieces(os.fstat(source).st_size, edits):
        if isinstance(piece, bytes):
            _write(target, piece)
        else:
            _copy(source, piece, target)


def _copy(source: int, kept: ByteRange, target: int) -> None:
    at = kept.start
    while at < kept.end:
        try:
            count = os.copy_file_range(source, target, min(_BLOCK * 64, kept.end - at), at)
        except OSError:
            count = 0
        if not count:  # another file system, or a file that went away
            block = os.pread(source, min(_BLOCK, kept.end - at), at)
            if not block:
                raise DamagedFile(f"the file ended at byte {at} while it was copied")
            _write(target, block)
            count = len(block)
        at += count


def _write(target: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(target, view) :]
