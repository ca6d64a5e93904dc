"""
Train the weights that ship, from rows whose licences allow it; the same bytes every time.

Usage: python tools/train_weights.py [DETECTOR ...] [--data-dir FOLDER OF THE NAMED SETS]
Rows: evals/data/<detector>/train.jsonl (ours); beside them, as rows that are too easy to set a
threshold: shares of TeleAntiFraud (Apache-2.0), COLD (Apache-2.0) and SWSR (MIT), and our own rows
of other detectors. Shares and the allowed rate were fixed on rows of our own alone. Without a name
every detector with training rows of ours is trained.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qingjian.core.card import Card
from qingjian.core.registry import discover
from qingjian.detectors.instruments.linear import pack_linear
from qingjian.detectors.instruments.linear_train import Example
from qingjian.evals.sets import DEFAULT, named
from qingjian.evals.shipped import disguised, recipe, signalled, window_of
from qingjian.evals.transfer import examples, read_examples

ROOT = Path(__file__).parent.parent
OWN = ROOT / "evals" / "data"


@dataclass(frozen=True)
class Recipe:
    """
    What goes into a detector's weights.

    Args:
        shares: rows taken from each named set.
        negatives_of: detectors whose own negatives are negatives here too.
        rate: false positives allowed on rows of our own.
        penalty: of the trainer.
    """

    shares: Mapping[str, int] = field(default_factory=lambda: {"cold": 1000})
    negatives_of: tuple[str, ...] = ("text.scam",)
    rate: float = 0.03
    penalty: float = 0.01


RECIPES = {
    "text.scam": Recipe({"teleantifraud": 900, "cold": 3000, "swsr": 1000}, (), 0.025),
    "text.illicit_tool_promotion": Recipe(rate=0.04),
    "text.insult": Recipe({"cold_offensive": 8000}),
}


def own(card: Card) -> list[Example]:
    """Give our training rows for a detector."""
    return read_examples(OWN / card.id / "train.jsonl", hears=card.hears)


def trained(id: str, data: Path) -> Path:
    """Write the detector's .model file beside it and give its path."""
    registry = discover()
    card, chosen = registry.get(id).card, RECIPES.get(id, Recipe())
    also = [e for name, n in chosen.shares.items() for e in examples(named(name).rows(data), n)]
    for other in chosen.negatives_of:
        also += [e for e in own(registry.get(other).card) if not e.positive and other != id]
    rows = own(card)
    also += [*disguised(rows, 2), *disguised(also)]
    family, _, name = id.partition(".")
    model = recipe(
        signalled(card, rows),
        also=signalled(card, also),
        rate=chosen.rate,
        penalty=chosen.penalty,
        about={"detector": id, "trained_on": ["our own rows", *chosen.shares]},
        window=window_of(card),
    )
    target = ROOT / "src" / "qingjian" / "detectors" / family / f"{name}.model"
    target.write_bytes(pack_linear(model))
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size:,} bytes; {model.about['held_out']}")
    return target


def main() -> None:
    """Train what is named, or all."""
    said = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    said.add_argument("detectors", nargs="*")
    said.add_argument("--data-dir", type=Path, default=ROOT / DEFAULT)
    asked = said.parse_args()
    for id in asked.detectors or sorted(p.parent.name for p in OWN.glob("*/train.jsonl")):
        trained(id, asked.data_dir)


if __name__ == "__main__":
    main()
