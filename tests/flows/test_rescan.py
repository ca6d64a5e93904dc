from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy.engine import Engine
from tests.cases.desk import seen
from tests.cases.policy import pack

from qingjian.cases.intake import Sighting
from qingjian.cases.runs import quiet
from qingjian.cases.sql import Cases
from qingjian.core.errors import NotAllowed
from qingjian.flows.rescan import MOST_ALONE, affected, may_queue, queue

MEASURED = ("text.scam",)


def scored(id: str, do: str, score: float) -> Sighting:
    return seen(id, do=do, scores={"text.scam": score})


def test_what_a_version_would_send_to_a_person_goes_to_the_queue_once(store: Engine) -> None:
    cases = Cases(store)
    runs = [scored("a", "pass", 0.9), scored("b", "pass", 0.1), scored("c", "queue", 0.9)]
    cases.take_in(runs)
    tried = pack("2", 0.5, "limit")
    found = list(affected(quiet(store, "default"), tried, MEASURED, Counter()))
    assert [(one.run.subject, one.was, one.now, one.rules) for one in found] == [
        ("a", "pass", "limit", ("scam",))
    ]
    for expected in ({"opened": 1}, {}):
        told: Counter[str] = Counter()
        for lot in queue(
            cases, affected(quiet(store, "default"), tried, MEASURED, Counter()), "li"
        ):
            told.update(lot.told)
            assert lot.refused == ()
        assert {w: n for w, n in told.items() if n} == expected
    (case,) = [cases.get(c["id"]) for c in cases.listed() if c["subject"] == "a"]
    assert (case.subject.owner, case.seen[0].policy, case.dispositions) == ("user-9", "ugc 2", ())
    assert case.task is not None and case.task.kind == "review"


def test_a_softer_step_and_one_that_asks_nobody_are_left_alone(store: Engine) -> None:
    cases = Cases(store)
    cases.take_in([scored("a", "pass", 0.9)])
    for do in ("pass", "note"):
        assert (
            list(affected(quiet(store, "default"), pack("2", 0.5, do), MEASURED, Counter())) == []
        )


def test_many_need_another_person() -> None:
    may_queue(MOST_ALONE, "li", "", "", "c")
    may_queue(MOST_ALONE + 1, "Li Min", "wang", "c", "c")
    for other in ("", " ", "Li Min", " li  min"):
        with pytest.raises(NotAllowed, match="101 items"):
            may_queue(MOST_ALONE + 1, "Li Min", other, "c", "c")
    with pytest.raises(NotAllowed, match="not read"):
        may_queue(MOST_ALONE + 1, "li", "wang", "", "c")


def test_a_row_that_contradicts_itself_is_passed_over_and_counted(store: Engine) -> None:
    cases = Cases(store)
    cases.take_in([seen("a", do="pass", scores={"text.gore": 0.9})])
    torn: Counter[str] = Counter()
    assert list(affected(quiet(store, "default"), pack("2", 0.5, "limit"), MEASURED, torn)) == []
    assert torn == {"content": 1}
