from __future__ import annotations

from dataclasses import replace

from sqlalchemy.engine import Engine
from tests.cases.desk import Hands, seen

from qingjian.cases.runs import quiet
from qingjian.cases.sql import Cases


def test_the_last_run_over_what_opened_no_case_is_given_with_its_item(store: Engine) -> None:
    clock = Hands()
    cases = Cases(store, clock=clock)
    cases.take_in([seen("a", do="pass"), seen("b", do="queue"), seen("c", do="pass")])
    clock.at += 100
    cases.take_in(
        [seen("a", do="pass", scores={"text.scam": 0.9}), replace(seen("d", do="pass"), item=b"")]
    )
    Cases(store, "other", clock=clock).take_in([seen("z", do="pass")])
    runs = {run.subject: run for run in quiet(store, "default")}
    assert list(runs) == ["a", "c", "d"]
    assert runs["a"].row["scores"] == {"text.scam": 0.9}
    assert runs["a"].item["about"] == {"who": "user-9"}
    assert runs["d"].item == {}
    assert [run.subject for run in quiet(store, "default", clock.at)] == ["a", "d"]
