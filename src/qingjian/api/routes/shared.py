"""
What the routes of every noun have in common: the guarded router and the errors each may answer.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path

from qingjian.api.answers import Fault
from qingjian.api.guard import Guarded

_SAID = {
    400: "The request is wrong.",
    401: "No key was sent, or it does not hold.",
    403: "Who asks may not do this.",
    404: "It is not there, or out of reach of who asks.",
    409: "It stands otherwise by now, or needs another person.",
    413: "The body is too large.",
    422: "A field is missing or wrong, or an item cannot be read.",
    429: "Too many requests; Retry-After says how long to wait.",
    451: "It is a copy of what somebody had blocked.",
    500: "Something inside went wrong.",
    503: "Nothing is there to do it just now.",
    504: "It took too long.",
}
FAULTS: dict[int | str, dict[str, Any]] = {
    status: {"model": Fault, "description": said} for status, said in _SAID.items()
}
CaseId = Annotated[str, Path(min_length=1, max_length=26, description="Id of a case.")]
Repeat = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern="^[ -~]*$",
        description="Sent again within a day, a request is not done again but answered as before.",
    ),
]


def router(tag: str) -> APIRouter:
    """Give a router whose routes ask for what the table of needs says."""
    return APIRouter(route_class=Guarded, tags=[tag], responses=FAULTS)
