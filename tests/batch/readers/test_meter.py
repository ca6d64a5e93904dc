from __future__ import annotations

from pathlib import Path

from qingjian.batch.readers.meter import Meter, size_of


def test_the_bytes_of_files_and_folders_are_added(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "in" / "deep" / "b").write_bytes(b"123")
    (tmp_path / "in" / "broken").symlink_to("nowhere")
    assert size_of([str(tmp_path)]) == 8
    assert size_of([str(tmp_path / "a"), str(tmp_path / "in")]) == 8
    assert size_of([]) == 0


def test_a_pipe_or_a_missing_file_makes_the_size_unknown(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert size_of([str(tmp_path / "a"), "-"]) == 0
    assert size_of([str(tmp_path / "a"), str(tmp_path / "gone")]) == 0


def test_nothing_is_read_at_first() -> None:
    assert Meter() == Meter(0, 0)
