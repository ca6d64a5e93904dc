"""
`qingjian lexicon import`: make a word list of others a list of one's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Benign = Annotated[
    Path | None,
    typer.Option("--benign", exists=True, dir_okay=False, help="Rows to hold it against."),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Exit code 2, and no file, when something is left out.")
]


def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The list.")],
    author: Annotated[str, typer.Option("--author", help="Who answers for it.")],
    out: Annotated[Path, typer.Option("--out", help="File to write, NAME.toml; never replaced.")],
    form: Annotated[
        str, typer.Option("--format", help="txt, csv, coop or threatexchange.")
    ] = "txt",
    encoding: Annotated[
        str, typer.Option("--encoding", help="utf-8, utf-16 or gb18030.")
    ] = "utf-8",
    row: Annotated[
        str, typer.Option("--row", help="Row of the notice it serves, or house_rule.")
    ] = "house_rule",
    benign: Benign = None,
    strict: Strict = False,
) -> None:
    """
    Make a word list of others a list of one's own, with where it came from.

    Only literal words are taken; what is left out is told with its line and why. The list is held
    against harmless texts, and its terms that stand in them are told. Put the file in the folder
    that the setting `lists` names: it becomes the detector list.NAME, which nobody measured.

    Examples:
        qingjian lexicon import words.txt --author "trust team" --out lists/words.toml
        qingjian lexicon import bank.json --format coop --author me --out lists/bank.toml --strict
    """
    from dataclasses import replace

    from qingjian.core.clock import today
    from qingjian.core.errors import UsageError
    from qingjian.core.hashing import sha256
    from qingjian.detectors.foreign import MOST_BYTES, read_words
    from qingjian.detectors.instruments.lint import lint
    from qingjian.detectors.lists import WordList, check_row, list_detector
    from qingjian.evals.care import harmless

    check_row(row)
    if not author.strip() or not author.isprintable():
        raise UsageError("nobody answers for the list", "name them with --author")
    with file.open("rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    words = read_words(data, form, encoding)
    for one in words.left_out:
        typer.echo(f"{file.name}:{one.line}: left out: {one.why}", err=True)
    if strict and words.left_out:
        raise UsageError(f"{len(words.left_out)} entries are left out", "mend them, or no --strict")
    if not words.terms:
        raise UsageError(f"{file.name} holds no term", "see what was left out")
    made = (sha256(data), form, 0, 0, words.terms)
    listed = WordList(out.stem, author, today(), row, file.name, *made)
    list_detector(listed)  # refuses a name that is none
    care = lint(listed.pack(), harmless(benign))
    listed = replace(listed, benign_texts=care.benign_texts, benign_found=care.benign_found)
    _write(out, listed.written())
    typer.echo(f"list.{listed.name}: {listed.told}")
    typer.echo(f"{words.twice} stood twice, {len(words.left_out)} were left out")
    for stands in care.benign[:20]:
        typer.echo(f"  {stands.term} stands in {stands.texts} harmless texts")


def _write(out: Path, text: str) -> None:
    from qingjian.core.errors import Conflict, UsageError

    try:
        with out.open("x", encoding="utf-8") as written:
            written.write(text)
    except FileExistsError:
        raise Conflict(f"{out} is there already", "choose another name") from None
    except OSError as error:
        raise UsageError(f"{out}: {error.strerror}", "name a file that can be written") from None
