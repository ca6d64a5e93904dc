"""
Orders and reports of authorities in the database that a verb works on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingjian.cli.archive.opened import there
from qingjian.cli.case.told import of_tenant
from qingjian.cli.case.told import opened as cases

if TYPE_CHECKING:
    from qingjian.cases.orders import Orders
    from qingjian.cases.submissions import Submissions


def orders(db: str) -> Orders:
    """Give the orders of the database. Raises NotFound for one that is not there."""
    from qingjian.cases.orders import Orders
    from qingjian.store.engine import open_store

    return Orders(open_store(there(db)), cases(db))


def submissions(db: str) -> Submissions:
    """Give the reports to authorities. Raises NotFound for a database that is not there."""
    from qingjian.cases.submissions import Submissions

    return of_tenant(Submissions, db)
