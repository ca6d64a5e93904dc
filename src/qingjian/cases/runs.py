"""
Runs that were taken in and asked nothing of a person, read again in bounded memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.store.tables.case import FOUND, SNAPSHOT

_BLOCK = 500


class Run(NamedTuple):
    """The last run over a subject: the row of the scan; the item, empty where it is not kept."""

    kind: str
    subject: str
    row: Mapping[str, Any]
    item: Mapping[str, Any]


def quiet(engine: Engine, tenant: str, since: float = 0.0) -> Iterator[Run]:
    """
    Give the last run over each subject that no case came of, by kind and id.

    Args:
        since: runs that were taken in before, UTC epoch seconds, are left out.

    A run whose row is kept no longer is left out.
    """
    f, row, item = FOUND.c, SNAPSHOT.alias(), SNAPSHOT.alias()
    with_row = sa.and_(row.c.tenant == f.tenant, row.c.hash == f.row)
    with_item = sa.and_(item.c.tenant == f.tenant, item.c.hash == f.item)
    joined = FOUND.join(row, with_row).outerjoin(item, with_item)
    columns = (f.kind, f.subject, f.case, row.c.body.label("row_body"), item.c.body)
    chosen = sa.select(*columns).select_from(joined).where(f.tenant == tenant, f.at >= since)
    with engine.execution_options(reads=True).connect() as db:
        ordered = chosen.order_by(f.kind, f.subject, f.at)
        listed = db.execute(ordered.execution_options(yield_per=_BLOCK))
        for (kind, subject), group in groupby(listed, key=lambda one: (one.kind, one.subject)):
            *_, last = group
            if not last.case:
                known = orjson.loads(last.body) if last.body is not None else {}
                yield Run(kind, subject, orjson.loads(last.row_body), known)
