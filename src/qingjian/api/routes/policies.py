"""
The life of a policy: kept, tried in shadow, published by another person, rolled back.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import Path, Request, Response

from qingjian.api import asked, in_force
from qingjian.api.desk import answer, asker, desk_of, name_of
from qingjian.api.routes.shared import Repeat, router
from qingjian.cases import versions as acts
from qingjian.cases.policies import Policies
from qingjian.reports.tally import told

routes = router("versions of policies")
Hash = Annotated[
    str,
    Path(min_length=acts.LEAST_PREFIX, max_length=64, description="A hash, or 8 of its letters."),
]


@routes.get("/policies/versions", response_model=list[in_force.Version], summary="List versions")
def versions(request: Request) -> Response:
    """Oldest first; of one name one is live at most."""
    return answer(request, [asdict(one) for one in _policies(request).all().values()])


@routes.post("/policies/versions", response_model=in_force.Version, summary="Add a version")
def add(request: Request, body: asked.NewVersion, key: Repeat = None) -> Response:
    """Checked and kept, without effect. Whoever adds one does not publish it."""
    known = desk_of(request).services.known
    made = _policies(request).add(body.text, name_of(asker(request)), known)
    return answer(request, asdict(made))


@routes.get(
    "/policies/versions/{hash}", response_model=in_force.VersionText, summary="Show a version"
)
def version(request: Request, hash: Hash) -> Response:
    """With its text."""
    policies = _policies(request)
    one = policies.get(hash)
    return answer(request, {**asdict(one), "text": policies.text(one.hash)})


@routes.get(
    "/policies/versions/{hash}/tally", response_model=in_force.Tally, summary="Show its tally"
)
def tally(request: Request, hash: Hash) -> Response:
    """What it would have done with the rows that were taken in since it ran in shadow."""
    return answer(request, told(_policies(request).tally(hash)))


@routes.post(
    "/policies/versions/{hash}/shadow", response_model=in_force.Version, summary="Run it in shadow"
)
def shadow(request: Request, hash: Hash, key: Repeat = None) -> Response:
    """Beside the version that decides, without effect."""
    made = _policies(request).act(hash, name_of(asker(request)), acts.shadow)
    return answer(request, asdict(made))


@routes.post(
    "/policies/versions/{hash}/publish", response_model=in_force.Version, summary="Publish it"
)
def publish(request: Request, hash: Hash, key: Repeat = None) -> Response:
    """It decides within ten seconds, and the version that did retires."""
    return answer(request, asdict(_policies(request).publish(hash, name_of(asker(request)))))


@routes.post(
    "/policies/versions/{hash}/retire", response_model=in_force.Version, summary="Retire it"
)
def retire(request: Request, hash: Hash, body: asked.Why, key: Repeat = None) -> Response:
    """Where it was live, the policy of the settings decides again."""
    who = name_of(asker(request))
    made = _policies(request).act(hash, who, lambda one: acts.retire(one, body.reason))
    return answer(request, asdict(made))


@routes.post(
    "/policies/versions/{hash}/resume", response_model=in_force.Version, summary="Resume a rule"
)
def resume(request: Request, hash: Hash, body: asked.Resumed, key: Repeat = None) -> Response:
    """One that was suspended because it suddenly fired too much."""
    who = name_of(asker(request))
    made = _policies(request).act(hash, who, lambda one: acts.resume(one, body.rule, body.reason))
    return answer(request, asdict(made))


@routes.post("/policies/rollback", response_model=in_force.Version, summary="Roll a policy back")
def rollback(request: Request, body: asked.Rollback, key: Repeat = None) -> Response:
    """The version decides again that did before."""
    made = _policies(request).rollback(body.name, name_of(asker(request)), body.reason)
    return answer(request, asdict(made))


def _policies(request: Request) -> Policies:
    return desk_of(request).services.policies
