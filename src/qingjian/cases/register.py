"""
What stands on the chain beside the cases: read whole, and changed by one at a time.

A register is the fold of the events of its kinds. An act sees how things stand with the end of the
chain in hand, so that what it asks is still so when its events are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

from sqlalchemy.engine import Engine

from qingjian.cases.chain import of_kinds, writing
from qingjian.cases.event import Draft, Event
from qingjian.cases.standing import keep
from qingjian.core.clock import Clock
from qingjian.core.errors import UsageError

_S = TypeVar("_S")
Written = Iterable[tuple[str, Draft]]
"""Drafts, each with where it stands on the chain."""
NO_CONTENTS: Mapping[str, tuple[str, bytes]] = {}


class Register(Generic[_S]):
    """
    A register of one tenant.

    Args:
        engine: of the store.
        tenant: whose.
        clock: where times come from.
        whats: kinds of its events.
        fold: what they make, oldest first.
    """

    def __init__(
        self,
        engine: Engine,
        tenant: str,
        clock: Clock,
        whats: Iterable[str],
        fold: Callable[[Iterable[Event]], _S],
    ) -> None:
        self._engine, self._tenant, self._clock = engine, tenant, clock
        self._whats, self._fold = tuple(whats), fold

    def stand(self) -> _S:
        """Give how things stand."""
        with self._engine.execution_options(reads=True).connect() as db:
            return self._fold(of_kinds(db, self._tenant, self._whats))

    def act(
        self,
        who: str,
        act: Callable[[_S, float], Written],
        contents: Mapping[str, tuple[str, bytes]] = NO_CONTENTS,
    ) -> list[Event]:
        """
        Write down what an act makes of how things stand, and give the events.

        Args:
            contents: what is kept beside them, `(kind, bytes)` by hash.

        Raises UsageError when nobody does it, and whatever the act refuses with; then nothing is
        written.
        """
        if not who.strip():
            raise UsageError("nobody says who does it", "add --who NAME")
        with writing(self._engine, self._tenant, self._clock) as (db, chain, at):
            stand = self._fold(of_kinds(db, self._tenant, self._whats))
            made = list(act(stand, at))
            keep(db, self._tenant, contents, at)
            return [e for place, one in made for e in chain.add(place, who.strip(), [one], at)]
