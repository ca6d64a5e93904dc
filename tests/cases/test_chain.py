from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases.chain import Chain, events, verify
from qingjian.cases.event import START, Draft
from qingjian.core.errors import DamagedFile
from qingjian.store.tables.case import EVENT, HEAD


def add(engine: Engine, count: int, tenant: str = "a", case: str = "c") -> None:
    with engine.begin() as db:
        chain = Chain(db, tenant)
        chain.add(case, "li", [Draft("released", {"n": n}) for n in range(count)], 1.0)
        chain.close()


def test_tenants_have_a_chain_each(store: Engine) -> None:
    add(store, 3)
    add(store, 2, "b")
    add(store, 1, case="d")
    with store.connect() as db:
        assert verify(db, "a")[0] == 4
        assert verify(db, "b")[0] == 2
        assert verify(db, "c") == (0, START)
        assert [e.seq for e in events(db, "a", "d")] == [4]
        assert [e.data["n"] for e in events(db, "b")] == [0, 1]


def test_what_is_not_closed_is_not_written(store: Engine) -> None:
    with store.begin() as db:
        Chain(db, "a").add("c", "li", [Draft("released", {})], 1.0)
    with store.connect() as db:
        assert verify(db, "a")[0] == 0


@pytest.mark.parametrize("seq", [1, 4, 7])
def test_an_event_that_was_changed_or_left_out_is_named(store: Engine, seq: int) -> None:
    add(store, 7)
    mine = EVENT.c.seq == seq
    with store.connect() as db:
        db.execute(
            sa.update(EVENT).where(mine).values(body=sa.func.replace(EVENT.c.body, "li", "wu"))
        )
        with pytest.raises(DamagedFile, match=f"event {seq} was changed"):
            verify(db, "a")
        db.rollback()
        db.execute(sa.delete(EVENT).where(mine))
        with pytest.raises(DamagedFile, match=rf"event {seq}|event {seq + 1} was changed"):
            verify(db, "a")


def test_an_end_that_was_cut_off_is_found(store: Engine) -> None:
    add(store, 7)
    with store.connect() as db:
        db.execute(sa.delete(EVENT).where(EVENT.c.seq > 5))
        with pytest.raises(DamagedFile, match="event 6 is missing"):
            verify(db, "a")


def test_writers_take_turns(store: Engine) -> None:
    with ThreadPoolExecutor(4) as four:
        list(four.map(lambda n: add(store, 5, case=str(n)), range(12)))
    with store.connect() as db:
        assert verify(db, "a")[0] == 60
        assert db.scalar(sa.select(HEAD.c.seq)) == 60
