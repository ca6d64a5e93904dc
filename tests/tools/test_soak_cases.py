from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest
import sqlalchemy as sa
from tests.needs import ROOT

from qingjian.cases.sql import Cases
from qingjian.store.engine import open_store
from qingjian.store.tables.case import CASE, EVENT


@pytest.fixture(scope="module")
def soak() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        import soak_cases as made

        yield made


def test_five_kills_lose_and_double_nothing(soak: ModuleType, store_url: str) -> None:
    faults, amid = soak.rounds(store_url, 5, 3)
    assert faults == []
    assert amid >= 3


def test_broken_promises_are_told(soak: ModuleType, store_url: str) -> None:
    told = soak.forked(store_url, "a")
    assert list(soak.broken(store_url, "a", told, done=True)) == []
    engine = open_store(store_url)
    [first] = Cases(engine, "a").listed(most=1)
    with engine.begin() as db:
        db.execute(sa.update(CASE).where(CASE.c.id == first["id"]).values(state="review"))
    assert list(soak.broken(store_url, "a", told, done=True)) == [
        "the tables are not what the events make"
    ]
    with engine.begin() as db:
        last = sa.select(sa.func.max(EVENT.c.seq)).where(EVENT.c.tenant == "a").scalar_subquery()
        db.execute(sa.delete(EVENT).where(EVENT.c.tenant == "a", EVENT.c.seq == last))
    found = list(soak.broken(store_url, "a", [*told, "taken 60"], done=True))
    assert any(one.startswith("the chain: ") for one in found)
    assert "p61 is lost" in found
    assert any("rulings, steps and notices" in one for one in found)
    engine.dispose()
