from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.engine import Engine
from tests.cases.decided import agreed, appealed, judged, reported, ruled
from tests.cases.desk import DAY_S
from tests.cases.kept import Keeping

from qingjian.cases import authority
from qingjian.cases.authority import Filled
from qingjian.cases.case import Case
from qingjian.cases.subject import steps
from qingjian.cases.submissions import Submissions
from qingjian.core.errors import Conflict, NotAllowed, NotFound, UsageError

FILLED = Filled("某市网信办", "示例科技", "更换了安全模型并复测")


def stopped(keeping: Keeping, id: str = "svc-1", *steps: str) -> Case:
    case = reported(keeping.cases, id, "service", "maker")
    return ruled(keeping.cases, case, *(steps or ("stop_generation",)), row="1.4.content_audit")


def did(keeping: Keeping, case: Case, who: str, act: Any, *given: Any) -> Case:
    return keeping.cases.act(case.id, who, lambda c, _at: act(c, 1, *given))


def test_only_steps_that_the_table_marks_make_a_report_due() -> None:
    marked = {id for id, one in steps().items() if one.report}
    assert marked == {"stop_generation", "take_offline", "suspend_service"}


def test_a_report_is_due_when_the_step_begins_once_a_ruling(store: Engine) -> None:
    keeping = Keeping(store)
    case = stopped(keeping, "svc-1", "stop_generation", "suspend_service")
    (one,) = case.authority
    assert (one.ruling, one.state, one.due_at) == (1, "due", keeping.clock() + 5 * DAY_S)
    assert stopped(keeping, "svc-2", "warn").authority == ()
    waits = stopped(keeping, "svc-3", "take_offline")
    assert waits.authority == ()
    assert len(agreed(keeping.cases, waits).authority) == 1


def test_it_is_drafted_approved_by_another_submitted_and_receipted(store: Engine) -> None:
    keeping = Keeping(store)
    case = stopped(keeping)
    for act, given in ((authority.approve, ("wu",)), (authority.submit, ())):
        with pytest.raises(Conflict, match="the report is due"):
            did(keeping, case, "wu", act, *given)
    case = did(keeping, case, "li", authority.draft, FILLED)
    text = keeping.cases.snapshot(case.authority[0].words).decode()
    for words in (
        "某市网信办",
        "示例科技",
        "更换了安全模型",
        "停止生成和传输",
        "1.4.content_audit",
        "举报",
    ):
        assert words in text
    with pytest.raises(NotAllowed, match="li wrote this"):
        did(keeping, case, "li", authority.approve, "li")
    with pytest.raises(NotAllowed, match="wrote this report"):
        did(keeping, case, "Li", authority.approve, " Li ")
    did(keeping, case, "wu", authority.approve, "wu")
    with pytest.raises(Conflict, match="not due or drafted"):
        did(keeping, case, "li", authority.draft, FILLED)
    did(keeping, case, "li", authority.submit)
    with pytest.raises(Conflict, match="submitted already"):
        did(keeping, case, "li", authority.submit)
    (one,) = did(keeping, case, "li", authority.submit, "收文 88").authority
    assert (one.state, one.receipt, one.submitted_by) == ("receipted", "收文 88", "li")
    with pytest.raises(Conflict, match="is receipted"):
        did(keeping, case, "li", authority.submit, "收文 88")
    keeping.cases.verify()


def test_a_gap_means_that_it_is_not_finished(store: Engine) -> None:
    keeping = Keeping(store)
    case = stopped(keeping)
    before = keeping.cases.verify()
    with pytest.raises(UsageError, match="lacks authority, remedy") as refused:
        did(keeping, case, "li", authority.draft, Filled(" ", "示例科技", ""))
    assert "--authority, --remedy" in refused.value.hint
    with pytest.raises(UsageError, match="at most"):
        did(keeping, case, "li", authority.draft, Filled("a", "b", "长" * 2001))
    assert keeping.cases.verify() == before


def test_a_ruling_that_fell_is_not_reported(store: Engine) -> None:
    keeping = Keeping(store)
    case = stopped(keeping)
    assert authority.pending(case)
    fell = judged(keeping.cases, appealed(keeping.cases, case), "overturned")
    assert not authority.pending(fell)
    with pytest.raises(Conflict, match="fell"):
        did(keeping, case, "li", authority.draft, FILLED)
    assert Submissions(store, clock=keeping.clock).counts() == {}


def test_ids_name_case_and_ruling() -> None:
    assert authority.named("01M8-12") == ("01M8", 12)
    for wrong in ("", "01M8", "-1", "01M8-", "01M8-x", "01M8-1234567"):
        with pytest.raises(NotFound, match="no report"):
            authority.named(wrong)


def test_what_need_not_be_reported_is_not_there(store: Engine) -> None:
    keeping = Keeping(store)
    case = stopped(keeping, "svc-2", "warn")
    with pytest.raises(NotFound, match="has to be reported"):
        did(keeping, case, "li", authority.draft, FILLED)
