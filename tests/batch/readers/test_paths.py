from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from qingjian.batch.entry import Entry
from qingjian.batch.readers import jsonl, table
from qingjian.batch.readers.meter import size_of
from qingjian.batch.readers.paths import entries
from qingjian.batch.readers.rows import Reading
from qingjian.core.errors import (
    BadEncoding,
    BadRow,
    DamagedFile,
    MissingExtra,
    NotFound,
    TooLarge,
    Vanished,
)
from qingjian.core.types import Document, Note, Text


def listed(*names: str | Path, stdin: bytes = b"", **reading: Any) -> list[Entry]:
    return list(entries([str(n) for n in names], Reading(**reading), io.BytesIO(stdin)))


def ids(made: list[Entry], root: Path) -> list[str]:
    return [e.id.removeprefix(f"{root}/") for e in made]


def test_folders_are_read_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b/c.txt", "a.txt", "c/x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    made = listed(tmp_path)
    assert ids(made, tmp_path) == ["a/b/c.txt", "a/z.txt", "a.txt", "b.txt", "c/x.txt"]
    assert [e.item.body for e in made if isinstance(e.item, Text)] == ids(made, tmp_path)


def test_names_are_kept_as_they_were_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    Path("in/a.txt").write_text("x")
    assert [e.id for e in listed("in/../in/a.txt", "./in", ".")] == [
        "in/../in/a.txt",
        "in/a.txt",
        "in/a.txt",
    ]


def test_a_path_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    assert len(listed(tmp_path / "a.txt", tmp_path / "a.txt")) == 1


def test_a_path_that_does_not_exist_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(NotFound, match="no file or folder"):
        entries([str(tmp_path / "a.txt"), str(tmp_path / "gone")], Reading(), io.BytesIO())


def test_standard_input_is_one_item() -> None:
    (made,) = listed("-", stdin="你好".encode())
    assert made == Entry("-", Text(id="-", body="你好"))
    (page,) = listed("-", stdin=b"<html>x")
    assert isinstance(page.item, Document)


def test_standard_input_that_cannot_be_read_is_an_error() -> None:
    (large,) = listed("-", stdin=b"x" * 11, max_item_bytes=10)
    assert isinstance(large.error, TooLarge)
    (odd,) = listed("-", stdin=b"abc \xff def")
    assert isinstance(odd.error, BadEncoding)


def test_data_files_give_a_row_each_and_other_texts_one_item(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "1"}\n{"text": "2"}')
    (tmp_path / "b.NDJSON").write_text('{"text": "3"}')
    (tmp_path / "c.csv").write_text("text\n4\n")
    (tmp_path / "d.tsv").write_text("id\ttext\nx\t5\n")
    (tmp_path / "e.md").write_text("6")
    (tmp_path / "f.HTM").write_text("7")
    (tmp_path / "g.text").write_text("8")
    (tmp_path / "h.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    made = listed(tmp_path)
    assert ids(made, tmp_path) == [
        "a.jsonl#1",
        "a.jsonl#2",
        "b.NDJSON#1",
        "c.csv#2",
        "x",
        "e.md",
        "f.HTM",
        "g.text",
        "h.png",
    ]
    assert [type(e.item) for e in made[-4:]] == [Document, Document, Text, Document]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.exe", b"MZ\x90\x00", "nothing reads .exe yet"),
        ("a.docx", b"text", "nothing reads .docx yet"),
        ("README", b"text", "nothing reads files without a suffix yet"),
        ("empty.bin", b"", "nothing reads .bin yet"),
    ],
)
def test_what_nothing_reads_is_told(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    path = str(tmp_path / name)
    assert listed(tmp_path) == [Entry(path, not_looked_at=(Note(path, reason),))]


def test_archives_are_documents_of_their_format(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04rest")
    (made,) = listed(tmp_path)
    assert isinstance(made.item, Document)
    assert made.item.format == "zip"


def test_links_and_special_files_are_told_and_never_followed_or_opened(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("x")
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    (tmp_path / "broken.txt").symlink_to("nowhere.txt")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "link.txt").symlink_to("in/a.txt")
    (tmp_path / "null.txt").symlink_to("/dev/null")
    os.mkfifo(tmp_path / "fifo.jsonl")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "b.txt").write_text("x")
    (tmp_path / ".hidden.txt").write_text("x")
    made = {e.id.removeprefix(f"{tmp_path}/"): e for e in listed(tmp_path)}
    assert set(made) == {
        "in/a.txt",
        "in/up",
        "broken.txt",
        "loop.txt",
        "link.txt",
        "null.txt",
        "fifo.jsonl",
        ".git",
        ".hidden.txt",
    }
    told = {name: e.not_looked_at[0].reason for name, e in made.items() if e.not_looked_at}
    assert told == {
        "in/up": "a symbolic link to a folder is not followed",
        "null.txt": "it is no regular file",
        "fifo.jsonl": "it is no regular file",
        ".git": "hidden folders are not scanned; name it to scan it",
    }
    assert {name for name, e in made.items() if e.item} == {"in/a.txt", "link.txt", ".hidden.txt"}
    assert isinstance(made["broken.txt"].error, Vanished)
    assert isinstance(made["loop.txt"].error, Vanished)
    assert "Too many levels" in made["loop.txt"].error.what


def test_special_files_that_are_named_are_told_too(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (device,) = listed("/dev/null")
    assert device.not_looked_at == (Note("/dev/null", "it is no regular file"),)
    (loop,) = listed(tmp_path / "loop")
    assert isinstance(loop.error, Vanished)


def test_a_hidden_folder_that_is_named_is_read(tmp_path: Path) -> None:
    (tmp_path / ".in").mkdir()
    (tmp_path / ".in" / "a.txt").write_text("x")
    assert ids(listed(tmp_path / ".in"), tmp_path) == [".in/a.txt"]


def test_what_vanishes_while_it_is_listed_is_an_error_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    for name in ("a.txt", "b.txt", "c.jsonl", "d/e.txt", "f.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('{"text": "x"}')
    made: Iterator[Entry] = entries([str(tmp_path)], Reading(), io.BytesIO())
    assert next(made).error is None
    for name in ("b.txt", "c.jsonl", "d/e.txt"):
        (tmp_path / name).unlink()
    (tmp_path / "d").rmdir()
    rest = list(made)
    assert ids(rest, tmp_path) == ["b.txt", "c.jsonl", "d", "f.txt"]
    assert [type(e.error) for e in rest] == [Vanished, Vanished, Vanished, type(None)]
    assert all("No such file" in e.error.what for e in rest if e.error)


def test_a_named_path_that_vanishes_is_an_error_and_the_rest_goes_on(tmp_path: Path) -> None:
    names = [tmp_path / f"{c}.txt" for c in "abc"]
    for name in names:
        name.write_text("x")
    made = entries([str(n) for n in names], Reading(), io.BytesIO())
    next(made)
    names[1].unlink()
    assert [type(e.error) for e in made] == [Vanished, type(None)]


def test_an_error_of_the_disk_while_rows_are_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "x"}\n')
    (tmp_path / "b.txt").write_text("x")

    def broken(*_: object) -> Iterator[Entry]:
        yield Entry("first")
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(jsonl, "read", broken)
    first, second, third = listed(tmp_path)
    assert first.id == "first"
    assert isinstance(second.error, Vanished)
    assert second.error.what == f"{tmp_path}/a.jsonl: Input/output error"
    assert third.item is not None


def test_files_that_cannot_be_read_are_errors_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"abc \xff def")
    (tmp_path / "b.jsonl").write_bytes(b"\xff\xfd\xfc")
    (tmp_path / "c.csv").write_text("a,b\n1,2\n")
    (tmp_path / "d.parquet").write_bytes(b"PAR1")
    (tmp_path / "e.txt").write_bytes(b"x" * 101)
    (tmp_path / "f.txt").write_text("x")
    made = listed(tmp_path, max_item_bytes=100)
    wanted = [BadEncoding, BadEncoding, BadRow, DamagedFile, TooLarge, type(None)]
    assert [type(e.error) for e in made] == wanted
    assert made[0].error is not None
    assert made[0].error.what == "byte 0xff at offset 4 is not UTF-8"


def test_a_file_whose_package_is_missing_is_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1")

    def missing(*_: object) -> Iterator[Entry]:
        raise MissingExtra("reading Parquet needs pyarrow", "pip install x")

    monkeypatch.setattr(table, "read_parquet", missing)
    (made,) = listed(tmp_path)
    (note,) = made.not_looked_at
    assert note.reason == "reading Parquet needs pyarrow: pip install x"


def test_names_that_are_no_utf8_are_shown_with_replacement_characters(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff\xfe.txt")).write_text("x")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.jsonl")).write_text('{"text": "x"}')
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/c\xff")).mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/c\xff/d.txt")).write_text("x")
    made = listed(tmp_path)
    assert ids(made, tmp_path) == ["a\ufffd\ufffd.txt", "b\ufffd.jsonl#1", "c\ufffd/d.txt"]
    assert all(e.item for e in made)


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Callable[[str, int], Path]]:
    """Make folders in folders, deeper than the standard library could remove again."""
    root = tmp_path / "root"
    root.mkdir()

    def make(name: str, times: int) -> Path:
        for _ in range(times):
            os.mkdir(name)  # noqa: PTH102  a Path would be as long as the tree is deep
            os.chdir(name)
        Path("a.txt").write_text("x")
        return root

    with chdir(root):
        yield make
    subprocess.run(["rm", "-rf", root], check=True)


def test_folders_deeper_than_a_stack_are_read(deep: Callable[[str, int], Path]) -> None:
    root = deep("d", 1500)
    assert size_of([str(root)]) == 1
    (made,) = listed(root)
    assert made.item is not None
    assert made.id.count("/d") >= 1500


def test_a_tree_deeper_than_any_path_is_told(deep: Callable[[str, int], Path]) -> None:
    root = deep("d" * 200, 30)
    assert size_of([str(root)]) == 0
    (made,) = listed(root)
    assert isinstance(made.error, Vanished)
    assert "File name too long" in made.error.what


def test_a_folder_that_may_not_be_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b.txt").write_text("x")
    real = os.scandir

    def guarded(path: Path) -> Any:
        if str(path).endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", guarded)
    first, second = listed(tmp_path)
    assert isinstance(first.error, Vanished)
    assert first.error.what == f"{tmp_path}/a: Permission denied"
    assert second.item is not None


def test_a_link_into_a_folder_that_may_not_be_entered_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").symlink_to("/root/x")
    real = os.stat

    def guarded(path: Any, *rest: Any, **named: Any) -> os.stat_result:
        if str(path).endswith("/a.txt") and named.get("follow_symlinks", True):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **named)

    monkeypatch.setattr(os, "stat", guarded)
    for root in (tmp_path, tmp_path / "a.txt"):
        (made,) = listed(root)
        assert isinstance(made.error, Vanished)
        assert "Permission denied" in made.error.what


def test_the_report_being_written_is_no_input(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text('{"text": "x"}\n')
    (tmp_path / "out.html.part").write_text("x")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "out.jsonl").write_text('{"text": "x"}\n')
    made = listed(tmp_path, output=tmp_path / "out.jsonl")
    assert ids(made, tmp_path) == ["deep/out.jsonl#1", "out.html.part", "out.jsonl"]
    assert made[2].not_looked_at[0].reason == "it is the report of this scan"
    assert made[1].not_looked_at[0].reason == "nothing reads .part yet"
    part = listed(tmp_path, output=tmp_path / "out.html")
    assert part[1].not_looked_at[0].reason == "it is the report of this scan"
    assert listed(tmp_path, output=tmp_path / "gone" / "out.jsonl")[2].item is not None


def test_what_was_read_is_metered(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"12345")
    (tmp_path / "b.jsonl").write_bytes(b'{"text": "x"}\n')
    reading = Reading()
    list(entries([str(tmp_path)], reading, io.BytesIO()))
    assert reading.meter.read_bytes == 19
