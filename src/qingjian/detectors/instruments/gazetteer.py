"""
Administrative places that a text names, and whether two places lie apart.

Provinces and cities also by their short names, counties and districts by the whole name alone;
names and codes are those of GB/T 2260 (`tools/make_gazetteer.py`). A place holds those whose code
begins with its own; one name may stand for several places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from qingjian.detectors.instruments.fold import fold

_STREET = frozenset("路街道巷桥")
_LONGEST = 100_000
_HEAD = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A named place: its name as written, the codes it may mean, where it stands."""

    name: str
    codes: tuple[str, ...]
    start: int
    end: int

    def apart(self, other: Place) -> bool:
        """Whether neither holds the other, whatever both names mean."""
        return not any(a.startswith(b) or b.startswith(a) for a in self.codes for b in other.codes)


def named(text: str) -> Iterator[Place]:
    """Give the places that a text names, the longest name at each point; streets are none."""
    whole = fold(text[:_LONGEST])
    words, at = whole.text, 0
    while at < len(words) - 1:
        for name, codes in _names().get(words[at : at + 2], ()):
            if words.startswith(name, at) and words[at + len(name) :][:1] not in _STREET:
                place = whole.span(at, at + len(name))
                yield Place(text[place.start : place.end], codes, place.start, place.end)
                at += len(name) - 1
                break
        at += 1


def elsewhere_named(text: str, other: str) -> str:
    """Give a place of a text that lies apart from every place of another; empty for none."""
    ours, theirs = list(named(text)), list(named(other))
    if not theirs or any(not a.apart(b) for a in ours for b in theirs):
        return ""
    return next((a.name for a in ours if a.name not in other), "")


@cache
def _names() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Give names and codes by their first two letters, longest first."""
    made: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    table = (files("qingjian.detectors.instruments") / "gazetteer.tsv").read_text("utf-8")
    for line in table.splitlines():
        name, _, codes = line.partition("\t")
        made[name[:_HEAD]].append((name, tuple(codes.split())))
    for listed in made.values():
        listed.sort(key=lambda one: -len(one[0]))
    return dict(made)
