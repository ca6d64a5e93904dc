"""
Orders of authorities: entered, listed, closed; what they ask for a person decides.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from qingjian.api import asked, kept
from qingjian.api.desk import answer, asker, desk_of, name_of, whole
from qingjian.api.routes.shared import Repeat, router
from qingjian.cases.entered import Entered
from qingjian.cases.order import checked

routes = router("orders")
MOST = 200
OrderId = Annotated[str, Path(min_length=1, max_length=26, description="Id of an order.")]


@routes.get("/orders", response_model=list[kept.Order], summary="List orders")
def listed(
    request: Request,
    all: Annotated[bool, Query(description="Also those that are over.")] = False,
    most: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> Response:
    """Newest first."""
    whole(asker(request))
    orders = desk_of(request).services.orders
    return answer(request, [_row(one, orders.clock()) for one in orders.listed(most, all=all)])


@routes.post("/orders", response_model=kept.Order, summary="Enter an order")
def entered(request: Request, body: kept.NewOrder, key: Repeat = None) -> Response:
    """
    Each item opens a case, or joins its open one, and comes first; a person rules on each.

    A ruling names the order's id as its ground.
    """
    who = name_of(whole(asker(request)))
    orders = desk_of(request).services.orders
    made = orders.enter(checked(body.model_dump(exclude_none=True)), who)
    return answer(request, _row(made, orders.clock()))


@routes.get("/orders/{id}", response_model=kept.Order, summary="Give an order")
def one(request: Request, id: OrderId) -> Response:
    """With the cases of its items."""
    whole(asker(request))
    orders = desk_of(request).services.orders
    return answer(request, _row(orders.get(id), orders.clock()))


@routes.post("/orders/{id}/close", response_model=kept.Order, summary="Close an order")
def close(request: Request, id: OrderId, body: asked.Why, key: Repeat = None) -> Response:
    """Before its time; owners who were not told are told now."""
    who = name_of(whole(asker(request)))
    orders = desk_of(request).services.orders
    return answer(request, _row(orders.close(id, who, body.reason), orders.clock()))


def _row(one: Entered, at: float) -> dict[str, Any]:
    return {**asdict(one), "state": one.state(at)}
