"""
Ways in which people disguise a text, applied to texts of known truth: what recall is left.

Each evasion rewrites a share of the letters, drawn from a seed that is the text's own, so that the
same text is always disguised in the same way. What a detector's pack lists plays no part.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

from qingjian.core.hashing import sha256
from qingjian.core.registry import Detector
from qingjian.core.types import Conversation, Item, Text
from qingjian.detectors.instruments.fold import folded
from qingjian.detectors.instruments.obfuscate import homophones, parts, reading_of
from qingjian.evals import metrics
from qingjian.evals.measure import Row, look

Letter = Callable[[str, random.Random], str]
SOME, FEW = 0.25, 0.1
_HAN = range(0x4E00, 0xA000)
_SYMBOLS = "·*-_|/.~"
_EMOJI = "✨🔥💰👉❤️😊📌🌟"
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060"
_LEET = str.maketrans("oliezasgtbOLIEZASGTB01", "01132a597801132459 78ol".replace(" ", "")[:22])


@cache
def _traditional() -> Mapping[str, str]:
    """Give for simplified characters one that folds to it: mostly the traditional one."""
    found: dict[str, str] = {}
    for code in _HAN:
        plain = folded(chr(code))
        if plain != chr(code) and len(plain) == 1:
            found.setdefault(plain, chr(code))
    return found


def _traditional_letter(letter: str, _: random.Random) -> str:
    return _traditional().get(letter, letter)


def _full_width(letter: str, _: random.Random) -> str:
    return chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter


def _homophone(letter: str, chance: random.Random) -> str:
    others = homophones().get(reading_of().get(letter, ""), "").replace(letter, "")
    return chance.choice(others[:6]) if others else letter


def _pinyin(letter: str, _: random.Random) -> str:
    return reading_of().get(letter, letter)


def _initial(letter: str, _: random.Random) -> str:
    return reading_of().get(letter, letter)[0]


def _split(letter: str, _: random.Random) -> str:
    return parts().get(letter, letter)


def _then(marks: str, letter: str, chance: random.Random) -> str:
    return letter + chance.choice(marks)


def _leet(letter: str, _: random.Random) -> str:
    return letter.translate(_LEET)


EVASIONS: Mapping[str, tuple[Letter, float]] = {
    "traditional": (_traditional_letter, 1.0),
    "full_width": (_full_width, 1.0),
    "zero_width": (partial(_then, _ZERO_WIDTH), SOME),
    "homophones": (_homophone, FEW),
    "pinyin": (_pinyin, FEW),
    "initials": (_initial, FEW),
    "split": (_split, 1.0),
    "symbols": (partial(_then, _SYMBOLS), SOME),
    "emoji": (partial(_then, _EMOJI), SOME),
    "leet": (_leet, 1.0),
}
"""What is done to a letter, and the share of letters it is done to."""


FOLDED_AWAY = ("traditional", "full_width", "zero_width")
"""Evasions that folding undoes before anything else looks."""


def evaded(text: str, name: str) -> str:
    """Give a text disguised in one way; at least one letter is rewritten where one can be."""
    change, share = EVASIONS[name]
    chance = random.Random(sha256(f"{name} {text}".encode("utf-8", "replace")))
    able = [i for i, c in enumerate(text) if c.isalnum()]
    chosen = set(chance.sample(able, max(1, round(share * len(able))))) if able else set()
    return "".join(change(c, chance) if i in chosen else c for i, c in enumerate(text))


def evaded_item(item: Item, name: str) -> Item:
    """Give a text or a conversation whose words are disguised in one way."""
    if isinstance(item, Text):
        return replace(item, body=evaded(item.body, name))
    if isinstance(item, Conversation):
        turns = tuple(replace(turn, text=evaded(turn.text, name)) for turn in item.turns)
        return replace(item, turns=turns)
    return item


def kept_recall(detector: Detector[Any], judged: Sequence[Row]) -> dict[str, Any]:
    """
    Give the recall on positives as they are, and for each evasion the share of it that is left.

    Triples are value, low, high: intervals by resampling rows.
    """
    positives = [row for row in judged if row.positive]
    plain = look(detector, positives).hit
    made: dict[str, Any] = {"n": len(positives), "recall": round(float(plain.mean()), 4)}
    for name in EVASIONS:
        rows = [replace(row, item=evaded_item(row.item, name)) for row in positives]
        hit = look(detector, rows).hit
        kept = metrics.with_interval(
            lambda before, after: float(after.sum() / max(before.sum(), 1)), plain, hit
        )
        made[name] = [round(x, 4) for x in kept]
    return made
