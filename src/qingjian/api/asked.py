"""
What requests ask: the models of their bodies, with examples.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from qingjian.cases.acts import MOST_WORDS, SHORTEST_REASON
from qingjian.cases.subject import KINDS, LONGEST_ID

Reason = Annotated[
    str,
    Field(min_length=SHORTEST_REASON, max_length=MOST_WORDS, description="Why, in words."),
]
Id = Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]
Kind = Literal[
    "content",
    "account",
    "mcn",
    "product",
    "service",
    "corpus",
    "listing",
    "conversation",
    "cluster",
    "device",
]
assert Kind.__args__ == KINDS  # type: ignore[attr-defined]  # a literal knows its values
YEAR_3000 = 32_503_680_000
Seconds = Annotated[float, Field(ge=0, le=YEAR_3000, description="UTC epoch seconds.")]


class Question(BaseModel):
    """A body; what it does not know it refuses."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=lambda schema, model: schema.update(examples=[model.example]),
    )
    example: ClassVar[dict[str, Any]]


class SignIn(Question):
    """Name and password of a user."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=1_000)]
    example: ClassVar[dict[str, Any]] = {"name": "reviewer-1", "password": "correct horse battery"}


class Why(Question):
    """A reason alone."""

    reason: Reason
    example: ClassVar[dict[str, Any]] = {"reason": "the evidence is not enough"}


class Snooze(Question):
    """Until when a case is put off."""

    until: Seconds
    reason: Reason
    example: ClassVar[dict[str, Any]] = {"until": 1798761600, "reason": "a source was asked"}


class Step(Question):
    """A step that a ruling asks for."""

    step: Annotated[str, Field(max_length=32, description="Its id, `remove` for one.")]
    days: Annotated[int, Field(ge=0, le=3_650)] | SkipJsonSchema[None] = None
    starts_at: Seconds | SkipJsonSchema[None] = None
    example: ClassVar[dict[str, Any]] = {"step": "limit_distribution", "days": 30}


class NewRuling(Question):
    """A ruling: on what row and ground, why, and which steps; none says nothing was violated."""

    row: Annotated[str, Field(max_length=64, description="Row of the notice, or `house_rule`.")]
    ground: Annotated[str, Field(max_length=500, description="Article or rule.")] = ""
    reason: Reason
    steps: Annotated[list[Step], Field(max_length=20)] = []
    records: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Field(max_length=50, description="Records of the archive it rests on."),
    ] = []
    facts: Annotated[str, Field(max_length=MOST_WORDS, description="What was seen.")] = ""
    illegal: Annotated[bool, Field(description="The ground is a law.")] = False
    example: ClassVar[dict[str, Any]] = {
        "row": "2.4.kin_fraud",
        "ground": "平台规则 3.1",
        "reason": "冒充亲友，以换号为由要钱",
        "steps": [{"step": "remove"}],
    }


class Reopening(Question):
    """Why a case is looked at again, and which ruling falls."""

    reason: Reason
    overturns: Annotated[int, Field(ge=0, le=1_000, description="Number of a ruling; 0: none.")] = 0
    example: ClassVar[dict[str, Any]] = {"reason": "new evidence came in", "overturns": 0}


class Lifting(Question):
    """Which step is taken back, and why."""

    disposition: Annotated[str, Field(max_length=16, description="Number of the step, `1.1`.")]
    reason: Reason
    example: ClassVar[dict[str, Any]] = {"disposition": "1.1", "reason": "it was set right"}


class NewAppeal(Question):
    """What the owner says against a ruling."""

    words: Reason
    on_behalf_of: Annotated[
        str, Field(max_length=LONGEST_ID, description="The owner, where a key passes it on.")
    ] = ""
    example: ClassVar[dict[str, Any]] = {
        "words": "这是我和家人之间的真实聊天，不是诈骗",
        "on_behalf_of": "user-9",
    }


class Judgement(Question):
    """What comes of an appeal."""

    outcome: Literal["upheld", "overturned", "partly"]
    reason: Reason
    keep: Annotated[
        list[Annotated[str, Field(max_length=16)]],
        Field(max_length=50, description="Steps that stand where it is overturned partly."),
    ] = []
    example: ClassVar[dict[str, Any]] = {"outcome": "overturned", "reason": "家人已经证实"}


class Complaint(Question):
    """What somebody reports."""

    kind: Kind = "content"
    subject: Annotated[Id, Field(description="The platform's id of it.")]
    owner: Annotated[str, Field(max_length=LONGEST_ID)] = ""
    words: Annotated[str, Field(min_length=1, max_length=MOST_WORDS)]
    on_behalf_of: Annotated[
        str,
        Field(
            max_length=LONGEST_ID,
            description="Who reports; people who report as one are one voice.",
        ),
    ] = ""
    example: ClassVar[dict[str, Any]] = {
        "subject": "post-1",
        "owner": "user-9",
        "words": "有人冒充我的儿子要钱",
        "on_behalf_of": "user-7",
    }


class NewEndpoint(Question):
    """Where messages are posted to, and of what."""

    url: Annotated[str, Field(min_length=1, max_length=2_000)]
    events: Annotated[
        list[Annotated[str, Field(max_length=40)]],
        Field(max_length=50, description="Types of messages; none: all."),
    ] = []
    example: ClassVar[dict[str, Any]] = {
        "url": "https://platform.example/desk",
        "events": ["disposition.started", "disposition.reversed"],
    }


class Again(Question):
    """Which message is sent again."""

    message: Annotated[str, Field(min_length=1, max_length=100, description="Its `webhook-id`.")]
    example: ClassVar[dict[str, Any]] = {"message": "w_0f3a5c7e9b1d2f40-17"}


class Since(Question):
    """From which event on all is sent again."""

    since: Annotated[int, Field(ge=1, lt=2**63, description="Number of the event.")]
    example: ClassVar[dict[str, Any]] = {"since": 1}


class NewVersion(Question):
    """A policy."""

    text: Annotated[str, Field(min_length=1, max_length=1_000_000, description="TOML.")]
    example: ClassVar[dict[str, Any]] = {
        "text": 'name = "ugc"\nversion = "2"\nauthor = "Li Min"\nsurface = "content"\n'
    }


class Resumed(Question):
    """Which rule decides again, and why."""

    rule: Annotated[str, Field(min_length=1, max_length=120)]
    reason: Reason
    example: ClassVar[dict[str, Any]] = {"rule": "scam", "reason": "a real campaign, looked at 50"}


class Rollback(Question):
    """Which policy is rolled back, and why."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    reason: Reason
    example: ClassVar[dict[str, Any]] = {"name": "ugc", "reason": "too many innocent ads held"}


class Told(Question):
    """Which authority was told, and under which number."""

    to: Annotated[str, Field(min_length=1, max_length=200)]
    number: Annotated[str, Field(min_length=1, max_length=200)]
    example: ClassVar[dict[str, Any]] = {"to": "police of Haidian", "number": "2026-113"}


class NewHash(Question):
    """A hash, and nothing else: no picture, no name, no contact."""

    sha256: Annotated[str, Field(pattern="^[0-9a-fA-F]{64}$", description="Of the file's bytes.")]
    perceptual: Annotated[
        str,
        Field(
            pattern="^([a-z][a-z0-9]{1,15}:[0-9a-f]{16,64})?$",
            description="Name and hex digits of a perceptual hash; only the very same are found.",
        ),
    ] = ""
    example: ClassVar[dict[str, Any]] = {
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "perceptual": "dhash:0f1e2d3c4b5a6978",
    }


class Ticket(Question):
    """The ticket number of a hash."""

    ticket: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    example: ClassVar[dict[str, Any]] = {"ticket": "0f1e2d3c4b5a69780f1e2d3c4b5a6978"}


class NewHold(Question):
    """What is kept, and why."""

    target: Annotated[
        str,
        Field(min_length=3, max_length=220, description="case:ID, owner:NAME, or KIND:ID."),
    ]
    reason: Reason
    until: Annotated[
        float | None, Field(ge=0, le=1e11, description="UTC epoch seconds; null: until lifted.")
    ] = None
    example: ClassVar[dict[str, Any]] = {
        "target": "owner:user-9",
        "reason": "court of Haidian, case 2026-113",
        "until": None,
    }
