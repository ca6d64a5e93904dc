"""
The law every text detector is held to: a disguise of letters changes no answer and moves no place.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from tests.strategies import Disguised

from qingjian.core.types import About, Scored, Span, Text

Scan = Callable[[Text], Scored]


def assert_same_answer(scan: Scan, text: Disguised, about: About) -> None:
    """Fail unless the rewritten text is answered as the plain one, each place where it went."""
    plain = scan(Text(body=text.plain, about=about))
    seen = scan(Text(body=text.text, about=about))
    assert len(seen.findings) == len(plain.findings) > 0
    for before, after in zip(plain.findings, seen.findings, strict=True):
        assert isinstance(before.at, Span)
        assert isinstance(after.at, Span)
        assert (after.at.start, after.at.end) == text.span(before.at.start, before.at.end)
        assert after.opposed is before.opposed
        assert after.severity == before.severity
    if not math.isnan(plain.score):
        assert seen.score == pytest.approx(plain.score, abs=1e-9)
