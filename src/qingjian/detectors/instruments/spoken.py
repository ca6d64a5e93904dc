"""
What is said in a conversation as one text, and the way back to the turns.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass

from qingjian.core.types import ROLES, Conversation, Field, Role, Span


@dataclass(frozen=True, slots=True)
class Spoken:
    """
    Turns joined by line breaks.

    Args:
        text: what was said.
        turns: numbers of the turns in it, in order.
        starts: where each of them begins in `text`.
    """

    text: str
    turns: tuple[int, ...]
    starts: tuple[int, ...]

    def turn(self, at: Span) -> Field:
        """Give the turn in which a range of the text begins."""
        number = self.turns[max(bisect_right(self.starts, at.start) - 1, 0)]
        return Field(f"turns[{number}].text")


def spoken(item: Conversation, roles: Collection[Role] = ROLES) -> Spoken:
    """Give what the speakers of some roles say."""
    texts, turns, starts, at = [], [], [], 0
    for number, turn in enumerate(item.turns):
        if turn.role in roles:
            texts.append(turn.text)
            turns.append(number)
            starts.append(at)
            at += len(turn.text) + 1
    return Spoken("\n".join(texts), tuple(turns), tuple(starts))
