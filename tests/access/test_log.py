from __future__ import annotations

from pathlib import Path

import pytest
from tests.access.hands import Hands

from qingjian.access.log import Entry, Log
from qingjian.core.errors import UsageError
from qingjian.store.engine import open_store


def test_entries_are_read_in_order_and_by_tenant(tmp_path: Path) -> None:
    engine, clock = open_store(str(tmp_path / "a.db")), Hands()
    ours, others = Log(clock, "default"), Log(clock, "other")
    with engine.begin() as db:
        ours.write(db, " li ", "added", "u_1", {"name": "li"})
        others.write(db, "wang", "added", "u_2")
        ours.write(db, "li", "password", "u_1")
    first = Entry(1, clock.at, "li", "added", "u_1", {"name": "li"})
    second = Entry(3, clock.at, "li", "password", "u_1", {})
    with engine.connect() as db:
        assert ours.read(db, 0, 9) == [first, second]
        assert ours.read(db, 1, 9) == [second]
        assert ours.read(db, 0, 1) == [first]
        assert [e.of for e in others.read(db, 0, 9)] == ["u_2"]


@pytest.mark.parametrize("who", ["", "  ", "n" * 201])
def test_what_nobody_did_is_not_written(tmp_path: Path, who: str) -> None:
    engine, log = open_store(str(tmp_path / "a.db")), Log(Hands(), "default")
    with pytest.raises(UsageError, match="who does it"), engine.begin() as db:
        log.write(db, who, "added", "u_1")
    with engine.connect() as db:
        assert log.read(db, 0, 9) == []
