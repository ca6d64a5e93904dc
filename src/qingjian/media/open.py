"""
A file to an item, bounded: binary formats by their first bytes, text by a strict decode.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qingjian.core.errors import TooLarge, Vanished
from qingjian.core.types import NOTHING_KNOWN, About, Document, Item, Note, Text
from qingjian.media.sniff import decode, magic, text_format

TEXT_SUFFIXES = {
    ".txt": "",
    ".text": "",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
}
"""Suffixes of text files, and the format each tells."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An item, and what of it could not be looked at."""

    item: Item
    not_looked_at: tuple[Note, ...] = ()


def read_bytes(path: Path, most_bytes: int) -> bytes:
    """Give the bytes of a regular file. Raises Vanished when it cannot be opened, TooLarge."""
    try:
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
    except OSError as error:
        raise Vanished(
            f"{path}: {error.strerror or error}", "it was listed, and cannot be opened now"
        ) from None
    if len(data) > most_bytes:
        raise TooLarge(
            f"{path} has more than {most_bytes:,} bytes", "raise max_item_bytes, or split the file"
        )
    return data


def open_item(
    data: bytes, id: str, about: About = NOTHING_KNOWN, source: Path | None = None
) -> Opened:
    """
    Give the item that bytes are.

    Args:
        data: the whole content.
        id: the item's id.
        about: what is known about it.
        source: the file the bytes came from; where its suffix tells no format, a text's beginning
            may.

    Raises BadEncoding.
    """
    found = magic(data[:64])
    if found is not None:
        return Opened(Document(id=id, about=about, source=data, format=found))
    text, encoding, cut = decode(data)
    notes: tuple[Note, ...] = ()
    if cut:
        notes = (Note(f"the last {cut} bytes of {id}", f"a character of {encoding} is cut short"),)
    named = TEXT_SUFFIXES.get(source.suffix.lower(), "") if source is not None else ""
    shown = named or text_format(text)
    if shown:
        return Opened(Document(id=id, about=about, source=source, format=shown, body=text), notes)
    return Opened(Text(id=id, about=about, source=source, body=text), notes)
