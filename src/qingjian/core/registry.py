"""
Detectors, found: `@detector(Card(...))` makes one, `discover` lists all.

Our own are every module of `qingjian.detectors.<family>`; others come through the entry-point group
`qingjian.detectors`. There is no list to edit. A plugin that does not load is told, and stops
nothing.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import entry_points
from itertools import islice
from typing import Any, Generic

from qingjian.core.card import Card
from qingjian.core.errors import ConfigError, NotFound
from qingjian.core.types import Finding, I, Note, Scan, Scored

GROUP = "qingjian.detectors"
MOST_FINDINGS = 1000
"""Most findings of one detector in one item that are kept; one more is taken to know of more."""


@dataclass(frozen=True)
class Detector(Generic[I]):
    """A card and the factory of its scan."""

    card: Card
    factory: Callable[..., Scan[I]]

    def build(self, **params: Any) -> Callable[[I], Scored]:
        """
        Give a scan that stamps each finding with the card's id and severity.

        The scan returns `Scored`, for a rule detector with score nan. Raises Abstain as the
        detector does.
        """
        scan, card = self.factory(**params), self.card
        nan = float("nan")

        def stamped(item: I) -> Scored:
            seen = scan(item)
            if isinstance(seen, Scored):
                if not seen.findings:
                    return seen
                return Scored(seen.score, tuple(_stamp(f, card) for f in seen.findings))
            return Scored(nan, tuple(_stamp(f, card) for f in islice(seen, MOST_FINDINGS + 1)))

        return stamped


def _stamp(finding: Finding, card: Card) -> Finding:
    """Fill in what the card knows; counter-evidence takes the severity down to info."""
    severity = "info" if finding.against else card.severity
    return replace(finding, detector=card.id, severity=severity)


def detector(card: Card) -> Callable[[Callable[..., Scan[I]]], Detector[I]]:
    """Make a detector of a factory that builds its scan."""

    def make(factory: Callable[..., Scan[I]]) -> Detector[I]:
        return Detector(card, factory)

    return make


@dataclass(frozen=True)
class Registry:
    """All detectors by id, in order of id, and what could not be loaded."""

    detectors: dict[str, Detector[Any]]
    broken: tuple[Note, ...] = ()

    def get(self, id: str) -> Detector[Any]:
        """Give one detector. Raises NotFound with the nearest ids."""
        from difflib import get_close_matches

        try:
            return self.detectors[id]
        except KeyError:
            near = get_close_matches(id, self.detectors, 3, 0.4) or list(self.detectors)
            raise NotFound(f"no detector {id!r}", f"did you mean: {', '.join(near)}") from None


def discover(package: str = "qingjian.detectors") -> Registry:
    """
    Import every module of every family, then every plugin; give all detectors.

    Raises ConfigError when one of our own ids stands twice or is not its module's address.
    Cost: imports numpy and the tables.
    """
    all_: dict[str, Detector[Any]] = {}
    for address, one in _own(package):
        if one.card.id != address:
            raise ConfigError(
                f"{one.card.id} stands in the module of {address}", "the id is the address"
            )
        if all_.setdefault(address, one) is not one:
            raise ConfigError(f"{address} stands twice in its module", "one detector a module")
    broken: list[Note] = []
    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
        try:
            one = point.load()
            if not isinstance(one, Detector):
                raise ConfigError(
                    f"{point.value} is no Detector",
                    "decorate the factory with @detector(Card(...))",
                )
            if one.card.id in all_:
                raise ConfigError(f"{one.card.id} is taken", "choose another id")
        except (Exception, SystemExit) as error:
            broken.append(Note(f"plugin {point.name}", f"{type(error).__name__}: {error}"))
        else:
            all_[one.card.id] = one
    return Registry(dict(sorted(all_.items())), tuple(broken))


def _own(package: str) -> Iterator[tuple[str, Detector[Any]]]:
    room = importlib.import_module(package)
    for family in pkgutil.iter_modules(room.__path__):
        if not family.ispkg or family.name == "instruments":
            continue
        folder = importlib.import_module(f"{package}.{family.name}")
        for module in pkgutil.iter_modules(folder.__path__):
            made = importlib.import_module(f"{package}.{family.name}.{module.name}")
            for value in vars(made).values():
                if isinstance(value, Detector):
                    yield f"{family.name}.{module.name}", value
