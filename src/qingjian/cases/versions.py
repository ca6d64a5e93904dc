"""
Versions of policies: events to how they stand, and what may be done to one. Pure.

A version is its text, named by the SHA-256 of it. Of one name one is live at most, and decides
wherever the policy of that name would. Whoever added a version does not publish it. What was live
may be live again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from qingjian.cases.event import Draft, Event
from qingjian.core.errors import Conflict, NotAllowed, NotFound, UsageError
from qingjian.core.types import without_surrogates

State = Literal["validated", "shadow", "live", "retired"]
SHORTEST_REASON, LONGEST_REASON = 6, 5_000
LEAST_PREFIX = 8
Versions = Mapping[str, "Version"]


@dataclass(frozen=True, slots=True)
class Version:
    """
    A version of a policy as it stands.

    Args:
        hash: of its text.
        surface: the ladder that its steps stand on.
        number: the version that the text gives itself.
        author: who added it.
        was_live: whether it ever decided.
        live_at: since when it decides, or last began to.
        suspended: rules that the flood guard, not a person, put out of force.
    """

    hash: str
    surface: str
    name: str
    number: str
    author: str
    added_at: float
    state: State = "validated"
    published_by: str = ""
    live_at: float | None = None
    was_live: bool = False
    suspended: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """How decisions name it."""
        return f"{self.name} {self.number}"


def place(hash: str) -> str:
    """Give where events of a version stand on the chain, in place of the id of a case."""
    return f"policy:{hash[:19]}"


def versions(events: Iterable[Event]) -> dict[str, Version]:
    """Give the versions by hash that events make, oldest first."""
    made: dict[str, Version] = {}
    for event in events:
        hash = event.data["version"]
        if event.what == "policy_added":
            d = event.data
            named = (hash, d["surface"], d["name"], d["number"])
            made[hash] = Version(*named, event.who, event.at)
            continue
        one = made[hash]
        if event.what == "policy_published":
            for other in list(made.values()):
                if other.name == one.name and other.state == "live":
                    made[other.hash] = replace(other, state="retired")
            state = {"published_by": event.who, "live_at": event.at, "was_live": True}
            made[hash] = replace(one, state="live", **state)  # type: ignore[arg-type]  # as named
        elif event.what == "policy_suspended":
            made[hash] = replace(one, suspended=(*one.suspended, event.data["rule"]))
        elif event.what == "policy_resumed":
            left = tuple(rule for rule in one.suspended if rule != event.data["rule"])
            made[hash] = replace(one, suspended=left)
        else:
            state_now: State = "shadow" if event.what == "policy_shadowed" else "retired"
            made[hash] = replace(one, state=state_now)
    return made


def chosen(known: Versions, named: str) -> Version:
    """
    Give the version of a hash, of its first letters, or of a label such as `ugc 3`.

    Raises NotFound, UsageError for letters that begin several.
    """
    found = [
        one
        for one in known.values()
        if named in (one.hash, one.label)
        or (len(named) >= LEAST_PREFIX and one.hash.startswith(named))
    ]
    if not found:
        raise NotFound(f"no version {named!r}", "hashes stand in `qingjian policy versions`")
    if len(found) > 1:
        raise UsageError(f"{named!r} begins {len(found)} hashes", "give more letters")
    return found[0]


def live(known: Versions, name: str) -> Version | None:
    """Give the version of a name that decides."""
    return next((v for v in known.values() if v.name == name and v.state == "live"), None)


def shadow(one: Version) -> list[Draft]:
    """Let a version run beside the one that is live, without effect. Raises Conflict."""
    if one.state == "live":
        raise Conflict(f"{one.label} is live already", "nothing runs in its own shadow")
    if one.state == "shadow":
        raise Conflict(f"{one.label} runs in shadow already")
    return [Draft("policy_shadowed", {"version": one.hash})]


def publish(one: Version, who: str, rows: int) -> list[Draft]:
    """
    Let a version decide; the one that is live retires.

    Args:
        rows: how many it was tried on in shadow.

    Raises NotAllowed for whoever added it, Conflict for one that is live or retired.
    """
    if same(who, one.author):
        raise NotAllowed(f"{who} added {one.label}", "another person publishes it")
    if one.state not in ("validated", "shadow"):
        hint = "`qingjian policy rollback` brings back what was live before"
        raise Conflict(f"{one.label} is {one.state}", hint)
    return [Draft("policy_published", {"version": one.hash, "rows": rows})]


def rollback(known: Versions, name: str, reason: str) -> list[Draft]:
    """Let the version decide that did before the one that is live. Raises NotFound, UsageError."""
    now = live(known, name)
    began = now.live_at or 0.0 if now is not None else float("inf")
    was = [
        v
        for v in known.values()
        if v.name == name and v.was_live and v is not now and (v.live_at or 0.0) <= began
    ]
    if not was:
        raise NotFound(f"no other version of {name} was live", "publish another version")
    one = max(was, key=lambda v: v.live_at or 0.0)
    data = {"version": one.hash, "rows": 0, "reason": said(reason)}
    return [Draft("policy_published", {**data, "instead_of": now.hash if now else ""})]


def retire(one: Version, reason: str) -> list[Draft]:
    """
    Put a version out of use; where it was live, the pack of the settings decides from then on.

    Raises Conflict, UsageError.
    """
    if one.state == "retired":
        raise Conflict(f"{one.label} is retired already")
    return [Draft("policy_retired", {"version": one.hash, "reason": said(reason)})]


def resume(one: Version, rule: str, reason: str) -> list[Draft]:
    """Put a suspended rule in force again. Raises NotFound, UsageError."""
    if rule not in one.suspended:
        raise NotFound(f"rule {rule!r} of {one.label} is not suspended")
    data = {"version": one.hash, "rule": rule, "reason": said(reason)}
    return [Draft("policy_resumed", data)]


def same(one: str, other: str) -> bool:
    """Tell whether two names are of one person, however they are written."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def said(reason: str) -> str:
    """Give a reason. Raises UsageError for one too short or too long."""
    reason = without_surrogates(reason.strip())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise UsageError(f"a reason has {SHORTEST_REASON} to {LONGEST_REASON} characters")
    return reason
