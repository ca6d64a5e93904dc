from __future__ import annotations

import json

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tests.api.door import Answer, Door, called

from qingjian.api.faults import Refused, translate
from qingjian.core import errors

CLASSES = [
    one
    for one in vars(errors).values()
    if isinstance(one, type) and issubclass(one, errors.QingjianError)
]


def answered(error: Exception) -> Answer:
    def fail(request: Request) -> Response:
        raise error

    app = Starlette(routes=[Route("/", fail)])
    translate(app)
    return called(app, "GET", "/")


@pytest.mark.parametrize("error", CLASSES, ids=lambda c: c.__name__)
def test_each_error_has_its_status_and_one_form(error: type[errors.QingjianError]) -> None:
    answer = answered(error("it went wrong \ud800", "mend it"))
    assert answer.status == error.http_status
    said = {"code": error.code, "what": "it went wrong �", "hint": "mend it"}
    assert answer.json == {"error": said}


def test_a_refusal_says_when_to_come_back() -> None:
    answer = answered(Refused(429, "rate", "too many", "", 2.2))
    assert (answer.status, answer.headers["retry-after"]) == (429, "3")
    assert "retry-after" not in answered(Refused(413, "body_too_large", "large")).headers


def test_faults_of_http_have_the_form_too() -> None:
    for status in (404, 405, 413, 415, 418):
        answer = answered(HTTPException(status))
        assert answer.status == status
        assert set(answer.json["error"]) == {"code", "what", "hint"}


def test_what_nobody_foresaw_is_told_without_its_words() -> None:
    with pytest.raises(ZeroDivisionError):
        answered(ZeroDivisionError("secret"))  # the server logs it, after it answered


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "no_route"),
        ("PUT", "/cases", 405, "method"),
        ("POST", "/whoami", 405, "method"),
        ("GET", "/cases?most=x", 422, "invalid"),
        ("GET", "/cases/" + "0" * 27, 422, "invalid"),
    ],
)
def test_what_routes_do_not_take_is_told(
    door: Door, method: str, path: str, status: int, code: str
) -> None:
    answer = door.ask("reviewer", method, path)
    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["content-type"] == "application/json"


def test_a_body_that_is_no_json_is_told_without_repeating_it(door: Door) -> None:
    headers = {"content-type": "application/json"}
    case = door.case("faults-1")
    path = f"/cases/{case}/skip"
    for body in (b"{", b'{"reason": 7}', b'{"reason": "secret"}', b""):
        answer = door.ask("reviewer", "POST", path, body=body, headers=headers)
        assert answer.status in (409, 422)
        assert "secret" not in json.dumps(answer.json)
