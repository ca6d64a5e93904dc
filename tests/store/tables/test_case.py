from __future__ import annotations

from qingjian.store.tables import METADATA
from qingjian.store.tables.case import TABLES


def test_every_table_of_cases_is_known_and_tells_whose_its_rows_are() -> None:
    named = {name for name in METADATA.tables if name.startswith("case_")}
    assert {table.name for table in TABLES} == named
    assert all(next(iter(table.primary_key)).name == "tenant" for table in TABLES)
