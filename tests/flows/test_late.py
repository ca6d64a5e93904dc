from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy.engine import Engine
from tests.cases.desk import GROUND, REASON, ROW, opened, seen

from qingjian.cases import acts, appeals
from qingjian.cases.case import Case
from qingjian.cases.sql import Cases
from qingjian.evals.measure import row
from qingjian.flows.late import Fell, LeftOut, counts, negatives

SAID = acts.Ground(ROW, GROUND, REASON)
WON = "确系家人之间的对话，没有索要钱款"


def ruled(cases: Cases, id: str, step: str = "limit_distribution") -> Case:
    case = opened(cases, id)
    cases.act(case.id, "li", lambda c, at: acts.claim(c, "li", at))
    return cases.act(case.id, "li", lambda c, at: acts.rule(c, "li", SAID, [acts.Asked(step)], at))


def won(cases: Cases, id: str) -> Case:
    case = ruled(cases, id)
    cases.act(case.id, "user-9", lambda c, at: appeals.file(c, "user-9", "这是我的家人", at))
    cases.act(case.id, "wu", lambda c, at: acts.claim(c, "wu", at))
    return cases.act(case.id, "wu", lambda c, at: appeals.judge(c, "wu", "overturned", WON, at))


def made(cases: Cases, detector: str = "text.scam") -> list[dict[str, Any] | LeftOut]:
    return list(negatives(cases, detector, "chen"))


def test_a_text_whose_ruling_fell_is_a_row_with_the_words_of_who_judged(store: Engine) -> None:
    cases = Cases(store)
    ruled(cases, "post-1")
    fell = won(cases, "post-2")
    [one] = made(cases)
    assert isinstance(one, dict)
    assert (one["text"], one["label"], one["why"]) == ("快转账 post-2", 0, WON)
    assert (one["detector"], one["version"]) == ("text.scam", "1")
    assert "user-9" not in orjson.dumps(one).decode()
    judged = row(one)
    assert (judged.item.id, judged.positive) == (f"{fell.id}-1", False)
    [looked] = [e for e in cases.events(fell.id) if e.what == "viewed"]
    assert (looked.who, looked.data["snapshot"]) == ("chen", fell.seen[0].item)
    assert counts(cases) == [Fell("text.scam", 2, 1)]
    assert made(cases, "text.insult") == []


def test_who_was_ruled_on_again_is_no_negative(store: Engine) -> None:
    cases = Cases(store)
    case = won(cases, "post-1")
    cases.act(case.id, "wu", lambda c, at: acts.reopen(c, "新的证据出现了", at))
    cases.act(case.id, "zhao", lambda c, at: acts.claim(c, "zhao", at))
    again = [acts.Asked("limit_distribution")]
    cases.act(case.id, "zhao", lambda c, at: acts.rule(c, "zhao", SAID, again, at))
    assert made(cases) == []
    assert counts(cases) == [Fell("text.scam", 1, 0)]


def test_a_sealed_case_gives_nothing(store: Engine) -> None:
    cases = Cases(store)
    case = won(cases, "post-1")
    cases.seal(case.id, "wu", "疑似涉及未成年人的影像")
    assert made(cases) == []
    assert counts(cases) == []


def test_what_is_kept_no_longer_or_is_no_text_is_told(store: Engine) -> None:
    cases = Cases(store)
    case = won(cases, "post-1")
    from qingjian.store.tables.case import SNAPSHOT

    with store.begin() as db:
        db.execute(SNAPSHOT.delete().where(SNAPSHOT.c.hash == case.seen[0].item))
    assert made(cases) == [LeftOut(case.id, "what was looked at is kept no longer")]
    assert [e for e in cases.events(case.id) if e.what == "viewed"] == []


def test_a_finding_after_the_ruling_is_no_part_of_it(store: Engine) -> None:
    cases = Cases(store)
    won(cases, "post-1")
    cases.take_in([seen("post-1", scores={"text.scam": 0.9})])
    assert len(made(cases)) == 1


@pytest.mark.parametrize(("fell", "of", "low", "high"), [(0, 20, 0.0, 0.17), (10, 20, 0.29, 0.71)])
def test_a_share_has_its_interval(fell: int, of: int, low: float, high: float) -> None:
    assert Fell("text.scam", of, fell).interval == pytest.approx((low, high), abs=0.01)
