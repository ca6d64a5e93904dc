from __future__ import annotations

from sqlalchemy.engine import Engine
from tests.cases.decided import appealed, judged
from tests.cases.desk import DAY_S
from tests.cases.kept import Keeping
from tests.cases.test_authority import FILLED, did, stopped

from qingjian.cases import authority
from qingjian.cases.submissions import Submissions, unsent


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
    (done,) = (one for one in listed.listed(all=True) if one.case == first.id)
    assert (done.state, done.late, done.receipt) == ("receipted", True, "收文 88")
    assert [one.case for one in listed.listed()] == [second.id]
    assert listed.counts() == {"due": 1, "submitted": 1}
    assert [one.id for one in listed.listed(1, all=True)] == [done.id]


def test_what_is_out_of_reach_takes_no_place_in_the_list(store: Engine) -> None:
    keeping = Keeping(store)
    stopped(keeping, "svc-1")
    listed = Submissions(store, clock=keeping.clock).listed
    assert listed(1, sees=lambda _queue, kind: kind == "content") == []
    assert len(listed(1, sees=lambda _queue, kind: kind == "service")) == 1


def test_a_report_whose_ruling_fell_is_void_and_keeps_nothing(store: Engine) -> None:
    keeping = Keeping(store)
    listed = Submissions(store, clock=keeping.clock)
    case = stopped(keeping, "svc-1")
    with store.connect() as db:
        assert unsent(db, "default") == {case.id}
    judged(keeping.cases, appealed(keeping.cases, case), "overturned")
    keeping.clock.at += 9 * DAY_S
    assert (listed.listed(), listed.counts()) == ([], {})
    assert [(one.state, one.late) for one in listed.listed(all=True)] == [("void", False)]
    with store.connect() as db:
        assert unsent(db, "default") == set()


def test_tenants_report_their_own(store: Engine) -> None:
    stopped(Keeping(store, "one"))
    assert len(Submissions(store, "one").listed()) == 1
    assert Submissions(store, "other").listed(all=True) == []
