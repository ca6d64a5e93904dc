from __future__ import annotations

import io
import os
import sys
from contextlib import suppress

import pytest

from qingjian.archive.watched import Quoted, Verdict
from qingjian.cli import bar as shown_late
from qingjian.cli.incident.told import MOST_SHOWN, bar, changes, row, some, verdict


def written(master: int) -> bytes:
    """Give all that was written to a terminal that is closed by now; it comes in parts."""
    told = b""
    with open(master, "rb", buffering=0) as terminal, suppress(OSError):
        while part := terminal.read(65_536):
            told += part
    return told


def test_a_bar_is_drawn_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown_late, "AFTER_S", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    master, slave = os.openpty()
    with os.fdopen(slave, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with bar("posts checked", 10) as tick:
            tick(lambda: {"completed": 4, "count": 4})
    assert b"4 posts checked" in written(master)
    words = io.StringIO()
    monkeypatch.setattr(sys, "stderr", words)
    with bar("posts checked", 10) as tick:
        tick(lambda: {"completed": 4, "count": 4})
    assert words.getvalue() == ""


def test_of_many_the_first_are_told_and_how_many_more(capsys: pytest.CaptureFixture[str]) -> None:
    some(list(range(MOST_SHOWN + 3)), print)
    assert capsys.readouterr().out.splitlines()[-2:] == ["19", "  … and 3 more; --json has all"]


def test_what_could_not_be_checked_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    changes({"posts": 1, "changed": [], "failed": [{"id": "p", "what": "ValueError"}]})
    assert capsys.readouterr().out == "1 posts checked, 0 changed\n  not checked  p: ValueError\n"


def test_what_speaks_against_and_what_was_not_looked_at_stand_beside_the_verdict(
    capsys: pytest.CaptureFixture[str],
) -> None:
    quoted = Quoted("text.x", "why", "said", "source", "cited", "r1", ("it asks",))
    verdict(row(Verdict("not_enough_info", (quoted,), ("text.y: it is short",))))
    told = capsys.readouterr().out.splitlines()
    assert told[-2:] == ["  against  it asks", "  not looked at  text.y: it is short"]
    verdict(row(None))
    assert capsys.readouterr().out == "  not checked yet\n"
