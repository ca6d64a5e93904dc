"""
Vorbis comments: a vendor and `KEY=text` entries, as FLAC, Ogg Vorbis and Opus hold them.

Keys are compared without regard to case. Pictures are kept and not given as texts.

Source: Xiph, Ogg Vorbis I specification, comment field and header; TC260-PG-202510A on audio
(secondary).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Deviation, Held

_MOST_TEXT = 4_000_000
_MOST_COMMENTS = 100_000
_PICTURES = (b"METADATA_BLOCK_PICTURE", b"COVERART")
_KEY = b"AIGC"
_NOWHERE = ByteRange(0, 0)
_CLAUSE = "TC260-PG-202510A"


class Comments(NamedTuple):
    """The vendor, the comments as bytes, and what stands behind them."""

    vendor: bytes
    texts: tuple[bytes, ...]
    rest: bytes


def parsed(body: bytes, at: int) -> Comments:
    """
    Give the comments of a block or packet. Raises DamagedFile.

    Args:
        body: from the vendor's length on.
        at: the byte of the file that errors name.
    """
    cut = f"the Vorbis comments at byte {at} are cut short"
    vendor, here = _text(body, 0, cut)
    count = int.from_bytes(body[here : here + 4], "little")
    here += 4
    if here + 4 * count > len(body):
        raise DamagedFile(cut)
    if count > _MOST_COMMENTS:
        raise DamagedFile(f"more than {_MOST_COMMENTS:,} Vorbis comments stand at byte {at}")
    texts = []
    for _ in range(count):
        text, here = _text(body, here, cut)
        texts.append(text)
        if len(text) > _MOST_TEXT and _key(text) not in _PICTURES:
            raise DamagedFile(f"a Vorbis comment at byte {at} has more than {_MOST_TEXT:,} bytes")
    return Comments(vendor, tuple(texts), body[here:])


def built(comments: Comments) -> bytes:
    """Give the bytes of comments: the reverse of `parsed`."""
    count = len(comments.texts).to_bytes(4, "little")
    entries = b"".join(len(t).to_bytes(4, "little") + t for t in comments.texts)
    return (
        len(comments.vendor).to_bytes(4, "little")
        + comments.vendor
        + count
        + entries
        + (comments.rest)
    )


def held(comments: Comments, at: ByteRange, place: str) -> Iterator[Held]:
    """Give the vendor and every comment but pictures as pairs."""
    yield Held("pair", comments.vendor.decode("utf-8", "replace"), at, place, "vendor")
    for text in comments.texts:
        if _key(text) not in _PICTURES:
            yield _held(text, at, place)


def relabelled(comments: Comments, value: str | None) -> Comments:
    """Give the comments with the label as the one that is left, or with none."""
    texts: list[bytes] = []
    left = None if value is None else b"AIGC=" + value.encode()
    for text in comments.texts:
        if not _is_label(text):
            texts.append(text)
        elif left is not None:
            texts.append(left)
            left = None
    if left is not None:
        texts.append(left)
    vendor = b"" if marks_of([_held(b"vendor=" + comments.vendor)]) else comments.vendor
    return Comments(vendor, tuple(texts), comments.rest)


def _text(body: bytes, at: int, cut: str) -> tuple[bytes, int]:
    end = at + 4 + int.from_bytes(body[at : at + 4], "little")
    if at + 4 > len(body) or end > len(body):
        raise DamagedFile(cut)
    return body[at + 4 : end], end


def _key(text: bytes) -> bytes:
    return text[:100].partition(b"=")[0].upper()


def _held(text: bytes, at: ByteRange = _NOWHERE, place: str = "") -> Held:
    name, equals, raw = text.partition(b"=")
    key = name.decode("utf-8", "replace") if equals else ""
    value = (raw if equals else text).decode("utf-8", "replace")
    odd: tuple[Deviation, ...] = ()
    if key.upper() != "AIGC" and "AIGC" in key + value[:200]:
        said = f"the label stands in the comment {key[:40]}, not in AIGC"
        odd = (Deviation("place.comment", _CLAUSE, said),)
    return Held("pair", value, at, f"{place} {key[:40]}".strip(), key, odd)


def _is_label(text: bytes) -> bool:
    key = _key(text)
    return key == _KEY or (key not in _PICTURES and bool(marks_of([_held(text)])))
