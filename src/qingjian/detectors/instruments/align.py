"""
Which part of a text speaks of what a statement says, and how much of the statement it holds.

A text is cut into clauses; runs of clauses are compared with the statement by the characters and
pairs of characters they share. Characters that stand everywhere count little, figures not at all:
those are compared apart (`quantities`). Places are code points of the text as given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qingjian.core.types import Span
from qingjian.detectors.instruments.fold import fold

MOST_CLAUSES = 400
MOST_RUN = 4
_CLAUSE = re.compile(r"[^。！？!?\n；;，,、：:…]+")
_END = re.compile(r"[。！？!?\n；;…]")
_NO_WORD = re.compile(r"[\W_]+|(?<![a-z])\d+(?:\.\d+)?")
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过"
    "发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前"
    "开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并"
    "物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海"
    "通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反"
    "受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听"
    "白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师"
    "观清今切院让识候带导争运啊吧呢吗呀哦哈嘛啦哎喔呗咯"
)
_LIGHT = 0.35


@dataclass(frozen=True, slots=True)
class Clause:
    """Some words between marks: their letters, their place, and the sentence they stand in."""

    letters: str
    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Aligned:
    """
    The run of clauses that holds most of a statement.

    Args:
        at: its place in the text.
        held: weighed share of the statement's characters that stand in the run.
        pairs: share of the statement's pairs of characters that do.
        own: weighed share of the run's characters that stand in the statement.
    """

    at: Span
    held: float
    pairs: float
    own: float

    @property
    def closeness(self) -> float:
        """Give one figure, 0 to 1."""
        return 0.7 * self.held + 0.2 * self.pairs + 0.1 * self.own


def clauses(text: str) -> list[Clause]:
    """Cut a text into clauses; figures are left out of their letters."""
    whole = fold(text)
    found: list[Clause] = []
    sentence, last = 0, 0
    for m in _CLAUSE.finditer(whole.text):
        sentence += bool(_END.search(whole.text, last, m.start()))
        last = m.end()
        letters = _NO_WORD.sub("", m[0])
        at = whole.span(*m.span())
        found.append(Clause(letters, at.start, at.end, sentence))
        if len(found) == MOST_CLAUSES:
            break
    return found


def align(parts: Sequence[Clause], statement: str) -> Aligned | None:
    """Give the run of clauses closest to a statement; None when nothing is to compare."""
    asked = "".join(c.letters for c in clauses(statement))
    if not asked or not parts:
        return None
    best: Aligned | None = None
    for first, until in _runs(parts, len(asked)):
        letters = "".join(c.letters for c in parts[first:until])
        if letters:
            made = Aligned(
                Span(parts[first].start, parts[until - 1].end),
                held(asked, letters),
                pairs(asked, letters),
                held(letters, asked),
            )
            if best is None or made.closeness > best.closeness:
                best = made
    return best


def held(asked: str, letters: str) -> float:
    """Give the weighed share of the characters of `asked` that stand in `letters`."""
    whole = sum(map(weight, set(asked)))
    return sum(map(weight, set(asked) & set(letters))) / whole if whole else 0.0


def pairs(asked: str, letters: str) -> float:
    """Give the share of the pairs of characters of `asked` that stand in `letters`."""
    want, have = _pairs(asked), _pairs(letters)
    return len(want & have) / len(want) if want else 0.0


@lru_cache(maxsize=20_000)
def weight(character: str) -> float:
    """Give how much a character tells: little where it stands in every other text."""
    return _LIGHT if character in _COMMON else 1.0


def _pairs(letters: str) -> set[str]:
    return {letters[i : i + 2] for i in range(len(letters) - 1)}


def _runs(parts: Sequence[Clause], length: int) -> Iterator[tuple[int, int]]:
    """Give runs of clauses that are at most about twice as long as the statement."""
    for first in range(len(parts)):
        size = 0
        for until in range(first + 1, min(first + MOST_RUN, len(parts)) + 1):
            size += len(parts[until - 1].letters)
            yield first, until
            if size > 2 * length:
                break
