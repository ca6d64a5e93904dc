"""
Word documents, templates and macro files: the mark is the custom document property AIGC.

Also read: other custom properties, core and extended properties, C2PA.
"""

from __future__ import annotations

from collections.abc import Iterator

from qingjian.labels.mark import Buffer, Edit, Held
from qingjian.labels.structures import ooxml

name = "docx"
suffixes: tuple[str, ...] = (".docx", ".docm", ".dotx", ".dotm")
text = False
place = ooxml.PLACE
source = ooxml.SOURCE
wrapped = False


def knows(data: Buffer, /) -> bool:
    """Whether the bytes are an Office Open XML package with the folder `word`."""
    return ooxml.knows(data, "word")


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    yield from ooxml.held(data)


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """Give the edits that leave exactly one mark, or none for None. Raises DamagedFile."""
    return ooxml.write(data, value)
