"""
How good every detector is: on blind rows, on sets of others, disguised, and on innocent texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qingjian.core.card import Card
from qingjian.core.registry import Registry
from qingjian.evals import results
from qingjian.evals.evasions import EVASIONS

_HEAD = """# How good is it

Made from `evals/results`; do not edit. Every figure has a 95 % interval. *Blind* rows were written
by somebody who knew only what the detector finds; terms and thresholds were fixed without them.
A score is calibrated for texts of which a third are positive.

What these figures do not say: how good a detector is on your texts. Our rows are written, not
collected; a hundred positives leave an interval of about ±8 points; what writers of one kind did
not think of, no row shows. Measure on your own: `qingjian eval ID --data FILE`.

"""
_COLUMNS = ("precision", "recall", "auroc", "ece")
Result = Mapping[str, Any]


def markdown(registry: Registry) -> str:
    """Give docs/quality.md."""
    cards = {id: one.card for id, one in registry.detectors.items()}
    read = {id: result for id, card in cards.items() if (result := _current(id, card))}
    lines = [*_blind(cards, read), *_transfer(read), *_evasions(read), *_lookalikes(cards)]
    return _HEAD + "\n".join(lines) + "\n"


def _current(id: str, card: Card) -> Result | None:
    """Give the result of a detector, None without one that speaks for the code as it is."""
    result = results.read(id)
    return None if result is None or results.stale(id, card, result) else result


def _blind(cards: Mapping[str, Card], read: Mapping[str, Result]) -> Iterator[str]:
    yield from ("## Blind rows", "")
    yield _cells("detector", "n", *_COLUMNS, "reviews per 100,000 at 1 %", "precision at 1 %")
    yield "|---|---|---|---|---|---|---|---|"
    for id in cards:
        one = next((s for s in read.get(id, {}).get("sets", ()) if s["set"] == results.BLIND), None)
        if one is None:
            yield _cells(f"`{id}`", "not measured", "", "", "", "", "", "")
            continue
        rates = one.get("rates", {})
        yield _cells(
            f"`{id}`",
            f"{one['n']} ({one['positives']})",
            *(_triple(one["metrics"].get(name)) for name in _COLUMNS),
            _plain(rates.get("reviews_per_100000_at_1%")),
            _plain(rates.get("precision_at_1%")),
        )
    yield ""


def _transfer(read: Mapping[str, Result]) -> Iterator[str]:
    yield from ("## Sets of others", "")
    yield "Weights and thresholds as they ship; sets that trained them are marked and count not."
    yield from ("", _cells("detector", "set", "n", *_COLUMNS, "what it is"))
    yield "|---|---|---|---|---|---|---|---|"
    for id, result in read.items():
        for one in result.get("shipped", ()):
            trained = " **(trained the weights)**" if one["trained_shipped_weights"] else ""
            figures = (_triple(one["metrics"].get(name)) for name in _COLUMNS)
            yield _cells(f"`{id}`", one["set"], f"{one['n']:,}", *figures, one["note"] + trained)
    yield ""


def _evasions(read: Mapping[str, Result]) -> Iterator[str]:
    names = list(EVASIONS)
    yield from ("## Disguised", "")
    yield "Share of the recall that is left when every positive is disguised in one way."
    yield from ("", _cells("detector", "n", *(name.replace("_", " ") for name in names)))
    yield "|---|---|" + "---|" * len(names)
    for id, result in read.items():
        made = result.get("evasions")
        if made:
            yield _cells(f"`{id}`", str(made["n"]), *(f"{made[name][0]:.2f}" for name in names))
    yield ""


def _lookalikes(cards: Mapping[str, Card]) -> Iterator[str]:
    yield from ("## Innocent look-alikes that pass", "")
    yield from (_cells("detector", "text"), "|---|---|")
    for id, card in cards.items():
        if card.lookalike:
            yield _cells(f"`{id}`", card.lookalike.replace("\n", "⏎"))


def _triple(values: Sequence[float | None] | None) -> str:
    if not values or any(value is None for value in values):
        return "–"
    value, low, high = values
    return f"{value:.2f} ({low:.2f}–{high:.2f})"


def _plain(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.4g}"


def _cells(*cells: str) -> str:
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"
