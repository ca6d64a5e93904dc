from __future__ import annotations

from pathlib import Path

import pytest

from qingjian.cli.case import opened
from qingjian.core.errors import NotFound
from qingjian.store.engine import open_store


def test_each_room_is_of_the_tenant_that_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QINGJIAN_TENANT", "acme")
    db = str(tmp_path / "a.db")
    open_store(db)
    assert opened.orders(db).tenant == opened.submissions(db).tenant == "acme"


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    for room in (opened.orders, opened.submissions):
        with pytest.raises(NotFound):
            room(str(tmp_path / "a.db"))
    assert list(tmp_path.iterdir()) == []
