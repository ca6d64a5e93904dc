"""
What the archive knows that may bear on a text; detectors read it beside the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["claim", "source", "event"]
KINDS: tuple[Kind, ...] = ("claim", "source", "event")
Rating = Literal["false", "true", "mixed", ""]
RATINGS: tuple[Rating, ...] = ("false", "true", "mixed", "")


@dataclass(frozen=True, slots=True)
class Known:
    """
    One approved record of the archive.

    Args:
        kind: a checked claim, a source (notice, document, data point), or a report of a past event.
        text: the statement that was checked, the source's words, or the older report.
        id: its id in the archive, empty for what came with the item.
        title: of a document or report, may be empty.
        rating: what a check says of a claim, empty for the rest.
        quote: the words of the check that settle it.
        publisher, url: who said it and where.
        published_at: ISO date, empty when it is not known.
    """

    kind: Kind
    text: str
    id: str = ""
    title: str = ""
    rating: Rating = ""
    quote: str = ""
    publisher: str = ""
    url: str = ""
    published_at: str = ""

    @property
    def cited(self) -> str:
        """Give publisher, date and address in one line, without what is not known."""
        return ", ".join(part for part in (self.publisher, self.published_at, self.url) if part)
