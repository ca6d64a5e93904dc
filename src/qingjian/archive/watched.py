"""
A post that an incident room watches, and what the pinned bulletins show of it.

The step on a post is always a note beside it, and a person may review; nothing here takes a post
away from anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal, NamedTuple

from qingjian.core.hashing import sha256
from qingjian.core.types import without_surrogates

MOST_LETTERS = 20_000
"""So many characters of a post are kept and checked."""

Word = Literal[
    "no_authoritative_source",
    "not_enough_info",
    "matched_debunk",
    "contradicted",
    "misquoted",
    "recycled_event",
    "disputed",
]
NOTES: Mapping[Word, tuple[str, str]] = {
    "no_authoritative_source": ("尚无权威来源", "no authoritative source yet"),
    "not_enough_info": (
        "通报有所提及，信息不足",
        "a bulletin speaks of it and settles nothing; that does not make it true",
    ),
    "matched_debunk": ("已有辟谣", "a check found this false"),
    "contradicted": ("与通报不一致", "a bulletin says otherwise"),
    "misquoted": ("引文不见于通报", "the words quoted do not stand in it"),
    "recycled_event": ("与旧闻雷同", "an older report tells the same"),
    "disputed": ("说法不一", "checks of it disagree"),
}
"""What is written beside a post, in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Post:
    """
    What somebody wrote; `post` makes one.

    Args:
        text: its words, the first `MOST_LETTERS` of them.
        id: the platform's name for it.
        at: when it was written, UTC epoch seconds; None when it is not known.
        hash: SHA-256 of all its words; the same words are one post, whoever wrote them.
        letters: how many characters it has in all.
    """

    text: str
    id: str
    at: float | None
    hash: str
    letters: int

    @property
    def cut(self) -> str:
        """Give what of it is not looked at, empty when all is."""
        if self.letters <= len(self.text):
            return ""
        return f"only the first {len(self.text):,} of {self.letters:,} characters are looked at"


def post(text: str, id: str = "", at: float | None = None) -> Post:
    """Give the post of a text; lone surrogates become U+FFFD, what is too long is cut."""
    plain = without_surrogates(text).replace("\x00", " ").strip()
    name = without_surrogates(id).replace("\x00", " ")[:500]
    return Post(plain[:MOST_LETTERS], name, at, sha256(plain.encode()), len(plain))


class Quoted(NamedTuple):
    """
    What one check shows: both quotations, and where the second comes from.

    Args:
        check: id of the detector.
        why: its sentence.
        said: the post's words.
        source: the record's words.
        cited: publisher, date and address of the record.
        record: its id.
        against: what speaks against the finding.
    """

    check: str
    why: str
    said: str
    source: str
    cited: str
    record: str
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What is shown of a post.

    Args:
        word: one of `NOTES`.
        quoted: what it rests on.
        not_looked_at: what could not be checked, and why.
    """

    word: Word
    quoted: tuple[Quoted, ...] = ()
    not_looked_at: tuple[str, ...] = ()

    do: ClassVar[str] = "note"
    beside: ClassVar[tuple[str, ...]] = ("review",)

    @property
    def records(self) -> tuple[str, ...]:
        """Give the ids of the records it rests on, each once."""
        return tuple(dict.fromkeys(q.record for q in self.quoted))

    @property
    def row(self) -> dict[str, Any]:
        """Give it as a row of the log, and as doors print it."""
        zh, en = NOTES[self.word]
        return {
            "verdict": self.word,
            "do": self.do,
            "beside": list(self.beside),
            "note": {"zh": zh, "en": en},
            "records": list(self.records),
            "quoted": [{**q._asdict(), "against": list(q.against)} for q in self.quoted],
            "not_looked_at": list(self.not_looked_at),
        }


def verdict_of(row: Mapping[str, Any]) -> Verdict:
    """Give the verdict of a row of the log."""
    quoted = (Quoted(**{**q, "against": tuple(q["against"])}) for q in row["quoted"])
    return Verdict(row["verdict"], tuple(quoted), tuple(row["not_looked_at"]))


def post_of(hash: str, row: Mapping[str, Any]) -> Post:
    """Give the post of a row of the log."""
    return Post(row["text"], row["id"], row["at"], hash, row["letters"])


def post_row(one: Post) -> dict[str, Any]:
    """Give a post as a row of the log; its hash stands beside the row."""
    return {name: value for name, value in asdict(one).items() if name != "hash"}
