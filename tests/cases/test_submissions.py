from __future__ import annotations

from sqlalchemy.engine import Engine
from tests.cases.desk import DAY_S
from tests.cases.kept import Keeping
from tests.cases.test_authority import FILLED, did, stopped

from qingjian.cases import authority
from qingjian.cases.submissions import Submissions


def test_what_is_due_late_and_submitted_is_listed_and_counted(store: Engine) -> None:
    keeping = Keeping(store)
    listed = Submissions(store, clock=keeping.clock)
    first = stopped(keeping, "svc-1")
    keeping.clock.at += 3 * DAY_S
    second = stopped(keeping, "svc-2")
    assert [(one.id, one.late) for one in listed.listed()] == [
        (f"{first.id}-1", False),
        (f"{second.id}-1", False),
    ]
    keeping.clock.at += 3 * DAY_S
    assert [one.late for one in listed.listed()] == [True, False]
    assert listed.counts() == {"late": 1, "due": 1}
    did(keeping, first, "li", authority.draft, FILLED)
    did(keeping, first, "wu", authority.approve, "wu")
    did(keeping, first, "li", authority.submit, "收文 88")
    (done,) = listed.listed(all=True, case=first.id)
    assert (done.state, done.late, done.receipt) == ("receipted", True, "收文 88")
    assert [one.case for one in listed.listed()] == [second.id]
    assert listed.counts() == {"due": 1, "submitted": 1}
    before = listed.listed(all=True)
    keeping.cases.rebuild()
    assert listed.listed(all=True) == before


def test_tenants_report_their_own(store: Engine) -> None:
    stopped(Keeping(store, "one"))
    assert len(Submissions(store, "one").listed()) == 1
    assert Submissions(store, "other").listed(all=True) == []
