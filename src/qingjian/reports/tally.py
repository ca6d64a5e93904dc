"""
What a version of a policy would have done, for people and machines.
"""

from __future__ import annotations

from typing import Any

from qingjian.cases.tally import Tally
from qingjian.core.intervals import wilson


def told(tally: Tally) -> dict[str, Any]:
    """Give the counts for machines."""
    rules = sorted({*tally.hits, *tally.unknown})
    return {
        "rows": tally.rows,
        "unread": tally.unread,
        "need_person": tally.people,
        "steps": {step: count for step, count in tally.steps.items() if count},
        "rules": [{"id": r, "fired": tally.hits[r], "unknown": tally.unknown[r]} for r in rules],
        "moved": [
            {"was": was, "now": now, "items": count, "first": tally.ids[was, now]}
            for (was, now), count in sorted(tally.moved.items())
        ],
    }


def lines(tally: Tally) -> list[str]:
    """Give the counts as lines."""
    if not tally.rows:
        return ["no row came in since"]
    steps = ", ".join(f"{step} {count:,}" for step, count in tally.steps.items() if count)
    made = [f"{tally.rows:,} rows: {steps}; {tally.people:,} need a person"]
    if tally.unread:
        made.append(f"{tally.unread:,} more contradict themselves: not asked about")
    changed = tally.moved.total()
    _, low, high = wilson(changed, tally.rows)
    share = f"{changed / tally.rows:.2%} ({low:.2%}–{high:.2%})"
    made.append(f"another step than was decided: {changed:,}, {share}")
    for (was, now), count in sorted(tally.moved.items()):
        ids = tally.ids[was, now]
        more = ", …" if count > len(ids) else ""
        made.append(f"  {was} > {now}: {count:,} ({', '.join(ids)}{more})")
    made.append("rules")
    for rule in sorted({*tally.hits, *tally.unknown}, key=lambda r: (-tally.hits[r], r)):
        unknown = f", unknown {tally.unknown[rule]:,}" if tally.unknown[rule] else ""
        made.append(f"  {rule}: {tally.hits[rule]:,}{unknown}")
    return made
