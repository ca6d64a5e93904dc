from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress

from qingjian.cli import bar as module
from qingjian.cli.bar import late


def drawn(words: io.StringIO) -> Progress:
    console = Console(file=words, force_terminal=True, width=60)
    return Progress(BarColumn(), MofNCompleteColumn(), console=console, auto_refresh=False)


def test_short_work_shows_no_bar_and_asks_for_nothing() -> None:
    words = io.StringIO()

    def never() -> dict[str, Any]:
        raise AssertionError("asked too early")

    with late(drawn(words), 9) as tick:
        tick(never)
    assert words.getvalue() == ""


def test_long_work_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AFTER_S", 0.0)
    words, asked = io.StringIO(), 0

    def now() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {"completed": 0}

    with late(drawn(words), 9) as tick:
        for _ in range(5):
            tick(now)
    assert asked == 1, "once in a tenth of a second"
    assert "0/9" in words.getvalue()


def test_the_bar_goes_when_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AFTER_S", 0.0)
    bar = drawn(io.StringIO())
    with pytest.raises(ValueError, match="broke"), late(bar, 9) as tick:
        tick(lambda: {"completed": 1})
        assert bar.live.is_started
        raise ValueError("it broke")
    assert not bar.live.is_started
