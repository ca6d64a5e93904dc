"""
`qingjian train`: weights from your own rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qingjian.core.errors import UsageError

if TYPE_CHECKING:
    from qingjian.core.card import Card
    from qingjian.detectors.instruments.linear_train import Example

For = Annotated[str, typer.Argument(help="Which detector the weights are for: text.scam.")]
Data = Annotated[
    list[Path],
    typer.Option(
        "--data",
        exists=True,
        dir_okay=False,
        help="JSON Lines with text and label; may be given again.",
    ),
]
Out = Annotated[Path, typer.Option("--output", "-o", help="Where the weights are written.")]
Benign = Annotated[
    list[Path] | None,
    typer.Option(
        "--benign", exists=True, dir_okay=False, help="JSON Lines with text; none is a positive."
    ),
]
Rate = Annotated[
    float, typer.Option("--rate", help="False positives allowed on held-out rows.", min=0, max=1)
]
Penalty = Annotated[float, typer.Option("--penalty", help="L2 term; higher is smoother.", min=0)]
Scaled = Annotated[
    bool,
    typer.Option("--scaled", help="Scale features by how telling they are: for texts of one kind."),
]
Window = Annotated[
    int, typer.Option("--window", help="Letters judged at a time; 0: the detector's own.", min=0)
]
Search = Annotated[
    bool,
    typer.Option("--search", help="Try penalties and scaling, keep the best; six times longer."),
]


def train(
    detector: For,
    data: Data,
    output: Out,
    benign: Benign = None,
    rate: Rate = 0.01,
    penalty: Penalty = 0.01,
    scaled: Scaled = False,
    window: Window = 0,
    search: Search = False,
) -> None:
    """
    Train a linear detector: deterministic, on the CPU, in seconds.

    Each row is also learnt in a disguise, so that disguises hide little. Five models, each of four
    fifths of the rows, score the fifth they never saw; those scores calibrate the model of all rows
    and set its thresholds, for each channel that has enough. Beside the weights a card is written:
    what went in, by hash, and how it did on rows not seen and on the detector's own data. Put
    weights named ID.model in a folder and name it in the setting `weights`.

    Examples:
        qingjian train text.scam --data mine.jsonl -o weights/text.scam.model
        qingjian train text.scam --data mine.jsonl --benign chat.jsonl --rate 0.001 -o mine.model
    """
    from qingjian.core.settings import load
    from qingjian.detectors.instruments.linear import pack_linear
    from qingjian.evals import shipped
    from qingjian.evals.own import trained_card
    from qingjian.wiring import services

    one = services(load().settings).registry.get(detector)
    if not one.card.scoring:
        raise UsageError(f"{detector} has no weights to train", "only scoring detectors do")
    rows = _rows(one.card, data, benign or [])
    also = shipped.signalled(one.card, shipped.disguised(rows))
    rows = shipped.signalled(one.card, rows)
    window = window or shipped.window_of(one.card)
    if search:
        best = shipped.tried(rows, window)[0]
        penalty, scaled = best.penalty, best.scaled
        typer.echo(f"best of six: penalty {penalty}, {'' if scaled else 'not '}scaled", err=True)
    model = shipped.recipe(
        rows,
        also=also,
        rate=rate,
        penalty=penalty,
        about={"detector": detector, "trained_on": [p.name for p in data]},
        window=window,
        scaled=scaled,
    )
    packed = pack_linear(model)
    _save(output, packed)
    card = trained_card(one, model, packed, output, [*data, *(benign or ())])
    _save(output.with_name(output.name + ".card.json"), card)
    held = model.about["held_out"]
    recall, wrong = held["recall"], held["false_positive_rate"]
    typer.echo(f"{len(rows):,} rows; not seen: recall {recall:.3f} at {wrong:.3f} false positives")
    typer.echo(f"written to {output} ({len(packed):,} bytes), with {output.name}.card.json")


def _rows(card: Card, data: list[Path], benign: list[Path]) -> list[Example]:
    from qingjian.evals.transfer import read_examples

    rows = [e for path in data for e in read_examples(path, hears=card.hears)]
    for path in benign:
        innocent = read_examples(path, needs_label=False, hears=card.hears)
        rows += [e._replace(positive=False) for e in innocent]
    return rows


def _save(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
