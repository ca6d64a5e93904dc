from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.process import Ran, environment, qingjian
from tests.watch import alive, below, ending, wait_for

SCAM = "代过人脸识别，先过后付，加微信"
CLEAN = "今天天气很好，我们去公园散步。"
COUNT = 2_400
COMMAND = ("scan", "in", "--format", "jsonl", "-o", "out.jsonl", "--jobs", "2")


def wait_for_bytes(path: Path, count: int) -> None:
    wait_for(lambda: path.exists() and path.stat().st_size > count)


def rows(path: Path) -> list[dict[str, Any]]:
    """Give the whole lines of a report, each of which must be a row."""
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def timeless(report: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if k != "took_ms"} for row in report]


class Whole(NamedTuple):
    """A scan that nothing broke: its folder, its exit code, the size of its report."""

    folder: Path
    code: int
    size_bytes: int

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its report."""
        return rows(self.folder / "out.jsonl")


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a scan; whatever comes, it does not outlive the test."""
    process = subprocess.Popen(
        [sys.executable, "-m", "qingjian", *arguments],
        cwd=folder,
        env=environment(),
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def killed(folder: Path, whole: Whole, name: str = "SIGKILL") -> int:
    """Kill a scan in the first half of its report, see its workers go, and give its exit code."""
    with started(folder, *COMMAND) as process:
        wait_for_bytes(folder / "out.jsonl", whole.size_bytes // 5)
        workers = below(process.pid)
        assert len(workers) == 2
        process.send_signal(signal.Signals[name])
        process.wait(20)
        wait_for(lambda: not any(alive(pid) for pid in workers))
        return process.returncode


def resumed(folder: Path) -> Ran:
    return qingjian(*COMMAND, "--resume", folder=folder)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """Scan an input with a line that is no row, ids that stand twice, and one finding."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "in").mkdir()
    with (folder / "in" / "a.jsonl").open("w") as file:
        for i in range(COUNT):
            text = SCAM if i == 5 else CLEAN + str(i % 97)
            id = {"id": f"i{i % (COUNT - 9)}"} if i % 2 else {}
            file.write(json.dumps({**id, "text": text}, ensure_ascii=False) + "\n")
        file.write("no json\n")
    for i in range(200):
        (folder / "in" / f"b{i:03}.txt").write_text(CLEAN)
    ran = qingjian(*COMMAND, "--keep-going", folder=folder)
    assert len(rows(folder / "out.jsonl")) == COUNT + 201
    return Whole(folder, ran.code, (folder / "out.jsonl").stat().st_size)


@pytest.fixture
def begun(whole: Whole, tmp_path: Path) -> Path:
    """Give a folder with the same input and no report."""
    (tmp_path / "in").symlink_to(whole.folder / "in")
    return tmp_path


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_a_killed_scan_leaves_whole_rows_and_no_workers(
    whole: Whole, begun: Path, name: str
) -> None:
    code = killed(begun, whole, name)
    assert code != 0
    left = rows(begun / "out.jsonl")
    assert 100 < len(left) < COUNT
    assert timeless(left) == timeless(whole.rows)[: len(left)]


def test_a_killed_scan_is_finished_by_resume_as_if_nothing_had_happened(
    whole: Whole, begun: Path
) -> None:
    killed(begun, whole)
    before = rows(begun / "out.jsonl")
    ran = resumed(begun)
    after = rows(begun / "out.jsonl")
    assert after[: len(before)] == before
    assert timeless(after) == timeless(whole.rows)
    assert f"going on after {len(before):,} items" in ran.err
    assert ran.code == 2, "the line that is no JSON could not be read"


def test_the_exit_code_of_a_resumed_scan_tells_of_both_parts(whole: Whole, begun: Path) -> None:
    killed(begun, whole)
    left = rows(begun / "out.jsonl")
    assert [f for row in left for f in row["findings"]], "the finding came before the end"
    ran = qingjian(*COMMAND, "--resume", "--keep-going", folder=begun)
    assert ran.code == whole.code > 11


def test_scans_killed_again_and_again_are_finished(whole: Whole, begun: Path) -> None:
    for at in (whole.size_bytes * quarter // 4 for quarter in (1, 2, 3)):
        with started(begun, *COMMAND, "--resume") as process:
            wait_for_bytes(begun / "out.jsonl", at)
            process.kill()
            process.wait(20)
        with (begun / "out.jsonl").open("ab") as file:
            file.write(b'{"contract":1,"id":"torn \xe4')
    assert resumed(begun).code == 2
    assert timeless(rows(begun / "out.jsonl")) == timeless(whole.rows)


def test_resume_after_a_finished_scan_changes_nothing(begun: Path, whole: Whole) -> None:
    report = (whole.folder / "out.jsonl").read_bytes()
    (begun / "out.jsonl").write_bytes(report)
    assert resumed(begun).code == 2
    assert (begun / "out.jsonl").read_bytes() == report


def test_resume_without_a_report_begins_one(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(CLEAN)
    assert resumed(tmp_path).code == 0
    assert [row["id"] for row in rows(tmp_path / "out.jsonl")] == ["in/a.txt"]


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (b"my notes\nof last week", "out.jsonl:1 is no row of a scan"),
        (b'{"id": 5}\n', "out.jsonl:1 is no row of a scan"),
        (b"[1]\n", "out.jsonl:1 is no row of a scan"),
    ],
)
def test_resume_leaves_a_file_alone_that_is_no_report(
    tmp_path: Path, report: bytes, said: str
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(CLEAN)
    (tmp_path / "out.jsonl").write_bytes(report)
    ran = resumed(tmp_path)
    assert ran.code == 2
    assert ran.err.startswith(f"qingjian: {said}")
    assert (tmp_path / "out.jsonl").read_bytes() == report


def test_resume_refuses_input_that_has_changed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "in" / name).write_text(CLEAN)
    assert qingjian(*COMMAND, folder=tmp_path).code == 0
    report = (tmp_path / "out.jsonl").read_bytes()
    (tmp_path / "in" / "a0.txt").write_text(CLEAN)
    ran = resumed(tmp_path)
    assert ran.code == 2
    assert "out.jsonl:2 is 'in/b.txt', the input has 'in/a0.txt' there" in ran.err
    for name in ("a0.txt", "b.txt"):
        (tmp_path / "in" / name).unlink()
    ran = resumed(tmp_path)
    assert ran.code == 2
    assert "out.jsonl:2 is 'in/b.txt', the input has nothing there" in ran.err
    assert (tmp_path / "out.jsonl").read_bytes() == report


def test_standard_input_cannot_be_resumed(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_bytes(b"")
    ran = qingjian(
        *("scan", "-", "--format", "jsonl", "-o", "out.jsonl", "--resume"), folder=tmp_path
    )
    assert ran.code == 2
    assert ran.err.startswith("qingjian: standard input cannot be resumed")


def test_a_worker_killed_from_outside_costs_one_item_at_most(whole: Whole, begun: Path) -> None:
    with started(begun, *COMMAND) as process:
        for step in (whole.size_bytes * tenth // 10 for tenth in (1, 3, 5)):
            wait_for_bytes(begun / "out.jsonl", step)
            os.kill(below(process.pid)[0], signal.SIGKILL)
        process.wait(60)
        assert process.returncode in (1, 2)
    told, unbroken = rows(begun / "out.jsonl"), whole.rows
    assert [row["id"] for row in told] == [row["id"] for row in unbroken]
    pairs = zip(timeless(told), timeless(unbroken), strict=True)
    changed = [row for row, other in pairs if row != other]
    assert len(changed) <= 3
    assert all("SIGKILL" in json.dumps(row) for row in changed)


@pytest.mark.parametrize("format", ["html", "json", "sarif", "table"])
def test_a_killed_scan_leaves_the_earlier_report_as_it_was(begun: Path, format: str) -> None:
    out, part = begun / "report", begun / "report.part"
    out.write_text("the earlier report")
    with started(begun, "scan", "in", "--format", format, "-o", "report") as process:
        wait_for(part.exists)
        wait_for(lambda: len(below(process.pid)) > 1)
        process.kill()
        process.wait(20)
    assert out.read_text() == "the earlier report"


def test_a_reader_that_goes_away_ends_the_scan(begun: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "qingjian", "scan", "in", "--format", "jsonl"],
        cwd=begun,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with ending(process):
        process.stdout.readline()
        workers = below(process.pid)
        process.stdout.close()
        process.wait(30)
        assert b"Traceback" not in process.stderr.read()
    wait_for(lambda: not any(alive(pid) for pid in workers))
    assert process.returncode != 0
