"""
What bytes are: the format by magic, the text by a strict decode.

UTF-8, UTF-16 and GB18030 are recognised. A text cut in the middle of its last character is read up
to there, and the rest is told. Anything else is refused with the byte that does not fit.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from qingjian.core.errors import BadEncoding

_MAGIC: tuple[tuple[bytes, int, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "png"),
    (b"\xff\xd8\xff", 0, "jpeg"),
    (b"GIF8", 0, "gif"),
    (b"WEBP", 8, "webp"),
    (b"WAVE", 8, "wav"),
    (b"AVI ", 8, "avi"),
    (b"%PDF-", 0, "pdf"),
    (b"PK\x03\x04", 0, "zip"),
    (b"Rar!", 0, "rar"),
    (b"7z\xbc\xaf\x27\x1c", 0, "7z"),
    (b"\x1f\x8b", 0, "gzip"),
    (b"ID3", 0, "mp3"),
    (b"fLaC", 0, "flac"),
    (b"OggS", 0, "ogg"),
    (b"ftyp", 4, "mp4"),
    (b"\x1aE\xdf\xa3", 0, "matroska"),
    (b"FLV\x01", 0, "flv"),
    (b"II*\x00", 0, "tiff"),
    (b"MM\x00*", 0, "tiff"),
    (b"II+\x00", 0, "tiff"),
    (b"MM\x00+", 0, "tiff"),
    (b"\xff\xfb", 0, "mp3"),
    (b"\xff\xf3", 0, "mp3"),
    (b"\xff\xf1", 0, "aac"),
    (b"\xff\xf9", 0, "aac"),
    (b"PAR1", 0, "parquet"),
    (b"SQLite format 3\x00", 0, "sqlite"),
    (b"\x7fELF", 0, "elf"),
)
_HTML = re.compile(
    r"\ufeff?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n")


def magic(head: bytes) -> str | None:
    """Give the binary format that the first bytes show, or None."""
    for mark, at, name in _MAGIC:
        if head[at : at + len(mark)] == mark:
            return name
    return None


def text_format(text: str) -> str | None:
    """Give `html` or `markdown` (front matter) where a text begins like one, else None."""
    if _HTML.match(text[:4096]):
        return "html"
    return "markdown" if _FRONT_MATTER.match(text) else None


class Decoded(NamedTuple):
    """A text, its encoding, and how many bytes at the end are a cut character."""

    text: str
    encoding: str
    cut_bytes: int


def decode(data: bytes) -> Decoded:
    """
    Give the text of bytes.

    A byte order mark decides and is dropped; then UTF-8, UTF-16 without a mark (every other byte is
    NUL), GB18030 (where most characters beyond ASCII are common Han). Raises BadEncoding with the
    byte.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        return _utf8(data[3:], 3)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _utf16(data[2:], "utf-16-le" if data[0] == 0xFF else "utf-16-be")
    wide = _wide(data)
    if wide:
        return _utf16(data, wide)
    try:
        return _utf8(data, 0)
    except BadEncoding as not_utf8:
        return _gb18030(data, not_utf8)


def _utf8(data: bytes, shift: int) -> Decoded:
    try:
        return Decoded(data.decode("utf-8"), "utf-8", 0)
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return Decoded(data[: error.start].decode("utf-8"), "utf-8", len(data) - error.start)
        at = error.start
        raise BadEncoding(
            f"byte 0x{data[at]:02x} at offset {at + shift} is not UTF-8",
            "save the file as UTF-8, UTF-16 or GB18030",
        ) from None


def _utf16(data: bytes, encoding: str) -> Decoded:
    cut = len(data) % 2
    text = data[: len(data) - cut].decode(encoding, "surrogatepass")
    return Decoded(text, encoding, cut)


def _wide(data: bytes) -> str | None:
    head = data[:2000]
    half = len(head) // 2
    if half < 2:
        return None
    if head[1::2].count(0) > 0.8 * half and head[::2].count(0) < 0.2 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.8 * half and head[1::2].count(0) < 0.2 * half:
        return "utf-16-be"
    return None


def _gb18030(data: bytes, not_utf8: BadEncoding) -> Decoded:
    cut = 0
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        if error.reason != "incomplete multibyte sequence" or len(data) - error.start > 3:
            raise not_utf8 from None
        text, cut = data[: error.start].decode("gb18030"), len(data) - error.start
    sample = text[:20_000]
    rows = [_row(c) for c in sample if not c.isascii()]
    common = sum(0xA1 <= row <= 0xA3 or 0xB0 <= row <= 0xD7 for row in rows)
    rare = sum(row >= 0xD8 for row in rows)
    odd = sum(c < " " and c not in "\t\r\n" for c in sample) + len(rows) - common - rare
    if odd > 0.2 * len(sample) or rare > 0.6 * (common + rare) or common + rare < 0.5 * len(rows):
        raise not_utf8
    return Decoded(text, "gb18030", cut)


def _row(c: str) -> int:
    """
    Give the row of GB 2312 that a character stands in, 0 for none, 0xFF for Han it does not have.

    Rows 0xA1 to 0xA3 are punctuation and symbols, 0xB0 to 0xD7 the 3,755 common Han characters.
    Text is mostly made of these; noise is not.
    """
    try:
        return c.encode("gb2312")[0]
    except UnicodeEncodeError:
        return 0xFF if "\u4e00" <= c <= "\u9fff" else 0
