"""
Order what the index gives: how much of the query's rare characters and pairs a record holds.

The index counts pairs of characters over a whole record; a report that tells a thing at length has
them far apart. So what it gives is ordered again by the share of the query's single characters,
pairs and triples, weighed by rarity among the candidates' collection, in the whole record and in
its beginning, where reports say what they are about.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

LEAD = 150
LONGEST = 20_000
_NO_LETTER = re.compile(r"[\W_]+")
WEIGHTS = (2.0, 1.0, 1.0, 1.0, 1.0, 1.0)
"""Of single characters, pairs and triples, each in the whole record and in its beginning."""


def plain(text: str) -> str:
    """Give the letters and digits of a text, folded to lower case, and no more than are indexed."""
    return _NO_LETTER.sub("", text).casefold()[:LONGEST]


def grams(letters: str, n: int) -> list[str]:
    """Give runs of `n` letters, each once, in order."""
    return list(dict.fromkeys(letters[i : i + n] for i in range(len(letters) - n + 1)))


def order(
    query: str, found: Sequence[tuple[float, str]], rarity: Callable[[str], float]
) -> list[tuple[float, int]]:
    """
    Give `(closeness, index)` of the candidates, closest first; closeness is 0 to 8.

    Args:
        query: letters of the query, as `plain` gives them.
        found: score of the index and letters of each candidate.
        rarity: how rare a pair of characters is in the index.
    """
    top = max((score for score, _ in found), default=0.0) or 1.0
    asked = [_weighed(query, n, rarity) for n in (1, 2, 3)]
    ranked = []
    for i, (score, letters) in enumerate(found):
        lead = letters[:LEAD]
        shares = [_share(a, part) for a in asked for part in (letters, lead)]
        told = score / top + sum(w * s for w, s in zip(WEIGHTS, shares, strict=True))
        ranked.append((told, i))
    return sorted(ranked, key=lambda pair: (-pair[0], pair[1]))


def _weighed(query: str, n: int, rarity: Callable[[str], float]) -> list[tuple[str, float]]:
    """Give runs of letters with their weight: that of their rarest pair."""
    pairs = grams(query, 2)
    around: dict[str, float] = {}
    for pair in pairs:
        for c in pair:
            around[c] = min(around.get(c, math.inf), rarity(pair))
    if n == 1:
        return [(c, around.get(c, 1.0)) for c in grams(query, 1)]
    return [(g, max(rarity(g[i : i + 2]) for i in range(n - 1))) for g in grams(query, n)]


def _share(asked: Sequence[tuple[str, float]], letters: str) -> float:
    whole = sum(weight for _, weight in asked)
    return sum(weight for gram, weight in asked if gram in letters) / whole if whole else 0.0
