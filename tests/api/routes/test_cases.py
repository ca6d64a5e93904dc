from __future__ import annotations

import json

import pytest
from tests.api.door import Door

from qingjian.access.person import Reach


def test_a_list_goes_on_where_the_page_before_ended(door: Door) -> None:
    made = {door.case(f"cases-page-{n}") for n in range(5)}
    door.ruled("cases-page-closed", "remove")
    seen: list[str] = []
    cursor = ""
    while True:
        page = door.ask("reviewer", "GET", f"/cases?most=2&cursor={cursor}").json
        assert len(page["cases"]) <= 2
        seen += [row["id"] for row in page["cases"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    whole = door.ask("reviewer", "GET", "/cases?most=200").json["cases"]
    assert seen == [row["id"] for row in whole]
    assert made <= set(seen)
    states = [row["waiting"] for row in whole]
    assert states == sorted(states, reverse=True)


@pytest.mark.parametrize("cursor", ["x", "W10=", "WzEsMiwzXQ==", "WzEsMiwzXQ", "é"])
def test_a_cursor_that_is_none_of_ours_is_refused(door: Door, cursor: str) -> None:
    refused = door.ask("reviewer", "GET", f"/cases?cursor={cursor.encode().hex() or cursor}")
    assert (refused.status, refused.code) == (400, "usage")
    refused = door.ask("reviewer", "GET", f"/cases?cursor={cursor}")
    assert refused.status == 400


def test_a_list_is_narrowed(door: Door) -> None:
    case = door.case("cases-1", owner="user-77")
    for query in ("owner=user-77", "subject=cases-1", "owner=user-77&kind=content&state=review"):
        rows = door.ask("reviewer", "GET", f"/cases?{query}").json["cases"]
        assert [row["id"] for row in rows] == [case]
    assert door.ask("reviewer", "GET", "/cases?owner=user-77&state=closed").json["cases"] == []
    assert door.ask("reviewer", "GET", "/cases?state=gone").status == 422


def test_what_is_out_of_reach_is_not_there(door: Door) -> None:
    case = door.case("cases-2")
    queue = door.ask("reviewer", "GET", f"/cases/{case}").json["queue"]
    near = door.user("near", "senior_reviewer", reach=Reach(queues=(queue,)))
    far = door.user("far", "senior_reviewer", reach=Reach(queues=("1.1",)))
    other = door.user("other", "senior_reviewer", reach=Reach(subject_kinds=("account",)))
    assert door.ask(near, "GET", f"/cases/{case}").status == 200
    missing = door.ask(far, "GET", "/cases/" + "0" * 26).json
    for who in (far, other):
        gone = door.ask(who, "GET", f"/cases/{case}")
        assert gone.status == 404
        told = json.loads(gone.body.replace(case.encode(), b"0" * 26))
        assert told == missing
        assert door.ask(who, "GET", "/cases?subject=cases-2").json["cases"] == []
        assert door.ask(who, "GET", f"/cases?queue={queue}").json["cases"] == []
        assert door.ask(who, "GET", "/subjects/content/cases-2").json["cases"] == []
        assert door.ask(who, "POST", f"/cases/{case}/claim").status == 404
        assert door.ask(who, "POST", f"/cases/claim?queue={queue}").status == 204
        hash = door.ask("reviewer", "GET", f"/cases/{case}").json["seen"][0]["item"]
        assert door.ask(who, "GET", f"/cases/{case}/snapshots/{hash}").status == 404
    assert door.ask("reviewer", "GET", f"/cases/{case}").json["task"]["by"] == ""


def test_a_hidden_field_is_nowhere_in_an_answer_and_no_filter(door: Door) -> None:
    case = door.case("cases-3")
    reach = Reach(masked=("owner", "text"))
    blind = door.user("blind", "reviewer", reach=reach)
    for path in (f"/cases/{case}?events=1", "/cases?subject=cases-3", "/subjects/content/cases-3"):
        shown = door.ask(blind, "GET", path)
        assert shown.status == 200
        assert b'"owner"' not in shown.body
        assert b"user-9" not in shown.body
    item = door.ask(blind, "GET", f"/cases/{case}").json["seen"][0]["item"]
    kept = door.ask(blind, "GET", f"/cases/{case}/snapshots/{item}").json
    assert set(kept) == {"id", "about"}
    refused = door.ask(blind, "GET", "/cases?owner=user-9")
    assert (refused.status, refused.code) == (403, "not_allowed")


def test_reading_what_was_kept_is_itself_written_down(door: Door) -> None:
    case = door.case("cases-4")
    seen = door.ask("reviewer", "GET", f"/cases/{case}").json["seen"][0]
    item = door.ask("reviewer", "GET", f"/cases/{case}/snapshots/{seen['item']}")
    assert item.json["id"] == "cases-4"
    row = door.ask("auditor", "GET", f"/cases/{case}/snapshots/{seen['row']}")
    assert row.json["contract"] == 1
    events = door.ask("reviewer", "GET", f"/cases/{case}?events=1").json["history"]
    viewed = [(e["who"], e["data"]["snapshot"]) for e in events if e["what"] == "viewed"]
    assert viewed == [("reviewer", seen["item"]), ("auditor", seen["row"])]


def test_what_somebody_wrote_is_read_by_its_hash(door: Door) -> None:
    asked = {"subject": "cases-5", "words": "有人冒充我", "on_behalf_of": "user-7"}
    case = door.ask("feed", "POST", "/complaints", asked).json["case"]
    events = door.ask("reviewer", "GET", f"/cases/{case}?events=1").json["history"]
    hash = next(e["data"]["words"] for e in events if e["what"] == "reported")
    words = door.ask("reviewer", "GET", f"/cases/{case}/snapshots/{hash}")
    assert (words.status, words.body.decode()) == (200, "有人冒充我")
    assert words.headers["content-type"].startswith("text/plain")


def test_a_snapshot_of_another_case_is_not_there(door: Door) -> None:
    one, other = door.case("cases-6"), door.case("cases-7")
    item = door.ask("reviewer", "GET", f"/cases/{one}").json["seen"][0]["item"]
    assert door.ask("reviewer", "GET", f"/cases/{other}/snapshots/{item}").status == 404
    assert door.ask("reviewer", "GET", f"/cases/{one}/snapshots/xyz").status == 422


def test_a_subject_tells_its_cases_and_what_stands_against_it(door: Door) -> None:
    case = door.ruled("cases/8 中", "remove", "limit_distribution")
    page = door.ask("reviewer", "GET", "/subjects/content/cases/8 中").json
    assert [row["id"] for row in page["cases"]] == [case]
    assert [(s["case"], s["step"]) for s in page["standing"]] == [
        (case, "remove"),
        (case, "limit_distribution"),
    ]
    door.ask(
        "reviewer", "POST", f"/cases/{case}/lift", {"disposition": "1.1", "reason": "已经改正了"}
    )
    door.ask(
        "reviewer", "POST", f"/cases/{case}/lift", {"disposition": "1.1", "reason": "已经改正了吧"}
    )
    page = door.ask("reviewer", "GET", "/subjects/content/cases/8 中").json
    assert [s["step"] for s in page["standing"]] == ["limit_distribution"]
