"""
The nouns: an item is judged, a finding states a fact with a place, a decision asks for an action.

All are frozen. Offsets are code points of the original decoded text; bytes, seconds and pixels say
so in their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal, TypeVar

from qingjian.core.known import Known

Severity = Literal["info", "low", "medium", "high"]
SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high")
Value = str | int | float | bool | None
Evidence = Value | tuple[str, ...]


# --- where ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of code points, `start <= i < end`, in the original decoded text."""

    kind: ClassVar[str] = "span"
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Box:
    """Rectangle in pixels of the upright picture; `x, y` is the top left corner."""

    kind: ClassVar[str] = "box"
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Half-open range of seconds from the start of the recording."""

    kind: ClassVar[str] = "time"
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Half-open range of bytes in the file."""

    kind: ClassVar[str] = "bytes"
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Field:
    """A named field of a record, an account or a product."""

    kind: ClassVar[str] = "field"
    name: str


@dataclass(frozen=True, slots=True)
class Members:
    """Ids of the members of a group that carry the fact together."""

    kind: ClassVar[str] = "members"
    ids: tuple[str, ...]


Place = Span | Box | TimeRange | ByteRange | Field | Members


# --- what is judged ------------------------------------------------------------------------------

Role = Literal["user", "assistant", "author"]
ROLES: tuple[Role, ...] = ("user", "assistant", "author")


@dataclass(frozen=True, slots=True)
class About:
    """What is known about an item beside its content; `at` is UTC epoch seconds."""

    role: Role | None = None
    who: str | None = None
    channel: str | None = None
    at: float | None = None
    declared: bool | None = None
    audience: str | None = None


NOTHING_KNOWN = About()


@dataclass(frozen=True, kw_only=True)
class Item:
    """
    The thing judged.

    Args:
        id: the caller's name for it, unique in a run.
        about: who wrote it, where, when, for whom.
        source: the bytes or the file it came from.
        parent: id of the item it was extracted from.
    """

    kind: ClassVar[str] = "item"
    id: str = "item"
    about: About = NOTHING_KNOWN
    source: bytes | Path | None = None
    parent: str | None = None


def without_surrogates(text: str) -> str:
    """Give `text` with each lone surrogate as U+FFFD, one for one, so that places stay exact."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    return text


@dataclass(frozen=True)
class Text(Item):
    """
    Plain text. Neither text ever holds a lone surrogate (see `without_surrogates`).

    Args:
        body: the text.
        sources: texts that it was to keep to, such as what a search gave to an AI answer.
        known: what the archive knows that may bear on it; None where no archive was asked.
    """

    kind: ClassVar[str] = "text"
    body: str = ""
    sources: tuple[str, ...] = ()
    known: tuple[Known, ...] | None = None

    def __post_init__(self) -> None:
        """Apply the one rule for lone surrogates."""
        clean = without_surrogates(self.body)
        if clean is not self.body:
            object.__setattr__(self, "body", clean)
        if self.sources:
            object.__setattr__(self, "sources", tuple(map(without_surrogates, self.sources)))


@dataclass(frozen=True)
class Document(Item):
    """
    A file as such, by the format its first bytes show; what it holds comes out as child items.

    Args:
        format: short name of the format (`markdown`, `html`, `png`, `jpeg`).
        body: the whole decoded text where the format is a text format, else empty.
    """

    kind: ClassVar[str] = "document"
    format: str = ""
    body: str = ""

    def __post_init__(self) -> None:
        """Apply the one rule for lone surrogates."""
        clean = without_surrogates(self.body)
        if clean is not self.body:
            object.__setattr__(self, "body", clean)


@dataclass(frozen=True)
class Image(Item):
    """A picture, upright."""

    kind: ClassVar[str] = "image"


@dataclass(frozen=True)
class Audio(Item):
    """A recording."""

    kind: ClassVar[str] = "audio"


@dataclass(frozen=True)
class Video(Item):
    """Moving pictures with or without sound."""

    kind: ClassVar[str] = "video"


@dataclass(frozen=True)
class Record(Item):
    """A row of named fields, as a training corpus or a table has them."""

    kind: ClassVar[str] = "record"
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Account(Record):
    """An account of a platform."""

    kind: ClassVar[str] = "account"


@dataclass(frozen=True)
class Product(Record):
    """An app, a service or a listing."""

    kind: ClassVar[str] = "product"


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's words in a conversation; `at` is UTC epoch seconds."""

    role: Role
    text: str
    at: float | None = None


@dataclass(frozen=True)
class Conversation(Item):
    """Turns in order."""

    kind: ClassVar[str] = "conversation"
    turns: tuple[Turn, ...] = ()


KINDS: Mapping[str, type[Item]] = {
    t.kind: t for t in (Text, Document, Image, Audio, Video, Record, Account, Product, Conversation)
}
I = TypeVar("I", bound=Item)  # noqa: E741  the item, as in the design
I_contra = TypeVar("I_contra", bound=Item, contravariant=True)


# --- what was seen -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """
    A fact with a place.

    Args:
        why: one sentence for a reviewer.
        at: where it stands; None when it is about the item as a whole.
        evidence: named quotations and numbers that show it.
        against: counter-evidence; a finding that has some is *opposed* and never counts as a hit.
        score: calibrated probability in [0, 1], None for rule detectors.
        detector, severity: filled from the card.
    """

    why: str
    at: Place | None = None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    against: tuple[str, ...] = ()
    score: float | None = None
    detector: str = ""
    severity: Severity = "medium"

    @property
    def opposed(self) -> bool:
        """Whether something in the item speaks against it."""
        return bool(self.against)


def found(
    why: str,
    at: Place | None = None,
    *,
    against: Iterable[str] = (),
    score: float | None = None,
    evidence: Mapping[str, Evidence] | None = None,
    **named: Evidence,
) -> Finding:
    """
    Give a finding; the registry fills in detector and severity from the card.

    Args:
        named: evidence by name.
        evidence: more of it, where the names are data; `named` comes first and wins.
    """
    return Finding(why, at, {**named, **(evidence or {}), **named}, tuple(against), score)


@dataclass(frozen=True, slots=True)
class Scored:
    """What a scoring detector returns: a calibrated score, hit or not, and its findings."""

    score: float
    findings: tuple[Finding, ...] = ()


Scan = Callable[[I_contra], Iterator[Finding] | Scored]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was not looked at, and why."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ran:
    """A detector that ran to its end, and its version."""

    detector: str
    version: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """What one run saw of one item; `took_ms` is wall time in milliseconds."""

    item: Item
    findings: tuple[Finding, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    abstained: tuple[Note, ...] = ()
    errors: tuple[Note, ...] = ()
    not_looked_at: tuple[Note, ...] = ()
    ran: tuple[Ran, ...] = ()
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """
    The strongest action asked for, and every rule that asked.

    Args:
        do: a step of the surface's ladder.
        rules: ids of the rules that asked for any action, in the pack's order.
        policy: name and version of the pack.
        needs_person: whether a person must confirm before it is carried out.
        unknown: ids of rules that could not be answered because something did not run.
    """

    do: str
    rules: tuple[str, ...] = ()
    policy: str = ""
    needs_person: bool = False
    unknown: tuple[str, ...] = ()
