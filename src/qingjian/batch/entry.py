"""
One thing of a run's input: an item, or the reason there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from qingjian.core.errors import InputError
from qingjian.core.types import Item, Note

MOST_IDS = 2_000_000
"""After so many given ids, later ones are no longer compared."""


@dataclass(frozen=True, slots=True)
class Entry:
    """
    An item to scan, or why it cannot be.

    Args:
        id: the name it goes by in the report.
        item: what to scan; None when it could not be read or nothing reads its kind.
        error: why it could not be read.
        not_looked_at: what was passed over, and why.
        given: whether the id was given by the caller, and so may stand twice.
    """

    id: str
    item: Item | None = None
    error: InputError | None = None
    not_looked_at: tuple[Note, ...] = ()
    given: bool = False


@dataclass
class Unique:
    """Makes ids unique: the second given `a` becomes `a~2`, with a warning kept."""

    warnings: list[str] = field(default_factory=list)
    _seen: dict[int, int] = field(default_factory=dict)

    def over(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Give the entries with unique ids."""
        for entry in entries:
            if len(self._seen) >= MOST_IDS:
                yield entry
                continue
            key = hash(entry.id)
            count = self._seen.get(key, 0) + 1
            if entry.given or count > 1:
                self._seen[key] = count
            if count == 1:
                yield entry
                continue
            while hash(id := f"{entry.id}~{count}") in self._seen:
                count += 1
            self._seen[key], self._seen[hash(id)] = count, 1
            if len(self.warnings) < 20:
                self.warnings.append(
                    f"the id {entry.id!r} stands more than once; this one is called {id!r}"
                )
            yield replace(entry, id=id, item=replace(entry.item, id=id) if entry.item else None)
