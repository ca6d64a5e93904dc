"""
What a run can say about one item, in sentences a reviewer reads in order.
"""

from __future__ import annotations

from collections.abc import Mapping

from qingjian.core.card import Card
from qingjian.core.types import Finding, Scanned


def explain(scanned: Scanned, cards: Mapping[str, Card]) -> tuple[str, ...]:
    """
    Give why each detector said what it said, and what would change the answer.

    Args:
        scanned: what one run saw of one item.
        cards: of the detectors that may have run.
    """
    lines = [_finding(f, cards.get(f.detector)) for f in scanned.findings]
    told = {f.detector for f in scanned.findings}
    for ran in scanned.ran:
        if ran.detector in told:
            continue
        score = scanned.scores.get(ran.detector)
        said = "found nothing" if score is None else f"scored {score:.2f} and found nothing"
        lines.append(f"{ran.detector} {said}")
    lines += [f"{n.what} abstained: {n.reason}" for n in scanned.abstained]
    lines += [f"{n.what} failed: {n.reason}" for n in scanned.errors]
    lines += [f"not looked at: {n.what}, because {n.reason}" for n in scanned.not_looked_at]
    return tuple(lines)


def _finding(finding: Finding, card: Card | None) -> str:
    parts = [f"{finding.detector} ({finding.severity}): {finding.why}"]
    if finding.score is not None:
        parts.append(f"score {finding.score:.2f}")
    shown = [f"{name} {_words(value)}" for name, value in finding.evidence.items() if value]
    if shown:
        parts.append("evidence: " + ", ".join(shown))
    if finding.against:
        parts.append("it would be a hit without: " + ", ".join(finding.against))
    if card is not None and card.limits:
        parts.append("known limits: " + ", ".join(card.limits))
    return "; ".join(parts)


def _words(value: object) -> str:
    return " · ".join(map(str, value)) if isinstance(value, tuple) else str(value)
