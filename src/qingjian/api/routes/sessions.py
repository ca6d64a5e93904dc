"""
Who asks: people sign in for a session, as no key may decide; and what a key may do.
"""

from __future__ import annotations

from fastapi import Request, Response

from qingjian.access.accounts import SESSION_S
from qingjian.access.person import may
from qingjian.access.roles import PERMISSIONS
from qingjian.api import answers, asked
from qingjian.api.desk import answer, asker, desk_of, token_of
from qingjian.api.routes.shared import router

routes = router("who asks")


@routes.post("/sessions", response_model=answers.Session, summary="Sign in")
def sign_in(request: Request, body: asked.SignIn) -> Response:
    """A person's session of 12 hours; its token is sent as a key is."""
    desk = desk_of(request)
    _, token = desk.accounts.sign_in(body.name, body.password)
    return answer(request, {"token": token, "until": desk.cases.clock() + SESSION_S})


@routes.delete("/sessions", status_code=204, response_class=Response, summary="Sign out")
def sign_out(request: Request) -> Response:
    """Ends the session whose token is sent; a key stays as it is."""
    desk_of(request).accounts.sign_out(token_of(request))
    return Response(status_code=204)


@routes.get("/whoami", response_model=answers.Whoami, summary="Say who asks")
def whoami(request: Request) -> Response:
    """The name, the roles, what they permit, and which part of the work is in reach."""
    person = asker(request)
    who = {"id": person.id, "name": person.name, "kind": person.kind, "tenant": person.tenant}
    roles = {"roles": person.roles, "permissions": [p for p in PERMISSIONS if may(person, p)]}
    reach = {"queues": person.queues, "subject_kinds": person.subject_kinds}
    return answer(request, {**who, **roles, **reach, "masked": person.masked})
