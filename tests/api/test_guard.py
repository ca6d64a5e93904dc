from __future__ import annotations

import pytest
from fastapi import APIRouter
from starlette.responses import Response
from tests.api.door import Door, called

from qingjian.api.guard import Guarded


def test_a_route_that_is_not_in_the_table_is_not_made() -> None:
    router = APIRouter(route_class=Guarded)
    with pytest.raises(KeyError):

        @router.get("/nowhere")
        def nowhere() -> Response:
            return Response()


def test_who_asks_comes_before_what_is_asked(door: Door) -> None:
    told = {"content-type": "application/json", "authorization": "Bearer qj_wrong"}
    answer = called(door.app, "POST", "/api/v1/complaints", (b"{",), told)
    assert (answer.status, answer.code) == (401, "sign_in")


def test_a_key_of_another_tenant_does_not_hold(door: Door) -> None:
    from qingjian.access.accounts import Accounts

    other = Accounts(door.desk.services.store, tenant="other")
    door.tokens["foreign"] = other.add_key("foreign", ["auditor"], "root")[1]
    assert door.ask("foreign", "GET", "/whoami").status == 401


def test_a_revoked_key_ends_with_the_next_call(door: Door) -> None:
    key = door.key("guard-gone", "auditor")
    assert door.ask(key, "GET", "/whoami").status == 200
    id = door.ask(key, "GET", "/whoami").json["id"]
    door.desk.accounts.revoke(id, "root")
    assert door.ask(key, "GET", "/whoami").status == 401
