"""
What a backtest found, as JSON values and as a table for people.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from qingjian.flows.outcome import Agreement, Backtested, Change, OfPack, OfRule, Triple
from qingjian.reports.visible import visible

_PER = 100_000


def told(result: Backtested) -> dict[str, Any]:
    """Give what was found as JSON values; shares are [value, low, high], null where undefined."""
    return {
        "items": {
            "decided": result.decided,
            "not_read": result.not_read,
            "bad_rows": result.bad,
            "faults": list(result.faults),
            "median_took_ms": _figure(result.took_ms),
        },
        "pack": _pack(result.pack, result.decided),
        "against": _pack(result.against, result.decided) if result.against else None,
        "changes": [
            {
                "from": c.before,
                "to": c.after,
                "direction": "stronger" if c.stronger else "softer",
                "items": c.items,
                "examples": list(c.examples),
            }
            for c in result.changes
        ],
        "labels_unseen": result.labels_unseen,
    }


def _pack(pack: OfPack, decided: int) -> dict[str, Any]:
    return {
        "policy": pack.policy,
        "steps": dict(pack.steps),
        "need_person": pack.need_person,
        "reviews_per_100000": _per(pack.need_person, decided),
        "agreement": _agreement(pack.agreement),
        "rules": [
            {
                "id": r.id,
                "do": r.do,
                "fired": r.fired,
                "fired_per_100000": _per(r.fired, decided),
                "unknown": r.unknown,
                "missing": dict(r.missing),
                "examples": list(r.examples),
                "agreement": _agreement(r.agreement),
            }
            for r in pack.rules
        ],
    }


def _agreement(found: Agreement | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "labelled": found.labelled,
        "violations": found.violations,
        "fired": found.fired,
        "right": found.right,
        "precision": _triple(found.precision),
        "recall": _triple(found.recall),
    }


def _triple(share: Triple) -> list[float] | None:
    return None if math.isnan(share[0]) else [round(value, 4) for value in share]


def _figure(value: float) -> float | None:
    return None if math.isnan(value) else float(f"{value:.3g}")


def _per(items: int, decided: int) -> float | None:
    return round(_PER * items / decided, 1) if decided else None


def lines(result: Backtested) -> Iterator[str]:
    """Give the lines of a report for people."""
    yield f"{result.decided:,} items decided again by {visible(result.pack.policy)}"
    if result.not_read:
        yield f"{result.not_read:,} rows without a decision then: unreadable, or nothing reads them"
    if result.bad:
        yield f"{result.bad:,} bad rows were passed over:"
        yield from (f"  {visible(fault)}" for fault in result.faults)
        if result.bad > len(result.faults):
            yield f"  and {result.bad - len(result.faults):,} more"
    if not math.isnan(result.took_ms):
        yield f"an item's scan took {result.took_ms:.3g} ms (median)"
    yield ""
    yield from _steps(result)
    yield ""
    yield from _rules(result.pack.rules)
    if result.against is not None:
        yield ""
        yield from _changes(result)
    if result.pack.agreement is not None:
        yield ""
        yield from _labels(result, result.pack.agreement)


def _steps(result: Backtested) -> Iterator[str]:
    old = result.against
    packs = [result.pack] if old is None else [result.pack, old]
    yield f"{'step':<14}" + "".join(f"{visible(p.policy)[:24]:>26}" for p in packs)
    for step in result.pack.steps:
        if any(p.steps[step] for p in packs):
            yield f"{step:<14}" + "".join(f"{p.steps[step]:>26,}" for p in packs)
    yield f"{'need a person':<14}" + "".join(f"{p.need_person:>26,}" for p in packs)
    rates = (_per(p.need_person, result.decided) for p in packs)
    said = ("–" if rate is None else f"{rate:,.1f}" for rate in rates)
    yield f"{'per 100,000':<14}" + "".join(f"{rate:>26}" for rate in said)


def _rules(rules: tuple[OfRule, ...]) -> Iterator[str]:
    yield f"{'rule':<26} {'do':<10} {'fired':>10} {'unknown':>10}  examples, or what was missing"
    for rule in rules:
        missing = ", ".join(f"{what} ({n:,})" for what, n in list(rule.missing.items())[:3])
        more = len(rule.missing) - 3
        note = "; ".join(
            part
            for part in (
                " ".join(visible(id) for id in rule.examples),
                f"without {missing}" + (f" and {more} more" if more > 0 else "") if missing else "",
            )
            if part
        )
        counts = f"{rule.fired:>10,} {rule.unknown:>10,}"
        yield f"{visible(rule.id):<26} {rule.do:<10} {counts}  {note}".rstrip()


def _changes(result: Backtested) -> Iterator[str]:
    assert result.against is not None
    changed = sum(c.items for c in result.changes)
    stronger = sum(c.items for c in result.changes if c.stronger)
    before = visible(result.against.policy)
    yield (
        f"{changed:,} items change step against {before}: {changed - stronger:,} softer, "
        f"{stronger:,} stronger"
    )
    yield from map(_change, result.changes)


def _change(c: Change) -> str:
    examples = " ".join(visible(id) for id in c.examples)
    return f"  {c.before} → {c.after}".ljust(24) + f"{c.items:>10,}  {examples}"


def _labels(result: Backtested, whole: Agreement) -> Iterator[str]:
    yield f"{whole.labelled:,} items with a label, {whole.violations:,} of them violations"
    if result.labels_unseen:
        yield f"{result.labels_unseen:,} labels are of items in no row"
    yield f"{'':<26} {'fired':>8} {'right':>8}   {'precision':<22} recall"
    packs = [result.pack] + ([result.against] if result.against is not None else [])
    for pack in packs:
        if pack.agreement is not None:
            yield _agreed(pack.policy, pack.agreement)
    for rule in result.pack.rules:
        if rule.agreement is not None:
            yield _agreed(rule.id, rule.agreement)


def _agreed(name: str, found: Agreement) -> str:
    shares = f"{_share(found.precision):<22} {_share(found.recall)}"
    return f"{visible(name):<26} {found.fired:>8,} {found.right:>8,}   {shares}"


def _share(share: Triple) -> str:
    return "–" if math.isnan(share[0]) else f"{share[0]:.2f} ({share[1]:.2f}–{share[2]:.2f})"
