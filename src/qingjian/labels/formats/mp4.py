"""
MP4 and other movies of the ISO base media format: the mark is a text under the key AIGC.
"""

from __future__ import annotations

from qingjian.labels.mark import Buffer
from qingjian.labels.structures import isobmff
from qingjian.labels.structures.movie import held, write

__all__ = ["held", "knows", "name", "place", "source", "suffixes", "text", "wrapped", "write"]

name = "mp4"
suffixes: tuple[str, ...] = (".mp4", ".m4v", ".3gp")
text = False
place = "moov/udta/meta (handler mdta), key AIGC"
source = "TC260-PG-20257A on video (secondary); ISO/IEC 14496-12; what ffmpeg writes"
wrapped = False


def knows(data: Buffer, /) -> bool:
    """Whether the first box is of a movie that is neither QuickTime's nor audio."""
    return isobmff.kind(data) == name
