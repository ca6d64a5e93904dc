"""
Packs written in a line, for tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qingjian.detectors.instruments.lexicon import Lexicon
from qingjian.detectors.instruments.pack import Counter, Pack, Rule, Term


def pack(
    terms: Sequence[Term],
    rules: Sequence[Rule] = (),
    counters: Sequence[Counter] = (),
    examples: Mapping[str, tuple[str, ...]] | None = None,
    reviewed: str = "2026-11-22",
) -> Pack:
    """Give a pack; without rules there is one for each slot alone."""
    alone = dict.fromkeys(t.slot for t in terms if not t.slot.startswith("against."))
    shown = examples or {}
    return Pack(
        id="text.trial",
        author="tests",
        version="2026-11-22",
        reviewed=reviewed,
        rules=tuple(rules or [Rule(slot, (slot,), 40, f"{{{slot}}}") for slot in alone]),
        terms=tuple(terms),
        counters=tuple(counters),
        hits=shown.get("hits", ()),
        misses=shown.get("misses", ()),
    )


def lexicon(*terms: Term, rules: Sequence[Rule] = (), counters: Sequence[Counter] = ()) -> Lexicon:
    """Give the compiled pack."""
    return Lexicon(pack(terms, rules, counters))
