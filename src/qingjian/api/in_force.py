"""
What the API answers about what is in force and who is told: policies, detectors, endpoints.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from qingjian.api.answers import Answer


class PolicyRule(Answer):
    """A rule of a policy."""

    id: str
    when: str
    do: str
    row: str
    because: str


class Policy(Answer):
    """A policy pack; the one in force decides scans."""

    name: str
    version: str
    author: str
    surface: str
    in_force: bool
    without_person: list[str]
    rules: list[PolicyRule]


class Card(Answer):
    """What to know before trusting a detector."""

    id: str
    reads: str
    finds: str
    severity: str
    serves: list[str]
    limits: list[str]
    source: str
    version: str
    scoring: bool
    quality: Annotated[str, Field(description="Precision and recall on the blind half, in words.")]


class Covered(BaseModel):
    """A row of the notice and what answers for it."""

    model_config = ConfigDict(extra="allow")
    id: str
    status: Literal["served", "not built yet", "declined"]


class Endpoint(Answer):
    """Who is told of what happens."""

    id: str
    url: str
    events: list[str]
    active: Annotated[bool, Field(description="False after it answered 410 Gone.")]
    made_by: str
    made_at: float
    failing_since: float | None
    sent: Annotated[int, Field(description="Messages of the last 30 days.")]
    due: int
    dead: int


class NewEndpoint(Endpoint):
    """One that was added, with what its messages are signed with."""

    secret: Annotated[str, Field(description="Shown this once.")]


class Dead(Answer):
    """A message that was given up."""

    id: Annotated[str, Field(description="Its `webhook-id`.")]
    endpoint: str
    seq: Annotated[int, Field(description="Number of the event it tells of.")]
    case: str
    state: str
    tries: int
    at: float
    last: Annotated[str, Field(description="What came of the last try.")]


class Due(Answer):
    """How many messages go out again."""

    due: int


class Done(Answer):
    """It is done."""

    done: bool


class Version(Answer):
    """A version of a policy as it stands."""

    hash: Annotated[str, Field(description="SHA-256 of its text.")]
    surface: str
    name: str
    number: Annotated[str, Field(description="The version that the text gives itself.")]
    author: Annotated[str, Field(description="Who added it.")]
    added_at: float
    state: Literal["validated", "shadow", "live", "retired"]
    published_by: str
    live_at: float | None
    was_live: bool
    suspended: Annotated[list[str], Field(description="Rules that fired too much.")]


class VersionText(Version):
    """A version with its text."""

    text: str


class Fired(Answer):
    """How often a rule fired, and how often it lacked something that it names."""

    id: str
    fired: int
    unknown: int


class Moved(Answer):
    """Rows for which a version asks another step than was decided."""

    was: str
    now: str
    items: int
    first: Annotated[list[str], Field(description="Ids of up to 20 of them.")]


class Tally(Answer):
    """What a version would have done."""

    rows: int
    unread: Annotated[int, Field(description="Rows that contradict themselves.")]
    need_person: int
    steps: dict[str, int]
    rules: list[Fired]
    moved: list[Moved]


class Ticket(Answer):
    """The ticket number of a hash, told this once: whoever has it may take the hash back."""

    ticket: str


class Copy(Answer):
    """Whether a file is a copy of what a victim had blocked."""

    blocked: bool


class Blocked(Answer):
    """A hash that was handed in."""

    id: int
    sha256: str
    perceptual: str
    by: str
    at: float
    state: Literal["waiting", "approved", "refused", "withdrawn"]
    judged_by: str
    reason: str


class Hold(Answer):
    """Something that is kept beyond its time."""

    id: int
    of: Annotated[str, Field(description="case, owner, or a kind of subject.")]
    value: str
    who: str
    reason: str
    at: float
    until: Annotated[float | None, Field(description="UTC epoch seconds; null: until lifted.")]
    lifted_by: str
