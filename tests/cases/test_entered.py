from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from tests.cases.kept import Keeping, order

from qingjian.cases.entered import again
from qingjian.cases.orders import Orders
from qingjian.store.tables.order import ORDER


def test_the_table_is_made_again_from_the_chain_for_its_tenant_alone(store: Engine) -> None:
    for tenant in ("default", "other"):
        keeping = Keeping(store, tenant)
        orders = Orders(store, keeping.cases)
        orders.enter(order(keeping.clock(), "post-1"), "li")
        first = orders.listed(all=True)[0].id
        orders.close(first, "wu", "发文机关已经撤回")
        orders.enter(order(keeping.clock(), "post-2", number="〔2026〕13号"), "li")

    def rows() -> list[tuple[object, ...]]:
        with store.connect() as db:
            chosen = sa.select(ORDER).order_by(ORDER.c.tenant, ORDER.c.id)
            return [tuple(row) for row in db.execute(chosen)]

    before = rows()
    with store.begin() as db:
        db.execute(sa.delete(ORDER).where(ORDER.c.tenant == "default"))
        again(db, "default")
    assert rows() == before and len(before) == 4
