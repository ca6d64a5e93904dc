"""
Ogg Opus: the mark is the entry AIGC of the comment header OpusTags.

Pages and comments are read as in Ogg Vorbis. Padding or binary data behind the comments is kept.
"""

from __future__ import annotations

from collections.abc import Iterator

from qingjian.labels.formats import ogg
from qingjian.labels.mark import Buffer, Edit, Held

name = "opus"
suffixes: tuple[str, ...] = (".opus",)
text = False
place = "OpusTags comment AIGC"
source = "RFC 7845, 5.2 (OpusTags); TC260-PG-202510A on audio (secondary)"
wrapped = False


def knows(data: Buffer, /) -> bool:
    """Whether the first page begins an Opus stream."""
    return ogg.begins(data, b"OpusHead")


def held(data: Buffer, /) -> Iterator[Held]:
    """Give the comments of every stream, in order of place. Raises DamagedFile."""
    return ogg.held(data)


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """Give the edits that leave one mark in the first stream, or none. Raises DamagedFile."""
    return ogg.write(data, value)
