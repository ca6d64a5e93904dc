from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.api.door import USERS, Door

from qingjian.access.person import may
from qingjian.access.roles import PERMISSIONS, ROLES
from qingjian.api.app import api
from qingjian.api.needs import NEEDS

GONE = "0" * 26
BODIES: Mapping[str, object] = {"POST": {}, "GET": None, "DELETE": None}


def path_of(path: str) -> str:
    if path.startswith("/subjects"):
        return "/subjects/content/needs-nobody"
    id = "9" if path.startswith(("/holds", "/blocked")) else GONE
    return path.replace("{id}", id).replace("{hash}", "0" * 64)


def test_every_route_is_in_the_table_and_the_table_has_no_other(door: Door) -> None:
    app = api(door.desk)
    made = {
        (verb.upper(), path)
        for path, verbs in app.state.document["paths"].items()
        for verb in verbs
    }
    hidden = {("GET", "/openapi.json"), ("GET", "/docs")}
    assert {k: v for k, v in NEEDS.items() if k not in made} == dict.fromkeys(hidden, "nobody")
    assert made <= NEEDS.keys()
    assert set(NEEDS.values()) <= {*PERMISSIONS, "nobody", "anybody"}


def test_there_is_somebody_in_every_role() -> None:
    assert {role for roles in USERS.values() for role in roles} == {*ROLES} - {"integration"}


@pytest.mark.parametrize("who", [*USERS, "feed"])
def test_each_route_is_open_to_those_with_its_permission_and_to_nobody_else(
    door: Door, who: str
) -> None:
    person = door.desk.person(door.tokens[who])
    for (method, path), needed in NEEDS.items():
        if (method, path) == ("DELETE", "/sessions"):
            continue  # it would sign everybody out
        answer = door.ask(who, method, path_of(path), BODIES[method])
        allowed = needed in ("nobody", "anybody") or may(person, needed)  # type: ignore[arg-type]  # checked before
        refused = answer.status == 403 and "may not do this" in answer.json["error"]["what"]
        assert refused != allowed, (method, path, needed, answer.body)
        assert answer.status < 500


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic eDp5"}, {"authorization": "x"}])
def test_nothing_is_open_without_a_key_but_what_says_so(
    door: Door, headers: dict[str, str]
) -> None:
    for (method, path), needed in NEEDS.items():
        answer = door.ask("", method, path_of(path), BODIES[method], headers=headers)
        assert (answer.status == 401) == (needed != "nobody"), (method, path, answer.body)
        if needed != "nobody":
            assert answer.code == "sign_in"
            assert answer.headers["www-authenticate"] == "Bearer"


def test_no_key_decides_whatever_its_roles(door: Door) -> None:
    key = door.key("needs-strong", "senior_reviewer", "admin")
    for path in ("rulings", "approve", "judgement"):
        refused = door.ask(key, "POST", f"/cases/{GONE}/{path}", {})
        assert (refused.status, refused.code) == (403, "not_allowed")


def test_metrics_need_a_key_and_health_none(door: Door) -> None:
    assert door.ask("", "GET", "/healthz").status == 200
    assert door.ask("", "GET", "/readyz").status == 200
    assert door.ask("", "GET", "/metrics").status == 401
    assert door.ask("feed", "GET", "/metrics").status == 403
    assert door.ask("auditor", "GET", "/metrics").status == 200
