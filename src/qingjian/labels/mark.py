"""
A label as a value, and what a carrier's module offers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from qingjian.core.types import ByteRange, Span


@dataclass(frozen=True, slots=True)
class Mark:
    """
    What a file says about how it was made.

    Args:
        scheme: `gb45438`.
        label: the value of Label as it stands (`1` made by AI, `2` may be, `3` suspected to be).
        fields: every other field of the label, as text.
        at: where it stands: code points of a text file, bytes of a binary one.
        deviations: what differs from the standard's form, in words.

    Source: GB 45438-2025, annex E, as quoted in secondary sources; not held against the official
    text.
    """

    scheme: str
    label: str
    fields: dict[str, str] = field(default_factory=dict)
    at: Span | ByteRange | None = None
    deviations: tuple[str, ...] = ()


class Codec(Protocol):
    """A carrier's module. Writing is added with the labels issue."""

    name: str
    suffixes: tuple[str, ...]

    def knows(self, head: bytes, /) -> bool:
        """Whether the first bytes are of this format."""
        ...

    def read(self, data: bytes, /) -> list[Mark]:
        """Give every mark in order of place. Raises DamagedFile where bytes break their format."""
        ...
