"""
Measure what `qingjian train` makes of the named sets: folds that keep near-duplicates together.

Usage: python tools/measure_training.py [--write] [--data-dir FOLDER OF THE NAMED SETS]
ChineseHarm (six classes) and FBS SMS (thirteen) are parted in five; each class has a model of its
own, trained as `qingjian train --penalty 0.003 --scaled --window 400` trains, and a text goes to
the class whose raw score is highest. COLD is trained on its training and development parts and
judged on its test part. Weights made here are thrown away; rows stay where they are.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qingjian.core.clock import today
from qingjian.core.hashing import sha256_files
from qingjian.detectors.instruments.linear_train import Example, train
from qingjian.evals import metrics
from qingjian.evals.duplicates import near
from qingjian.evals.sets import DEFAULT

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "training.json"
FOLDS = 5
NORMAL = "不违规"
WINDOW = 400
PENALTY = {"chineseharm": 0.003, "fbs": 0.003, "cold": 0.03}
"""Fixed on the training part alone."""

Labels = NDArray[np.str_]


def classes(path: Path) -> tuple[list[str], Labels]:
    """Give texts and classes of a JSON Lines file."""
    rows = [json.loads(line) for line in path.open(encoding="utf-8")]
    return [r["text"] for r in rows], np.array([r["cls"] for r in rows])


def cold(folder: Path, *parts: str) -> tuple[list[str], NDArray[np.bool_]]:
    """Give texts of parts of COLD, and whether they are offensive."""
    rows = [
        row
        for part in parts
        for row in csv.DictReader((folder / f"{part}.csv").open(encoding="utf-8-sig", newline=""))
    ]
    return [r["TEXT"] for r in rows], np.array([r["label"] == "1" for r in rows])


def folds(texts: Sequence[str]) -> NDArray[np.intp]:
    """Give the fold of each text; texts that are near each other share one."""
    root = list(range(len(texts)))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    where: dict[str, list[int]] = {}
    for i, text in enumerate(texts):
        where.setdefault(text, []).append(i)
    for i, other in near(texts, texts):
        for k in where[other]:
            root[find(k)] = find(i)
    groups = np.array([find(i) for i in range(len(texts))])
    order = np.random.default_rng(7).permutation(len(texts))
    fold = np.zeros(len(texts), dtype=np.intp)
    sizes = [0] * FOLDS
    seen: dict[int, int] = {}
    for i in order:
        group = int(groups[i])
        if group not in seen:
            seen[group] = int(np.argmin(sizes))
        fold[i] = seen[group]
        sizes[seen[group]] += 1
    return fold


def macro_f1(truth: Labels, said: Labels) -> float:
    """Give the mean of the classes' F1."""
    made = []
    for name in np.unique(truth):
        hit = float(((truth == name) & (said == name)).sum())
        made.append(2 * hit / float((truth == name).sum() + (said == name).sum()))
    return float(np.mean(made))


def crossed(texts: Sequence[str], truth: Labels, penalty: float) -> Labels:
    """Give the class of each text by models that saw nothing near it."""
    names, fold = np.unique(truth), folds(texts)
    raw = np.zeros((len(texts), len(names)))
    for number in range(FOLDS):
        test = np.flatnonzero(fold == number)
        for k, name in enumerate(names):
            rows = [
                Example(text, bool(own == name))
                for text, own, f in zip(texts, truth, fold, strict=True)
                if f != number
            ]
            model = train(rows, penalty=penalty, about={}, scaled=True, window=WINDOW)
            raw[test, k] = [model.raw(Example(texts[int(i)], False).grams)[0] for i in test]
        print(f"fold {number + 1} of {FOLDS}", file=sys.stderr)
    best: Labels = names[raw.argmax(1)]
    return best


def _told(value: float, low: float, high: float) -> list[float]:
    return [round(value, 4), round(low, 4), round(high, 4)]


def of_classes(name: str, path: Path) -> dict[str, Any]:
    """Measure a set of several classes."""
    texts, truth = classes(path)
    said = crossed(texts, truth, PENALTY[name])
    made: dict[str, Any] = {
        "n": len(texts),
        "classes": len(np.unique(truth)),
        "data_hash": sha256_files([path])[:32],
        "macro_f1": _told(*metrics.with_interval(macro_f1, truth, said)),
    }
    if NORMAL in truth:
        wrong = said[truth == NORMAL] != NORMAL
        triple = metrics.with_interval(lambda x: float(x.mean()), wrong.astype(float))
        made["normal_false_positive_rate"] = _told(*triple)
    return made


def of_cold(folder: Path) -> dict[str, Any]:
    """Measure COLD on its own test part."""
    texts, truth = cold(folder, "train", "dev")
    rows = [Example(t, bool(y)) for t, y in zip(texts, truth, strict=True)]
    model = train(rows, penalty=PENALTY["cold"], about={}, scaled=True, window=WINDOW)
    test, positive = cold(folder, "test")
    said = np.array([model.raw(Example(t, False).grams)[0] > 0 for t in test])
    right = (said == positive).astype(float)
    triple = metrics.with_interval(lambda x: float(x.mean()), right)
    return {
        "n": len(test),
        "trained_on": len(rows),
        "data_hash": sha256_files(sorted(folder.glob("*.csv")))[:32],
        "accuracy": _told(*triple),
    }


def measured(data: Path) -> Mapping[str, Any]:
    """Measure all three."""
    text = data / "text"
    return {
        "chineseharm": of_classes("chineseharm", text / "chineseharm_half" / "harm_a.jsonl"),
        "fbs": of_classes("fbs", text / "fbs_sms_half" / "fbs_a.jsonl"),
        "cold": of_cold(text / "cold"),
    }


def main() -> None:
    """Measure, and write the result when asked to."""
    said = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    said.add_argument("--write", action="store_true")
    said.add_argument("--data-dir", type=Path, default=ROOT / DEFAULT)
    asked = said.parse_args()
    began = time.perf_counter()
    result = {
        "measured_on": today(),
        "machine": f"{os.cpu_count()} cores {platform.machine()}, "
        f"Python {platform.python_version()}",
        "sets": measured(asked.data_dir),
        "took_s": round(time.perf_counter() - began),
    }
    text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    print(text, end="")
    if asked.write:
        RESULT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
