"""
One decision of what was seen.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from qingjian.core.actions import ladder, strongest
from qingjian.core.types import Decision, Scanned
from qingjian.policy.facts import Facts, of_run
from qingjian.policy.rules import Pack, Rule


def decide(pack: Pack, scanned: Scanned, measured: Collection[str]) -> Decision:
    """
    Give the decision on what one run saw.

    Args:
        pack: the policy in force.
        scanned: what was seen.
        measured: detectors whose quality is measured; a step that rests on another needs a person.
    """
    return of_facts(pack, of_run(scanned), measured)


def of_facts(pack: Pack, facts: Facts, measured: Collection[str]) -> Decision:
    """
    Give the decision on facts.

    Asked are the rules that name a detector with a finding or a score, or one that abstained or
    failed, and those that may hold whatever detectors say.
    """
    speaking = {"", *facts.counted, *facts.scores, *facts.silent}
    numbers = sorted({i for d in speaking for i in pack.by_detector.get(d, ())})
    asked: list[Rule] = []
    unknown: list[str] = []
    for number in numbers:
        rule = pack.rules[number]
        holds = rule.holds(facts) if rule.holds is not None else None
        if holds is None:
            unknown.append(rule.id)
        elif holds:
            asked.append(rule)
    do, person = step(pack, asked, measured)
    label = f"{pack.name} {pack.version}"
    return Decision(do, tuple(r.id for r in asked), label, person, tuple(unknown))


def step(pack: Pack, asked: Sequence[Rule], measured: Collection[str]) -> tuple[str, bool]:
    """Give the strongest step that rules ask for, and whether a person must confirm it."""
    softest = ladder(pack.surface)[0]
    if not asked:
        return softest, False
    do = strongest(pack.surface, (r.do for r in asked))
    pushing = [r for r in asked if r.do == do]
    proven = any(all(d in measured for d in r.detectors) for r in pushing)
    return do, not (do == softest or (do in pack.without_person and proven))
