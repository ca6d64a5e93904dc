from __future__ import annotations

from tests.cases.desk import opened

from qingjian.cases.sql import Cases
from qingjian.cases.wanted import ALL, Wanted
from qingjian.store.engine import open_store


def test_each_condition_narrows(store_url: str) -> None:
    cases = Cases(open_store(store_url))
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
