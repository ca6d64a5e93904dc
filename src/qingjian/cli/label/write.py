"""
`qingjian label write`, `repair` and `propagate`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from qingjian.cli.label.read import Declared, Files, Json
from qingjian.core.errors import UsageError

if TYPE_CHECKING:
    from qingjian.labels.label import Beside, Written
    from qingjian.labels.mark import Mark

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
    explicit: Annotated[
        bool, typer.Option("--explicit", help="Write the label people see or hear, too.")
    ] = False,
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

    Examples:
        qingjian label write out.png --producer 001191110102MACQD9K64010000 --produce-id 7 -o l.png
        qingjian label write *.mp4 --producer 某公司 --produce-id batch-{n} --in-place --key k.pem
    """
    from qingjian.labels import label

    def made(path: Path, number: int) -> Mark:
        return label.mark(producer, produce_id.replace("{n}", str(number)), value)

    if (chain is None) != (chain_key is None):
        raise UsageError("a manifest needs both --c2pa-chain and --c2pa-key")
    certificates = chain.read_bytes() if chain else b""
    beside = label.Beside(iptc, certificates, chain_key.read_bytes() if chain_key else b"")
    _write(names, made, key, "ReservedCode1", output, in_place, json, explicit, beside)


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
    """
    from qingjian.labels import label

    def made(path: Path, number: int) -> Mark:
        found = label.repair(path)
        if not json:
            for change in found.changes or ("nothing to change",):
                typer.echo(f"{path}: {change}", err=True)
        return found.mark

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

    A file without a label gets Label 1, 2 or 3 as other marks or the declaration ask for.

    Examples:
        qingjian label propagate up.jpg --propagator 某平台 --propagate-id 88 --in-place
    """
    from qingjian.labels import label

    def made(path: Path, number: int) -> Mark:
        own = propagate_id.replace("{n}", str(number))
        return label.propagate(path, propagator, own, declared=declared == "yes")

    _write(names, made, key, "ReservedCode2", output, in_place, json)


def _write(
    names: list[str],
    made: Callable[[Path, int], Mark],
    key: Path | None,
    code: str,
    output: Path | None,
    in_place: bool,
    json: bool,
    explicit: bool = False,
    beside: Beside | None = None,
) -> None:
    """Write the mark that `made` gives for each file. Raises UsageError."""
    from qingjian.cli.label.files import each, files
    from qingjian.labels import label, sign

    if in_place == (output is not None):
        raise UsageError("say where the result goes", "-o OUT writes beside, --in-place changes")
    paths = files(names)
    folder = output if output and (len(paths) > 1 or output.is_dir()) else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    signer = sign.key_of(key.read_bytes()) if key else None
    number = 0

    def one(path: Path) -> None:
        nonlocal number
        number += 1
        target = folder / path.name if folder else output or path
        source = path
        if explicit:
            from qingjian.labels.explicit.write import write_explicit

            write_explicit(path, target)
            source = target
        done = label.write_file(
            source, made(path, number), target, signer, code, beside or label.NOTHING_BESIDE
        )
        _tell(path, done, json)

    if each(paths, one):
        raise typer.Exit(2)


def _tell(path: Path, done: Written, json: bool) -> None:
    from qingjian.reports.label import mark_row

    if json:
        import orjson

        told = {"file": str(path), "written": str(done.path), "carrier": done.carrier}
        row = {**told, "mark": mark_row(done.mark), "notes": list(done.notes)}
        typer.echo(orjson.dumps(row).decode())
        return
    typer.echo(f"{path}: Label {done.mark.label} written to {done.path} ({done.carrier})")
    for note in done.notes:
        typer.echo(f"  note: {note}")
