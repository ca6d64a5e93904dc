"""
Which document a quotation is put into the mouth of without standing there.

It takes the more likeness, the less surely the quotation is ascribed to the document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from qingjian.core.known import Known
from qingjian.detectors.instruments.cited import Cited, Passage
from qingjian.detectors.instruments.papers import Paper
from qingjian.detectors.instruments.quotations import Quotation
from qingjian.detectors.instruments.sayers import Strength, sayer, strength

_LEAST_LETTERS = 6
_LEAST_SHORT = 3
_LEAST_NAMED = 2
"""Telling pairs of title and publisher in a text that quotes words with nothing near them."""
_WORD_FOR_WORD = 0.65
_SHORT = re.compile(r"(?:写|规定|注明|[标印][着明]|原[文话]|[:：]|条|[里上中说是])[^，,。＿]{0,3}$")


class Document(NamedTuple):
    """A record, what it is called by, and its words taken apart."""

    known: Known
    paper: Paper
    cited: Cited


class Misquoted(NamedTuple):
    """The document, how surely it is meant, and its passage nearest to the quotation."""

    document: Document
    sure: Strength
    near: Passage | None


def misquoted(
    q: Quotation, documents: Sequence[Document], near: float, least: float
) -> Misquoted | None:
    """
    Give the document that a quotation is put into the mouth of; None where none is.

    Args:
        q: the quotation.
        documents: one of which may be meant; a quotation that any of them holds passes.
        near: closeness from which on it alters a passage.
        least: closeness below which nothing is near words after a colon.
    """
    letters = sum(map(str.isalnum, q.words))
    if letters < _LEAST_SHORT:
        return None
    one = sayer(q)
    text = "".join((q.earlier, q.ahead, q.words, q.behind))
    meant = [
        Misquoted(d, sure, d.cited.nearest(q.words))
        for d in documents
        if (sure := strength(one, q, d.paper, text, d.cited.shared(text)))
    ]
    if not meant or any(d.cited.holds(q.words) or d.paper.has(q.words) for d in documents):
        return None
    best = max(meant, key=lambda m: (m.sure, m.near.closeness if m.near else 0.0))
    close = best.near.closeness if best.near else 0.0
    titled = one is not None and one.sort == "title"
    if close < least and not titled and best.document.paper.named(text) < _LEAST_NAMED:
        return None
    alters = bool(best.near and best.near.altered and close >= near)
    if best.near and not best.near.differs:
        counts = False
    elif letters < _LEAST_LETTERS:
        counts = alters and bool(_SHORT.search(q.ahead))
    elif best.sure == 1:
        counts = alters or (q.marked and close >= _WORD_FOR_WORD)
    else:
        counts = q.marked or alters or close < least
    return best if counts else None
