from __future__ import annotations

import json
from pathlib import Path

import orjson
import sqlalchemy as sa
from tests.cases.desk import DAY_S, row
from tests.process import Ran, qingjian

from qingjian.store.engine import open_store
from qingjian.store.tables.case import FOUND, SNAPSHOT


def purge(folder: Path, *words: str) -> Ran:
    return qingjian("case", "purge", *words, folder=folder)


def test_contents_whose_time_is_over_are_told_and_go(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(orjson.dumps(row("a", "pass")))
    qingjian("case", "import", "rows.jsonl", "--who", "li", folder=tmp_path)
    assert purge(tmp_path).code == 2
    assert purge(tmp_path, "--dry-run").out == "would go: nothing; 0 bytes\n"
    engine = open_store(str(tmp_path / "qingjian.db"))
    with engine.begin() as db:
        for table in (SNAPSHOT, FOUND):
            db.execute(sa.update(table).values(at=table.c.at - 185 * DAY_S))
    engine.dispose()
    assert purge(tmp_path, "--dry-run").out.startswith("would go: 1 row; ")
    told = json.loads(purge(tmp_path, "--who", "li", "--json").out)
    assert told["purged"] == {"row": 1} and told["bytes"] > 0
    assert purge(tmp_path, "--who", "li").out == "gone: nothing; 0 bytes\n"
    short = qingjian(
        "case", "purge", "--dry-run", folder=tmp_path, settings={"QINGJIAN_RETENTION_DAYS": "30"}
    )
    assert (short.code, "184 or more" in short.err) == (2, True)
