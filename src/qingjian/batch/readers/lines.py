"""
Lines of a file or a pipe, in bounded memory, whatever the encoding.

A line over the limit is passed over to its end and comes out as `TooLarge`; bytes that do not
decode come out as `BadEncoding` for that line alone.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, NamedTuple

from qingjian.core.errors import BadEncoding, InputError, TooLarge
from qingjian.media.sniff import decode

_HEAD = 65_536


class Line(NamedTuple):
    """A line's number from 1, and its text or why there is none."""

    number: int
    text: str
    error: InputError | None = None


def lines(file: BinaryIO, most_bytes: int) -> Iterator[Line]:
    """
    Give every line without its end.

    Args:
        file: read to its end once.
        most_bytes: longest line that is read, in bytes.

    Raises BadEncoding when most of the file's beginning is in no known encoding.
    """
    head = file.read(_HEAD)
    encoding = _encoding(head)
    if encoding.startswith("utf-16"):
        yield from _wide(file, head, encoding, most_bytes)
        return
    if head.startswith(codecs.BOM_UTF8):
        head = head[3:]
    number, buffer, skipping = 0, head, False
    while True:
        *whole, rest = buffer.split(b"\n")
        for raw in whole:
            number += 1
            if skipping:
                skipping = False
                yield Line(number, "", _too_long(number, most_bytes))
            else:
                yield _decoded(number, raw, encoding, most_bytes)
        if len(rest) > most_bytes:
            skipping, rest = True, b""
        more = file.read(max(_HEAD, min(len(rest), 4_000_000)))
        if not more:
            if skipping:
                yield Line(number + 1, "", _too_long(number + 1, most_bytes))
            elif rest:
                yield _decoded(number + 1, rest, encoding, most_bytes)
            return
        if skipping:
            at = more.find(b"\n")
            rest, more = b"", (more[at:] if at >= 0 else b"")
        buffer = rest + more


def _encoding(head: bytes) -> str:
    """Give the encoding of a file's beginning, where a few damaged lines do not hide it."""
    try:
        return decode(head).encoding
    except BadEncoding:
        known: Counter[str] = Counter()
        whole = [line for line in head.split(b"\n")[:-1] if line.strip()]
        for line in whole:
            with suppress(BadEncoding):
                known[decode(line).encoding] += 1
        if 2 * known["gb18030"] > sum(not line.isascii() for line in whole):
            return "gb18030"
        if 2 * known["utf-8"] > len(whole):
            return "utf-8"
        raise


def _too_long(number: int, most_bytes: int) -> TooLarge:
    return TooLarge(
        f"line {number} has more than {most_bytes:,} bytes",
        "raise max_item_bytes, or split the line",
    )


def _decoded(number: int, raw: bytes, encoding: str, most_bytes: int) -> Line:
    raw = raw.removesuffix(b"\r")
    if len(raw) > most_bytes:
        return Line(number, "", _too_long(number, most_bytes))
    try:
        return Line(number, raw.decode(encoding))
    except UnicodeDecodeError as error:
        at = error.start
        what = f"line {number}: byte 0x{raw[at]:02x} at offset {at} is not {encoding.upper()}"
        return Line(number, "", BadEncoding(what, "the other lines were read"))


def _wide(file: BinaryIO, head: bytes, encoding: str, most_bytes: int) -> Iterator[Line]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest = decoder.decode(head.removeprefix(codecs.BOM_UTF16_LE).removeprefix(codecs.BOM_UTF16_BE))
    number, skipping, ended = 0, False, False
    while True:
        *whole, rest = rest.split("\n")
        for text in whole:
            number += 1
            over = skipping or 2 * len(text) > most_bytes
            skipping = False
            yield (
                Line(number, "", _too_long(number, most_bytes))
                if over
                else Line(number, text.removesuffix("\r"))
            )
        if 2 * len(rest) > most_bytes:
            skipping, rest = True, ""
        if ended:
            if rest or skipping:
                yield Line(
                    number + 1, rest, _too_long(number + 1, most_bytes) if skipping else None
                )
            return
        more = file.read(max(_HEAD, min(2 * len(rest), 4_000_000)))
        ended = not more
        text = decoder.decode(more, final=ended)
        if skipping:
            at = text.find("\n")
            text = text[at:] if at >= 0 else ""
        rest += text
