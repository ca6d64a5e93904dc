"""
What a pack would have decided on items that were scanned before, without looking at them again.

Most items have no finding, and of those a rule says the same wherever the same detectors ran. So a
pack is asked once for each set of detectors, and for an item only the rules that name a detector
which found something, or a score.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from qingjian.core.actions import ladder
from qingjian.core.errors import BadRow, NotFound, UsageError
from qingjian.flows.outcome import Agreement, Backtested, Change, OfPack, OfRule
from qingjian.policy.decide import step
from qingjian.policy.facts import Facts, Row
from qingjian.policy.rules import Pack, narrowed
from qingjian.policy.when import ABOUT

NO_LABELS: Mapping[str, bool] = {}
A_SCORE, THE_ITEM = "a score", "the item"
"""What may be missing beside a detector: a score of one that ran, or what is known of the item."""
_MOST_FAULTS = 20
_MOST_REMEMBERED = 2_000
_FINE = 200
"""Steps of took_ms that are told apart, per factor e: the median is right to half a percent."""


def backtest(
    rows: Iterable[Row | BadRow],
    pack: Pack,
    measured: Collection[str],
    against: Pack | None = None,
    labels: Mapping[str, bool] = NO_LABELS,
    examples: int = 5,
) -> Backtested:
    """
    Give what a pack would have done.

    Args:
        rows: read once, in bounded memory.
        pack: the policy in question.
        measured: detectors whose quality is measured; a step that rests on another needs a person.
        against: another policy on the same ladder, such as the one in force.
        labels: whether people called an item a violation, by id.
        examples: most ids told of each rule and change.

    Raises UsageError when the ladders differ. Cost: about 2 µs an item beside reading it.
    """
    if against is not None and against.surface != pack.surface:
        raise UsageError(f"{against.name} is for {against.surface}, {pack.name} for {pack.surface}")
    ours = Trial(pack, measured, examples)
    theirs = Trial(against, measured, examples) if against is not None else None
    moved: defaultdict[tuple[str, str], _Moved] = defaultdict(_Moved)
    faults: list[str] = []
    took: Counter[int] = Counter()
    bad = not_read = 0
    seen: set[str] = set()
    for row in rows:
        if isinstance(row, BadRow):
            bad += 1
            if len(faults) < _MOST_FAULTS:
                faults.append(row.what)
            continue
        if row.facts is None:
            not_read += 1
            continue
        took[round(_FINE * math.log(row.took_ms + 1e-3))] += 1
        truth = labels.get(row.id) if labels else None
        if truth is not None:
            seen.add(row.id)
        now = ours.ask(row.id, row.facts, truth)
        if theirs is not None:
            before = theirs.ask(row.id, row.facts, truth)
            if before != now:
                moved[before, now].add(row.id, examples)
    return Backtested(
        took.total(),
        not_read,
        bad,
        tuple(faults),
        _median(took),
        ours.told(bool(labels)),
        theirs.told(bool(labels)) if theirs is not None else None,
        _changes(pack.surface, moved),
        len(labels) - len(seen),
    )


@dataclass(slots=True)
class _Moved:
    """Items that change step, and the ids of the first."""

    items: int = 0
    ids: list[str] = field(default_factory=list)

    def add(self, id: str, most: int) -> None:
        self.items += 1
        if len(self.ids) < most:
            self.ids.append(id)


def _changes(surface: str, moved: Mapping[tuple[str, str], _Moved]) -> tuple[Change, ...]:
    """Give what changed, softest steps first."""
    order = ladder(surface).index
    return tuple(
        Change(a, b, order(b) > order(a), moved[a, b].items, tuple(moved[a, b].ids))
        for a, b in sorted(moved, key=lambda pair: (order(pair[0]), order(pair[1])))
    )


def alone(pack: Pack, ids: Collection[str], against: Pack | None) -> tuple[Pack, Pack | None]:
    """Give both packs with the named rules alone. Raises NotFound for a rule in neither."""
    if not ids:
        return pack, against
    known = {r.id for p in (pack, against) if p is not None for r in p.rules}
    for id in ids:
        if id not in known:
            raise NotFound(f"no rule {id!r} in {pack.name}", f"one of: {', '.join(sorted(known))}")
    return narrowed(pack, ids), narrowed(against, ids) if against is not None else None


@dataclass(slots=True)
class _Silence:
    """What a pack says of items on which certain detectors ran and found nothing."""

    outcome: list[bool | None]
    fired: tuple[int, ...]
    missing: dict[int, tuple[str, ...]]
    items: int = 0
    turned: Counter[int] = field(default_factory=Counter)
    """On how many items fewer a rule is unknown than silence says; below 0, on more."""


class Trial:
    """A pack, and what it said so far."""

    def __init__(self, pack: Pack, measured: Collection[str], examples: int) -> None:
        self.pack, self._measured, self._most = pack, measured, examples
        self._naming: defaultdict[str, list[int]] = defaultdict(list)
        for number, rule in enumerate(pack.rules):
            for detector in rule.detectors:
                self._naming[detector].append(number)
        self._scoring = [n for n, r in enumerate(pack.rules) if r.scores]
        self._about = any(r.about for r in pack.rules)
        self._silences: dict[object, _Silence] = {}
        self._steps: dict[tuple[int, ...], tuple[str, bool]] = {}
        self._decided: Counter[tuple[str, bool]] = Counter()
        self._fired = [0] * len(pack.rules)
        self._examples: list[list[str]] = [[] for _ in pack.rules]
        self._unknown: list[Counter[str]] = [Counter() for _ in pack.rules]
        self._unknowns = [0] * len(pack.rules)
        self._right: list[Counter[bool]] = [Counter() for _ in pack.rules]
        self._labelled: Counter[tuple[bool, bool]] = Counter()

    def ask(self, id: str, facts: Facts, truth: bool | None) -> str:
        """Give the step on one item, and count."""
        fired = self._asked(facts)
        decided = self._steps.get(fired)
        if decided is None:
            decided = self._stepped(fired)
        self._decided[decided] += 1
        for n in fired:
            self._fired[n] += 1
            if len(self._examples[n]) < self._most:
                self._examples[n].append(id)
        if truth is not None:
            self._labelled[decided[0] != self.softest, truth] += 1
            for n in fired:
                self._right[n][truth] += 1
        return decided[0]

    @property
    def softest(self) -> str:
        """The step when no rule asks for any."""
        return ladder(self.pack.surface)[0]

    def _asked(self, facts: Facts) -> tuple[int, ...]:
        """Give the numbers of the rules that hold, in order."""
        known = facts.item if self._about else None
        about = tuple(known.items()) if known is not None else None
        silence = self._silences.get((facts.ran, about)) or self._silent(facts, about)
        silence.items += 1
        if not facts.counted and not self._scoring:
            return silence.fired
        numbers = {n for d in facts.counted for n in self._naming.get(d, ())}
        numbers.update(self._scoring)
        changed: dict[int, bool | None] = {}
        for n in numbers:
            asked = self.pack.rules[n].holds
            holds = asked(facts) if asked is not None else None
            was = silence.outcome[n]
            if holds is not was:
                changed[n] = holds
                silence.turned[n] += (was is None) - (holds is None)
        if not changed:
            return silence.fired
        kept = {n for n in silence.fired if n not in changed}
        return tuple(sorted(kept | {n for n, holds in changed.items() if holds}))

    def _silent(self, facts: Facts, about: object) -> _Silence:
        nothing = facts._replace(counted={}, scores={})
        rules = self.pack.rules
        outcome = [r.holds(nothing) if r.holds is not None else None for r in rules]
        missing = {}
        for n, rule in enumerate(rules):
            what = [d for d in rule.detectors if d not in facts.ran]
            what += [THE_ITEM] if rule.about and not _whole(facts) else []
            missing[n] = tuple(what or [A_SCORE])
        if len(self._silences) >= _MOST_REMEMBERED:
            self._fold()
        made = _Silence(outcome, tuple(n for n, o in enumerate(outcome) if o), missing)
        self._silences[facts.ran, about] = made
        return made

    def _stepped(self, fired: tuple[int, ...]) -> tuple[str, bool]:
        if len(self._steps) >= _MOST_REMEMBERED:
            self._steps.clear()
        decided = step(self.pack, [self.pack.rules[n] for n in fired], self._measured)
        self._steps[fired] = decided
        return decided

    def _fold(self) -> None:
        """Add up what silences say of unknown rules, and forget them."""
        for silence in self._silences.values():
            for n, outcome in enumerate(silence.outcome):
                unknown = silence.items * (outcome is None) - silence.turned[n]
                if unknown:
                    self._unknowns[n] += unknown
                    for what in silence.missing[n]:
                        self._unknown[n][what] += unknown
        self._silences.clear()

    def told(self, labelled: bool) -> OfPack:
        """Give what was counted."""
        self._fold()
        counts = self._labelled
        n, violations = counts.total(), counts[True, True] + counts[False, True]
        rules = []
        for number, rule in enumerate(self.pack.rules):
            right = self._right[number]
            found = Agreement(n, violations, right.total(), right[True]) if labelled else None
            missing = dict(self._unknown[number].most_common())
            seen = (self._fired[number], self._unknowns[number], missing)
            rules.append(OfRule(rule.id, rule.do, *seen, tuple(self._examples[number]), found))
        steps = dict.fromkeys(ladder(self.pack.surface), 0)
        for (do, _), items in self._decided.items():
            steps[do] += items
        people = sum(items for (_, person), items in self._decided.items() if person)
        fired = counts[True, True] + counts[True, False]
        whole = Agreement(n, violations, fired, counts[True, True]) if labelled else None
        return OfPack(f"{self.pack.name} {self.pack.version}", steps, people, tuple(rules), whole)


def _whole(facts: Facts) -> bool:
    """Tell whether all that rules may name of the item is known."""
    return facts.item is not None and facts.item.keys() >= set(ABOUT)


def _median(took: Counter[int]) -> float:
    """Give the median of counted logarithms, nan without any."""
    half, passed = took.total() / 2, 0
    for fine in sorted(took):
        passed += took[fine]
        if passed >= half:
            return max(0.0, math.exp(fine / _FINE) - 1e-3)
    return math.nan
