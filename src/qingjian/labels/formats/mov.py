"""
MOV (QuickTime): the mark is a text under the key AIGC.
"""

from __future__ import annotations

from qingjian.labels.mark import Buffer
from qingjian.labels.structures import isobmff
from qingjian.labels.structures.movie import held, write

__all__ = ["held", "knows", "name", "place", "source", "suffixes", "text", "wrapped", "write"]

name = "mov"
suffixes: tuple[str, ...] = (".mov", ".qt")
text = False
place = "moov/udta/meta (handler mdta), key AIGC"
source = "TC260-PG-20257A on video (secondary); QuickTime File Format, metadata"
wrapped = False


def knows(data: Buffer, /) -> bool:
    """Whether the first box is QuickTime's."""
    return isobmff.kind(data) == name
