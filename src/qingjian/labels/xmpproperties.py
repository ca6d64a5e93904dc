"""
Properties of an XMP packet beside the label, as pairs: programs, credits, comments, provenance.

A packet that is no XML gives none here; what must refuse it has done so.

Source: XMP specification part 1; the properties' names as exiftool lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from xml.parsers import expat

from qingjian.labels.mark import Held

WANTED = frozenset(
    re.findall(
        r"\S+",
        "CreatorTool Credit UserComment Software Make Model Source description ImageDescription "
        "AISystemUsed AISystemVersionUsed AIPromptInformation provenance DigitalSourceType",
    )
)
_ANY = re.compile("|".join(sorted(WANTED)).encode())
_MOST_PROPERTIES = 1_000
_MOST_TEXT = 1_000_000


class _Told(Exception):
    """Enough was seen."""


class _Reading:
    """One pass over a packet: names and texts of the properties that are wanted."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self._open: list[str] = []
        self._text: list[str] = []
        self._depth = -1
        self._left = _MOST_TEXT

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            local = _local(key)
            if local in WANTED:
                self._add(local, value)
            elif local == "resource" and self._open and _local(name) in WANTED:
                self._add(_local(name), value)
        self._open.append(name)
        if self._depth < 0 and _local(name) in WANTED:
            self._depth = len(self._open)
            self._text.clear()

    def closed(self, name: str) -> None:
        if len(self._open) == self._depth:
            self._depth = -1
            self._add(_local(name), "".join(self._text))
        self._open.pop()

    def said(self, text: str) -> None:
        if self._depth >= 0:
            self._text.append(text)

    def _add(self, name: str, value: str) -> None:
        words = value.strip()
        self._left -= len(words)
        if self._left < 0 or len(self.found) >= _MOST_PROPERTIES:
            raise _Told
        if words:
            self.found.append((name, words))


def pairs(entry: Held) -> Iterator[Held]:
    """Give the properties of a packet as pairs, under `XMP:` and their local names."""
    if entry.kind != "xmp" or not isinstance(entry.value, bytes):
        return
    packet = entry.value
    wide = b"\x00" in packet[:8]
    if not _ANY.search(packet.replace(b"\x00", b"") if wide else packet):
        return
    reading = _Reading()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reading.opened
    parser.EndElementHandler = reading.closed
    parser.CharacterDataHandler = reading.said
    parser.EntityDeclHandler = _refuse
    try:
        end = packet.rfind(b">") + 1
        trimmed = packet if wide else packet[:end].lstrip(b"\xef\xbb\xbf\x00 \r\n\t")
        parser.Parse(trimmed, True)
    except (expat.ExpatError, LookupError, ValueError, _Told):
        pass
    for name, words in reading.found:
        made = replace(entry, kind="pair", value=words, key=f"XMP:{name}", deviations=())
        yield replace(made, place=f"{entry.place} {name}")


def _refuse(*_: object) -> None:
    raise _Told


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
