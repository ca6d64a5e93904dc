from __future__ import annotations

from sqlalchemy.engine import Engine
from tests.cases.desk import REASON, ROW, opened

from qingjian.cases import acts
from qingjian.cases.sql import Cases
from qingjian.cases.wanted import ALL, Wanted


def test_each_condition_narrows(store: Engine) -> None:
    cases = Cases(store)
    opened(cases, "post-1", owner="user-1")
    opened(cases, "post-2", owner="user-2")
    cases.report("account", "user-2", "user-2", "user-3", "一直在骗人")

    def subjects(wanted: Wanted) -> set[str]:
        return {row["subject"] for row in cases.listed(wanted)}

    assert subjects(ALL) == {"post-1", "post-2", "user-2"}
    assert subjects(Wanted(queues=("2.4",))) == {"post-1", "post-2"}
    assert subjects(Wanted(kinds=("account",))) == {"user-2"}
    assert subjects(Wanted(owner="user-2")) == {"post-2", "user-2"}
    assert subjects(Wanted(subject="post-1")) == {"post-1"}
    assert subjects(Wanted(states=("closed",))) == set()
    assert subjects(Wanted(kinds=("account",), queues=("2.4",))) == set()


def test_a_list_goes_on_after_any_of_its_cases(store: Engine) -> None:
    cases = Cases(store)
    for n in range(5):
        opened(cases, f"post-{n}", owner=f"user-{n % 2}")
    none = acts.Ground(ROW, "", REASON)
    for n in range(2):
        ended = opened(cases, f"closed-{n}")
        cases.act(ended.id, "li", lambda case, at: acts.claim(case, "li", at))
        cases.act(ended.id, "li", lambda case, at: acts.rule(case, "li", none, [], at))
    whole = cases.listed()
    assert [row["waiting"] for row in whole] == [True] * 5 + [False] * 2
    for n, row in enumerate(whole, 1):
        past = (bool(row["waiting"]), row["rank"], row["id"])
        assert cases.listed(Wanted(past=past)) == whole[n:]
        assert cases.listed(Wanted(past=past), 1) == whole[n : n + 1]
