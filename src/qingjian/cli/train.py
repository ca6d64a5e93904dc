"""
`qingjian train`: weights from your own rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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


def train(
    detector: For,
    data: Data,
    output: Out,
    benign: Benign = None,
    rate: Rate = 0.01,
    penalty: Penalty = 0.01,
) -> None:
    """
    Train a linear detector: deterministic, on the CPU, in seconds.

    A fifth of the rows calibrates and sets the threshold. Try the weights with `qingjian eval`
    before you use them: copy them over the detector's .model file.

    Examples:
        qingjian train text.scam --data mine.jsonl -o mine.model
        qingjian train text.scam --data mine.jsonl --benign chat.jsonl --rate 0.001 -o mine.model
    """
    from qingjian.core.errors import UsageError
    from qingjian.core.settings import load
    from qingjian.detectors.instruments.linear import pack_linear
    from qingjian.evals.shipped import recipe, signalled
    from qingjian.evals.transfer import read_examples
    from qingjian.wiring import services

    one = services(load().settings).registry.get(detector)
    if not one.card.scoring:
        raise UsageError(f"{detector} has no weights to train", "only scoring detectors do")
    rows = [e for path in data for e in read_examples(path)]
    rows += [
        e._replace(positive=False)
        for path in benign or ()
        for e in read_examples(path, needs_label=False)
    ]
    model = recipe(
        signalled(one.card, rows),
        rate=rate,
        penalty=penalty,
        about={"detector": detector, "trained_on": [p.name for p in data]},
    )
    try:
        output.write_bytes(pack_linear(model))
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror or error}") from None
    held = model.about["held_out"]
    recall, wrong = held["recall"], held["false_positive_rate"]
    typer.echo(f"{len(rows):,} rows; held out: recall {recall:.3f} at {wrong:.3f} false positives")
    typer.echo(f"written to {output} ({output.stat().st_size:,} bytes)")
