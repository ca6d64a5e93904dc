"""
Taking items out of items.

Belongs here: one module per format; each gives child items with the way back to the parent's
places.
Not here: judging, reading files from disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from qingjian.core.types import Item, Place


@dataclass(frozen=True, slots=True)
class Child:
    """An item taken out of another, and how a place in it becomes a place in the parent."""

    item: Item
    back: Callable[[Place], Place]


class Extractor(Protocol):
    """A module that opens one kind of item."""

    def knows(self, item: Item, /) -> bool:
        """Whether it can open the item."""
        ...

    def children(self, item: Item, /) -> Iterator[Child]:
        """Give what is in it, in order. Raises DamagedFile."""
        ...


def extractors() -> tuple[Extractor, ...]:
    """Give every extractor there is."""
    from qingjian.media.extract import html, markdown, parts, picture

    return (markdown, html, picture, parts)
