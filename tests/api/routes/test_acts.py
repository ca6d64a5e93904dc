from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.api.door import PLAIN, Door, opened, ruling

from qingjian.api import answers

WHY = {"reason": "家人已经证实是本人"}


def test_a_case_is_claimed_ruled_on_and_carried_out(door: Door) -> None:
    case = door.case("acts-1")
    claimed = door.ask("reviewer", "POST", f"/cases/{case}/claim")
    assert claimed.json["task"]["by"] == "reviewer"
    made = door.ask("reviewer", "POST", f"/cases/{case}/rulings", ruling("remove"))
    assert made.status == 200
    assert (made.json["state"], made.json["rulings"][0]["who"]) == ("closed", "reviewer")
    (step,) = made.json["dispositions"]
    assert (step["step"], step["state"]) == ("remove", "active")


def test_who_acts_is_who_asks_whatever_the_body_says(door: Door) -> None:
    case = door.case("acts-2")
    door.ask("reviewer", "POST", f"/cases/{case}/claim")
    asked = {**ruling("remove"), "who": "senior"}
    refused = door.ask("reviewer", "POST", f"/cases/{case}/rulings", asked)
    assert (refused.status, refused.code) == (422, "invalid")
    assert "who" in refused.json["error"]["what"]


def test_the_next_case_is_given_to_one_person_alone(door: Door) -> None:
    door.case("acts-3")
    first = door.ask("reviewer", "POST", "/cases/claim?state=review")
    second = door.ask("second", "POST", "/cases/claim?state=review")
    assert first.status == 200
    assert second.status == 204 or second.json["id"] != first.json["id"]


def test_nothing_in_a_queue_is_no_error(door: Door) -> None:
    assert door.ask("reviewer", "POST", "/cases/claim?queue=nobody").status == 204


@pytest.mark.parametrize("act", ["release", "skip", "snooze"])
def test_a_claimed_case_is_given_back(door: Door, act: str) -> None:
    case = door.case(f"acts-back-{act}")
    claimed = door.ask("reviewer", "POST", f"/cases/{case}/claim").json
    body = {"skip": WHY, "snooze": {**WHY, "until": claimed["task"]["since"] + 60}}.get(act)
    back = door.ask("reviewer", "POST", f"/cases/{case}/{act}", body)
    assert (back.status, back.json["task"]["by"]) == (200, "")
    again = door.ask("reviewer", "POST", f"/cases/{case}/claim")
    assert again.status == (409 if act == "none" else 403 if act == "skip" else 200)


def test_a_case_nobody_claimed_is_not_ruled_on(door: Door) -> None:
    case = door.case("acts-4")
    refused = door.ask("reviewer", "POST", f"/cases/{case}/rulings", ruling("remove"))
    assert (refused.status, refused.code) == (409, "conflict")


def test_a_second_person_agrees_or_not(door: Door) -> None:
    for answer, state in (("approve", "closed"), ("refuse", "review")):
        case = door.ruled(f"acts-{answer}", "block_hash", who="senior")
        assert door.ask("senior", "POST", f"/cases/{case}/claim").status == 403
        assert door.ask("judge", "POST", f"/cases/{case}/claim").status == 200
        body = WHY if answer == "refuse" else None
        made = door.ask("judge", "POST", f"/cases/{case}/{answer}", body)
        assert (made.status, made.json["state"]) == (200, state)


def test_a_step_is_taken_back_and_a_ruling_falls(door: Door) -> None:
    case = door.ruled("acts-5", "remove", "limit_distribution")
    lifted = door.ask("reviewer", "POST", f"/cases/{case}/lift", {"disposition": "1.1", **WHY})
    assert [d["state"] for d in lifted.json["dispositions"]] == ["reversed", "active"]
    again = door.ask("reviewer", "POST", f"/cases/{case}/reopen", {"overturns": 1, **WHY})
    assert again.json["state"] == "review"
    assert again.json["rulings"][0]["state"] == "overturned"
    assert {d["state"] for d in again.json["dispositions"]} == {"reversed"}


def test_a_ruling_that_is_not_there_does_not_fall(door: Door) -> None:
    case = door.ruled("acts-6", "remove")
    refused = door.ask("reviewer", "POST", f"/cases/{case}/reopen", {"overturns": 7, **WHY})
    assert (refused.status, refused.code) == (400, "usage")


def test_whoever_ruled_does_not_judge_the_appeal(door: Door) -> None:
    case = door.ruled("acts-7", "remove", who="senior")
    appeal = {"words": "这是我本人的账号", "on_behalf_of": "user-9"}
    assert door.ask("feed", "POST", f"/cases/{case}/appeals", appeal).status == 200
    assert door.ask("senior", "POST", f"/cases/{case}/claim").status == 403
    door.ask("judge", "POST", f"/cases/{case}/claim")
    judged = {"outcome": "overturned", **WHY}
    made = door.ask("judge", "POST", f"/cases/{case}/judgement", judged)
    assert made.json["appeals"][0]["state"] == "overturned"
    assert made.json["dispositions"][0]["state"] == "reversed"


def test_a_sealed_case_is_in_reach_of_its_role_alone_and_each_look_is_written_down(
    door: Door,
) -> None:
    case = door.case("acts-sealed")
    (found,) = door.ask("reviewer", "GET", f"/cases/{case}").json["seen"]
    why = {"reason": "it seems to be a minor"}
    assert door.ask("feed", "POST", f"/cases/{case}/seal", why).status == 403
    assert door.ask("reviewer", "POST", f"/cases/{case}/seal", why).status == 204
    for who in ("reviewer", "senior", "auditor"):
        assert door.ask(who, "GET", f"/cases/{case}").status == 404
        listed = door.ask(who, "GET", "/cases?subject=acts-sealed").json["cases"]
        assert listed == []
    shown = door.ask("sealed", "GET", f"/cases/{case}?events=1").json
    answers.Case.model_validate(shown)
    assert (shown["queue"], shown["sealed"]["who"]) == ("sealed", "reviewer")
    assert [(e["who"], e["what"]) for e in shown["history"]][-1] == ("sealed", "viewed")
    path = f"/cases/{case}/snapshots/{found['item']}"
    assert door.ask("reviewer", "GET", path).status == 404
    assert door.ask("sealed", "GET", path).code == "not_allowed", "it was granted to nobody"
    door.desk.accounts.set_roles("sealed", "root", granted=["sealed.read"])
    assert door.ask("sealed", "GET", path).code == "not_found", "hashes alone are kept"
    told = {"to": "police", "number": "A-7"}
    assert door.ask("senior", "POST", f"/cases/{case}/sealed-report", told).status == 403
    made = door.ask("sealed", "POST", f"/cases/{case}/sealed-report", told)
    assert made.json["sealed"]["number"] == "A-7"
    assert door.ask("sealed", "POST", f"/cases/{case}/claim").status == 200
    ruled = door.ask("sealed", "POST", f"/cases/{case}/rulings", ruling("remove"))
    assert ruled.status == 200, ruled.body
    filed = {"words": "这是我自己的照片", "on_behalf_of": "user-9"}
    appeal = door.ask("feed", "POST", f"/cases/{case}/appeals", filed)
    assert appeal.status == 200, "its owner may appeal all the same"


def test_sealed_contents_are_given_as_bytes_to_whom_they_were_granted(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("07" * 32)
    with opened(tmp_path, sealed_contents="sealed", sealed_key_file=str(key)) as own:
        own.user("sealed", "sealed_reviewer")
        own.key("feed", "integration")
        item = {"id": "post-1", "text": PLAIN, "about": {"who": "user-9"}, "sealed": True}
        headers = {"idempotency-key": "one"}
        stored = own.ask("feed", "POST", "/scan?store=true", item, headers=headers)
        assert stored.json["stored"]["opened"] == 1
        again = own.ask("feed", "POST", "/scan?store=true", item, headers=headers)
        assert again.json["stored"]["known"] == 1, "no answer with its row is kept"
        (row,) = own.ask("sealed", "GET", "/cases").json["cases"]
        (found,) = own.ask("sealed", "GET", f"/cases/{row['id']}").json["seen"]
        path = f"/cases/{row['id']}/snapshots/{found['item']}"
        own.desk.accounts.set_roles("sealed", "root", granted=["sealed.read"])
        body = own.ask("sealed", "GET", path)
        assert body.headers["content-type"] == "application/octet-stream"
        assert body.headers["content-disposition"] == "attachment"
        assert json.loads(body.body) == item
        whats = [(e.who, e.what) for e in own.desk.cases.events(str(row["id"]))]
        assert whats.count(("sealed", "viewed")) == 2
