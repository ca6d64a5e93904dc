"""
Whether a text speaks of what an incident is about, by the words and pairs of characters they share.

Chinese is compared by pairs of characters, so no dictionary is needed; other words as a whole. What
stands in every report of an accident tells nothing and is left out.

Limits: a like thing elsewhere is about the same to these rules; a text that names it in quite other
words passes.
"""

from __future__ import annotations

import re

from qingjian.archive.rank import plain

LEAST = 0.4
BEYOND = 0.4
_WORD = re.compile(r"[a-z0-9]+(?:[.\-][a-z0-9]+)*")
_RUN = re.compile(r"[^\W\da-z_]+")
_SENTENCE = re.compile(r"[^。！？!?\n]+")
_SHORT = 3
_FUNCTION = frozenset(
    "的了是在和与及或被把将对从向于而之其这那哪我你您他她它们着过吗呢吧啊就都也不没有"
)
_GENERAL = frozenset(
    re.findall(
        "..",
        "发生事故事件情况现场人员今天昨天目前消息网传视频相关有关一名一个表示通报记者部门突发造成出现"
        "听说据说什么怎么大家已经现在进行",
    )
)


def marks(text: str) -> frozenset[str]:
    """Give the words and pairs of characters that tell what a text is about."""
    low = text.casefold()
    words = {w for w in _WORD.findall(low) if len(w) > _SHORT or not w.isalpha()}
    runs = [r for r in _RUN.findall(low) if not r.isascii()]
    pairs = {r[i : i + 2] for r in runs for i in range(len(r) - 1)}
    return frozenset(words | {p for p in pairs if not _FUNCTION & set(p)} - _GENERAL)


def matches(about: str, text: str) -> bool:
    """
    Whether a text speaks of `about`.

    So it does when it holds two of its marks, or its only one, and these make up 0.4 of the
    characters and words that all its marks are made of. Both are texts in one spelling.
    """
    asked = marks(about)
    held = _held(asked, text)
    return len(held) >= max(1, min(2, len(asked))) and _size(held) >= LEAST * _size(asked)


def speaks_of(about: str, text: str, bulletin: str) -> bool:
    """
    Whether a bulletin speaks of what a text says, beyond that the incident happened.

    So it does when one sentence has 0.4 of its marks, without those of `about`, in the bulletin;
    a text that says nothing beyond `about` is spoken of by any bulletin that matches it.
    """
    known, nothing_beyond = marks(about), True
    for sentence in _SENTENCE.findall(text):
        beyond = marks(sentence) - known
        if not beyond:
            continue
        nothing_beyond = False
        held = len(_held(beyond, bulletin))
        if held >= max(min(2, len(beyond)), BEYOND * len(beyond)):
            return True
    return nothing_beyond and matches(about, bulletin)


def _size(of: frozenset[str]) -> int:
    """Give how many different characters and words marks are made of."""
    words = {m for m in of if m.isascii()}
    return len(words) + len(set("".join(of - words)))


def _held(asked: frozenset[str], text: str) -> frozenset[str]:
    """Give the marks that stand in a text; words as a whole, pairs across marks of punctuation."""
    words, letters = set(_WORD.findall(text.casefold())), plain(text)
    return frozenset(m for m in asked if (m in words if m.isascii() else m in letters))
