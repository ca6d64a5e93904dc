from __future__ import annotations

from tests.api.door import Door

WORDS = "这是我本人的账号，不是诈骗"


def test_a_key_passes_an_appeal_on_and_the_owner_is_who_appeals(door: Door) -> None:
    case = door.ruled("filed-1", "remove")
    asked = {"words": WORDS, "on_behalf_of": "user-9"}
    made = door.ask("feed", "POST", f"/cases/{case}/appeals", asked)
    assert made.status == 200
    assert (made.json["case"], made.json["appeal"]["who"]) == (case, "user-9")
    assert set(made.json) == {"case", "appeal"}
    events = door.ask("reviewer", "GET", f"/cases/{case}?events=1").json["history"]
    (event,) = [e for e in events if e["what"] == "appealed"]
    assert (event["who"], event["data"]["passed_on_by"]) == ("user-9", "key:feed")


def test_nobody_but_the_owner_appeals(door: Door) -> None:
    case = door.ruled("filed-2", "remove")
    for body in ({"words": WORDS}, {"words": WORDS, "on_behalf_of": "user-8"}):
        refused = door.ask("feed", "POST", f"/cases/{case}/appeals", body)
        assert (refused.status, refused.code) == (403, "not_allowed")


def test_a_complaint_opens_a_case_and_the_voice_is_kept_beside_who_passed_it_on(door: Door) -> None:
    asked = {"subject": "filed-3", "owner": "user-9", "words": "冒充我", "on_behalf_of": "reviewer"}
    made = door.ask("feed", "POST", "/complaints", asked)
    assert made.json["appeal"] is None
    case = door.ask("reviewer", "GET", f"/cases/{made.json['case']}?events=1").json
    assert case["reporters"] == ["reviewer"]
    assert {e["who"] for e in case["history"]} == {"key:feed"}


def test_a_complaint_about_nothing_that_can_be_a_subject_is_refused(door: Door) -> None:
    refused = door.ask("feed", "POST", "/complaints", {"kind": "opinion", "subject": "a"})
    assert (refused.status, refused.code) == (422, "invalid")
