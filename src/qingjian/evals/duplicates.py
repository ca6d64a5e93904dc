"""
Near-duplicates between sets of texts: so that a blind half is blind and nobody's rows slip in.

Two texts are near when their folded character 4-grams overlap by at least `least` of the smaller
one's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from qingjian.detectors.instruments.fold import folded
from qingjian.detectors.instruments.grams import canonical

_LEAST_COMMON = 4


def shingles(text: str) -> frozenset[str]:
    """Give the 4-grams of the letters of a text, numbers and links made alike."""
    plain = "".join(c for c in canonical(folded(text)) if c.isalnum() or "\ue000" <= c <= "\ue020")
    return frozenset(plain[i : i + 4] for i in range(max(1, len(plain) - 3)))


class Shingled:
    """
    Texts by their 4-grams, so that near ones are found without comparing every pair.

    Args:
        texts: numbered as they stand.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._sizes: list[int] = []
        self._where: dict[str, list[int]] = defaultdict(list)
        for i, text in enumerate(texts):
            grams = shingles(text)
            self._sizes.append(len(grams))
            for gram in grams:
                self._where[gram].append(i)

    def near(self, theirs: Iterable[str], least: float = 0.8) -> list[tuple[int, str]]:
        """Give (index, the other text) for every near pair. Cost: linear in `theirs`."""
        found = []
        for text in theirs:
            grams = shingles(text)
            known = [self._where[gram] for gram in grams if gram in self._where]
            if len(known) < _LEAST_COMMON:
                continue
            common = Counter(i for where in known for i in where)
            for i, count in common.items():
                if count >= max(_LEAST_COMMON, least * min(len(grams), self._sizes[i])):
                    found.append((i, text))
        return found


def near(ours: Iterable[str], theirs: Iterable[str], least: float = 0.8) -> list[tuple[int, str]]:
    """Give (index in `ours`, the other text) for every near pair."""
    return Shingled(ours).near(theirs, least)


def templates(texts: Iterable[str], most: int = 3) -> list[str]:
    """
    Give every frame that stands in more than `most` texts.

    A frame is a text with its numbers, links and names of accounts made alike.
    """
    count = Counter(
        "".join(c for c in canonical(folded(t)) if c.isalnum() or c >= "\ue000") for t in texts
    )
    return [frame for frame, n in count.items() if n > most]
