"""
Every record of files and folders; a file that cannot be read costs nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from qingjian.archive.entry import Entry, Refused
from qingjian.archive.readers import claimreview, notice, table
from qingjian.core.errors import InputError, NotFound
from qingjian.media.open import read_bytes
from qingjian.media.sniff import decode

MOST_BYTES = 200_000_000
SUFFIXES = (".json", ".jsonld", ".jsonl", ".csv", ".tsv", ".md")


def listed(paths: Iterable[Path]) -> list[Path]:
    """Give the files, those of folders included. Raises NotFound."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES)
        elif path.exists():
            files.append(path)
        else:
            raise NotFound(f"{path}: no such file or folder")
    return files


def read(
    path: Path, kind: str = "", mapping: Mapping[str, str] | None = None
) -> Iterator[Entry | Refused]:
    """Give the records of one file by its suffix, or why they are refused."""
    where = str(path)
    try:
        decoded = decode(read_bytes(path, MOST_BYTES))
    except InputError as error:
        yield Refused(where, error.code, error.what)
        return
    if decoded.cut_bytes:
        yield Refused(where, "malformed", "its last character is cut short")
        return
    match path.suffix.lower():
        case ".json" | ".jsonld":
            yield from claimreview.read(decoded.text, where)
        case ".csv" | ".tsv":
            yield from table.read_csv(decoded.text, where, kind, mapping)
        case ".jsonl":
            yield from table.read_lines(decoded.text, where, kind)
        case ".md":
            yield notice.read(decoded.text, where, kind)
        case other:
            yield Refused(where, "suffix", f"no reader for {other!r}: {', '.join(SUFFIXES)}")
