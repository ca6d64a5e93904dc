from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.cases.desk import row

from qingjian.cases.sql import LOT, Cases
from qingjian.flows.ingest import ingest
from qingjian.store.engine import open_store


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    return Cases(open_store(str(tmp_path / "a.db")))


def nothing(id: str) -> Mapping[str, Any]:
    return {}


def test_lots_are_told_one_by_one_and_a_bad_row_stops_nothing(cases: Cases) -> None:
    rows: list[tuple[str, Any]] = [(f"f:{n}", row(f"p{n}")) for n in range(LOT + 3)]
    rows[7] = ("f:7", {"id": "p7"})
    rows[LOT] = (f"f:{LOT}", None)
    lots = list(ingest(cases, rows, nothing, "li"))
    assert [lot.told["opened"] for lot in lots] == [LOT - 1, 2]
    assert [n.what for lot in lots for n in lot.refused] == ["f:7", f"f:{LOT}"]
    again = sum((lot.told for lot in ingest(cases, rows, nothing, "li")), Counter[str]())
    assert again == {"known": LOT + 1}


def test_an_item_tells_owner_kind_and_reach_and_is_kept(cases: Cases) -> None:
    items: dict[str, dict[str, Any]] = {
        "a": {"id": "a", "text": "x", "about": {"who": "u1"}, "reach": 12},
        "b": {"id": "b", "kind": "account", "fields": {}, "reach": -5},
        "c": {"id": "c", "about": "nobody", "reach": 1e300},
    }
    rows = [("f", row(id)) for id in items]
    list(ingest(cases, rows, lambda id: items[id], "li"))
    told = {r["subject"]: cases.get(r["id"]) for r in cases.listed()}
    assert [(c.subject.kind, c.subject.owner, c.reach) for _, c in sorted(told.items())] == [
        ("content", "u1", 12),
        ("account", "", 0),
        ("content", "", 0),
    ]
    assert cases.snapshot(told["a"].seen[0].item).startswith(b'{"id":"a"')


def test_a_kind_can_be_said_for_all(cases: Cases) -> None:
    list(ingest(cases, [("f", row("x"))], nothing, "li", kind="listing"))
    assert cases.listed()[0]["kind"] == "listing"
