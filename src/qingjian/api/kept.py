"""
What requests ask of orders and reports to authorities, and what they are answered with.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from qingjian.api.answers import Answer, Subject
from qingjian.api.asked import Id, Kind, Question, Seconds
from qingjian.cases.order import MOST_ITEMS
from qingjian.cases.subject import LONGEST_ID

Line = Annotated[str, Field(min_length=1, max_length=200)]


class OrderItem(Question):
    """An item of an order, by its own id; there are no patterns."""

    kind: Kind
    id: Id
    owner: Annotated[str, Field(max_length=LONGEST_ID)] = ""
    example: ClassVar[dict[str, Any]] = {"kind": "content", "id": "post-1", "owner": "user-9"}


class NewOrder(Question):
    """An order as its document says it."""

    issuer: Line
    number: Annotated[Line, Field(description="Of the document.")]
    basis: Annotated[str, Field(min_length=1, max_length=500, description="Articles.")]
    scope: Annotated[str, Field(min_length=1, max_length=2_000, description="In words.")]
    received_at: Seconds
    expires_at: Annotated[Seconds, Field(description="At most 366 days after it was received.")]
    due_at: Annotated[Seconds | None, Field(description="Null: a day after it was received.")] = (
        None
    )
    steps: Annotated[list[Annotated[str, Field(max_length=32)]], Field(min_length=1, max_length=20)]
    items: Annotated[list[OrderItem], Field(min_length=1, max_length=MOST_ITEMS)]
    silence: Annotated[
        str, Field(max_length=500, description="Ground for not telling owners; empty: they are.")
    ] = ""
    example: ClassVar[dict[str, Any]] = {
        "issuer": "某市网信办",
        "number": "〔2026〕12号",
        "basis": "网络安全法 第四十七条",
        "scope": "所列仿冒内容",
        "received_at": 1798761600,
        "expires_at": 1801353600,
        "steps": ["remove"],
        "items": [{"kind": "content", "id": "post-1", "owner": "user-9"}],
    }


class OrderText(Answer):
    """What an order says."""

    issuer: str
    number: str
    basis: str
    scope: str
    items: list[Subject]
    steps: list[str]
    received_at: float
    due_at: float
    expires_at: float
    silence: str


class Order(Answer):
    """An order as it stands."""

    id: str
    order: OrderText
    state: Literal["open", "expired", "closed"]
    entered_by: str
    entered_at: float
    cases: Annotated[list[str], Field(description="Of its items, in their order.")]
    closed_by: str
    closed_at: float | None
    reason: str
    ended_at: Annotated[float | None, Field(description="When its cases were rid of it.")]


class NewDraft(Question):
    """What only the operator knows of a report."""

    authority: Line
    operator: Line
    remedy: Annotated[str, Field(min_length=1, max_length=2_000)]
    facts: Annotated[str, Field(max_length=2_000, description="Else what the ruling says.")] = ""
    example: ClassVar[dict[str, Any]] = {
        "authority": "某市网信办",
        "operator": "示例科技",
        "remedy": "更换了安全模型并复测",
    }


class Receipt(Question):
    """The authority's number; empty where there is none yet."""

    receipt: Annotated[str, Field(max_length=200)] = ""
    example: ClassVar[dict[str, Any]] = {"receipt": "收文 88"}


State = Literal["due", "drafted", "approved", "submitted", "receipted"]


class Due(Answer):
    """A report in a list; void: its ruling fell before it was submitted."""

    id: str
    case: str
    ruling: int
    kind: str
    subject: str
    queue: str
    state: State | Literal["void"]
    since: float
    due_at: float
    submitted_at: float | None
    receipt: str
    late: bool


class Report(Answer):
    """A report to an authority; `text` is the draft, or what was submitted."""

    id: str
    ruling: int
    since: float
    due_at: float
    state: State
    authority: str
    words: Annotated[str, Field(description="SHA-256 of the text; empty: there is none.")]
    drafted_by: str
    approved_by: str
    submitted_by: str
    submitted_at: float | None
    receipt: str
    text: str
