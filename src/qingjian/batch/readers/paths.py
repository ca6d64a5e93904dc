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
from qingjian.core.types import Note, without_surrogates
from qingjian.media.open import TEXT_SUFFIXES, open_item, read_bytes
from qingjian.media.sniff import magic

ROW_SUFFIXES = frozenset({".jsonl", ".ndjson", ".csv", ".tsv", ".parquet"})
STDIN = "-"


def entries(paths: Iterable[str], reading: Reading, stdin: BinaryIO) -> Iterator[Entry]:
    """
    Give the entries of all paths, each once; `-` is standard input, one item.

    Raises NotFound at once when a path that was named does not exist.
    """
    names = tuple(dict.fromkeys(paths))
    for name in names:
        if name != STDIN and not os.path.lexists(name):
            raise NotFound(f"no file or folder {name!r}")
    return _all(names, reading, stdin)


def _all(names: Iterable[str], reading: Reading, stdin: BinaryIO) -> Iterator[Entry]:
    for name in names:
        path = Path(name)
        if name == STDIN:
            yield from _stdin(stdin, reading)
        elif _is_folder(path):
            yield from _folder(path, reading)
        else:
            yield from _file(path, without_surrogates(name), reading)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


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
    waiting: list[os.DirEntry[str]] = []
    folder: Path | None = root
    while folder is not None or waiting:
        if folder is not None:
            try:
                waiting += sorted(os.scandir(folder), key=lambda e: e.name, reverse=True)
            except OSError as error:
                name = without_surrogates(str(folder))
                yield Entry(name, error=Vanished(f"{name}: {error.strerror or error}"))
            folder = None
            continue
        one = waiting.pop()
        path = Path(one.path)
        name = without_surrogates(str(path))
        if one.is_dir(follow_symlinks=False):
            if one.name.startswith("."):
                yield _passed(name, "hidden folders are not scanned; name it to scan it")
            else:
                folder = path
        elif one.is_symlink() and _is_folder(path):
            yield _passed(name, "a symbolic link to a folder is not followed")
        else:
            yield from _file(path, name, reading)


def _passed(name: str, reason: str) -> Entry:
    return Entry(name, not_looked_at=(Note(name, reason),))


def _file(path: Path, name: str, reading: Reading) -> Iterator[Entry]:
    try:
        known = path.stat()
    except OSError as error:
        yield Entry(
            name,
            error=Vanished(
                f"{name}: {error.strerror or error}", "a broken link, or it was removed"
            ),
        )
        return
    if not stat.S_ISREG(known.st_mode):
        yield _passed(name, "it is no regular file")
        return
    if _is_output(path, known, reading.output):
        yield _passed(name, "it is the report of this scan")
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


def _is_output(path: Path, known: os.stat_result, output: Path | None) -> bool:
    if output is None or path.name not in (output.name, output.name + ".part"):
        return False
    try:
        return os.path.samestat(known, output.with_name(path.name).stat())
    except OSError:
        return False


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
    opened = open_item(data, name, source=path)
    return Entry(name, opened.item, None, opened.not_looked_at)
