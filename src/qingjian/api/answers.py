"""
What requests are answered with: the models of answers. Any field may be hidden from who asks.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Values = dict[str, Any]


def _may_be_hidden(schema: Values) -> None:
    schema.pop("required", None)


class Answer(BaseModel):
    """An answer; it has no other fields, and lacks those that are hidden from who asks."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_may_be_hidden)


class Problem(BaseModel):
    """What went wrong and what to do about it."""

    code: Annotated[str, Field(description="For machines; see docs/reference/errors.md.")]
    what: str
    hint: str


class Fault(BaseModel):
    """The form of every error."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"error": {"code": "not_found", "what": "no case 01M8", "hint": ""}}]
        }
    )
    error: Problem


class Decision(Answer):
    """What the policy asks for."""

    do: str
    rules: list[str]
    policy: str
    needs_person: bool
    unknown: list[str]


class Finding(Answer):
    """A fact with a place."""

    detector: str
    severity: Literal["info", "low", "medium", "high"]
    score: float | None
    why: str
    at: Values | None
    evidence: Values
    against: list[str]
    serves: list[str]


class Row(Answer):
    """What came of one item, by contract 1 (docs/reference/contract.schema.json)."""

    contract: Literal[1]
    id: str
    decision: Decision | None
    findings: list[Finding]
    scores: dict[str, float]
    abstained: list[Values]
    not_looked_at: list[Values]
    error: Problem | None
    ran: list[Values]
    took_ms: float


class Taken(Answer):
    """How many rows opened a case, joined one, asked nothing of a person, were known before."""

    opened: int
    joined: int
    quiet: int
    known: int
    refused: list[Values]


class Stored(Answer):
    """Rows, and what became of them in the cases."""

    rows: list[Row]
    stored: Taken


class LabelRow(Answer):
    """What a file says about how it was made; `label_row` of the contract."""

    file: str
    carrier: str
    verdict: Literal[
        "confirmed",
        "possible",
        "suspected",
        "unmarked",
        "contradicted",
        "damaged",
        "unsupported",
    ]
    basis: list[str]
    show: str
    marks: list[Values]
    checked_at: str


class Subject(Answer):
    """Whom or what a case is about."""

    kind: str
    id: str
    owner: str


class Task(Answer):
    """What a person has to do next."""

    kind: Literal["review", "approval", "appeal"]
    since: float
    due_at: float
    by: str
    until: float
    barred: list[str]
    later: float


class Member(Answer):
    """One of a cluster, with the hash of the evidence against it."""

    kind: str
    id: str
    owner: str
    evidence: str


class Severed(Answer):
    """A member of a cluster, and the case it has of its own."""

    kind: str
    id: str
    case: str


class Seen(Answer):
    """A finding of a run, by the hashes of what was looked at and what the run gave."""

    at: float
    row: str
    item: str
    do: str
    policy: str
    rules: list[str]
    detectors: dict[str, str]
    rows: list[str]
    severity: str
    confidence: float
    records: list[str]
    members: Annotated[list[Member], Field(description="Of a cluster.")]


class Ruling(Answer):
    """What somebody ruled, and on what ground."""

    number: int
    at: float
    who: str
    outcome: Literal["violation", "no_violation"]
    row: str
    ground: str
    reason: str
    state: Literal["held", "in_force", "refused", "overturned"]
    approved_by: str
    records: list[str]
    told: Values


class Disposition(Answer):
    """A step against the subject."""

    id: str
    step: str
    ruling: int
    state: Literal["held", "scheduled", "active", "expired", "reversed", "refused"]
    starts_at: float
    ends_at: float | None
    reason: str


class Appeal(Answer):
    """An objection of the owner; `words` is the hash of a snapshot."""

    number: int
    at: float
    who: str
    words: str
    ruling: int
    state: Literal["filed", "inadmissible", "upheld", "overturned", "partly"]
    judged_by: str
    reason: str


class Event(Answer):
    """One line of the chain: names, numbers and hashes, never content."""

    seq: int
    case: str
    at: float
    who: str
    what: str
    data: Values


class Sealing(Answer):
    """That a case was sealed, and the clock of its report."""

    at: float
    who: str
    reason: str
    due_at: Annotated[float, Field(description="By when it is to be reported.")]
    told_at: Annotated[float | None, Field(description="Null: it was not yet.")]
    told_by: str
    to: str
    number: str


class Case(Answer):
    """A case as it stands."""

    id: str
    subject: Subject
    queue: str
    state: Literal["review", "approval", "appeal", "closed"]
    opened_at: float
    task: Task | None
    reach: int
    seen: list[Seen]
    reporters: list[str]
    rulings: list[Ruling]
    dispositions: list[Disposition]
    appeals: list[Appeal]
    notices: list[Values]
    source: Annotated[str, Field(description="What opened it: scan, report or order.")]
    orders: Annotated[list[Values], Field(description="Of authorities, that name the subject.")]
    authority: Annotated[list[Values], Field(description="What authorities have to be told.")]
    closed_at: float | None
    events: Annotated[int, Field(description="How many made it what it is.")]
    cluster: Annotated[str, Field(description="Case of the cluster it was severed from.")]
    severed: Annotated[list[Severed], Field(description="Of a cluster: the case of each member.")]
    sealed: Sealing | None
    again: Annotated[list[str], Field(description="Evidence for which it was opened again.")]
    history: Annotated[list[Event], Field(description="The events, with `events=1`.")] = []


class CaseRow(Answer):
    """A case in a list."""

    id: str
    kind: str
    subject: str
    owner: str
    queue: str
    state: str
    waiting: bool
    rank: Annotated[float, Field(description="Taken in this order, lowest first.")]
    due_at: float
    held_by: str
    held_until: float
    later: float
    opened_at: float
    severity: str
    events: int


class CasePage(Answer):
    """Cases in the order they are taken, those that are closed last."""

    cases: list[CaseRow]
    next: Annotated[str | None, Field(description="Cursor of what follows; null: nothing.")]


class Filed(Answer):
    """What a complaint or an appeal became part of."""

    case: str
    appeal: Annotated[Appeal | None, Field(description="Null for a complaint.")]


class Standing(Answer):
    """A step that takes something away from a subject, or is about to."""

    case: str
    id: str
    step: str
    ruling: int
    state: Literal["held", "scheduled", "active"]
    starts_at: float
    ends_at: float | None
    reason: str


class SubjectPage(Answer):
    """What is known of a subject."""

    kind: str
    id: str
    cases: list[CaseRow]
    standing: list[Standing]


class Proof(Answer):
    """How many events were proven, and the hash of the last: keep it somewhere else."""

    events: int
    head: str


class EventPage(Answer):
    """Events, oldest first."""

    events: list[Event]
    next: Annotated[int | None, Field(description="`after` of what follows; null: nothing.")]


class Whoami(Answer):
    """Who a key or a session is, and what it may do."""

    id: str
    name: str
    kind: Literal["user", "key"]
    tenant: str
    roles: list[str]
    permissions: list[str]
    queues: Annotated[list[str], Field(description="Empty: all.")]
    subject_kinds: Annotated[list[str], Field(description="Empty: all.")]
    masked: Annotated[list[str], Field(description="Names of fields that are hidden.")]


class Session(Answer):
    """A session: its token goes where a key goes."""

    token: str
    until: Annotated[float, Field(description="UTC epoch seconds.")]
