"""
Train the weights that ship, from rows whose licences allow it; the same bytes every time.

Usage: python tools/train_weights.py DETECTOR [FOLDER OF THE NAMED SETS]
Rows: evals/data/<detector>/train.jsonl (ours); beside them, as rows that are too easy to set a
threshold: shares of TeleAntiFraud (Apache-2.0), COLD (Apache-2.0) and SWSR (MIT), and our own rows
of other detectors. Shares and the allowed rate were fixed on held-out rows of our own alone.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qingjian.core.registry import discover
from qingjian.detectors.instruments.linear import pack_linear
from qingjian.detectors.instruments.linear_train import Example
from qingjian.evals.sets import DEFAULT, named
from qingjian.evals.shipped import recipe, signalled
from qingjian.evals.transfer import examples, read_examples

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Recipe:
    """
    What goes into a detector's weights.

    Args:
        shares: rows taken from each named set.
        negatives_of: detectors whose own negatives are negatives here too.
        rate: false positives allowed on held-out rows of our own.
        penalty: of the trainer.
    """

    shares: Mapping[str, int] = field(default_factory=dict)
    negatives_of: tuple[str, ...] = ()
    rate: float = 0.025
    penalty: float = 0.01


RECIPES = {
    "text.scam": Recipe({"teleantifraud": 900, "cold": 3000, "swsr": 1000}),
    "text.illicit_tool_promotion": Recipe({"cold": 1000}, ("text.scam",), rate=0.04),
}


def own(id: str) -> list[Example]:
    """Give our training rows for a detector."""
    return read_examples(ROOT / "evals" / "data" / id / "train.jsonl")


def main() -> None:
    """Write the detector's .model file beside it."""
    id = sys.argv[1]
    data = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / DEFAULT
    chosen = RECIPES[id]
    also = [e for name, n in chosen.shares.items() for e in examples(named(name).rows(data), n)]
    also += [e for other in chosen.negatives_of for e in own(other) if not e.positive]
    card = discover().get(id).card
    about = {"detector": id, "trained_on": ["our own rows", *chosen.shares]}
    model = recipe(
        signalled(card, own(id)),
        also=signalled(card, also),
        rate=chosen.rate,
        penalty=chosen.penalty,
        about=about,
    )
    family, _, name = id.partition(".")
    target = ROOT / "src" / "qingjian" / "detectors" / family / f"{name}.model"
    target.write_bytes(pack_linear(model))
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size:,} bytes; {model.about['held_out']}")


if __name__ == "__main__":
    main()
