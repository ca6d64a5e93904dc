"""
Patterns as they are to be looked for in folded text.

Folding makes look-alikes one letter: 未 and 末, 已 and 己, 口 and 囗. A pattern written with the
one and looked for in text that has the other never holds.
"""

from __future__ import annotations

from qingjian.detectors.instruments.fold import folded


def as_folded(pattern: str) -> str:
    """Give a pattern with each Chinese character folded."""
    return "".join(folded(c) if "一" <= c <= "鿿" else c for c in pattern)
