"""
Raw profiles in the text chunks of a PNG: EXIF, XMP and IPTC texts as hexadecimal digits.

A profile that cannot be read is none; nothing is raised here but by a packet that is no XML.

Source: what ImageMagick writes and exiftool reads under `Raw profile type`: the profile's name, how
many bytes it has, and its digits, a line each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Deviation, Held
from qingjian.labels.structures import exif, photoshop
from qingjian.labels.xmp import aigc_values, with_aigc

_KEYWORD = b"raw profile type "
_NAMES = (b"exif", b"app1", b"xmp", b"iptc", b"8bim")
_EXIF = b"Exif\x00\x00"
_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_IIM = b"\x1c"
_LINE = 36


class Profile(NamedTuple):
    """A profile's name as written, and its bytes."""

    name: bytes
    data: bytes


def parsed(keyword: bytes, text: bytes) -> Profile | None:
    """Give the profile of a text under its keyword, None when it is none that may hold a label."""
    lowered = keyword.lower()
    if not lowered.startswith(_KEYWORD) or lowered[len(_KEYWORD) :].strip() not in _NAMES:
        return None
    parts = text.split(None, 2)
    try:
        name, length, digits = parts
        data = bytes.fromhex(digits.decode("ascii"))
        return Profile(name, data) if len(data) == int(length) else None
    except ValueError:
        return None


def text_of(profile: Profile) -> bytes:
    """Give the text of a profile."""
    lines = [profile.data[at : at + _LINE].hex() for at in range(0, len(profile.data), _LINE)]
    body = "".join(f"{line}\n" for line in lines).encode()
    return b"\n%s\n%8d\n%s" % (profile.name, len(profile.data), body)


def held(profile: Profile, at: ByteRange, place: str, odd: Deviation) -> Iterator[Held]:
    """
    Give what a profile holds.

    Args:
        profile: the profile.
        at: the bytes of the file that hold it.
        place: where these are, in words.
        odd: what is unusual about the place, for a label.
    """
    for entry in _entries(profile.data):
        unusual = entry.deviations
        if isinstance(entry.value, bytes) or "AIGC" in entry.value:
            unusual = (odd,)
        yield replace(entry, at=at, place=f"{place}, {entry.place}", deviations=unusual)


def without_label(profile: Profile) -> Profile:
    """Give the profile without labels. Raises DamagedFile when its packet is no XML."""
    skipped, body = _split(profile.data)
    if _is_packet(profile.data):
        bare = with_aigc(body, None) if aigc_values(body) else body
    elif exif.layout_of(body):
        bare = exif.without_label(body)
    else:
        blank = bytearray(body)
        for entry in _entries(body):
            if marks_of([entry]):
                blank[entry.at.start : entry.at.end] = b" " * (entry.at.end - entry.at.start)
        bare = bytes(blank)
    return Profile(profile.name, profile.data[:skipped] + bare)


def _split(data: bytes) -> tuple[int, bytes]:
    """Give how many bytes of a JPEG segment's name stand in front, and what follows."""
    skipped = next((len(name) for name in (_EXIF, _XMP) if data.startswith(name)), 0)
    return skipped, data[skipped:]


def _is_packet(data: bytes) -> bool:
    return data.startswith(_XMP) or data[:100].lstrip(b"\xef\xbb\xbf\x00 \r\n\t")[:1] == b"<"


def _entries(data: bytes) -> Iterator[Held]:
    skipped, body = _split(data)
    if _is_packet(data):
        yield Held("xmp", body, ByteRange(skipped, len(data)), "XMP")
    elif exif.layout_of(body):
        yield from exif.held(body, skipped)
    elif body[:1] == _IIM:
        yield from photoshop.iim(body, 0)
    else:
        yield from photoshop.held(body, 0)
