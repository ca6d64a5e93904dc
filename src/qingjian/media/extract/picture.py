"""
The picture inside a picture file.

The file as such (its bytes, its labels) is the document; what it shows is the child.
"""

from __future__ import annotations

from collections.abc import Iterator

from qingjian.core.types import Document, Image, Item
from qingjian.media.extract import Child

FORMATS = frozenset({"png", "jpeg", "gif", "webp", "tiff"})


def knows(item: Item, /) -> bool:
    """Whether the item is a picture file."""
    return isinstance(item, Document) and item.format in FORMATS


def children(item: Item, /) -> Iterator[Child]:
    """Give the picture; places in it are places in the file."""
    yield Child(
        Image(id=f"{item.id}#picture", about=item.about, source=item.source, parent=item.id),
        lambda p: p,
    )
