"""HEIC files: an AV1 picture under HEIF's brands, since no free writer of HEVC is at hand."""

from __future__ import annotations

from tests.labels.formats.samples import avif
from tests.labels.formats.samples.avif import crossread

__all__ = ["SHAPES", "content", "crossread", "other", "plain", "rebranded"]

_BRANDS = (b"ftypheic\x00\x00\x00\x00heicmif1miafMA1B", b"ftypavif\x00\x00\x00\x00avifmif1miafMA1B")


def rebranded(data: bytes) -> bytes:
    """Give a file of Pillow's under HEIF's brands."""
    assert data[4:32] == b"ftypavif\x00\x00\x00\x00avifmif1miafMA1B"
    return data[:4] + _BRANDS[0] + data[32:]


def plain() -> bytes:
    return rebranded(avif.plain())


def content(data: bytes) -> object:
    return avif.content(data[:4] + _BRANDS[1] + data[32:])


def other(data: bytes) -> object:
    return avif.other(data[:4] + _BRANDS[1] + data[32:])


SHAPES = {name: rebranded(data) for name, data in avif.SHAPES.items()}
