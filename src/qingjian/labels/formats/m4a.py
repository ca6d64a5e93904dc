"""
M4A (MPEG-4 audio): the mark is a text under the key AIGC.
"""

from __future__ import annotations

from qingjian.labels.mark import Buffer
from qingjian.labels.structures import isobmff
from qingjian.labels.structures.movie import held, write

__all__ = ["held", "knows", "name", "place", "source", "suffixes", "text", "wrapped", "write"]

name = "m4a"
suffixes: tuple[str, ...] = (".m4a", ".m4b")
text = False
place = "moov/udta/meta (handler mdta), key AIGC"
source = "TC260-PG-202510A on audio, as quoted in an article; ISO/IEC 14496-12"
wrapped = False


def knows(data: Buffer, /) -> bool:
    """Whether the first box is of MPEG-4 audio by its brand."""
    return isobmff.kind(data) == name
