from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from qingjian.store.engine import open_store
from qingjian.store.tables.archive import RECORD


def test_a_record_stands_once(tmp_path: Path) -> None:
    row = {"id": "r", "seq": 1, "kind": "claim", "state": "pending", "batch": "", "row": {}}
    engine = open_store(str(tmp_path / "a.db"))
    with engine.begin() as db:
        db.execute(sa.insert(RECORD), [{**row, "entered_by": "li"}])
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as db:
        db.execute(sa.insert(RECORD), [{**row, "entered_by": "wang"}])
