"""M4A files: made and read by PyAV."""

from __future__ import annotations

from pathlib import Path

from tests.labels.formats.samples import mp4
from tests.labels.formats.samples.mp4 import content, crossread, other

__all__ = ["SHAPES", "content", "crossread", "crosswritten", "other", "plain"]


def plain() -> bytes:
    return mp4.audio({"movflags": "faststart"}, mp4.TAGS)


def crosswritten(value: str, folder: Path) -> bytes:
    return mp4.audio({"movflags": "use_metadata_tags"}, {**mp4.TAGS, "AIGC": value})


SHAPES = {
    "beside iTunes tags": mp4.within(
        mp4.audio({}, mp4.TAGS), [b"moov", b"udta"], mp4.keyed(("AIGC", mp4.VALUE))
    ),
}
