from __future__ import annotations

import io
import json
import os
import threading
from pathlib import Path

import pytest
from tests.reports.made import SERVES, about, failed, finding, judged, line

from qingjian.core.errors import InputError, UsageError
from qingjian.core.types import Note, Span
from qingjian.reports import sink
from qingjian.reports.row import dumps, row
from qingjian.reports.sink import Line, line_of, opened

FORMATS = ("table", "json", "jsonl", "html", "sarif")
LINES = [
    line(judged(finding("one", Span(0, 1)), id="a.txt")),
    line(judged(id="b.txt", do="pass")),
    line(failed(InputError("no such thing"))),
]


def write(path: Path, format: str, lines: list[Line], resume: bool = False) -> bytes:
    with opened(format, path, resume) as out:
        for one in lines:
            out.write(one)
        out.close(about(lines))
    return path.read_bytes()


def test_json_lines_are_the_rows_one_by_one(tmp_path: Path) -> None:
    assert write(tmp_path / "out", "jsonl", LINES) == b"".join(one.data for one in LINES)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_json_is_the_list_of_the_rows(tmp_path: Path, count: int) -> None:
    written = write(tmp_path / "out", "json", LINES[:count])
    assert json.loads(written) == [json.loads(one.data) for one in LINES[:count]]
    assert written.endswith(b"]\n")


def test_json_lines_reach_the_file_as_they_come(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with opened("jsonl", path) as out:
        for number, one in enumerate(LINES, 1):
            out.write(one)
            assert path.read_bytes().count(b"\n") == number


def test_resuming_appends_and_starting_anew_does_not(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    write(path, "jsonl", LINES[:1])
    assert write(path, "jsonl", LINES[1:], resume=True) == b"".join(one.data for one in LINES)
    assert write(path, "jsonl", LINES[:1]) == LINES[0].data


@pytest.mark.parametrize("format", ["table", "json", "html", "sarif"])
def test_other_formats_take_the_place_of_the_file_when_they_are_whole(
    tmp_path: Path, format: str
) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"before")
    with opened(format, path) as out:
        out.write(LINES[0])
        assert path.read_bytes() == b"before"
        out.close(about(LINES))
    assert path.read_bytes() != b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("format", ["table", "json", "html", "sarif"])
def test_a_run_that_breaks_off_leaves_the_file_as_it_was(tmp_path: Path, format: str) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"before")
    with pytest.raises(KeyboardInterrupt), opened(format, path) as out:
        out.write(LINES[0])
        raise KeyboardInterrupt
    assert path.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_link_stays_a_link_and_its_file_is_written(tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to("real.json")
    write(link, "json", LINES)
    assert link.is_symlink()
    assert len(json.loads((tmp_path / "real.json").read_bytes())) == 3


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_no_regular_file_is_written_to_and_not_replaced(
    tmp_path: Path, format: str
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with opened(format, pipe) as out:
        out.write(LINES[0])
        out.close(about(LINES))
    reader.join(10)
    assert pipe.is_fifo()
    assert len(read[0]) > 0
    assert [p.name for p in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, format: str) -> None:
    for path in (tmp_path / "no" / "out", tmp_path):
        with pytest.raises(UsageError, match="cannot write"), opened(format, path):
            pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", FORMATS)
def test_without_a_file_all_goes_to_standard_output(
    format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr("sys.stdout", written)
    with opened(format, None) as out:
        for one in LINES:
            out.write(one)
        out.close(about(LINES))
    assert b"a.txt" in written.detach().getvalue()


@pytest.mark.parametrize(
    ("format", "keeps"),
    [("table", True), ("html", True), ("sarif", True), ("json", False), ("jsonl", False)],
)
def test_only_formats_for_people_keep_words(tmp_path: Path, format: str, keeps: bool) -> None:
    with opened(format, tmp_path / "out") as out:
        assert out.keeps_text is keeps


def test_reports_for_people_keep_so_many_items_and_count_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sink, "MOST_KEPT", 2)
    found = [line(judged(finding("one"), id=f"{n}.txt")) for n in range(5)]
    clean = [line(judged(id="clean.txt"))] * 9
    log = json.loads(write(tmp_path / "out", "sarif", [*clean, *found]))
    assert len(log["runs"][0]["results"]) == 2
    assert log["runs"][0]["properties"]["leftOut"] == 3


def test_a_line_counts_what_its_row_says() -> None:
    one = judged(
        finding("a", severity="medium"),
        finding("b", None, "but", detector="document.made"),
        abstained=(Note("text.other", "too short"),),
    )
    made = row(one, SERVES)
    told = line_of(made, dumps(made))
    assert (told.id, told.do, told.worst, told.looked_at) == ("a.txt", "queue", 2, True)
    assert (told.found, told.abstained) == (("text.made",), ("text.other",))
    assert (told.error, told.failed, told.opposed) == (False, False, False)
    assert json.loads(told.data) == json.loads(dumps(made))


def test_a_line_of_opposed_findings_is_opposed_and_one_without_any_is_not() -> None:
    opposed = line(judged(finding("b", None, "but")))
    assert (opposed.opposed, opposed.worst, opposed.found) == (True, 0, ())
    assert not line(judged()).opposed


@pytest.mark.parametrize(("broken", "failed"), [(0, True), (1, True), (2, False)])
def test_a_line_has_failed_when_more_failed_than_could_not_be_loaded(
    broken: int, failed: bool
) -> None:
    notes = (Note("text.a", "ValueError"), Note("text.b", "ValueError"))
    made = row(judged(errors=notes), SERVES)
    assert line_of(made, dumps(made), broken).failed is failed
