"""
What is in force and how good it is: policies, detectors, coverage of the notice.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from qingjian.api import in_force
from qingjian.api.desk import answer, desk_of
from qingjian.api.routes.shared import router
from qingjian.policy.load import load, shipped
from qingjian.policy.rules import Pack
from qingjian.reports import coverage
from qingjian.reports.coverage import said
from qingjian.wiring import Services

routes = router("what is in force")


@routes.get("/policies", response_model=list[in_force.Policy], summary="List policies")
def policies(request: Request) -> Response:
    """Those that ship and the one in force, with every rule."""
    return answer(request, _policies(desk_of(request).services))


@routes.get("/detectors", response_model=list[in_force.Card], summary="List detectors")
def detectors(request: Request) -> Response:
    """What each finds, where it fails, and how well it was measured."""
    built = desk_of(request).services
    cards = [d.card for d in built.registry.detectors.values()]
    return answer(request, [_card(card, said(built.quality.get(card.id, ()))) for card in cards])


@routes.get("/coverage", response_model=list[in_force.Covered], summary="Show coverage")
def covered(request: Request) -> Response:
    """Every row of the notice: what answers for it, how well, and what is not built yet."""
    built = desk_of(request).services
    return answer(request, coverage.rows(built.registry, built.quality, built.workflows))


def _policies(built: Services) -> list[dict[str, Any]]:
    named = {name: load(name, built.known) for name in shipped()}
    ours = built.pack
    others = [pack for pack in named.values() if (pack.name, pack.version) != _of(ours)]
    return [_policy(ours, True), *(_policy(pack, False) for pack in others)]


def _of(pack: Pack) -> tuple[str, str]:
    return pack.name, pack.version


def _policy(pack: Pack, in_force: bool) -> dict[str, Any]:
    rules = [
        {"id": r.id, "when": r.when, "do": r.do, "row": r.row, "because": r.because}
        for r in pack.rules
    ]
    whose = {"name": pack.name, "version": pack.version, "author": pack.author}
    what = {"surface": pack.surface, "without_person": list(pack.without_person), "rules": rules}
    return {**whose, **what, "in_force": in_force}


def _card(card: Any, quality: str) -> dict[str, Any]:
    plain = ("id", "finds", "severity", "source", "version", "scoring")
    lists = {"serves": list(card.serves), "limits": list(card.limits)}
    shown = {name: getattr(card, name) for name in plain}
    return {**shown, **lists, "reads": card.reads.kind, "quality": quality}
