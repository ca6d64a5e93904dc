from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.process import environment
from tests.reports.made import failed, finding, judged, line

from qingjian.cli.run import Asked, Told, summary
from qingjian.core.errors import InputError
from qingjian.core.types import Note
from qingjian.reports.sink import Line

HIGH = line(judged(finding("x")))
OPPOSED = line(judged(finding("x", None, "but")))
CLEAN = line(judged(do="pass"))
UNREAD = line(failed(InputError("torn")))
BROKEN = line(judged(errors=(Note("text.other", "ValueError"),)))
PASSED = line(judged(ran=(), not_looked_at=(Note("a.pdf", "nothing reads it"),)))


def told_of(*lines: Line) -> Told:
    told = Told()
    for one in lines:
        told.add(one)
    return told


@pytest.mark.parametrize(
    ("lines", "code", "keeping_going"),
    [
        ((), 3, 3),
        ((PASSED,), 3, 3),
        ((CLEAN,), 0, 0),
        ((CLEAN, PASSED), 0, 0),
        ((OPPOSED, CLEAN), 11, 11),
        ((HIGH, OPPOSED), 14, 14),
        ((line(judged(finding("x", severity="low"))),), 12, 12),
        ((line(judged(finding("x", severity="medium"))), CLEAN), 13, 13),
        ((HIGH, UNREAD), 2, 14),
        ((UNREAD,), 2, 0),
        ((CLEAN, UNREAD), 2, 0),
        ((HIGH, UNREAD, BROKEN), 1, 14),
        ((BROKEN,), 1, 0),
    ],
)
def test_the_exit_code_of_a_run(lines: tuple[Line, ...], code: int, keeping_going: int) -> None:
    assert told_of(*lines).exit_code() == code
    assert told_of(*lines).exit_code(keep_going=True) == keeping_going


def test_each_item_is_counted_where_it_belongs() -> None:
    told = told_of(HIGH, HIGH, OPPOSED, CLEAN, UNREAD, PASSED)
    assert (told.items, told.looked_at, told.not_looked_at, told.errors) == (6, 4, 1, 1)
    assert (told.with_findings, told.opposed) == (2, 1)
    assert told.decisions == {"queue": 4, "pass": 1}
    assert told.found == {"text.made": 2}


def test_the_summary_says_what_matters_and_no_more() -> None:
    told = told_of(*[HIGH] * 1500, UNREAD, PASSED)
    told.took_s = 2.0
    assert summary(told, Asked(("x",), output=Path("out"))).splitlines() == [
        "1,502 items in 2.0 s (751 a second); 1,500 with findings",
        "decisions: queue 1,501",
        "1 could not be read; their rows say why",
        "1 were not looked at; their rows say why",
        "written to out",
    ]
    clean = told_of(CLEAN)
    assert summary(clean, Asked(("x",))).splitlines() == [
        "1 items in 0.0 s (0 a second); 0 with findings",
        "decisions: pass 1",
    ]


def test_the_rate_is_of_the_items_of_this_run() -> None:
    told = told_of(*[CLEAN] * 100)
    told.resumed, told.took_s = 90, 1.0
    assert "100 items in 1.0 s (10 a second)" in summary(told, Asked(("x",)))


def test_a_terminal_sees_a_bar_that_goes_away(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text": "明天下午三点开会，带上上次的材料。"}\n' * 15_000, "utf-8")
    out = tmp_path / "out.jsonl"
    leader, follower = pty.openpty()
    command = ["scan", rows, "-f", "jsonl", "-o", out, "--only", "text.scam", "--jobs", "1"]
    with subprocess.Popen(
        [sys.executable, "-m", "qingjian", *map(str, command)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=follower,
        env=environment(TERM="xterm"),
    ) as process:
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
    counts = [int(n.replace(",", "")) for n in re.findall(r"([\d,]+) items", text)]
    assert "scanning" in text
    assert counts == sorted(counts)
    assert counts[-1] == 15_000
    assert any(0 < n < 15_000 for n in counts)
