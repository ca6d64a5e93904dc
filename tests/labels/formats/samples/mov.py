"""MOV files: made and read by PyAV."""

from __future__ import annotations

from pathlib import Path

from tests.labels.formats.samples import mp4
from tests.labels.formats.samples.mp4 import content, crossread, other

__all__ = ["SHAPES", "content", "crossread", "crosswritten", "other", "plain"]


def plain() -> bytes:
    return mp4.video("mov", {}, mp4.TAGS)


def crosswritten(value: str, folder: Path) -> bytes:
    return mp4.video("mov", {"movflags": "use_metadata_tags"}, {**mp4.TAGS, "AIGC": value})


def camera(*more: tuple[str, str]) -> bytes:
    """A film with the keys of a camera in moov/meta, as QuickTime has them."""
    pairs = (("com.apple.quicktime.make", "M"), ("com.apple.quicktime.comment", "c"), *more)
    return mp4.within(plain(), [b"moov"], mp4.keyed(*pairs, full=False))


SHAPES = {
    "keys of a camera": camera(("AIGC", mp4.VALUE)),
    "text of QuickTime": mp4.within(
        plain(), [b"moov", b"udta"], mp4.box(b"AIGC", mp4.VALUE.encode())
    ),
}
