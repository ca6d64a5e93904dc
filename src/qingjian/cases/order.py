"""
An authority's order: a document with a number, a legal basis, exact items and an end.

Pure. It makes no term of a lexicon, no entry of a registry and no scan: it names subjects, each by
its own id, and a person rules on each.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from qingjian.cases.case import Case, Ordered
from qingjian.cases.event import Draft, Event
from qingjian.cases.subject import Subject, step
from qingjian.core.errors import BadRow, UsageError

MOST_ITEMS = 1_000
MOST_DAYS = 366
"""What is to last longer needs a new document."""
DUE_HOURS = 24
"""By when the items are looked at where the order names no time."""
_DAY_S = 86_400.0
_LONGEST = {"issuer": 200, "number": 200, "basis": 500, "scope": 2_000, "silence": 500}
_FIELDS = {*_LONGEST, "received_at", "expires_at", "due_at", "steps", "item"}
_ITEM = ("kind", "id", "owner")


@dataclass(frozen=True, slots=True)
class Order:
    """
    What an authority asks for, as the document says it.

    Args:
        number: of the document.
        basis: the articles it rests on.
        scope: what it covers, in words; nothing is searched for by it.
        items: at most MOST_ITEMS, each by kind and id.
        steps: what is asked for; a person decides.
        received_at: UTC epoch seconds, as are `due_at` and `expires_at`.
        silence: the ground that it cites for not telling owners, empty where it cites none.
    """

    issuer: str
    number: str
    basis: str
    scope: str
    items: tuple[Subject, ...]
    steps: tuple[str, ...]
    received_at: float
    due_at: float
    expires_at: float
    silence: str = ""

    @property
    def named(self) -> str:
        """What the owner is told: who ordered it, by which document, on what legal basis."""
        return f"{self.issuer} {self.number}（{self.basis}）"

    @property
    def row(self) -> dict[str, Any]:
        """As it is written down."""
        return asdict(self)


def order_of(row: Mapping[str, Any]) -> Order:
    """Give the order of a row that was written down, or of a table that `checked` let through."""
    items = tuple(Subject(i["kind"], i["id"], i.get("owner", "")) for i in row["items"])
    rest = {k: v for k, v in row.items() if k not in ("items", "steps")}
    return Order(**rest, items=items, steps=tuple(row["steps"]))


def read(text: str) -> Order:
    """
    Give the order of a TOML file; times carry their offset, 2026-07-18T09:00:00+08:00.

    Raises BadRow for what is no TOML, UsageError for what is missing, wrong or too much.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadRow(f"the order is no TOML: {error}", "see docs/cases.md, Orders") from None
    if unknown := sorted(raw.keys() - _FIELDS):
        known = ", ".join(sorted(_FIELDS))
        raise UsageError(f"an order has no field {unknown[0]!r}", f"it has {known}")
    named = ("received_at", "expires_at", "due_at")
    times: dict[str, Any] = {name: _time(raw, name) for name in named if name in raw}
    rest = {k: v for k, v in raw.items() if k not in (*times, "item")}
    return checked({**rest, **times, "items": raw.get("item", [])})


def checked(raw: Mapping[str, Any]) -> Order:
    """
    Give the order of a table whose times are UTC epoch seconds.

    Raises UsageError for what is missing, wrong or too much.
    """
    said = {name: _words(raw, name, most) for name, most in _LONGEST.items()}
    for name in ("received_at", "expires_at"):
        if name not in raw:
            raise UsageError(f"the order lacks {name}", "it has a beginning and an end")
    received, expires = float(raw["received_at"]), float(raw["expires_at"])
    due = float(raw.get("due_at", min(received + DUE_HOURS * 3_600.0, expires)))
    if not received < due <= expires <= received + MOST_DAYS * _DAY_S:
        what = "an order is received, then due, then over, within 366 days"
        raise UsageError(what, "check received_at, due_at and expires_at")
    items = _items(raw.get("items"))
    steps = raw.get("steps")
    if not isinstance(steps, list | tuple) or not steps or len(steps) > 20:
        raise UsageError("the order asks for no step", 'write steps = ["remove"]')
    for one in steps:
        _fits(str(one), items)
    row = {**said, "received_at": received, "due_at": due, "expires_at": expires}
    return order_of({**row, "items": raw["items"], "steps": dict.fromkeys(map(str, steps))})


def _items(raw: Any) -> tuple[Subject, ...]:
    if not isinstance(raw, list | tuple) or not 0 < len(raw) <= MOST_ITEMS:
        hint = f"name 1 to {MOST_ITEMS:,} items: [[item]] with kind and id"
        raise UsageError("an order names each of its items", hint)
    items: dict[tuple[str, str], Subject] = {}
    for one in raw:
        if not isinstance(one, Mapping) or not {"kind", "id"} <= one.keys() <= {*_ITEM}:
            raise UsageError("an item of an order has kind, id and, where it is known, owner")
        made = Subject(str(one["kind"]), str(one["id"]), str(one.get("owner", "")))
        if "*" in made.id:
            raise UsageError(f"{made.id!r} is a pattern", "name each item by its own id")
        if (made.kind, made.id) in items:
            raise UsageError(f"the order names {made.kind} {made.id} twice", "once is enough")
        items[made.kind, made.id] = made
    return tuple(items.values())


def _fits(id: str, items: tuple[Subject, ...]) -> None:
    """Raise where a step can be taken against none of the items."""
    faults = []
    for kind in dict.fromkeys(i.kind for i in items):
        try:
            step(id, kind)
        except UsageError as error:
            faults.append(error)
        else:
            return
    raise faults[0]


def _words(raw: Mapping[str, Any], name: str, most: int) -> str:
    value = raw.get(name, "")
    if not isinstance(value, str) or (not value.strip() and name != "silence"):
        raise UsageError(f"the order lacks {name}", "it stands on the document")
    if len(value) > most or not value.isprintable():
        raise UsageError(f"{name} has at most {most:,} letters, in one line")
    return value.strip()


def _time(raw: Mapping[str, Any], name: str) -> float:
    value = raw[name]
    if not isinstance(value, datetime) or value.tzinfo is None:
        hint = f"write {name} = 2026-07-18T09:00:00+08:00, without quotes"
        raise UsageError(f"{name} is no time with its offset", hint)
    return value.timestamp()


def silenced(case: Case, draft: Draft) -> dict[str, Any]:
    """Give why a step's notice waits, empty where it does not: an order, its ground, what of."""
    one = case.disposition(str(draft.data.get("id", "")))
    order = case.silence(one.ruling) if one is not None else None
    if order is None:
        return {}
    return {"order": order.id, "silence": order.silence, "of": dict(draft.data)}


def waiting(case: Case, order: str) -> Iterator[tuple[Draft, int]]:
    """Give what owners were not told for an order, oldest first, with the number of the ruling."""
    for one in case.notices:
        if not one["sent"] and one.get("order") == order:
            step = case.disposition(one["of"]["id"])
            assert step is not None  # it was told of
            yield Draft(one["about"], one["of"]), step.ruling


def _ordered(case: Case, event: Event) -> Case:
    d = event.data
    before = case.task.due_at if case.task else d["due_at"]
    before = next((o.due_before for o in _open(case) if o.due_at == before), before)
    times = (d["due_at"], d["expires_at"], before)
    one = Ordered(d["order"], d["named"], tuple(d["steps"]), *times, d["silence"])
    changed = replace(case, orders=(*case.orders, one))
    if case.task is None:
        return changed
    return replace(changed, task=replace(case.task, due_at=min(case.task.due_at, one.due_at)))


def _over(case: Case, event: Event) -> Case:
    """Give the case without the order; what it alone made due earlier is due as before."""
    id = event.data["order"]
    was = next(o for o in case.orders if o.id == id)
    made = tuple(replace(o, over=True) if o.id == id else o for o in case.orders)
    changed = replace(case, orders=made)
    if case.task is None or case.task.due_at != was.due_at:
        return changed
    due_at = min([was.due_before, *(o.due_at for o in _open(changed))])
    return replace(changed, task=replace(case.task, due_at=due_at))


def _open(case: Case) -> list[Ordered]:
    return [one for one in case.orders if not one.over]


CHANGES: Mapping[str, Callable[[Case, Event], Case]] = {"ordered": _ordered, "order_over": _over}
