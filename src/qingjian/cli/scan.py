"""
`qingjian scan`: files, folders, rows or standard input through the detectors.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

FORMATS = ("table", "json", "jsonl", "html", "sarif")

Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH...",
        help="Files, folders, or - for standard input; .jsonl, .csv, .parquet give a row each.",
    ),
]
Policy = Annotated[
    str,
    typer.Option("--policy", metavar="NAME|FILE", help="Rule pack; by default the surface's own."),
]
Surface = Annotated[
    str, typer.Option("--surface", help="What is judged: ugc, prompt, answer, listing or corpus.")
]
Only = Annotated[str, typer.Option("--only", metavar="ID,...", help="Run these detectors alone.")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=0, help="Worker processes; 0 is one per core.")
]
KeepGoing = Annotated[
    bool,
    typer.Option(
        "--keep-going", "-k", help="Items that cannot be read do not change the exit code."
    ),
]
TextField = Annotated[
    str, typer.Option("--text-field", help="Field or column that holds the text.")
]
IdField = Annotated[str, typer.Option("--id-field", help="Field or column that holds the id.")]
Kind = Annotated[
    str, typer.Option("--kind", help="Kind of rows that do not say: text, record, conversation, …")
]
Format = Annotated[str, typer.Option("--format", "-f", help="table, json, jsonl, html or sarif.")]
Out = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write here instead of to standard output.")
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on where an earlier run stopped writing OUT (jsonl).")
]
Explain = Annotated[
    bool,
    typer.Option("--explain", help="Tell for each item what every detector said, and why (table)."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, no summary.")]


def scan(
    paths: Paths,
    policy: Policy = "",
    surface: Surface = "",
    only: Only = "",
    jobs: Jobs = None,
    keep_going: KeepGoing = False,
    text_field: TextField = "",
    id_field: IdField = "",
    kind: Kind = "",
    format: Format = "table",
    output: Out = None,
    resume: Resume = False,
    explain: Explain = False,
    quiet: Quiet = False,
) -> None:
    """
    Scan content: what was found, where, why, what speaks against it, and what the policy asks for.

    Examples:
        qingjian scan posts/ --surface ugc
        qingjian scan answers.jsonl --surface answer --format jsonl -o out.jsonl
        echo "代过人脸，先过后付" | qingjian scan -

    Exit codes: 0 nothing found; 1 a detector failed; 2 usage, or an item could not be read;
    3 nothing to scan; 11 to 14 the highest severity found (info, low, medium, high).
    """
    from qingjian.cli.run import Asked, run

    if format not in FORMATS:
        raise typer.BadParameter(
            f"{format!r} is none of {', '.join(FORMATS)}", param_hint="--format"
        )
    if resume and (format != "jsonl" or output is None):
        raise typer.BadParameter(
            "only `--format jsonl -o FILE` can be resumed", param_hint="--resume"
        )
    if explain and format != "table":
        raise typer.BadParameter("only the table explains", param_hint="--explain")
    chosen = tuple(x.strip() for x in only.split(",") if x.strip())
    if only and not chosen:
        raise typer.BadParameter("names no detector", param_hint="--only")
    asked = Asked(
        paths=tuple(paths),
        policy=policy,
        surface=surface,
        only=chosen or None,
        jobs=-1 if jobs is None else jobs,
        text_field=text_field,
        id_field=id_field,
        kind=kind,
        format=format,
        output=output,
        resume=resume,
        quiet=quiet,
        explain=explain,
    )
    raise typer.Exit(run(asked).exit_code(keep_going))
