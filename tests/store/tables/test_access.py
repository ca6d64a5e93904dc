from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from qingjian.store.engine import open_store
from qingjian.store.tables.access import USER

LI = {
    **{"name": "li", "id": "u_1", "password": "h", "roles": ["admin"], "granted": []},
    **{"queues": [], "subject_kinds": [], "masked": [], "active": True},
}


def test_a_name_stands_once_in_each_tenant(tmp_path: Path) -> None:
    engine = open_store(str(tmp_path / "a.db"))
    with engine.begin() as db:
        db.execute(sa.insert(USER), [LI])
        db.execute(sa.insert(USER), [{**LI, "tenant": "other", "id": "u_2"}])
    for again in ({"id": "u_3"}, {"name": "wang"}):
        with pytest.raises(sa.exc.IntegrityError), engine.begin() as db:
            db.execute(sa.insert(USER), [{**LI, **again}])
    with engine.connect() as db:
        kept = db.execute(sa.select(USER.c.tenant, USER.c.id).order_by(USER.c.id)).all()
    assert [tuple(r) for r in kept] == [("default", "u_1"), ("other", "u_2")]
