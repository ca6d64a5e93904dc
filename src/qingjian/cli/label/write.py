"""
`qingjian label write`, `repair` and `propagate`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from qingjian.cli.label.notice import Corner, Explicit, Place, Voice, Words, asked, shown
from qingjian.cli.label.read import Declared, Files, Json
from qingjian.core.errors import UsageError

if TYPE_CHECKING:
    from qingjian.labels.explicit.notice import Notice
    from qingjian.labels.label import Beside, Written
    from qingjian.labels.mark import Mark

    Make = Callable[[Path, int], tuple[Mark, tuple[str, ...]]]
    """Gives the mark of a file by its position, and what is to be said about it."""

Out = Annotated[
    Path | None, typer.Option("-o", "--output", help="Where the result goes; a folder for several.")
]
InPlace = Annotated[bool, typer.Option("--in-place", help="Change the files themselves.")]
Key = Annotated[Path | None, typer.Option("--key", help="A private key in PEM that signs.")]


def write(
    names: Files,
    producer: Annotated[
        str, typer.Option("--producer", help="ContentProducer: name or code of who made it.")
    ],
    produce_id: Annotated[
        str, typer.Option("--produce-id", help="ProduceID: the producer's number for it.")
    ],
    value: Annotated[
        Literal["1", "2", "3"],
        typer.Option("--label", help="1 made by AI, 2 may be, 3 suspected."),
    ] = "1",
    explicit: Explicit = False,
    words: Words = None,
    at: Place = None,
    corner: Corner = None,
    voice: Voice = None,
    key: Key = None,
    iptc: Annotated[
        bool, typer.Option("--iptc", help="State AI generation in IPTC terms in the XMP, too.")
    ] = False,
    chain: Annotated[
        Path | None,
        typer.Option("--c2pa-chain", help="Sign a C2PA manifest, too: certificates in PEM."),
    ] = None,
    chain_key: Annotated[
        Path | None, typer.Option("--c2pa-key", help="The key of the first certificate, PEM.")
    ] = None,
    output: Out = None,
    in_place: InPlace = False,
    json: Json = False,
) -> None:
    """
    Write one GB 45438 label into files; content and other metadata stay bit for bit.

    Labels that were there are replaced. A format without a place for a label gets a sidecar. Files
    change only with --in-place, and then all or nothing. {n} in the number is the file's position.

    An option about the explicit label that does not fit a file is not used there; a note says so.

    Examples:
        qingjian label write out.png --producer 001191110102MACQD9K64010000 --produce-id 7 -o l.png
        qingjian label write "clips/**/*.mp4" --producer 某公司 --produce-id 7-{n} -o out --key k
        qingjian label write post.md --producer 某公司 --produce-id 9 --explicit --in-place
        qingjian label write a.mp3 --producer p --produce-id 3 --explicit --voice said.wav -o l.mp3
    """
    from qingjian.labels import label

    def made(path: Path, number: int) -> tuple[Mark, tuple[str, ...]]:
        return label.mark(producer, produce_id.replace("{n}", str(number)), value), ()

    if not producer.strip() or not produce_id.strip():
        raise UsageError("a producer and its number for the content are needed")
    label.mark(producer, produce_id, value)
    notice = asked(explicit, words, at, corner, voice)
    beside = _beside(iptc, chain, chain_key)
    _write(names, made, key, "ReservedCode1", output, in_place, json, notice, beside)


def _beside(iptc: bool, chain: Path | None, key: Path | None) -> Beside:
    """Give what is stated beside the label. Raises UsageError for half of what signs a manifest."""
    from qingjian.cli.label.files import from_pem
    from qingjian.labels import label

    if (chain is None) != (key is None):
        raise UsageError("a manifest needs both --c2pa-chain and --c2pa-key")
    return label.Beside(
        iptc,
        from_pem(chain, bytes) if chain else b"",
        from_pem(key, _signing) if key else b"",
    )


def _signing(pem: bytes) -> bytes:
    """Give the PEM of a key that signs. Raises UsageError for another."""
    from qingjian.labels.sign import key_of

    key_of(pem)
    return pem


def repair(
    names: Files,
    output: Out = None,
    in_place: InPlace = False,
    json: Json = False,
) -> None:
    """
    Merge all labels of a file into one clean label, and tell what changes.

    Labels that disagree on Label or producer are left: which is right is for people to say.

    Examples:
        qingjian label repair export.md --in-place
        qingjian label repair exports/ -o repaired --json
    """
    from qingjian.labels import label

    def made(path: Path, number: int) -> tuple[Mark, tuple[str, ...]]:
        found = label.repair(path)
        return found.mark, found.changes or ("nothing to change",)

    _write(names, made, None, "ReservedCode1", output, in_place, json)


def propagate(
    names: Files,
    propagator: Annotated[
        str, typer.Option("--propagator", help="ContentPropagator: name or code of the platform.")
    ],
    propagate_id: Annotated[
        str, typer.Option("--propagate-id", help="PropagateID: the platform's number for it.")
    ],
    declared: Declared = "no",
    key: Key = None,
    output: Out = None,
    in_place: InPlace = False,
    json: Json = False,
) -> None:
    """
    Add the platform's fields to the label; the producer's fields stay as they are.

    A file without a label gets Label 1, 2 or 3 as other marks or the declaration ask for. {n} in
    the number is the file's position.

    Examples:
        qingjian label propagate up.jpg --propagator 某平台 --propagate-id 88 --in-place
        qingjian label propagate up/ --propagator 某平台 --propagate-id 9-{n} --declared yes -o out
    """
    from qingjian.labels import label

    if not propagator.strip() or not propagate_id.strip():
        raise UsageError("a propagator and its number for the content are needed")
    label.mark("", "", ContentPropagator=propagator, PropagateID=propagate_id)

    def made(path: Path, number: int) -> tuple[Mark, tuple[str, ...]]:
        own = propagate_id.replace("{n}", str(number))
        return label.propagate(path, propagator, own, declared=declared == "yes"), ()

    _write(names, made, key, "ReservedCode2", output, in_place, json)


def _write(
    names: list[str],
    made: Make,
    key: Path | None,
    code: str,
    output: Path | None,
    in_place: bool,
    json: bool,
    notice: Notice | None = None,
    beside: Beside | None = None,
) -> None:
    """Write the mark that `made` gives for each file. Raises UsageError, NotFound."""
    from qingjian.cli.label.files import each, files, from_pem
    from qingjian.labels import label, sign

    if in_place == (output is not None):
        raise UsageError("say where the result goes", "-o OUT writes beside, --in-place changes")
    signer = from_pem(key, sign.key_of) if key else None
    paths = files(names)
    targets = _targets(names, paths, output) if output else paths
    where = {path: (n, to) for n, (path, to) in enumerate(zip(paths, targets, strict=True), 1)}

    def one(path: Path) -> None:
        number, target = where[path]
        mark, said = made(path, number)
        with shown(path, notice) if notice else nullcontext((path, ())) as (source, seen):
            done = label.write_file(
                source, mark, target, signer, code, beside or label.NOTHING_BESIDE
            )
        _tell(path, done, (*said, *seen), json)

    if each(paths, one):
        raise typer.Exit(2)


def _targets(names: Sequence[str], paths: Sequence[Path], output: Path) -> list[Path]:
    """
    Give where each file goes: OUT itself for one file named as such, else a place in the folder.

    Raises UsageError, before anything is written, when two results would have one place or a file
    that is read would be lost.
    """
    if len(paths) == 1 and Path(names[0]) == paths[0] and not output.is_dir():
        targets = [output]
    else:
        targets = [output / path.name for path in paths]
        if len(set(targets)) < len(targets):
            twice = next(t.name for t in targets if targets.count(t) > 1)
            raise UsageError(
                f"several files are named {twice!r} and would be one in {output}",
                "write them folder by folder, or --in-place",
            )
    sources = {path.resolve() for path in paths}
    lost = next((to for to in targets if to.resolve() in sources), None)
    if lost is not None:
        raise UsageError(f"{lost} is a file that is read", "--in-place changes files themselves")
    if targets != [output]:
        try:
            output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"no folder {output}: {error.strerror or error}") from None
    return targets


def _tell(path: Path, done: Written, said: tuple[str, ...], json: bool) -> None:
    from qingjian.reports.label import dumps, one_line, written_row

    notes = (*said, *done.notes)
    if json:
        typer.echo(dumps(written_row(str(path), done, notes)))
        return
    wrote = f"{path}: Label {done.mark.label} written to {done.path} ({done.carrier})"
    typer.echo(one_line(wrote))
    for note in notes:
        typer.echo(f"  note: {one_line(note)}")
