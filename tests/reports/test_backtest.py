from __future__ import annotations

import math

import orjson

from qingjian.flows.outcome import Agreement, Backtested, Change, OfPack, OfRule
from qingjian.reports.backtest import lines, told

FOUND = Agreement(100, 20, 10, 8)
RULE = OfRule("lure", "queue", 1_200, 3, {"text.a": 2, "text.b": 1}, ("a", "b\x1b[2J"), FOUND)
PACK = OfPack("own 2", {"pass": 9_000, "queue": 1_000, "hold": 0}, 1_000, (RULE,), FOUND)
OLD = OfPack("own 1", {"pass": 9_500, "queue": 0, "hold": 500}, 500, (), Agreement(100, 20, 0, 0))
CHANGES = (
    Change("pass", "queue", True, 900, ("a",)),
    Change("hold", "queue", False, 100, ("c", "d")),
)
FULL = Backtested(10_000, 5, 30, tuple(f"f:{n}: x" for n in range(20)), 0.81, PACK, OLD, CHANGES, 4)
EMPTY = Backtested(0, 0, 0, (), math.nan, OfPack("own 2", {"pass": 0}, 0, (RULE,)))


def test_json_has_every_figure() -> None:
    made = told(FULL)
    assert made["items"]["decided"] == 10_000
    assert made["items"]["median_took_ms"] == 0.81
    assert made["pack"]["reviews_per_100000"] == 10_000
    assert made["against"]["steps"]["hold"] == 500
    rule = made["pack"]["rules"][0]
    assert (rule["fired"], rule["fired_per_100000"], rule["unknown"]) == (1_200, 12_000, 3)
    assert rule["agreement"]["precision"] == [0.8, 0.4902, 0.9433]
    assert made["against"]["agreement"]["precision"] is None
    assert [c["direction"] for c in made["changes"]] == ["stronger", "softer"]
    assert orjson.loads(orjson.dumps(made)) == made


def test_what_is_undefined_is_null() -> None:
    made = told(EMPTY)
    assert made["items"]["median_took_ms"] is None
    assert made["pack"]["reviews_per_100000"] is None
    assert made["against"] is made["pack"]["agreement"] is None


def test_people_read_the_same_figures() -> None:
    text = "\n".join(lines(FULL))
    assert "10,000 items decided again by own 2" in text
    assert "30 bad rows were passed over:\n  f:0: x" in text
    assert "  and 10 more" in text
    assert "0.81 ms" in text
    assert "1,000 items change step against own 1: 100 softer, 900 stronger" in text
    assert "  pass → queue" in text
    assert "0.80 (0.49–0.94)" in text
    assert "4 labels are of items in no row" in text
    assert "without text.a (2), text.b (1)" in text


def test_nothing_drives_the_terminal() -> None:
    assert "\x1b" not in "\n".join(lines(FULL))


def test_an_empty_run_is_told_without_shares() -> None:
    text = "\n".join(lines(EMPTY))
    assert "per 100,000" in text and "–" in text
    assert "median" not in text
