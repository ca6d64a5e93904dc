from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from tests.cases.decided import decided
from tests.cases.desk import DAY_S, Hands, opened, seen
from tests.cases.kept import YEAR_S, Keeping, order
from tests.cases.policy import KNOWN, text
from tests.cases.test_authority import FILLED, did, stopped

from qingjian.cases import authority, retention
from qingjian.cases.holds import Holds
from qingjian.cases.orders import Orders
from qingjian.cases.policies import Policies
from qingjian.cases.retention import Retention
from qingjian.cases.runs import quiet
from qingjian.cases.sql import Cases
from qingjian.core.errors import NotFound
from qingjian.store.tables.case import FOUND, SNAPSHOT

Desk = tuple[Cases, Retention, Hands, Callable[[], int]]


@pytest.fixture
def desk(store: Engine) -> Desk:
    clock = Hands()

    def count() -> int:
        with store.connect() as db:
            return db.scalar(sa.select(sa.func.count()).select_from(SNAPSHOT)) or 0

    return Cases(store, clock=clock), Retention(store, clock=clock), clock, count


def test_contents_go_half_a_year_after_the_last_that_happened_and_the_chain_stays(
    desk: Desk,
) -> None:
    cases, kept, clock, count = desk
    old = decided(cases, "post-1", "limit_distribution")
    clock.at += 100 * DAY_S
    cases.tick()
    alive = opened(cases, "post-2")
    stood, before = cases.listed(), count()
    clock.at += 84 * DAY_S
    assert kept.purge().kinds == {}
    clock.at += 101 * DAY_S
    dry = kept.purge(dry=True)
    assert count() == before and dry.kinds["row"] == 1
    told = kept.purge("li")
    assert told.kinds == dry.kinds and told.size_bytes == dry.size_bytes > 0
    assert count() == before - told.kinds.total()
    for hash in (old.seen[0].row, old.seen[0].item):
        with pytest.raises(NotFound):
            cases.snapshot(hash)
    assert cases.snapshot(alive.seen[0].row)
    assert kept.purge("li").kinds == {}
    (event,) = [e for e in cases.events() if e.what == "contents_purged"]
    assert (event.who, len(event.data["hashes"])) == ("li", told.kinds.total())
    assert cases.verify()[0] == len(list(cases.events()))
    cases.rebuild()
    assert cases.listed() == stood


@pytest.mark.parametrize("named", ["case", "owner:user-9", "content:post-1"])
def test_what_is_held_is_kept_until_it_is_lifted(desk: Desk, store: Engine, named: str) -> None:
    cases, kept, clock, _ = desk
    case = decided(cases, "post-1", "limit_distribution")
    holds = Holds(store, clock=clock)
    one = holds.place(f"case:{case.id}" if named == "case" else named, "li", "the police asked")
    clock.at += 400 * DAY_S
    cases.tick()
    clock.at += 400 * DAY_S
    told = kept.purge()
    assert told.kinds["row"] == 0 and told.kept > 0
    assert cases.snapshot(case.seen[0].item)
    holds.lift(one.id, "wang", "the case is closed")
    assert kept.purge().kinds["row"] == 1


def test_runs_that_asked_nothing_go_with_their_time_and_a_policy_stays(
    desk: Desk, store: Engine
) -> None:
    cases, kept, clock, count = desk
    policy = Policies(store, clock=clock).add(text(), "li", KNOWN)
    cases.take_in([seen("a", do="pass"), seen("b", do="pass")])
    Holds(store, clock=clock).place("content:b", "li", "the police asked")
    clock.at += 185 * DAY_S
    assert kept.purge().kinds == {"row": 1, "item": 1}
    assert [run.subject for run in quiet(store, "default")] == ["b"]
    assert Policies(store).text(policy.hash)
    assert count() == 3
    with store.connect() as db:
        assert list(db.scalars(sa.select(FOUND.c.subject))) == ["b"]


def test_words_that_somebody_says_again_are_new(desk: Desk) -> None:
    cases, kept, clock, _ = desk
    cases.take_in([seen("a", do="pass")])
    clock.at += 180 * DAY_S
    again = seen("a", do="pass", scores={"text.scam": 0.1})
    cases.take_in([again])
    clock.at += 10 * DAY_S
    assert kept.purge().kinds == {"row": 1}
    assert cases.snapshot(again.seen.item)


def test_many_go_in_lots_and_a_purge_that_was_broken_off_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, kept, clock, count = desk
    monkeypatch.setattr(retention, "LOT", 10)
    monkeypatch.setattr(retention, "_NAMED", 4)
    cases.take_in([seen(f"p{n}", do="pass") for n in range(25)])
    clock.at += 185 * DAY_S
    deleted = Retention._delete
    calls = 0

    def broken(*arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise OSError("no space left")
        deleted(*arguments)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(Retention, "_delete", broken)
    with pytest.raises(OSError, match="no space"):
        kept.purge()
    assert count() == 30
    assert kept.purge().kinds.total() == 30
    assert count() == 0
    hashes = [h for e in cases.events() if e.what == "contents_purged" for h in e.data["hashes"]]
    assert len(hashes) == len(set(hashes)) == 50


def test_tenants_are_apart(desk: Desk, store: Engine) -> None:
    cases, _, clock, count = desk
    cases.take_in([seen("a", do="pass")])
    clock.at += 400 * DAY_S
    assert Retention(store, "other", clock=clock).purge().kinds == {}
    assert count() == 2


def test_what_an_open_order_names_is_kept_until_it_is_over(store: Engine) -> None:
    keeping = Keeping(store)
    orders = Orders(store, keeping.cases)
    keeping.cases.take_in([seen("quiet", do="pass"), seen("other", do="pass")])
    keeping.clock.at += 170 * DAY_S
    orders.enter(order(keeping.clock(), "quiet"), "li")
    keeping.clock.at += 20 * DAY_S
    told = keeping.retention.purge("li")
    assert told.kept == 2 and told.kinds.total() == 2 and keeping.kept().total() == 2
    keeping.clock.at += 20 * DAY_S
    orders.tick()
    assert keeping.retention.purge("li").kinds.total() == 2


def test_what_an_authority_has_still_to_be_told_of_is_kept(store: Engine) -> None:
    keeping = Keeping(store)
    case = stopped(keeping)
    keeping.clock.at += YEAR_S
    assert keeping.retention.purge("li").kinds == {} and keeping.kept().total() > 0
    did(keeping, case, "li", authority.draft, FILLED)
    did(keeping, case, "wu", authority.approve, "wu")
    did(keeping, case, "li", authority.submit, "收文 88")
    keeping.clock.at += YEAR_S
    assert keeping.retention.purge("li").kinds.total() > 0
    assert keeping.kept().total() == 0
