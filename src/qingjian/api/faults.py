"""
Errors as answers: `{"error": {"code", "what", "hint"}}`, for every fault there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from qingjian.core.errors import QingjianError, SignInRefused, UsageError
from qingjian.core.types import without_surrogates

_OF_STATUS: Mapping[int, tuple[str, str]] = {
    400: ("usage", "the request cannot be read"),
    404: ("no_route", "there is no such route"),
    405: ("method", "the route does not take this method"),
    413: ("body_too_large", "the body is too large"),
    415: ("media_type", "the body is of a type that is not taken"),
}
_MOST_TOLD = 3
_INTERNAL = "something inside went wrong"


class Refused(UsageError):
    """
    A request that the door itself refuses.

    Args:
        retry_after_s: when to try again, 0 when that is of no use.
    """

    def __init__(
        self, status: int, code: str, what: str, hint: str = "", retry_after_s: float = 0.0
    ) -> None:
        super().__init__(what, hint)
        self.http_status, self.code, self.retry_after_s = status, code, retry_after_s


def told(error: QingjianError) -> Response:
    """Give an error as an answer."""
    headers = {}
    if isinstance(error, SignInRefused):
        headers["WWW-Authenticate"] = "Bearer"
    if error.http_status == 429:
        wait = error.retry_after_s if isinstance(error, Refused) else 60.0
        headers["Retry-After"] = str(max(1, round(wait + 0.5)))
    return _answer(error.http_status, error.code, error.what, error.hint, headers)


def translate(app: Starlette) -> None:
    """Have an application tell every fault in the one form."""
    app.add_exception_handler(QingjianError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _internal)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, QingjianError)  # as it was registered
    return told(error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # as it was registered
    faults = error.errors()
    said = "; ".join(f"{_where(f['loc'])}: {f['msg']}" for f in faults[:_MOST_TOLD])
    more = f"; and {len(faults) - _MOST_TOLD} more" if len(faults) > _MOST_TOLD else ""
    return _answer(422, "invalid", f"{said}{more}", "see /api/v1/docs")


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # as it was registered
    code, what = _OF_STATUS.get(error.status_code, ("http", str(error.detail)))
    if error.status_code in (404, 405):
        what = f"{what}: {request.method} {request.url.path[:200]}"
    return _answer(error.status_code, code, what, "see /api/v1/docs", error.headers)


async def _internal(request: Request, error: Exception) -> Response:
    return _answer(500, QingjianError.code, _INTERNAL, "the log of the server says more")


def _where(place: Iterable[Any]) -> str:
    return without_surrogates(".".join(str(part) for part in place))[:200]


def _answer(
    status: int, code: str, what: str, hint: str, headers: Mapping[str, str] | None = None
) -> Response:
    said = {"code": code, "what": without_surrogates(what), "hint": without_surrogates(hint)}
    body = orjson.dumps({"error": said})
    return Response(body, status, dict(headers or {}), "application/json")
