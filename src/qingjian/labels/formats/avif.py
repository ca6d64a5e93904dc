"""
AVIF: the mark is the AIGC property of the XMP item, as in HEIC.
"""

from __future__ import annotations

from qingjian.labels.formats.heic import held, write
from qingjian.labels.mark import Buffer
from qingjian.labels.structures import isobmff

__all__ = ["held", "knows", "name", "place", "source", "suffixes", "text", "wrapped", "write"]

name = "avif"
suffixes: tuple[str, ...] = (".avif",)
text = False
place = "XMP item, property TC260:AIGC"
source = "AV1 Image File Format 1.1 (XMP as in HEIF); no public text names a place for AVIF"
wrapped = False


def knows(data: Buffer, /) -> bool:
    """Whether the first box is of an AVIF image by its brands."""
    return isobmff.kind(data) == name
