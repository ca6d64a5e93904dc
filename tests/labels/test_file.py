from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from qingjian.core.errors import UsageError, Vanished
from qingjian.labels import file
from qingjian.labels.mark import Edit
from qingjian.labels.splice import Stored

EDITS = [Edit(1, 2, b"new")]


def alone(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_small_files_are_bytes_and_large_ones_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123")
    with file.opened(path) as data:
        assert data == b"0123"
    monkeypatch.setattr(file, "WHOLE_BYTES", 3)
    with file.opened(path) as data:
        assert isinstance(data, Stored)
        assert data[1:3] == b"12"
    os.mkfifo(tmp_path / "pipe")
    for gone in (tmp_path / "none", tmp_path, tmp_path / "pipe", Path("nul\0")):
        with pytest.raises(Vanished), file.opened(gone):
            pass


def test_mode_and_times_are_kept_and_nothing_is_left_beside(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123")
    path.chmod(0o640)
    os.utime(path, (1_000_000, 2_000_000))
    file.written(path, b"new", path)
    told = path.stat()
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(told.st_mode) == 0o640
    assert told.st_mtime == 2_000_000
    assert alone(tmp_path) == ["a"]
    file.written(tmp_path / "b", b"x", path, sync=False)
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o640
    file.written(tmp_path / "c", b"x")
    assert stat.S_IMODE((tmp_path / "c").stat().st_mode) == 0o644


def test_a_large_file_is_edited_without_reading_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123")
    file.replaced(path, EDITS, tmp_path / "b")
    assert path.read_bytes() == b"0123"
    file.replaced(path, EDITS, path, sync=False)
    assert path.read_bytes() == (tmp_path / "b").read_bytes() == b"0new23"
    assert alone(tmp_path) == ["a", "b"]


def test_a_disk_that_fails_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        file.written(path, b"new", path)
    assert path.read_bytes() == b"0123"
    assert alone(tmp_path) == ["a"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        file.written(tmp_path / "none" / "a", b"")


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"0123")
    (tmp_path / "link").symlink_to("real")
    file.written(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
