from __future__ import annotations

import ctypes
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.labels.formats.samples import png
from tests.process import environment, qingjian

from qingjian.cli.label.files import each, files, from_pem
from qingjian.core.errors import (
    InputError,
    NotFound,
    NothingToScan,
    UsageError,
)
from qingjian.labels import label

PNG = png.plain()


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("b.png", "a.md", "in/c.png", "in/deep/d.png", ".hidden.png", ".git/e.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "a.md.aigc.json").write_bytes(b"{}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*asked: str) -> list[str]:
    return list(map(str, files(asked)))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("b.png", "a.md"), ["b.png", "a.md"]),
        (("b.png", "./b.png", "*.png"), ["b.png"]),
        (("in",), ["in/c.png", "in/deep/d.png"]),
        ((".",), ["a.md", "b.png", "in/c.png", "in/deep/d.png"]),
        (("in/**/*.png",), ["in/c.png", "in/deep/d.png"]),
        (("**/d.png", "*/c.???"), ["in/deep/d.png", "in/c.png"]),
        (("[ab].*",), ["a.md", "b.png"]),
        (("i?", "b.png"), ["in/c.png", "in/deep/d.png", "b.png"]),
        (("*",), ["a.md", "b.png", "in/c.png", "in/deep/d.png"]),
        (("**",), ["a.md", "b.png", "in/c.png", "in/deep/d.png"]),
        ((".h*", "**/.git/*"), [".hidden.png", ".git/e.json"]),
        ((".hidden.png", ".git"), [".hidden.png", ".git/e.json"]),
        (("a.md", "a.md.aigc.json"), ["a.md"]),
    ],
)
def test_paths_folders_and_patterns(tree: Path, asked: tuple[str, ...], found: list[str]) -> None:
    assert names(*asked) == found


def test_a_whole_path_may_be_a_pattern(tree: Path) -> None:
    assert names(f"{tree}/in/*.png") == [f"{tree}/in/c.png"]


def test_a_name_with_the_letters_of_patterns_is_a_name_first(tree: Path) -> None:
    Path("x[1]*.png").write_bytes(b"x")
    assert names("x[1]*.png") == ["x[1]*.png"]


@pytest.mark.parametrize(
    "asked", ["", "gone.png", "gone/*.png", "b.png/x", "x" * 5000, "a\0b", "pipe", "dangling"]
)
def test_what_stands_for_no_file_is_told(tree: Path, asked: str) -> None:
    os.mkfifo("pipe")
    Path("dangling").symlink_to("nowhere")
    with pytest.raises(NotFound):
        files([asked])
    with pytest.raises(NotFound):
        files(["b.png", asked])


def test_a_pattern_that_is_none_is_told(tree: Path) -> None:
    with pytest.raises(UsageError, match="is no pattern"):
        files(["in/a**"])


def test_a_folder_without_files_and_a_lone_sidecar_are_nothing_to_work_on(tree: Path) -> None:
    Path("empty").mkdir()
    for asked in ("empty", "a.md.aigc.json"):
        with pytest.raises(NothingToScan):
            files([asked])


def test_links_to_files_are_files_and_links_to_folders_are_not_followed(tree: Path) -> None:
    Path("in/link.png").symlink_to("c.png")
    Path("in/deep/up").symlink_to("..")
    assert names("in") == ["in/c.png", "in/link.png", "in/deep/d.png"]


def _without_override() -> None:
    """Give up root's right to read and write what the mode forbids."""
    if os.geteuid() == 0:
        drop_from_bounding_set = 24
        for right in (1, 2):
            ctypes.CDLL(None).prctl(drop_from_bounding_set, right)


def test_what_may_not_be_read_or_written_is_told(tmp_path: Path) -> None:
    shut, fixed = tmp_path / "shut", tmp_path / "fixed"
    for folder in (shut, fixed):
        folder.mkdir()
        (folder / "a.png").write_bytes(PNG)
    (tmp_path / "b.png").write_bytes(PNG)
    (tmp_path / "c.png").write_bytes(PNG)
    (tmp_path / "b.png").chmod(0)
    shut.chmod(0)
    fixed.chmod(0o500)
    write = ["write", "--producer", "p", "--produce-id", "1", "--in-place"]
    said: list[tuple[int, str]] = []
    try:
        for verb in (["read", "b.png", "c.png"], ["read", "shut"], [*write, "fixed", "c.png"]):
            ran = subprocess.run(
                [sys.executable, "-m", "qingjian", "label", *verb],
                cwd=tmp_path,
                env=environment(),
                preexec_fn=_without_override,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            said.append((ran.returncode, ran.stderr + ran.stdout.partition("\n")[0]))
    finally:
        shut.chmod(0o700)
        fixed.chmod(0o700)
    assert said[0] == (2, "b.png: Permission denied\nc.png (png): unmarked")
    assert said[1] == (2, "qingjian: shut: Permission denied\n")
    code, words = said[2]
    assert (code, words.count("Permission denied")) == (2, 1)
    assert words.startswith("fixed/a.png: cannot write ")
    assert words.endswith("c.png: Label 1 written to c.png (png)")
    assert [p.name for p in fixed.iterdir()] == ["a.png"]
    assert (fixed / "a.png").read_bytes() == PNG


def test_a_pem_file_is_read_and_its_faults_carry_its_name(tmp_path: Path) -> None:
    path = tmp_path / "k.pem"
    path.write_bytes(b"PEM")
    assert from_pem(path, bytes) == b"PEM"

    def refuse(data: bytes) -> None:
        raise UsageError("no key", "make one")

    with pytest.raises(UsageError, match=r"k\.pem: no key") as told:
        from_pem(path, refuse)
    assert told.value.hint == "make one"
    for missing in (tmp_path / "gone.pem", tmp_path):
        with pytest.raises(NotFound, match="cannot be read"):
            from_pem(missing, bytes)


def test_an_error_is_told_with_its_file_and_the_rest_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done: list[str] = []

    def work(path: Path) -> None:
        if path.name == "a":
            raise InputError("torn\nb: fine", "mend \x1b[31mit")
        if path.name == "b":
            raise OSError(28, "No space left on device")
        if path.name == "c":
            raise InputError("c: gone")
        done.append(path.name)

    assert each([Path(n) for n in "abcd"], work) == 3
    assert done == ["d"]
    assert capsys.readouterr().err.splitlines() == [
        "a: torn⏎b: fine",
        "  hint: mend ␛[31mit",
        "b: No space left on device",
        "c: gone",
    ]


def test_a_closed_pipe_is_no_fault_of_a_file() -> None:
    def work(path: Path) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    with pytest.raises(BrokenPipeError):
        each([Path("a")], work)


WATCHED = """
import time
from pathlib import Path
import typer
from qingjian.cli.label.files import each

def work(path):
    time.sleep(0.06)
    typer.echo(f"done {path}")

each([Path(str(n)) for n in range(16)], work)
"""


@pytest.mark.parametrize("both", [False, True], ids=["lines in a file", "lines on the terminal"])
def test_a_terminal_sees_a_bar_that_goes_away(both: bool, tmp_path: Path) -> None:
    leader, follower = pty.openpty()
    out = tmp_path / "out"
    with (
        out.open("wb") as file,
        subprocess.Popen(
            [sys.executable, "-c", WATCHED],
            stdin=subprocess.DEVNULL,
            stdout=follower if both else file,
            stderr=follower,
            env=environment(TERM="xterm"),
        ) as process,
    ):
        os.close(follower)
        seen = b""
        while True:
            try:
                more = os.read(leader, 65_536)
            except OSError:
                break
            if not more:
                break
            seen += more
        assert process.wait(60) == 0
    os.close(leader)
    text = seen.decode()
    counts = [int(n) for n in re.findall(r"(\d+)/16", text)]
    assert counts == sorted(counts)
    assert any(0 < n < 16 for n in counts)
    lines = [f"done {n}" for n in range(16)]
    assert re.findall(r"done \d+", text if both else out.read_text()) == lines
    if not both:
        assert "done" not in text


def test_without_a_terminal_there_is_no_bar(tmp_path: Path) -> None:
    for n in range(30):
        (tmp_path / f"{n}.png").write_bytes(PNG)
    ran = qingjian("label", "read", ".", folder=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count(": unmarked") == 30
    assert label.read(PNG) == []


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    for n in range(300):
        (tmp_path / f"{n}-{'x' * 200}.md").write_bytes(b"x")
    command = f"{sys.executable} -m qingjian label read . | head -n 1"
    ran = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.stdout.count("\n"), ran.stderr) == (1, "")
