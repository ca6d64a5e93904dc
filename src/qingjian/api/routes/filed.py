"""
What owners and reporters file, themselves or through the platform's own key.
"""

from __future__ import annotations

from dataclasses import asdict

from fastapi import Request, Response

from qingjian.api import answers, asked
from qingjian.api.desk import answer, asker, desk_of, name_of, seen
from qingjian.api.routes.shared import CaseId, Repeat, router
from qingjian.cases import appeals
from qingjian.cases.case import Case
from qingjian.cases.event import Draft

routes = router("complaints and appeals")


@routes.post("/cases/{id}/appeals", response_model=answers.Filed, summary="File an appeal")
def appeal(request: Request, id: CaseId, body: asked.NewAppeal, key: Repeat = None) -> Response:
    """
    Of the owner, against the ruling in force; whoever made that does not judge it.

    The event carries the owner's name, and who passed it on.
    """
    person = asker(request)
    by = name_of(person)
    owner = body.on_behalf_of or by

    def filed(case: Case, at: float) -> list[Draft]:
        drafts = appeals.file(seen(person, case, sealed=True), owner, body.words, at)
        return [Draft(d.what, {**d.data, "passed_on_by": by}) for d in drafts]

    case = desk_of(request).cases.act(id, owner, filed)
    return answer(request, {"case": case.id, "appeal": asdict(case.appeals[-1])})


@routes.post("/complaints", response_model=answers.Filed, summary="Report something")
def complain(request: Request, body: asked.Complaint, key: Repeat = None) -> Response:
    """Opens a case, or joins the open one; its id is the ticket number."""
    who = name_of(asker(request))
    voice = body.on_behalf_of or who
    cases = desk_of(request).cases
    id = cases.report(body.kind, body.subject, body.owner, voice, body.words, who)
    return answer(request, {"case": id, "appeal": None})
