"""
Show what each allowed rate of false positives would give, and which one a detector should have.

Usage: python tools/choose_rates.py [DETECTOR ...] [--data-dir FOLDER OF THE NAMED SETS]
A star marks where rows held out by crossing and the development half both keep a precision of 0.90.
Chosen is the largest such rate, or 0.03 where there is none (RECIPES in tools/train_weights.py).
The blind half is not looked at.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from qingjian.core.card import Card
from qingjian.core.errors import Abstain
from qingjian.core.registry import discover
from qingjian.detectors.instruments.lexicon import Lexicon
from qingjian.detectors.instruments.linear import Linear
from qingjian.detectors.instruments.linear_train import Example, train
from qingjian.detectors.instruments.pack import load_pack
from qingjian.detectors.instruments.weighed import Weighed
from qingjian.evals.measure import rows
from qingjian.evals.sets import DEFAULT
from qingjian.evals.shipped import crossed, reading, signalled, window_of
from qingjian.evals.transfer import example
from train_weights import OWN, RECIPES, ROOT, Recipe, own, rows_of_others

RATES = (0.02, 0.03, 0.045)
LEAST_PRECISION = 0.9


def development(card: Card) -> list[Example]:
    """Give the development half."""
    half = rows(OWN / card.id / "data.jsonl")
    return [example(r, card.hears) for r in half if not r.blind]


def hits(model: Linear, card: Card, judged: Sequence[Example]) -> np.ndarray:
    """Give which rows the detector would find with this model."""
    family, _, name = card.id.partition(".")
    lexicon = Lexicon(load_pack(f"qingjian.detectors.{family}", f"{name}.toml"))
    one = Weighed(model, lexicon, "")

    def hit(text: str) -> bool:
        try:
            return any(not f.against for f in one.judge(text, None).findings)
        except Abstain:
            return False

    return np.array([hit(e.text) for e in judged], dtype=np.bool_)


def show(id: str, data: Path) -> None:
    """Print a line for each rate; a star stands where both keep the precision."""
    card, chosen = discover().get(id).card, RECIPES.get(id, Recipe())
    ours, others = signalled(card, own(card)), signalled(card, rows_of_others(card, data))
    window = window_of(card)
    seen = crossed(ours, others, chosen.penalty, window)
    model = train([*ours, *others], penalty=chosen.penalty, about={}, window=window)
    judged = development(card)
    truth = np.array([e.positive for e in judged])
    for rate in RATES:
        read = reading(seen, rate)
        score = np.array([read.score(x) for x in seen.raw])
        held = score >= read.threshold
        about = {"threshold": read.threshold, "doubt": read.doubt}
        there = hits(replace(model, platt=read.platt, about=about), card, judged)
        kept = [
            float(t[h].mean()) if h.any() else 0.0 for t, h in ((seen.truth, held), (truth, there))
        ]
        found = held[seen.truth].mean(), there[truth].mean()
        told = [f"recall {r:.2f} precision {p:.2f}" for r, p in zip(found, kept, strict=True)]
        star = "*" if min(kept) >= LEAST_PRECISION else ""
        print(f"{id} {rate:.3f} held out: {told[0]}  development: {told[1]} {star}", flush=True)


def main() -> None:
    """Show what is named, or all."""
    said = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    said.add_argument("detectors", nargs="*")
    said.add_argument("--data-dir", type=Path, default=ROOT / DEFAULT)
    asked = said.parse_args()
    for id in asked.detectors or sorted(p.parent.name for p in OWN.glob("*/train.jsonl")):
        show(id, asked.data_dir)


if __name__ == "__main__":
    main()
