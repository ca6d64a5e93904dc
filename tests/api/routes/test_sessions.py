from __future__ import annotations

from tests.api.door import PASSWORD, Door

from qingjian.access.accounts import SESSION_S


def test_a_person_signs_in_and_out(door: Door) -> None:
    door.user("sessions-1", "reviewer")
    asked = {"name": " Sessions-1", "password": PASSWORD}
    session = door.ask("", "POST", "/sessions", asked).json
    assert abs(session["until"] - door.desk.cases.clock() - SESSION_S) < 60
    door.tokens["again"] = session["token"]
    assert door.ask("again", "GET", "/whoami").json["name"] == "sessions-1"
    assert door.ask("again", "DELETE", "/sessions").status == 204
    assert door.ask("again", "GET", "/whoami").status == 401
    assert door.ask("sessions-1", "GET", "/whoami").status == 200


def test_a_wrong_password_and_a_name_that_is_not_there_are_told_alike(door: Door) -> None:
    wrong = door.ask("", "POST", "/sessions", {"name": "reviewer", "password": "wrong"})
    nobody = door.ask("", "POST", "/sessions", {"name": "nobody-1", "password": "wrong"})
    assert (wrong.status, wrong.body) == (nobody.status, nobody.body)
    assert (wrong.status, wrong.code) == (401, "sign_in")


def test_too_many_tries_are_told_to_wait(door: Door) -> None:
    asked = {"name": "nobody-2", "password": "wrong"}
    told = [door.ask("", "POST", "/sessions", asked) for _ in range(12)]
    assert (told[-1].status, told[-1].code) == (429, "too_many_tries")
    assert int(told[-1].headers["retry-after"]) > 0


def test_a_key_is_told_what_it_may_do(door: Door) -> None:
    told = door.ask("feed", "GET", "/whoami").json
    assert (told["kind"], told["roles"]) == ("key", ["integration"])
    assert "ingest" in told["permissions"]
    assert "case.decide" not in told["permissions"]
