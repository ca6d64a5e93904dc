"""
One decision of what was seen.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from qingjian.core.actions import ladder, strongest
from qingjian.core.types import SEVERITIES, Decision, Scanned
from qingjian.policy.rules import Pack, Rule


def context(scanned: Scanned) -> dict[str, Any]:
    """Give what rules may name: a map per family of detectors that ran, and `item`."""
    about = scanned.item.about
    said: dict[str, Any] = {}
    for ran in scanned.ran:
        family, _, name = ran.detector.partition(".")
        facts = {"hit": False, "count": 0, "unopposed": 0, "severity": 0}
        if ran.detector in scanned.scores:
            facts["score"] = scanned.scores[ran.detector]  # type: ignore[assignment]  # a score is a float
        said.setdefault(family, {})[name] = facts
    for finding in scanned.findings:
        family, _, name = finding.detector.partition(".")
        facts = said[family][name]
        facts["count"] += 1
        facts["unopposed"] += not finding.opposed
        facts["hit"] = facts["unopposed"] > 0
        facts["severity"] = max(facts["severity"], SEVERITIES.index(finding.severity))
    said["item"] = {
        "kind": scanned.item.kind,
        "role": about.role or "",
        "channel": about.channel or "",
        "audience": about.audience or "",
        "declared": bool(about.declared),
    }
    return said


def decide(pack: Pack, scanned: Scanned, measured: Collection[str]) -> Decision:
    """
    Give the decision.

    Args:
        pack: the policy in force.
        scanned: what was seen.
        measured: detectors whose quality is measured; a step that rests on another needs a person.

    Asked are the rules that name a detector with a finding or a score, or one that abstained or
    failed, and those that may hold whatever detectors say.
    """
    speaking = {f.detector for f in scanned.findings} | set(scanned.scores) | {""}
    speaking.update(n.what for n in (*scanned.abstained, *scanned.errors))
    numbers = sorted({i for d in speaking for i in pack.by_detector.get(d, ())})
    label = f"{pack.name} {pack.version}"
    if not numbers:
        return Decision(ladder(pack.surface)[0], policy=label)
    import cel

    said = cel.Context(context(scanned))
    asked: list[Rule] = []
    unknown: list[str] = []
    for number in numbers:
        rule = pack.rules[number]
        try:
            holds = rule.program.execute(said)
        except (KeyError, RuntimeError, TypeError, ValueError):
            unknown.append(rule.id)
            continue
        if holds is True:
            asked.append(rule)
    do = strongest(pack.surface, (r.do for r in asked))
    pushing = [r for r in asked if r.do == do]
    proven = any(all(d in measured for d in r.detectors) for r in pushing)
    softest = do == ladder(pack.surface)[0]
    alone = softest or (do in pack.without_person and proven)
    return Decision(do, tuple(r.id for r in asked), label, not alone, tuple(unknown))
