from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from qingjian.store.engine import open_store
from qingjian.store.tables.incident import ENTRY


def test_entries_are_numbered_in_the_order_they_come(tmp_path: Path) -> None:
    row = {"incident": "i", "at": 1.0, "who": "li", "what": "post", "row": {"text": "文"}}
    with open_store(str(tmp_path / "a.db")).begin() as db:
        db.execute(sa.insert(ENTRY), [{**row, "of": "a"}, {**row, "of": "b"}])
        kept = db.execute(sa.select(ENTRY).order_by(ENTRY.c.seq)).all()
    assert [(r.seq, r.of, r.row) for r in kept] == [
        (1, "a", {"text": "文"}),
        (2, "b", {"text": "文"}),
    ]
