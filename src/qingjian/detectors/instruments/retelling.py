"""
How much of an older report a text tells again: words, letters, figures, order, as facts.

Dates and times are left out, since a report told as new changes them. Weights of the facts were
learned (`tools/train_facts.py`).
"""

from __future__ import annotations

from decimal import Decimal

from qingjian.detectors.instruments.align import held
from qingjian.detectors.instruments.anchors import Compared
from qingjian.detectors.instruments.grounding import follows, stands
from qingjian.detectors.instruments.likeness import LEAST_BARE
from qingjian.detectors.instruments.odds import Facts
from qingjian.detectors.instruments.quantities import Quantity
from qingjian.detectors.instruments.told import Told

_NEAR = Decimal("0.05")
_NO_FIGURES = 0.3
"""Share of figures kept that a report without any counts as."""


def retelling(text: Told, older: Told, compared: Compared) -> Facts:
    """Give the facts of a text and an older report; `compared` is without dates and times."""
    both = text.words & older.words
    ours, theirs = _numbers(text), _numbers(older)
    kept = [
        q
        for q in ours
        if stands(q, older.figures, older.plain) or follows(q, older.figures, _NEAR, text.text)
    ]
    told_again = [q for q in theirs if stands(q, text.figures, text.plain)]
    letters, of_older = held(text.letters, older.letters), held(older.letters, text.letters)
    return {
        "bias": 1.0,
        "words": len(both) / max(1, len(text.words)),
        "words_of_older": len(both) / max(1, len(older.words)),
        "common": min(len(both), 20) / 10,
        "letters": letters,
        "letters_of_older": of_older,
        "letters_both": letters * of_older,
        "kept": min(len(kept), 4) / 2,
        "kept_of_older": len(told_again) / len(theirs) if theirs else _NO_FIGURES,
        "other_figures": min(len(ours) - len(kept), 4) / 2,
        "anchors": compared.anchors,
        "sentences": compared.sentences,
        "verbatim": compared.verbatim,
    }


def _numbers(text: Told) -> list[Quantity]:
    return [q for q in text.figures if q.kind == "number" and (q.unit or q.value >= LEAST_BARE)]
