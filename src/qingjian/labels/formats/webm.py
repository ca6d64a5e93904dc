"""
WebM: Matroska with another kind of document; the mark stands where Matroska's does.
"""

from __future__ import annotations

from qingjian.labels.formats import mkv
from qingjian.labels.mark import Buffer

name = "webm"
suffixes: tuple[str, ...] = (".webm", ".weba")
text = False
place = mkv.place
source = mkv.source
wrapped = mkv.wrapped
held = mkv.held
write = mkv.write


def knows(data: Buffer, /) -> bool:
    """Whether it begins with an EBML header that says WebM."""
    return mkv.doc_type(data) == "webm"
