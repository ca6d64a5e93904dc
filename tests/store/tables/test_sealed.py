from __future__ import annotations

from qingjian.store.tables import METADATA
from qingjian.store.tables.case import SNAPSHOT
from qingjian.store.tables.sealed import CONTENT, TABLES


def test_sealed_contents_lie_in_a_table_of_their_own() -> None:
    assert {table.name for table in TABLES} == {n for n in METADATA.tables if n[:6] == "sealed"}
    assert CONTENT.name != SNAPSHOT.name
    assert CONTENT.c.body.nullable, "the hash stays where the body may not"
    assert next(iter(CONTENT.primary_key)).name == "tenant"
