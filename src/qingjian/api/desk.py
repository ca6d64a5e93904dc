"""
What every request is answered with: services, who asks, what they see, how answers are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from qingjian.access.person import Person, may, need
from qingjian.api.faults import Refused
from qingjian.api.idempotency import Once
from qingjian.api.metrics import Metrics
from qingjian.api.needs import SEALED_CASES, Need
from qingjian.api.rate import Rate
from qingjian.api.scanners import Scanners
from qingjian.cases.case import Case
from qingjian.cases.versions import Version
from qingjian.cases.wanted import Wanted
from qingjian.core.errors import NotAllowed, NotFound, SignInRefused
from qingjian.reports.row import dumps
from qingjian.wiring import Services

_SESSION = "qjs_"
HANDED_IN_PER_S = 0.5
"""So many hashes an address may hand in or take back."""


@dataclass
class Desk:
    """
    What the routes share.

    Args:
        services: the rooms.
        scanners: what looks at items.
    """

    services: Services
    scanners: Scanners
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        """Open the database and bring its tables up to date. Raises ConfigError."""
        self.cases, self.accounts = self.services.cases, self.services.accounts
        self._versions = self._stand()
        self.once = Once(self.services.store, self.cases.tenant)
        self.rate = Rate(self.services.settings.requests_per_s)
        self.handed_in = Rate(HANDED_IN_PER_S)
        self.copies, self._hashes = frozenset[str](), 0
        self.renew_copies()

    def renew_copies(self) -> None:
        """Take up which hashes are blocked by now."""
        last = self.services.blocked.last()
        if last != self._hashes:
            self.copies, self._hashes = self.services.blocked.approved(), last

    def renew(self) -> bool:
        """Take up what was done to versions of the policy; give whether there was anything."""
        self.renew_copies()
        now, built = self._stand(), self.services
        if now == self._versions:
            return False
        live = built.policies.live(built.policy)
        changed = live != built.live
        built.renew(live)
        if changed:
            self.scanners.renew(live)
        self._versions = now
        return True

    def _stand(self) -> tuple[Version, ...]:
        """Give the versions of the policy in force."""
        built = self.services
        return tuple(v for v in built.policies.all().values() if v.name == built.policy)

    def admit(self, request: Request, needed: Need) -> Person | None:
        """
        Give who asks, None where nobody has to say.

        Raises SignInRefused, NotAllowed, and Refused for whoever asks too often.
        """
        if needed == "nobody":
            self.rate.take(f"address {request.client.host if request.client else ''}")
            return None
        person = self.person(token_of(request))
        self.rate.take(person.id)
        if needed != "anybody":
            need(person, needed)
        return person

    def person(self, token: str) -> Person:
        """Give who a key or a session is. Raises SignInRefused."""
        of = self.accounts.session if token.startswith(_SESSION) else self.accounts.key
        person = of(token)
        if person.tenant != self.cases.tenant:
            raise SignInRefused("the key does not hold", "it belongs to another tenant")
        return person


def desk_of(request: Request) -> Desk:
    """Give what the application was made with."""
    desk: Desk = request.app.state.desk
    return desk


def asker(request: Request) -> Person:
    """Give who asks, as the guard found."""
    person: Person = request.state.person
    return person


def name_of(person: Person) -> str:
    """Give the name that events carry; that of a key cannot be taken for a user's."""
    return person.name if person.kind == "user" else f"key:{person.name}"


def token_of(request: Request) -> str:
    """Give the token of `Authorization: Bearer`. Raises SignInRefused."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise SignInRefused("no key was sent", "Authorization: Bearer KEY; qingjian key add")
    return token.strip()


def seen(person: Person, case: Case, *, sealed: bool = False) -> Case:
    """
    Give the case. Raises NotFound, in the words of one that is not there, when out of reach.

    Args:
        sealed: one that is sealed is in reach without the role for it, too.
    """
    shut = case.sealed is not None and not (sealed or may(person, SEALED_CASES))
    if shut or not person.sees(case.queue, case.subject.kind):
        raise NotFound(f"no case {case.id}", "ids stand in `qingjian case list`")
    return case


def whole(person: Person) -> Person:
    """Give who asks. Raises NotAllowed for whoever sees a part of the work."""
    if person.queues or person.subject_kinds or person.masked:
        what = f"{person.name} sees a part of the work"
        raise NotAllowed(what, "orders are for whoever sees all of it")
    return person


def within(person: Person, wanted: Wanted) -> Wanted | None:
    """
    Give what somebody asks for, as far as it is in their reach; None where nothing is.

    Raises NotAllowed where the filter names a field that is hidden from them.
    """
    asked = {"owner": wanted.owner, "subject": wanted.subject}
    hidden = [name for name, value in asked.items() if value and name in person.masked]
    if hidden:
        raise NotAllowed(f"{hidden[0]} is hidden from {person.name}", "leave the filter away")
    queues = _both(wanted.queues, person.queues)
    kinds = _both(wanted.kinds, person.subject_kinds)
    if queues is None or kinds is None:
        return None
    rest = (wanted.states, wanted.owner, wanted.subject, wanted.past)
    return Wanted(queues, kinds, *rest, sealed=may(person, SEALED_CASES))


def answer(request: Request, value: Any, status: int = 200) -> Response:
    """Give an answer as JSON, without the fields that are hidden from who asks."""
    person = getattr(request.state, "person", None)
    shown = without(value, person.masked) if person is not None and person.masked else value
    return Response(dumps(shown), status, media_type="application/json")


def without(value: Any, masked: tuple[str, ...]) -> Any:
    """Give a value without the fields of these names, at any depth."""
    if isinstance(value, Mapping):
        return {k: without(v, masked) for k, v in value.items() if k not in masked}
    if isinstance(value, (list, tuple)):
        return [without(v, masked) for v in value]
    return value


def loaded(body: bytes) -> Any:
    """Give the JSON value of a body. Raises Refused."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused(400, "usage", f"the body is no JSON: {str(error)[:200]}") from None


def _both(asked: tuple[str, ...], reach: tuple[str, ...]) -> tuple[str, ...] | None:
    """Give what is in both, where empty means all; None where that is nothing."""
    if not asked or not reach:
        return asked or reach
    return tuple(x for x in asked if x in reach) or None
