from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.cases.desk import Hands, row

from qingjian.cases import appeals
from qingjian.cases.event import MACHINE
from qingjian.cases.sql import LOT, Cases
from qingjian.flows.ingest import ingest
from qingjian.policy.rules import Pack, Rule
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


LABELLED: dict[str, Any] = {
    "decision": {
        "do": "label",
        "rules": ["other", "ai"],
        "policy": "own 1",
        "needs_person": False,
        "unknown": [],
    }
}


def own(do: str = "label") -> Pack:
    rule = Rule("ai", "true", do, "1.5.platform_detection", "The file says that AI made it.")
    return Pack("own", "1", "li", "content", ("label",), (rule,))


def test_what_a_policy_lets_the_machine_do_is_done_told_and_can_be_appealed(
    tmp_path: Path,
) -> None:
    clock = Hands()
    cases = Cases(open_store(str(tmp_path / "a.db")), clock=clock)
    items = {"a": {"id": "a", "text": "x", "about": {"who": "u1"}}}
    rows = [("f:1", row("a", **LABELLED)), ("f:2", row("a", **LABELLED, scores={"x": 1.0}))]
    (lot,) = ingest(cases, rows, lambda id: items[id], "li", pack=own())
    assert lot.told == {"acted": 2, "known": 0}
    for listed in cases.listed():
        case = cases.get(listed["id"])
        assert (case.state, case.rulings[0].who) == ("closed", MACHINE)
        assert case.rulings[0].told["automated"] is True
        assert [(d.step, d.state) for d in case.dispositions] == [("label_add", "active")]
        assert [(n["sent"], n["about"]) for n in case.notices] == [(True, "started")]
        said = cases.snapshot(case.notices[0]["words"]).decode()
        assert "由系统依据规则自动作出" in said
        filed = cases.act(
            case.id, "u1", lambda c, at: appeals.file(c, "u1", "不是用人工智能做的", at)
        )
        assert filed.state == "appeal"
    assert cases.verify()[0] == sum(1 for _ in cases.events())


@pytest.mark.parametrize(
    ("changed", "pack"),
    [
        ({}, None),
        ({"needs_person": True}, own()),
        ({"policy": "own 2"}, own()),
        ({"rules": ["other"]}, own()),
        ({"do": "remove"}, own()),
        ({"do": "limit"}, own("label")),
    ],
    ids=["no pack", "needs a person", "another version", "another rule", "harder", "other step"],
)
def test_else_a_person_looks(cases: Cases, changed: dict[str, Any], pack: Pack | None) -> None:
    decision = {**LABELLED["decision"], **changed}
    (lot,) = ingest(cases, [("f", row("a", decision=decision))], nothing, "li", pack=pack)
    assert lot.told["opened"] == 1
    assert cases.listed()[0]["state"] == "review"
