"""
AVIF: the mark is the AIGC property of the XMP item.
"""

from __future__ import annotations

from collections.abc import Iterator

from qingjian.labels.mark import Buffer, Edit, Held
from qingjian.labels.splice import Edited
from qingjian.labels.structures import heif, isobmff, movie

name = "avif"
suffixes: tuple[str, ...] = (".avif",)
text = False
place = "XMP item, property TC260:AIGC"
source = "AV1 Image File Format 1.1 (XMP as in HEIF); no public text names a place for AVIF"
wrapped = False


def knows(data: Buffer, /) -> bool:
    """Whether the first box is of an AVIF image by its brands."""
    return isobmff.kind(data) == name


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    yield from movie.metadata(data, heif.opened(data))


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """Give the edits that leave exactly one mark, or none for None. Raises DamagedFile."""
    top = heif.opened(data)
    changes = isobmff.Changes(data)
    movie.take_away(data, top, changes)
    edits = heif.write(data, top, changes, value)
    heif.opened(Edited(data, edits))  # boxes that overlap are damage
    return edits
