"""
Learn what facts weigh, and write `DETECTOR.toml` beside the detector.

    python tools/train_facts.py contradicted_figure            print
    python tools/train_facts.py recycled_event --write         and write the weights

Learned from development rows alone. For `contradicted_figure` also texts of other detectors that
keep to their sources: in these a figure that the source has is changed on purpose (a digit, two
digits swapped, ten times, another number), which gives pairs known to be wrong; of a row that is
wrong somewhere the likeliest pair is taken, again and again until it stays. Every text is also held
against what others were written about. Rows of one source are in one fold; what is printed is
measured on folds that were not learned from.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qingjian.core.known import Known
from qingjian.detectors.instruments.anchors import compare, read
from qingjian.detectors.instruments.grounding import is_idle, is_label, stands
from qingjian.detectors.instruments.odds import Facts
from qingjian.detectors.instruments.pairing import pairs
from qingjian.detectors.instruments.repeating import repeating
from qingjian.detectors.instruments.retelling import retelling
from qingjian.detectors.instruments.retold import changed as changed_by
from qingjian.detectors.instruments.retold import told_as_past
from qingjian.detectors.instruments.told import told

ROOT = Path(__file__).parent.parent
DATA = ROOT / "evals" / "data"
OUT = ROOT / "src" / "qingjian" / "detectors" / "text"
FOLDS, ROUNDS, STEPS, L2 = 8, 12, 25, 1.0
SHARE = {"own": 1.0, "crossed": 0.08, "others": 0.4}
LONGEST = 600
START = {"bias": -2.0, "common": 0.5, "left": 1.0, "right": 0.5, "named": 1.0}
CHANGED = 2
CROSSED = 5
Vector = NDArray[np.float64]
Table = tuple[list[Facts], list[bool]]
"""Facts of pairs, and which of them are to be learned from."""


@dataclass
class Row:
    """A text against a source; `at` is where its figure was changed, if it was."""

    of: str
    wrong: bool
    text: str
    source: str
    at: int | None = None


def rows(name: str) -> Iterator[dict[str, Any]]:
    """Give the development rows of a detector."""
    for line in (DATA / name / "data.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if not row["blind"]:
            yield row


def originals() -> Iterator[Row]:
    """Give the rows as they were written."""
    for r in rows("text.contradicted_figure"):
        yield Row("own", bool(r["label"]), str(r["text"]), r["known"][0]["text"])
    for name in ("text.ungrounded", "text.rewrite", "text.recycled_event"):
        for r in rows(name):
            keeps = r["label"] == (name == "text.recycled_event")
            sources = r.get("sources") or [k["text"] for k in r["known"]]
            if keeps or name == "text.rewrite":
                yield Row(name.partition(".")[2], False, r["text"], "\n".join(sources))


def changed(said: str, rnd: random.Random) -> str | None:
    """Give a figure that is wrong as people and forgers get it wrong."""
    if m := re.search(r"\d+(?:\.\d+)?", said):
        one, dice = m[0], rnd.random()
        digits = [i for i, c in enumerate(one) if c != "."]
        other = list(one)
        if dice < 0.45:
            other[rnd.choice(digits)] = rnd.choice("123456789")
        elif dice < 0.6:
            a, b = rnd.choice(digits), rnd.choice(digits)
            other[a], other[b] = other[b], other[a]
        elif dice < 0.8 and "." not in one:
            other = [*one, "0"] if dice < 0.7 else [rnd.choice("123"), *one]
        else:
            value = float(one) * rnd.choice([0.3, 0.5, 0.6, 1.3, 1.5, 2, 2.5, 3, 4])
            other = list(f"{value:.1f}" if "." in one else str(max(1, round(value))))
        made = "".join(other)
        return None if made == one or made[0] == "0" else said[: m.start()] + made + said[m.end() :]
    if m := re.search("[一二两三四五六七八九]", said):
        made = rnd.choice([c for c in "二三四五六七八九" if c != m[0] and m[0] + c != "两二"])
        return said[: m.start()] + made + said[m.end() :]
    return None


def examples(seed: int = 3) -> list[Row]:
    """Give all rows: as written, with a figure changed, and held against another's source."""
    rnd, made = random.Random(seed), []
    for row in originals():
        made.append(row)
        if len(row.text) > LONGEST:
            continue
        text, source = told(row.text), told(row.source)
        right = [
            q
            for q in text.figures
            if q.kind != "code"
            and stands(q, source.figures, source.plain)
            and not is_label(row.text, q)
            and not is_idle(q, source.figures)
        ]
        rnd.shuffle(right)
        for q in right[:CHANGED]:
            if new := changed(row.text[q.start : q.end], rnd):
                wrong = row.text[: q.start] + new + row.text[q.end :]
                made.append(Row(f"changed {row.of}", True, wrong, row.source, q.start))
    return made + list(crossed(made))


def crossed(made: Sequence[Row]) -> Iterator[Row]:
    """Give each text with the sources of others that have most words in common with it."""
    sources = {s: told(s).words for s in dict.fromkeys(r.source for r in made)}
    for r in made:
        if r.of.startswith("changed"):
            continue
        own = told(r.text).words
        near = sorted((s for s in sources if s != r.source), key=lambda s: -len(own & sources[s]))
        for source in near[:CROSSED]:
            yield Row("crossed", False, r.text, source)


def figures() -> tuple[list[Row], list[Table]]:
    """Give rows of `contradicted_figure`, and the facts of all pairs of each and of those wrong."""
    made, tables = examples(), []
    for row in made:
        found = list(pairs(told(row.text), told(row.source)))
        right = [row.at is None or p.q.start <= row.at < p.q.end for p in found]
        tables.append(([p.facts for p in found], right))
    return made, tables


def reports() -> tuple[list[Row], list[Table]]:
    """
    Give rows of `recycled_event`, and their facts.

    Left out: what tells the older report as past or changes nothing; that is told by other means.
    """
    made, tables = [], []
    for r in rows("text.recycled_event"):
        older = Known(**r["known"][0])
        past = any(True for _ in told_as_past(r["text"], older))
        if r["label"] or not (past or not any(True for _ in changed_by(r["text"], older))):
            made.append(Row("own", bool(r["label"]), r["text"], older.text))
    made += list(crossed(made))
    for row in made:
        alike = compare(*(read(t).without("date", "time") for t in (row.text, row.source)))
        tables.append(([retelling(told(row.text), told(row.source), alike)], [True]))
    return made, tables


def claims() -> tuple[list[Row], list[Table]]:
    """Give rows of `debunked_claim`, and their facts; each text also held against other claims."""
    made, known = [], {}
    for r in rows("text.debunked_claim"):
        claim = Known(**r["known"][0])
        known[claim.text] = claim
        made.append(Row("own", bool(r["label"]), r["text"], claim.text))
    made += list(crossed(made))
    return made, [([repeating(told(r.text), known[r.source])[0]], [True]) for r in made]


def table(facts: list[Facts], names: list[str]) -> Vector:
    """Give facts as rows."""
    return np.array([[f.get(n, 0.0) for n in names] for f in facts]).reshape(-1, len(names))


def learn(many: list[Vector], wrong: list[bool], share: list[float], names: list[str]) -> Vector:
    """Give the weights: logistic regression, of wrong rows on their likeliest pair."""
    w = np.array([START.get(n, 0.0) for n in names])
    ridge = L2 * np.array([n != "bias" for n in names])
    for _ in range(ROUNDS):
        x, y, s = [], [], []
        for table, is_wrong, of in zip(many, wrong, share, strict=True):
            if not len(table):
                continue
            chosen = table[[int(np.argmax(table @ w))]] if is_wrong else table
            x.append(chosen)
            y += [float(is_wrong)] * len(chosen)
            s += [of / len(table) ** (0.0 if is_wrong else 0.5)] * len(chosen)
        a, t, v = np.concatenate(x), np.array(y), np.array(s)
        for _ in range(STEPS):
            p = 1 / (1 + np.exp(-a @ w))
            gradient = a.T @ (v * (p - t)) + ridge * w
            w = w - np.linalg.solve(
                (a * (v * p * (1 - p))[:, None]).T @ a + L2 * np.eye(len(w)), gradient
            )
    return w


def main() -> None:
    """Print what folds show, and learn from all."""
    name = sys.argv[1]
    made, found = {
        "contradicted_figure": figures,
        "recycled_event": reports,
        "debunked_claim": claims,
    }[name]()
    names = sorted({name for facts, _ in found for one in facts for name in one})
    full = [
        np.array([[f[n] for n in names] for f in facts]).reshape(-1, len(names))
        for facts, _ in found
    ]
    own = [t[np.array(right, bool)] for t, (_, right) in zip(full, found, strict=True)]
    sources = sorted({r.source for r in made})
    random.Random(1).shuffle(sources)
    fold = {s: i % FOLDS for i, s in enumerate(sources)}
    share = [SHARE.get(r.of, SHARE["others"]) for r in made]
    best = np.full(len(made), -99.0)
    for k in range(FOLDS):
        kept = [i for i, r in enumerate(made) if fold[r.source] != k]
        w = learn(
            [own[i] for i in kept], [made[i].wrong for i in kept], [share[i] for i in kept], names
        )
        for i, r in enumerate(made):
            if fold[r.source] == k and len(full[i]):
                best[i] = (full[i] @ w).max()
    for least in np.arange(-1, 3.1, 0.5):
        print(f"least {least:.1f}", report(made, best >= least))
    w = learn(own, [r.wrong for r in made], share, names)
    text = "\n".join(f"{n} = {v:.3f}" for n, v in sorted(zip(names, w, strict=True)))
    print(text)
    if "--write" in sys.argv:
        (OUT / f"{name}.toml").write_text(HEAD + text + "\n", "utf-8")


HEAD = """# Weights of facts, learned by tools/train_facts.py from development rows.
# Their sum is the logarithm of the odds that it is a hit. What the facts are: pairing.py and
# retelling.py among the instruments.

[weights]
"""


def report(made: list[Row], hit: NDArray[np.bool_]) -> str:
    """Give the share of rows with a hit, by what they are."""
    told_ = []
    for of in sorted({r.of for r in made}):
        for wrong in (True, False):
            at = [i for i, r in enumerate(made) if r.of == of and r.wrong == wrong]
            if at:
                told_.append(f"{of} {'found' if wrong else 'false'} {hit[at].mean():.2f}")
    return "; ".join(told_)


if __name__ == "__main__":
    main()
