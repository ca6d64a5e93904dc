from __future__ import annotations

from tests.api.door import Door, ruling

from qingjian.access.person import Reach
from qingjian.api.kept import NewDraft


def stopped(door: Door, subject: str) -> str:
    """Stop a service on a complaint and give the id of the report that is due."""
    asked = {"kind": "service", "subject": subject, "words": "生成违法内容"}
    case = door.ask("feed", "POST", "/complaints", asked).json["case"]
    door.ask("reviewer", "POST", f"/cases/{case}/claim")
    body = {**ruling("stop_generation"), "facts": "举报后复现"}
    made = door.ask("reviewer", "POST", f"/cases/{case}/rulings", body)
    assert made.json["authority"][0]["state"] == "due", made.body
    return f"{case}-1"


def test_a_report_goes_from_due_to_receipted(door: Door) -> None:
    id = stopped(door, "authority-1")
    path = f"/authority-reports/{id}"
    due = door.ask("auditor", "GET", "/authority-reports?most=1000").json
    assert [(o["state"], o["late"]) for o in due if o["id"] == id] == [("due", False)]
    metrics = door.ask("auditor", "GET", "/metrics").body.decode()
    assert 'qingjian_authority_reports{state="due"}' in metrics
    drafted = door.ask("senior", "POST", f"{path}/draft", NewDraft.example)
    assert (drafted.status, drafted.json["state"]) == (200, "drafted")
    assert "更换了安全模型并复测" in drafted.json["text"]
    refused = door.ask("senior", "POST", f"{path}/approve")
    assert (refused.status, refused.code) == (403, "not_allowed")
    assert door.ask("judge", "POST", f"{path}/approve").json["approved_by"] == "judge"
    done = door.ask("reviewer", "POST", f"{path}/submit", {"receipt": "收文 88"})
    assert (done.json["state"], done.json["receipt"]) == ("receipted", "收文 88")
    again = door.ask("reviewer", "POST", f"{path}/submit", {"receipt": "收文 89"})
    assert (again.status, again.code) == (409, "conflict")
    read = door.ask("auditor", "GET", path)
    assert read.json == done.json
    case = id.rpartition("-")[0]
    history = door.ask("reviewer", "GET", f"/cases/{case}?events=1").json["history"]
    assert (history[-1]["what"], history[-1]["who"]) == ("viewed", "auditor")
    listed = door.ask("auditor", "GET", "/authority-reports?most=1000").json
    assert id not in {one["id"] for one in listed}


def test_what_is_out_of_reach_is_not_there(door: Door) -> None:
    id = stopped(door, "authority-2")
    who = door.user("authority-part", "senior_reviewer", reach=Reach(subject_kinds=("content",)))
    listed = door.ask(who, "GET", "/authority-reports?most=1000&all=1").json
    assert id not in {one["id"] for one in listed}
    for verb, path, body in (
        ("GET", "", None),
        ("POST", "/draft", NewDraft.example),
        ("POST", "/approve", None),
        ("POST", "/submit", {}),
    ):
        assert door.ask(who, verb, f"/authority-reports/{id}{path}", body).status == 404
    page = door.ask("auditor", "GET", "/metrics").body.decode()
    assert "qingjian_authority_reports" in page
    assert "qingjian_authority_reports{" not in door.ask(who, "GET", "/metrics").body.decode()


def test_no_such_report(door: Door) -> None:
    case = door.case("authority-3")
    for id in ("x", f"{case}-1", f"{'0' * 26}-1"):
        assert door.ask("auditor", "GET", f"/authority-reports/{id}").status == 404
