from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from tests.cases.desk import DAY_S, Hands, opened

from qingjian.cases.bots import DECLARED, Bots, declared
from qingjian.cases.sql import Cases
from qingjian.core.errors import BadRow, Conflict, NotFound, UsageError

WHY = "read fifty replies"


def row(account: str = "a", **other: Any) -> dict[str, Any]:
    return declared({"account": account, "owner": "Some Ltd", "model": "m", **other})


def test_an_account_is_added_changed_audited_and_closed(store: Engine) -> None:
    clock = Hands()
    bots, cases = Bots(store, clock=clock), Cases(store, clock=clock)
    opened(cases)
    assert bots.add([row("a"), row("b", volume="12")], "li") == 2
    assert bots.add([row("a"), row("b", volume=12)], "li") == 0
    assert bots.add([row("a", filing="B-1")], "wang") == 1
    one = bots.get("a")
    assert (one.filing, one.added_by, one.due(clock.at)) == ("B-1", "li", True)
    one = bots.audit("a", "zhao", "passed", 50, 49, WHY)
    assert (one.outcome, one.labelled, one.due(clock.at)) == ("passed", 49, False)
    clock.at += 91 * DAY_S
    assert bots.get("a").due(clock.at) and not bots.get("a").due(clock.at, 100)
    assert bots.close("a", "li", "switched off").state == "closed"
    assert not bots.get("a").due(clock.at)
    with pytest.raises(Conflict):
        bots.close("a", "li", WHY)
    with pytest.raises(Conflict):
        audit(bots, "a")
    assert bots.add([row("a", filing="B-1")], "li") == 1
    assert bots.get("a").state == "registered"
    assert Bots(store, "other").all() == {}
    assert cases.verify()[0] == len(list(cases.events()))
    assert cases.rebuild() == 1


def audit(bots: Bots, account: str, sampled: int = 1, labelled: int = 0) -> object:
    return bots.audit(account, "li", "passed", sampled, labelled, WHY)


def test_what_cannot_be_is_refused(store: Engine) -> None:
    bots = Bots(store)
    bots.add([row("a")], "li")
    with pytest.raises(NotFound):
        audit(bots, "b")
    for sampled, labelled in ((0, 0), (1, 2), (5, -1)):
        with pytest.raises(UsageError):
            audit(bots, "a", sampled, labelled)
    with pytest.raises(UsageError, match="nobody"):
        bots.add([row("b")], " ")
    for wrong in (
        {"account": "a", "owner": "o"},
        {"account": "", "owner": "o", "model": "m"},
        {"account": "a", "owner": "o", "model": 7},
        {"account": "a", "owner": "o", "model": "m" * 201},
        {"account": "a\x00", "owner": "o", "model": "m"},
        {"account": "a", "owner": "o", "model": "m", "volume": "many"},
        {"account": "a", "owner": "o", "model": "m", "volume": -1},
        {"account": "a", "owner": "o", "model": "m", "volume": float("inf")},
        {"account": "a", "owner": "o", "model": "m", "colour": "red"},
    ):
        with pytest.raises(BadRow):
            declared(wrong)


@given(
    st.dictionaries(st.sampled_from(DECLARED), st.text() | st.integers() | st.floats() | st.none())
)
def test_any_row_is_taken_whole_or_refused(raw: dict[str, Any]) -> None:
    try:
        made = declared(raw)
    except BadRow:
        return
    assert set(made) == set(DECLARED)
    assert declared(made) == made
