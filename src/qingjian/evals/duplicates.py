"""
Near-duplicates between sets of texts: so that a blind half is blind and nobody's rows slip in.

Two texts are near when their folded character 4-grams overlap by at least `least` of the smaller
one's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from qingjian.detectors.instruments.fold import folded
from qingjian.detectors.instruments.grams import canonical


def shingles(text: str) -> frozenset[str]:
    """Give the 4-grams of the letters of a text, numbers and links made alike."""
    plain = "".join(c for c in canonical(folded(text)) if c.isalnum() or "\ue000" <= c <= "\ue020")
    return frozenset(plain[i : i + 4] for i in range(max(1, len(plain) - 3)))


def near(ours: Sequence[str], theirs: Iterable[str], least: float = 0.8) -> list[tuple[int, str]]:
    """Give (index in `ours`, the other text) for every near pair. Cost: linear in `theirs`."""
    sets = [shingles(t) for t in ours]
    where: dict[str, list[int]] = defaultdict(list)
    for i, grams in enumerate(sets):
        for gram in grams:
            where[gram].append(i)
    found = []
    for text in theirs:
        grams = shingles(text)
        common: Counter[int] = Counter()
        for gram in grams:
            for i in where.get(gram, ()):
                common[i] += 1
        for i, count in common.items():
            if count >= least * min(len(grams), len(sets[i])) and count >= 4:
                found.append((i, text))
    return found


def templates(texts: Iterable[str], most: int = 3) -> list[str]:
    """
    Give every frame that stands in more than `most` texts.

    A frame is a text with its numbers, links and names of accounts made alike.
    """
    count = Counter(
        "".join(c for c in canonical(folded(t)) if c.isalnum() or c >= "\ue000") for t in texts
    )
    return [frame for frame, n in count.items() if n > most]
