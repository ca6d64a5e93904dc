"""
Train the weights that ship, from rows whose licences allow it; the same bytes every time.

Usage: python tools/train_weights.py [DETECTOR ...] [--data-dir FOLDER OF THE NAMED SETS]
Rows: evals/data/<detector>/train.jsonl (ours); beside them, as rows that are too easy to set a
threshold: shares of TeleAntiFraud (Apache-2.0), COLD (Apache-2.0) and SWSR (MIT), innocent rows of
our other detectors, and disguised copies. Shares and the allowed rate were fixed on rows of our own
alone. Without a name every detector with training rows of ours is trained.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qingjian.core.card import Card
from qingjian.core.errors import QingjianError
from qingjian.core.hashing import sha256
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
        rate: false positives allowed on rows of our own.
        penalty: of the trainer.
    """

    shares: Mapping[str, int] = field(default_factory=lambda: {"cold": 1000})
    rate: float = 0.03
    penalty: float = 0.01


RECIPES = {
    "text.scam": Recipe({"teleantifraud": 900, "cold": 3000, "swsr": 1000}, 0.025),
    "text.illicit_tool_promotion": Recipe(rate=0.04),
    "text.self_harm_cue": Recipe(rate=0.06),  # a miss costs more than an offer of help too many
    "text.insult": Recipe({}),  # comments of COLD blur it: recall .29 with 8,000
    "text.gore": Recipe(rate=0.045),
    "text.minor_unsuitable": Recipe(rate=0.045),
    "text.gambling_promotion": Recipe(rate=0.045),
    "text.forged_notice": Recipe(rate=0.045),
    "text.kin_fraud": Recipe(rate=0.045),
    "text.investment_inducement": Recipe(rate=0.045),
    "conversation.companion_sexual": Recipe(rate=0.045),
    "conversation.fraud_script": Recipe(rate=0.045),
}
"""Rates that differ from the common one were fixed with tools/choose_rates.py."""


KIN = (
    {"text.scam", "text.kin_fraud", "text.investment_inducement", "conversation.fraud_script"},
    {"text.illicit_tool_promotion", "text.illicit_tool_tutorial", "text.label_stripping"},
    {"text.sexual", "text.undress_request", "conversation.companion_sexual"},
    {"text.self_harm_cue", "text.minor_unsuitable", "conversation.minor_cue"},
    {"text.fortune_telling", "text.pseudoscience"},
)
"""Detectors of related things: the innocent rows of one may be hits of another."""
MOST_OF_OTHERS = 300


def innocent(id: str) -> list[str]:
    """Give the detectors whose innocent rows are innocent for this one too."""
    kin = {id}.union(*(group for group in KIN if id in group))
    return [p.parent.name for p in sorted(OWN.glob("*/train.jsonl")) if p.parent.name not in kin]


def own(card: Card) -> list[Example]:
    """Give our training rows for a detector."""
    return read_examples(OWN / card.id / "train.jsonl", hears=card.hears)


def rows_of_others(card: Card, data: Path) -> list[Example]:
    """Give what trains beside our rows for a detector: innocent rows, shares, disguised copies."""
    chosen = RECIPES.get(card.id, Recipe())
    also = [e for name, n in chosen.shares.items() for e in examples(named(name).rows(data), n)]
    for other in innocent(card.id):
        rows = [e for e in own(discover().get(other).card) if not e.positive]
        also += sorted(rows, key=lambda e: sha256(e.text.encode()))[:MOST_OF_OTHERS]
    return also + [*disguised(own(card), 2), *disguised(also)]


def trained(id: str, data: Path) -> Path:
    """Write the detector's .model file beside it and give its path."""
    card, chosen = discover().get(id).card, RECIPES.get(id, Recipe())
    rows, also = own(card), rows_of_others(card, data)
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
        try:
            trained(id, asked.data_dir)
        except QingjianError as error:
            sys.exit(f"{id}: {error.what}; {error.hint}")


if __name__ == "__main__":
    main()
