"""
A detector of texts on trial: what it sees, what counts, and the words it points at.
"""

from __future__ import annotations

from typing import Any

from qingjian.core.registry import Detector
from qingjian.core.types import Finding, Scored, Span, Text


class Trial:
    """One detector, built once."""

    def __init__(self, detector: Detector[Any]) -> None:
        self.card = detector.card
        self._scan = detector.build()

    def seen(self, text: str) -> Scored:
        """Give what it sees. Raises Abstain as the detector does."""
        return self._scan(Text(body=text))

    def hits(self, text: str) -> list[Finding]:
        """Give the findings that nothing speaks against."""
        return [f for f in self.seen(text).findings if not f.opposed]

    def quotes(self, text: str) -> list[str]:
        """Give the words that stand at the places of the hits."""
        places = [f.at for f in self.hits(text)]
        return [text[at.start : at.end] for at in places if isinstance(at, Span)]
