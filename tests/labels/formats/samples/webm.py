"""WebM files: made and read by PyAV."""

from __future__ import annotations

from pathlib import Path

from tests.labels.formats.samples import mkv
from tests.labels.formats.samples.mkv import content, crossread, other

__all__ = ["content", "crossread", "crosswritten", "other", "plain"]


def plain() -> bytes:
    return mkv.video("webm", "libvpx", {"title": "题", "comment": "c"}, {})


def crosswritten(value: str, folder: Path) -> bytes:
    return mkv.video("webm", "libvpx", {"title": "T", "AIGC": value}, {})
