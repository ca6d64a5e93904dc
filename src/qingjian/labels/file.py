"""
A file on disk whose label is read or written: opened without reading it whole, changed atomically.

A changed file is written beside the old one, synced and renamed over it; owner, mode and times are
kept. A failure leaves the old file as it was.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from qingjian.core.errors import UsageError, Vanished
from qingjian.labels.mark import Buffer, Edit
from qingjian.labels.splice import Stored, copied

WHOLE_BYTES = 1_000_000
"""Files up to this size are read whole, larger ones where they are looked at."""


@contextmanager
def opened(path: Path) -> Iterator[Buffer]:
    """Give the bytes of a regular file. Raises Vanished when it cannot be opened."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe would wait for its writer
    except (OSError, ValueError) as error:
        raise Vanished(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Vanished(f"{path}: it is no regular file")
        stored = Stored(handle)
        yield stored if len(stored) > WHOLE_BYTES else stored[0:]
    finally:
        os.close(handle)


def written(to: Path, data: bytes, like: Path | None = None, sync: bool = True) -> None:
    """
    Write bytes to a path, all or nothing.

    Args:
        to: where they go; a file there is replaced and gives its owner, mode and times.
        data: the whole file.
        like: the file that gives them where there is none yet.
        sync: whether the bytes are on the disk when this returns.

    Raises UsageError when `to` cannot be written.
    """
    with _beside(to, like, sync) as handle:
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]


def replaced(
    path: Path,
    edits: Sequence[Edit],
    to: Path,
    sync: bool = True,
) -> None:
    """
    Write a large file after its edits, all or nothing, without reading it whole.

    Args:
        path: the file.
        edits: what changes in it.
        to: where the result goes, which may be the same path.
        sync: whether the bytes are on the disk when this returns.

    Raises UsageError when `to` cannot be written.
    """
    with _beside(to, path, sync) as handle:
        source = os.open(path, os.O_RDONLY)
        try:
            copied(source, edits, handle)
        finally:
            os.close(source)


@contextmanager
def _beside(to: Path, like: Path | None, sync: bool) -> Iterator[int]:
    """Give a descriptor of a new file beside `to`, which takes its place in the end."""
    to = to.resolve() if to.is_symlink() else to
    try:
        handle, beside = tempfile.mkstemp(prefix=f".{to.name[:40]}.", suffix=".part", dir=to.parent)
        try:
            try:
                yield handle
                if sync:
                    os.fsync(handle)
            finally:
                os.close(handle)
            _keep(to if to.exists() else like, Path(beside))
            Path(beside).replace(to)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
        if sync:
            _sync_folder(to.parent)
    except OSError as error:
        raise UsageError(f"cannot write {to}: {error.strerror or error}") from None


def _keep(old: Path | None, new: Path) -> None:
    """Give a new file the mode, times and owner of an old one."""
    if old is None:
        new.chmod(0o644)
        return
    shutil.copystat(old, new)
    with suppress(PermissionError):
        owner = old.stat()
        os.chown(new, owner.st_uid, owner.st_gid)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
