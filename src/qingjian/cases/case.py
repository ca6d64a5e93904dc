"""
A case as it stands: what its events add up to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from qingjian.cases.members import Member, together
from qingjian.cases.subject import Subject

TaskKind = Literal["review", "approval", "appeal"]


@dataclass(frozen=True, slots=True)
class Task:
    """
    What a person has to do next.

    Args:
        since: when it came up, UTC epoch seconds.
        due_at: by when it should be done.
        by: who has claimed it, until `until`.
        barred: who may not take it: whoever ruled before, or passed it on.
        later: not offered before this time.
    """

    kind: TaskKind
    since: float
    due_at: float
    by: str = ""
    until: float = 0.0
    barred: tuple[str, ...] = ()
    later: float = 0.0

    def held(self, at: float) -> str:
        """Give who has it at a time, empty when nobody has."""
        return self.by if self.until > at else ""


@dataclass(frozen=True, slots=True)
class Seen:
    """
    A finding of a run: what was looked at and what the run gave, by hash of their snapshots.

    Args:
        item: hash of the item, empty where it was not kept.
        row: hash of the row of the scan.
        detectors: id and version of each that hit.
        records: records of the archive that its findings quote.
        members: of a cluster, each with the hash of the evidence against it.
    """

    at: float
    row: str
    item: str = ""
    do: str = ""
    policy: str = ""
    rules: tuple[str, ...] = ()
    detectors: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    severity: str = "info"
    confidence: float = 1.0
    records: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class Disposition:
    """
    A step taken against the subject.

    Args:
        state: held (waits for approval) → scheduled → active → expired or reversed; or refused.
        ends_at: None without end.
        ruling: number of the ruling it rests on.
    """

    id: str
    step: str
    ruling: int
    state: Literal["held", "scheduled", "active", "expired", "reversed", "refused"]
    starts_at: float
    ends_at: float | None = None
    reason: str = ""

    @property
    def standing(self) -> bool:
        """Whether it takes something away, or is about to."""
        return self.state in ("held", "scheduled", "active")


@dataclass(frozen=True, slots=True)
class Ruling:
    """
    What somebody ruled, and on what ground.

    Args:
        number: from 1 within the case.
        row: the row of the notice, or `house_rule`.
        ground: the article of a law, or the rule of the platform.
        reason: in words for the owner.
        records: records of the archive it rests on.
    """

    number: int
    at: float
    who: str
    outcome: Literal["violation", "no_violation"]
    row: str
    ground: str
    reason: str
    state: Literal["held", "in_force", "refused", "overturned"] = "in_force"
    approved_by: str = ""
    records: tuple[str, ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Appeal:
    """An objection of the owner, and what came of it."""

    number: int
    at: float
    who: str
    words: str
    ruling: int
    state: Literal["filed", "inadmissible", "upheld", "overturned", "partly"] = "filed"
    judged_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ordered:
    """
    An authority's order that names the subject.

    Args:
        named: issuer, number and legal basis, as the owner is told.
        steps: what it asks for.
        due_before: by when the case was due without it.
        silence: the ground on which the owner is not told yet, empty where there is none.
        over: whether it was closed or has expired; then it asks for nothing any more.
    """

    id: str
    named: str
    steps: tuple[str, ...]
    due_at: float
    expires_at: float
    due_before: float
    silence: str = ""
    over: bool = False


@dataclass(frozen=True, slots=True)
class AuthorityReport:
    """
    What an authority has to be told of a ruling.

    Args:
        ruling: its number.
        due_at: by when it should be submitted.
        words: hash of the draft, or of what was submitted.
        authority: whom it goes to.
        receipt: the number that the authority gave, empty until then.
    """

    ruling: int
    since: float
    due_at: float
    state: Literal["due", "drafted", "approved", "submitted", "receipted"] = "due"
    authority: str = ""
    words: str = ""
    drafted_by: str = ""
    approved_by: str = ""
    submitted_by: str = ""
    submitted_at: float | None = None
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Severed:
    """A member of a cluster, and the case that it has of its own."""

    kind: str
    id: str
    case: str


@dataclass(frozen=True, slots=True)
class Sealing:
    """
    That a case was sealed, and the clock of the report that follows from it.

    Args:
        due_at: by when an authority is told, UTC epoch seconds.
        told_at: when it was, None as long as it was not; `to` whom, under which `number`.
    """

    at: float
    who: str
    reason: str
    due_at: float
    told_at: float | None = None
    told_by: str = ""
    to: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """
    What is known of one subject, who ruled what, and what has to be done next.

    Args:
        id: unique; ids sort by time.
        task: what a person has to do next; None when nothing is left: the case is closed.
        reach: how many people it reached, 0 unknown.
        reporters: the distinct voices that reported it; a brigade is one.
        events: how many made it what it is.
        source: what opened it: scan, report or order.
        orders: those of authorities that name the subject.
        authority: what authorities have to be told.
        cluster: the case of the cluster that it was severed from.
        severed: of a cluster: the case of each member, by kind and id.
        sealed: what it looks at is shown to nobody but whom the role is for; None: it is not.
        again: evidence for which it was opened again, as a ruling that rests on it fell elsewhere.
    """

    id: str
    subject: Subject
    queue: str
    opened_at: float
    task: Task | None
    reach: int = 0
    seen: tuple[Seen, ...] = ()
    reporters: tuple[str, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    notices: tuple[Mapping[str, Any], ...] = ()
    closed_at: float | None = None
    events: int = 1
    source: str = "scan"
    orders: tuple[Ordered, ...] = ()
    authority: tuple[AuthorityReport, ...] = ()
    cluster: str = ""
    severed: tuple[Severed, ...] = ()
    again: tuple[str, ...] = ()
    sealed: Sealing | None = None

    @property
    def members(self) -> Mapping[tuple[str, str], tuple[Member, ...]]:
        """Whom findings name as members of a cluster, by kind and id: once for each evidence."""
        return together(m for seen in self.seen for m in seen.members)

    @property
    def state(self) -> str:
        """What waits: review, approval or appeal; or closed."""
        return self.task.kind if self.task else "closed"

    @property
    def ruling(self) -> Ruling | None:
        """The last ruling, if there is one."""
        return self.rulings[-1] if self.rulings else None

    def disposition(self, id: str) -> Disposition | None:
        """Give one of its dispositions."""
        return next((d for d in self.dispositions if d.id == id), None)

    def order(self, id: str) -> Ordered | None:
        """Give an order that names the subject and is not over."""
        return next((o for o in self.orders if o.id == id and not o.over), None)

    def silence(self, ruling: int) -> Ordered | None:
        """Give the order that a ruling rests on, while its owner is not to be told of it."""
        order = self.order(str(self.rulings[ruling - 1].told.get("order", "")))
        return order if order is not None and order.silence else None

    def with_disposition(self, id: str, **changed: Any) -> Case:
        """Give the case with one disposition changed."""
        made = tuple(replace(d, **changed) if d.id == id else d for d in self.dispositions)
        return replace(self, dispositions=made)
