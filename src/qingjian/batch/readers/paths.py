"""
Files and folders to entries, in order of name; nothing is passed over in silence.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from qingjian.batch.entry import Entry
from qingjian.batch.readers import jsonl, table
from qingjian.batch.readers.rows import Reading
from qingjian.core.errors import InputError, MissingExtra, NotFound, Vanished
from qingjian.core.types import Note
from qingjian.media.open import open_item, read_bytes
from qingjian.media.sniff import magic

TEXT_SUFFIXES = {
    ".txt": "",
    ".text": "",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
}
ROW_SUFFIXES = frozenset({".jsonl", ".ndjson", ".csv", ".tsv", ".parquet"})
STDIN = "-"


def entries(paths: Iterable[str], reading: Reading, stdin: BinaryIO) -> Iterator[Entry]:
    """
    Give the entries of all paths; `-` is standard input, one item.

    Raises NotFound for a path that was named and does not exist.
    """
    for name in paths:
        if name == STDIN:
            yield from _stdin(stdin, reading)
            continue
        path = Path(name)
        if not os.path.lexists(path):
            raise NotFound(f"no file or folder {name!r}")
        if path.is_dir():
            yield from _folder(path, reading)
        else:
            yield from _file(path, name, reading)


def _stdin(stdin: BinaryIO, reading: Reading) -> Iterator[Entry]:
    data = stdin.read(reading.max_item_bytes + 1)
    if len(data) > reading.max_item_bytes:
        from qingjian.core.errors import TooLarge

        yield Entry(
            STDIN, error=TooLarge(f"standard input has more than {reading.max_item_bytes:,} bytes")
        )
        return
    try:
        opened = open_item(data, STDIN)
    except InputError as error:
        yield Entry(STDIN, error=error)
        return
    yield Entry(STDIN, opened.item, None, opened.not_looked_at)


def _folder(root: Path, reading: Reading) -> Iterator[Entry]:
    try:
        listed = sorted(os.scandir(root), key=lambda e: e.name)
    except OSError as error:
        yield Entry(str(root), error=Vanished(f"{root}: {error.strerror or error}"))
        return
    for one in listed:
        path = root / one.name
        name = str(path)
        if one.is_dir(follow_symlinks=False):
            if one.name.startswith("."):
                yield _passed(name, "hidden folders are not scanned; name it to scan it")
            else:
                yield from _folder(path, reading)
        elif one.is_symlink() and path.is_dir():
            yield _passed(name, "a symbolic link to a folder is not followed")
        else:
            yield from _file(path, name, reading)


def _passed(name: str, reason: str) -> Entry:
    return Entry(name, not_looked_at=(Note(name, reason),))


def _file(path: Path, name: str, reading: Reading) -> Iterator[Entry]:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        yield Entry(
            name,
            error=Vanished(
                f"{name}: {error.strerror or error}", "a broken link, or it was removed"
            ),
        )
        return
    if not stat.S_ISREG(mode):
        yield _passed(name, "it is no regular file")
        return
    suffix = path.suffix.lower()
    try:
        if suffix in ROW_SUFFIXES:
            yield from _rows(path, name, suffix, reading)
        else:
            yield _one(path, name, suffix, reading)
    except (InputError, MissingExtra) as error:
        if isinstance(error, InputError):
            yield Entry(name, error=error)
        else:
            yield _passed(name, f"{error.what}: {error.hint}")
    except OSError as error:
        yield Entry(name, error=Vanished(f"{name}: {error.strerror or error}"))


def _rows(path: Path, name: str, suffix: str, reading: Reading) -> Iterator[Entry]:
    if suffix == ".parquet":
        yield from table.read_parquet(path, name, reading)
        return
    before = reading.meter.read_bytes
    with path.open("rb") as file:
        read = table.read_csv if suffix in (".csv", ".tsv") else jsonl.read
        for entry in read(file, name, path.parent, reading):
            reading.meter.read_bytes = before + file.tell()
            yield entry


def _one(path: Path, name: str, suffix: str, reading: Reading) -> Entry:
    if suffix not in TEXT_SUFFIXES:
        with path.open("rb") as file:
            head = file.read(64)
        if magic(head) is None:
            return _passed(name, f"nothing reads {suffix or 'files without a suffix'} yet")
    data = read_bytes(path, reading.max_item_bytes)
    reading.meter.read_bytes += len(data)
    opened = open_item(data, name, format=TEXT_SUFFIXES.get(suffix, ""), source=path)
    return Entry(name, opened.item, None, opened.not_looked_at)
