from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from tests.cases.decided import agreed, appealed, decided, judged, refused, reported, ruled
from tests.cases.desk import DAY_S, GROUND, REASON, Hands, opened, row
from tests.cases.kept import order
from tests.reports.statements import CONTENT, KEYWORDS, faults

from qingjian.cases.acts import Asked, lift
from qingjian.cases.history import ALWAYS, Period, histories
from qingjian.cases.intake import Whose, sighting
from qingjian.cases.orders import Orders
from qingjian.cases.sql import Cases
from qingjian.cases.subject import KINDS, open_to, steps
from qingjian.core.obligations import HOUSE_RULE, obligations
from qingjian.reports.statement import NotExported, Statements
from qingjian.store.engine import open_store


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Cases, Hands]:
    hands = Hands()
    return Cases(open_store(str(tmp_path / "a.db")), clock=hands), hands


def made(cases: Cases, period: Period = ALWAYS) -> list[Any]:
    listed = Statements(cases.snapshot).made(histories(cases._engine, cases.tenant), period)
    told = list(listed)
    assert [fault for one in told if isinstance(one, dict) for fault in faults(one)] == []
    return told


def one(cases: Cases) -> Any:
    (told,) = made(cases)
    return told


def why(cases: Cases) -> str:
    told = one(cases)
    assert isinstance(told, NotExported)
    return told.reason


def test_a_ruling_says_all_that_a_statement_needs(desk: tuple[Cases, Hands]) -> None:
    cases, hands = desk
    case = opened(cases)
    hands.at += 2 * DAY_S
    ruled(cases, case, "remove", Asked("demonetise", 5))
    assert one(cases) == {
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "decision_monetary": "DECISION_MONETARY_SUSPENSION",
        "end_date_monetary_restriction": "2026-07-25",
        "application_date": "2026-07-20",
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": GROUND,
        "incompatible_content_explanation": REASON,
        "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        "category_specification": ["KEYWORD_IMPERSONATION_ACCOUNT_HIJACKING"],
        "content_type": ["CONTENT_TYPE_TEXT"],
        "content_date": "2026-07-18",
        "decision_facts": "发来转账要求",
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "Yes",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "puid": f"{case.id}-1",
    }


def test_a_law_as_ground_and_a_report_as_source(desk: tuple[Cases, Hands]) -> None:
    cases, _ = desk
    case = reported(cases, "app-3", "product", "maker")
    agreed(cases, ruled(cases, case, "delist", row="1.1.undress_function", illegal=True))
    told = one(cases)
    assert told["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
    assert told["illegal_content_legal_ground"] == GROUND
    assert (told["source_type"], told["automated_detection"]) == (
        "SOURCE_TYPE_OTHER_NOTIFICATION",
        "No",
    )
    assert told["content_type"] == ["CONTENT_TYPE_APP"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_step_against_every_subject_makes_a_statement_or_says_why_not(
    kind: str, tmp_path: Path
) -> None:
    cases = Cases(open_store(str(tmp_path / "a.db")), clock=Hands())
    for step in open_to(kind):
        case = reported(cases, f"{kind}-{step}", kind, "maker")
        case = ruled(cases, case, step)
        if case.task is not None:
            agreed(cases, case)
    told = made(cases)
    assert len(told) == len(open_to(kind))
    reasons = {t.reason for t in told if isinstance(t, NotExported)}
    assert reasons <= {"no step of it is a restriction"}
    restricting = [s for s in open_to(kind) if steps()[s].dsa]
    assert sum(isinstance(t, dict) for t in told) == len(restricting)


def test_steps_together_end_last_and_the_strongest_names_them(desk: tuple[Cases, Hands]) -> None:
    cases, _ = desk
    account = reported(cases, "user-9", "account")
    both = (Asked("suspend", 3), "close", Asked("mute", 2), Asked("limit_function", 9))
    agreed(cases, ruled(cases, account, *both))
    told = one(cases)
    assert told["decision_account"] == "DECISION_ACCOUNT_TERMINATED"
    assert "end_date_account_restriction" not in told
    assert told["end_date_service_restriction"] == "2026-07-27"
    assert told["content_type_other"] == "account"


def test_facts_come_from_the_findings_where_a_ruling_tells_none(
    desk: tuple[Cases, Hands],
) -> None:
    cases, _ = desk
    decided(cases, "post-1", "remove", facts="")
    assert one(cases)["decision_facts"] == "asks for a transfer"


def test_kind_and_day_of_the_item_are_told_where_it_was_kept(desk: tuple[Cases, Hands]) -> None:
    cases, hands = desk
    item = {"id": "clip", "kind": "video", "about": {"at": hands.at - 9 * DAY_S}}
    cases.take_in([sighting(row("clip"), Whose(owner="user-9", item=item))])
    ruled(cases, cases.get(cases.listed()[0]["id"]), "remove")
    told = one(cases)
    assert (told["content_type"], told["content_date"]) == (["CONTENT_TYPE_VIDEO"], "2026-07-09")


@pytest.mark.parametrize("about", [None, "x", {"at": "soon"}, {"at": -1}, {"at": 1e300}, {}])
def test_a_day_that_cannot_be_is_not_told(desk: tuple[Cases, Hands], about: Any) -> None:
    cases, _ = desk
    item = {"id": "clip", "kind": "TEXT", "about": about}
    cases.take_in([sighting(row("clip"), Whose(owner="user-9", item=item))])
    ruled(cases, cases.get(cases.listed()[0]["id"]), "remove")
    told = one(cases)
    assert told["content_date"] == "2026-07-18"
    assert told["content_type_other"] == "content"


def test_what_the_machine_did_alone_is_told(desk: tuple[Cases, Hands]) -> None:
    cases, _ = desk
    grounds = {"scam": ("remove", "2.4.kin_fraud", "可疑的转账要求")}
    decision = {"do": "remove", "rules": ["scam"], "policy": "ugc 1", "unknown": []}
    taken = row(decision={**decision, "needs_person": False})
    seen = sighting(taken, Whose(owner="user-9", grounds=grounds, item={"id": "post-1"}))
    cases.take_in([seen])
    assert one(cases)["automated_decision"] == "AUTOMATED_DECISION_FULLY"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"facts": "要求把钱转到13910472865这个手机号"}, "decision_facts holds personal data"),
        ({"reason": "收款人身份证320102199005124218"}, "_explanation holds personal data"),
        ({"facts": "user-9 多次发布"}, "decision_facts names somebody"),
        ({"reason": "经 Li Min 核实属实"}, "_explanation names somebody"),
        ({"row": HOUSE_RULE, "illegal": True}, "a house rule with a law"),
        ({"row": "1.4.self_assessment"}, "no category"),
        ({"reason": "长" * 2001}, "its reason has 2,001 characters"),
    ],
)
def test_what_cannot_be_told_is_named(
    desk: tuple[Cases, Hands], said: dict[str, Any], told: str
) -> None:
    cases, _ = desk
    case = decided(cases, "post-1", "remove", **said)
    reason = one(cases)
    assert isinstance(reason, NotExported) and told in reason.reason
    assert (reason.case, reason.ruling) == (case.id, 1)


def test_no_facts_and_none_kept_is_a_gap(desk: tuple[Cases, Hands]) -> None:
    cases, _ = desk
    ruled(cases, reported(cases, "post-1"), "remove", facts="")
    assert why(cases) == "it tells no facts"


def test_a_ruling_that_waits_or_was_refused_has_none_yet(desk: tuple[Cases, Hands]) -> None:
    cases, _ = desk
    case = decided(cases, "post-1", "block_hash")
    assert why(cases) == "it waits for a second person"
    refused(cases, case)
    assert why(cases) == "a second person refused it"


def test_a_step_taken_back_before_it_began_restricted_nothing(desk: tuple[Cases, Hands]) -> None:
    cases, hands = desk
    case = decided(cases, "post-1", Asked("remove", starts_at=hands.at + DAY_S))
    assert one(cases)["application_date"] == "2026-07-19"
    cases.act(case.id, "li min", lambda c, _at: lift(c, "1.1", "已经改正，恢复"))
    assert why(cases) == "no step of it is a restriction"


def test_what_fell_after_an_appeal_was_a_restriction_all_the_same(
    desk: tuple[Cases, Hands],
) -> None:
    cases, _ = desk
    case = decided(cases, "post-1", "remove")
    judged(cases, appealed(cases, case), "overturned")
    assert one(cases)["puid"] == f"{case.id}-1"


def test_a_period_holds_what_came_into_force_in_it(desk: tuple[Cases, Hands]) -> None:
    cases, hands = desk
    case = decided(cases, "post-1", "block_hash")
    decided(cases, "post-2")
    day = Period(hands.at, hands.at + DAY_S)
    hands.at += DAY_S
    agreed(cases, case)
    assert made(cases, day) == []
    assert len(made(cases, Period(day.end, day.end + DAY_S))) == 1


def test_every_row_has_a_category_of_the_database_or_is_no_duty_of_who_posts() -> None:
    words = tomllib.loads(files("qingjian.reports").joinpath("dsa.toml").read_text("utf-8"))
    wanted = {row.id for row in obligations().values() if not row.declined} | {HOUSE_RULE}
    assert words["row"].keys() == wanted
    for told in words["row"].values():
        if told:
            keywords = {f"KEYWORD_{one}" for one in told.get("keywords", ())}
            assert keywords <= KEYWORDS[f"STATEMENT_CATEGORY_{told['category']}"]
    assert words["subject"].keys() == set(KINDS) - {"content"}
    said = {w for of in ("subject", "item") for w in words[of].values() if w.isupper()}
    assert {f"CONTENT_TYPE_{one}" for one in said} <= CONTENT
    assert len(KEYWORDS) == 16 and sum(map(len, KEYWORDS.values())) == 67


def test_the_validator_sees_faults(desk: tuple[Cases, Hands]) -> None:
    cases, _ = desk
    decided(cases, "post-1", "remove")
    good = one(cases)
    for change, told in (
        ({"puid": "a b"}, "puid"),
        ({"category": "STATEMENT_CATEGORY_X"}, "category"),
        ({"content_type": ["CONTENT_TYPE_OTHER"]}, "content_type_other"),
        ({"application_date": "2019-01-01"}, "application_date"),
        ({"decision_facts": "x" * 5001}, "decision_facts"),
        ({"end_date_account_restriction": "2026-08-01"}, "end_date_account_restriction ends"),
        ({"decision_visibility": []}, "decision_visibility"),
        ({"owner": "user-9"}, "owner is unknown"),
    ):
        assert any(told in fault for fault in faults({**good, **change})), change
    assert faults({k: v for k, v in good.items() if k != "decision_visibility"}) == [
        "no restriction"
    ]


def test_what_an_order_asks_to_keep_silent_is_stated_when_it_is_over(
    desk: tuple[Cases, Hands],
) -> None:
    cases, hands = desk
    orders = Orders(cases._engine, cases)
    entered = orders.enter(order(hands.at, "post-1", silence="反间谍法 第二十九条"), "li")
    ruled(cases, cases.get(entered.cases[0]), "remove", ground=entered.id)
    assert why(cases) == "its owner is not told while an authority's order is open"
    orders.close(entered.id, "wu", "发文机关已经撤回")
    assert one(cases)["source_type"] == "SOURCE_TYPE_OTHER_NOTIFICATION"
