"""
One item through every detector that reads it, and through what can be taken out of it.

Cheap detectors run first. An exception, an abstention or a spent budget stops one detector, not
the item.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from qingjian.core.errors import Abstain, QingjianError
from qingjian.core.known import Known
from qingjian.core.registry import MOST_FINDINGS, Detector, Registry
from qingjian.core.types import Document, Finding, Item, Note, Place, Ran, Scanned, Scored, Text
from qingjian.engine.judge import SecondOpinion
from qingjian.media.extract import Child, Extractor

Mark = Callable[[str], None]
"""Told the id of the detector that starts, or an empty string for work around detectors."""
Recall = Callable[[Text], tuple[Known, ...]]
"""Gives what an archive knows that may bear on a text."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a run goes: ms over all detectors, child items of one item, depth of nesting."""

    budget_ms: float = 2000.0
    max_children: int = 1000
    max_depth: int = 4


@dataclass
class _Run:
    """What has been seen so far."""

    deadline: float
    mark: Mark
    skip: Mapping[str, str]
    findings: list[Finding] = field(default_factory=list)
    scores: dict[str, float] = field(default_factory=dict)
    abstained: list[Note] = field(default_factory=list)
    errors: list[Note] = field(default_factory=list)
    not_looked_at: list[Note] = field(default_factory=list)
    ran: dict[str, Ran] = field(default_factory=dict)
    children: int = 0


class Engine:
    """
    All detectors of a registry, built once, in order of cost.

    Args:
        registry: what there is.
        only: ids to keep; None keeps all. Raises NotFound for an unknown one.
        extractors: what takes child items out of an item.
        limits: how far a run goes.
        second: who is asked about findings in doubt; nobody by default.
        recall: asks the archive about a text; no archive by default.
    """

    def __init__(
        self,
        registry: Registry,
        only: Iterable[str] | None = None,
        extractors: Iterable[Extractor] = (),
        limits: Limits | None = None,
        second: SecondOpinion | None = None,
        recall: Recall | None = None,
    ) -> None:
        chosen = registry.detectors.values() if only is None else [registry.get(id) for id in only]
        self.detectors: tuple[Detector[Any], ...] = tuple(
            sorted(chosen, key=lambda d: (d.card.cost_us, d.card.id))
        )
        self.broken = list(registry.broken)
        self._extractors = tuple(extractors)
        self._limits = limits or Limits()
        self.second, self._recall = second, recall
        self._scans: dict[str, Callable[[Any], Scored]] = {}
        for one in self.detectors:
            try:
                self._scans[one.card.id] = one.build()
            except Exception as error:
                self.broken.append(Note(one.card.id, f"could not be built: {_said(error)}"))
        self._by_type: dict[type[Item], tuple[Detector[Any], ...]] = {}

    def reading(self, kind: type[Item]) -> tuple[Detector[Any], ...]:
        """Give the detectors that read items of a type, cheapest first."""
        if kind not in self._by_type:
            self._by_type[kind] = tuple(
                d
                for d in self.detectors
                if d.card.id in self._scans and issubclass(kind, d.card.reads)
            )
        return self._by_type[kind]

    def scan(
        self, item: Item, skip: Mapping[str, str] | None = None, mark: Mark = lambda id: None
    ) -> Scanned:
        """
        Give all that can be seen of one item.

        Args:
            item: what to look at.
            skip: detectors that must not run, with the reason they abstain.
            mark: told what starts.
        """
        started = time.perf_counter()
        run = _Run(started + self._limits.budget_ms / 1000, mark, skip or {})
        self._look(item, run, 0, None)
        return Scanned(
            item,
            tuple(run.findings),
            run.scores,
            tuple(run.abstained),
            (*(Note(n.what, n.reason) for n in self.broken), *run.errors),
            tuple(run.not_looked_at),
            tuple(run.ran.values()),
            round((time.perf_counter() - started) * 1000, 3),
        )

    def _look(
        self, item: Item, run: _Run, depth: int, back: Callable[[Place], Place] | None
    ) -> None:
        reading = self.reading(type(item))
        if self._recall and isinstance(item, Text) and item.known is None:
            item = self._remembered(item, run)
        for one in reading:
            self._judge(one, item, run, back)
        run.mark("")
        extracted = self._open(item, run, depth, back)
        if extracted:
            return
        if isinstance(item, Document):
            run.not_looked_at.append(
                Note(f"inside {item.id}", f"nothing opens {item.format} files yet")
            )
        elif not reading:
            run.not_looked_at.append(
                Note(f"{item.kind} {item.id}", f"no detector reads {item.kind} items yet")
            )

    def _remembered(self, item: Text, run: _Run) -> Text:
        """Give the text with what the archive knows; without it when the archive cannot answer."""
        assert self._recall
        try:
            return replace(item, known=self._recall(item))
        except Exception as error:
            run.errors.append(Note("archive", _said(error)))
            return item

    def _judge(
        self, one: Detector[Any], item: Item, run: _Run, back: Callable[[Place], Place] | None
    ) -> None:
        id = one.card.id
        if id in run.skip:
            run.abstained.append(Note(id, run.skip[id]))
            return
        if time.perf_counter() > run.deadline:
            run.abstained.append(
                Note(id, f"the time budget of {self._limits.budget_ms:g} ms was spent")
            )
            return
        run.mark(id)
        try:
            seen = self._scans[id](item)
        except Abstain as abstained:
            run.abstained.append(Note(id, abstained.reason))
            return
        except Exception as error:
            run.errors.append(Note(id, _said(error)))
            return
        run.ran.setdefault(id, Ran(id, one.card.version))
        if not math.isnan(seen.score):
            run.scores[id] = max(seen.score, run.scores.get(id, 0.0))
        if seen.findings:
            kept = seen.findings[:MOST_FINDINGS]
            if len(seen.findings) > MOST_FINDINGS:
                run.not_looked_at.append(
                    Note(id, f"only the first {MOST_FINDINGS} findings are kept")
                )
            if self.second:
                kept, open_ = self.second.reviewed(item, one.card, kept)
                run.not_looked_at += open_
            run.findings += [replace(f, at=back(f.at)) if back and f.at else f for f in kept]

    def _open(
        self, item: Item, run: _Run, depth: int, back: Callable[[Place], Place] | None
    ) -> bool:
        """Look at the item's children; tell whether any extractor knows the item."""
        known = False
        for extractor in self._extractors:
            if not extractor.knows(item):
                continue
            known = True
            if depth >= self._limits.max_depth:
                run.not_looked_at.append(
                    Note(f"inside {item.id}", f"deeper than {self._limits.max_depth} levels")
                )
                continue
            try:
                for child in extractor.children(item):
                    run.children += 1
                    if run.children > self._limits.max_children:
                        run.not_looked_at.append(
                            Note(f"inside {item.id}", f"more than {run.children - 1} items")
                        )
                        break
                    self._look(child.item, run, depth + 1, _through(back, child))
            except QingjianError as error:
                run.not_looked_at.append(Note(f"inside {item.id}", error.what))
            except Exception as error:
                run.errors.append(Note(f"inside {item.id}", _said(error)))
        return known


def _through(back: Callable[[Place], Place] | None, child: Child) -> Callable[[Place], Place]:
    if back is None:
        return child.back
    outer = back
    return lambda place: outer(child.back(place))


def _said(error: Exception) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text[:300]}" if text else type(error).__name__
