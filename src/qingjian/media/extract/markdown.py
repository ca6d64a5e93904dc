"""
The text of a Markdown file: what follows the front matter, markup included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingjian.core.types import Document, Item, Place, Span, Text
from qingjian.media.extract import Child

FRONT_MATTER = re.compile(
    r"\ufeff?---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M
)


def knows(item: Item, /) -> bool:
    """Whether the item is a Markdown document."""
    return isinstance(item, Document) and item.format == "markdown"


def children(item: Item, /) -> Iterator[Child]:
    """Give the body as one text."""
    assert isinstance(item, Document)
    head = FRONT_MATTER.match(item.body)
    start = head.end() if head else 0

    def back(place: Place) -> Place:
        return Span(place.start + start, place.end + start) if isinstance(place, Span) else place

    yield Child(
        Text(id=f"{item.id}#text", about=item.about, parent=item.id, body=item.body[start:]), back
    )
