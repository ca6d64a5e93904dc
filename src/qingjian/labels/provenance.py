"""
What a file says of its origin: its carrier, everything it holds, the marks among that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels import c2pa, file, gb45438, generators, iptc, sidecar, sign, tc260pg
from qingjian.labels.carriers import SIDECARS, carrier
from qingjian.labels.mark import Buffer, Codec, Held, Mark
from qingjian.labels.payload import unlabelled_digest
from qingjian.labels.verify import Signature

_OFFICE = frozenset((".docx", ".xlsx", ".pptx"))
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")


@contextmanager
def opened(source: bytes | Path | str) -> Iterator[tuple[Buffer, Path | None]]:
    """Give the bytes of a source, and its path when it is a file. Raises Vanished."""
    if isinstance(source, bytes):
        yield source, None
    else:
        path = source if isinstance(source, Path) else Path(source)
        with file.opened(path) as data:
            yield data, path


def codec_of(data: Buffer, name: str) -> Codec:
    """Give the carrier that can hold a label. Raises InputError."""
    codec = carrier(data, name)
    if codec is None:
        suffix = Path(name).suffix.lower()
        why = SIDECARS.get(suffix, "the bytes are of no format that is handled")
        if suffix in _OFFICE and data[:8] == _COMPOUND:
            why = "the office file is encrypted or of the old binary form"
        raise InputError(
            f"{name or 'this file'} cannot hold a label: {why}",
            "as a file it gets a sidecar" if suffix in SIDECARS else "`qingjian label carriers`",
        )
    return codec


def held_of(data: Buffer, path: Path | None, name: str) -> tuple[Codec | None, list[Held]]:
    """Give the carrier and everything it and its sidecar hold; a sidecar alone is enough."""
    beside: list[Held] = []
    if path is not None and (side := sidecar.path_of(path)).is_file():
        with file.opened(side) as words:
            beside = list(sidecar.held(words[0:1_000_000], path))
    codec = carrier(data, path.name if path else name)
    if codec is None:
        suffix = Path(path.name if path else name).suffix.lower()
        if not beside and suffix not in SIDECARS:
            codec_of(data, path.name if path else name)
        return None, beside
    return codec, [*codec.held(data), *beside]


def unseen(codec: Codec | None, data: Buffer) -> str:
    """Say why a carrier cannot look into this file, nothing when it can."""
    why: Callable[[Buffer], str] | None = getattr(codec, "unseen", None)
    return why(data) if why else ""


def marks_of(codec: Codec | None, entries: Sequence[Held], data: Buffer) -> list[Mark]:
    """Give the marks of every scheme: labels, manifests, statements, traces."""
    return [
        *gb45438.marks_of(entries),
        *c2pa.marks_of(entries, data, codec.name if codec else ""),
        *iptc.marks_of(entries),
        *generators.marks_of(entries, data),
    ]


def signatures_of(
    marks: Sequence[Mark], data: Buffer, codec: Codec | None, keys: Collection[bytes]
) -> list[Signature]:
    """
    Say how each mark's codes come out; the file is digested only where there is one of ours.

    A file whose label cannot be taken away, such as a document signed since, is not judged. Raises
    DamagedFile.
    """
    none: list[Signature] = ["none"] * len(marks)
    digest = ""
    if any(map(sign.has_digest, marks)):
        if codec is None:
            return none
        try:
            digest = unlabelled_digest(data, codec)
        except DamagedFile:
            raise
        except InputError:
            return none
    return [sign.checked(m, digest, keys) if m.scheme == "gb45438" else "none" for m in marks]


def limits_of(marks: Sequence[Mark], signatures: Sequence[Signature]) -> Iterator[str]:
    """Say what a signature that holds does not show, and which one was not judged."""
    for mark, signature in zip(marks, signatures, strict=True):
        if signature in ("valid", "unpinned"):
            if tc260pg.has_code(mark) and not sign.has_digest(mark):
                yield "its signature covers the label's words, not the file: it may have been moved"
            elif signature == "unpinned":
                yield "its signature shows integrity only: the key is not pinned"
        elif signature == "none" and tc260pg.has_code(mark):
            yield "its signature in the form TC260PG is not judged"
