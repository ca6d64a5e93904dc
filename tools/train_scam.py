"""
Train the weights that ship with text.scam, from rows whose licences allow it; the same bytes every time.

Usage: python tools/train_scam.py [FOLDER OF THE NAMED SETS]
Rows: evals/data/text.scam/train.jsonl (ours), TeleAntiFraud (Apache-2.0, both classes), COLD (Apache-2.0) and SWSR (MIT)
as comments that are no fraud. Shares and the allowed rate were fixed on held-out rows of these sources alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from qingjian.detectors.instruments.linear import pack_linear
from qingjian.detectors.instruments.linear_train import Example
from qingjian.evals.sets import DEFAULT, named
from qingjian.evals.shipped import recipe
from qingjian.evals.transfer import examples, read_examples

SHARES = {"teleantifraud": 900, "cold": 2000, "swsr": 700}
RATE = 0.01
PENALTY = 0.01


def main() -> None:
    """Write src/qingjian/detectors/text/scam.model."""
    root = Path(__file__).parent.parent
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else root / DEFAULT
    rows: list[Example] = read_examples(root / "evals" / "data" / "text.scam" / "train.jsonl")
    for name, share in SHARES.items():
        rows += examples(named(name).rows(data), share)
    about = {
        "detector": "text.scam",
        "trained_on": ["qingjian text.scam train.jsonl", "TeleAntiFraud", "COLD", "SWSR"],
    }
    model = recipe(rows, rate=RATE, penalty=PENALTY, about=about)
    target = root / "src" / "qingjian" / "detectors" / "text" / "scam.model"
    target.write_bytes(pack_linear(model))
    print(f"{target}: {target.stat().st_size:,} bytes; {model.about}")


if __name__ == "__main__":
    main()
