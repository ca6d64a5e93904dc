"""
A ruling as a DSA statement of reasons, in the form that the transparency database takes (API v1).

What a statement needs and the case does not hold is never guessed: the ruling is then told apart,
with the reason. Texts with personal data are refused.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from qingjian.cases.case import Case, Disposition, Ruling, Seen
from qingjian.cases.event import MACHINE
from qingjian.cases.history import ALWAYS, History, Period, in_force
from qingjian.cases.subject import steps
from qingjian.core.clock import iso
from qingjian.core.errors import NotFound
from qingjian.core.obligations import HOUSE_RULE
from qingjian.core.types import Scan, Scored, Text
from qingjian.detectors.text.personal_data import personal_data

MOST = 100
"""Statements of one call."""
EARLIEST = "2020-01-01"
GROUND, EXPLANATION, FACTS = 500, 2000, 5000
"""Most characters of each text."""
_MOST_WHYS = 3
_LATEST = 4e9  # the year 2096
_ENDS = {
    "DECISION_VISIBILITY": "end_date_visibility_restriction",
    "DECISION_MONETARY": "end_date_monetary_restriction",
    "DECISION_PROVISION": "end_date_service_restriction",
    "DECISION_ACCOUNT": "end_date_account_restriction",
}
_STRENGTH = {
    word: strength
    for strength, word in enumerate(
        (
            "DECISION_MONETARY_SUSPENSION",
            "DECISION_MONETARY_TERMINATION",
            "DECISION_PROVISION_PARTIAL_SUSPENSION",
            "DECISION_PROVISION_TOTAL_SUSPENSION",
            "DECISION_PROVISION_PARTIAL_TERMINATION",
            "DECISION_PROVISION_TOTAL_TERMINATION",
            "DECISION_ACCOUNT_SUSPENDED",
            "DECISION_ACCOUNT_TERMINATED",
        )
    )
}
"""Where several steps restrict the same thing, a statement has room for the strongest."""
_SOURCES = {
    "scan": "SOURCE_VOLUNTARY",
    "report": "SOURCE_TYPE_OTHER_NOTIFICATION",
    "order": "SOURCE_TYPE_OTHER_NOTIFICATION",
}
_NEVER = {
    "refused": "a second person refused it",
    "overturned": "it fell before it came into force",
}
_TEXTS = {
    "decision_facts",
    "illegal_content_legal_ground",
    "illegal_content_explanation",
    "incompatible_content_ground",
    "incompatible_content_explanation",
}
_ABOUT_PERSONS = ("account", "device", "cluster")


@dataclass(frozen=True, slots=True)
class NotExported:
    """A ruling of which no statement can be made, and why."""

    case: str
    ruling: int
    reason: str


class _Gap(Exception):
    """Something that a statement needs is not there."""


@dataclass(frozen=True)
class Statements:
    """
    Makes statements.

    Args:
        snapshot: gives what was kept under a hash, raises NotFound; of `Cases`.
    """

    snapshot: Callable[[str], bytes]
    _personal: Scan[Text] = field(default_factory=personal_data.factory)

    def made(
        self, histories: Iterable[History], period: Period = ALWAYS
    ) -> Iterator[dict[str, Any] | NotExported]:
        """
        Give a statement for every ruling of a period that restricts, or why there is none.

        A ruling counts in the period in which it came into force, one that never did in that in
        which it was made. A ruling that found no violation has no statement, and is not told.
        """
        for history in histories:
            forced = in_force(history.events)
            for ruling in history.case.rulings:
                at = forced.get(ruling.number, ruling.at)
                if ruling.outcome == "violation" and period.holds(at):
                    yield self.of(history, ruling)

    def of(self, history: History, ruling: Ruling) -> dict[str, Any] | NotExported:
        """Give the statement of a ruling, or why there is none."""
        try:
            if ruling.number not in in_force(history.events):
                raise _Gap(_NEVER.get(ruling.state, "it waits for a second person"))
            if history.case.silence(ruling.number) is not None:
                raise _Gap("its owner is not told while an authority's order is open")
            return self._statement(history, ruling)
        except _Gap as gap:
            return NotExported(history.case.id, ruling.number, str(gap))

    def _statement(self, history: History, ruling: Ruling) -> dict[str, Any]:
        case = history.case
        if case.sealed:
            raise _Gap("the case is sealed")
        seen = [s for s in case.seen if s.at <= ruling.at]
        item = self._item(seen)
        made = {
            **_restrictions(_begun(history, ruling)),
            **_ground(ruling),
            **_category(ruling),
            **_content(case, seen, item),
            "content_date": _day(_posted(item) or min([case.opened_at, *(s.at for s in seen)])),
            "decision_facts": self._facts(ruling, seen),
            "source_type": _SOURCES[case.source],
            "automated_detection": "Yes" if any(s.detectors for s in seen) else "No",
            "automated_decision": f"AUTOMATED_DECISION_{_automated(ruling)}",
            "puid": f"{case.id}-{ruling.number}",
        }
        self._without_persons(case, made)
        return made

    def _facts(self, ruling: Ruling, seen: list[Seen]) -> str:
        """Give the facts that a ruling tells, else what the last findings say."""
        facts = str(ruling.told.get("facts", "")).strip()
        if not facts and seen:
            found = self._kept(seen[-1].row).get("findings", ())
            whys = dict.fromkeys(f["why"] for f in found if not f["against"])
            facts = "; ".join(list(whys)[:_MOST_WHYS])
        return _text(facts, "facts", FACTS)

    def _item(self, seen: list[Seen]) -> Mapping[str, Any]:
        return next((i for s in reversed(seen) if s.item and (i := self._kept(s.item))), {})

    def _kept(self, hash: str) -> Mapping[str, Any]:
        """Give a snapshot, empty where it is kept no longer."""
        try:
            made: Mapping[str, Any] = orjson.loads(self.snapshot(hash))
        except NotFound:
            return {}
        return made

    def _without_persons(self, case: Case, made: Mapping[str, Any]) -> None:
        """Refuse texts that hold personal data, or name somebody of the case."""
        names = {case.subject.owner, *case.reporters, *(a.judged_by for a in case.appeals)}
        names |= {n for r in case.rulings for n in (r.who, r.approved_by)} - {MACHINE}
        names |= {case.subject.id} if case.subject.kind in _ABOUT_PERSONS else set()
        for name in sorted(made.keys() & _TEXTS):
            found = self._personal(Text(body=made[name]))
            if any(True for _ in (found.findings if isinstance(found, Scored) else found)):
                raise _Gap(f"{name} holds personal data")
            if any(_names(made[name], one) for one in names):
                raise _Gap(f"{name} names somebody of the case")


def _restrictions(taken: Iterable[Disposition]) -> dict[str, Any]:
    """Give what was restricted, from when, and until when where it ends."""
    by_kind: dict[str, list[tuple[str, Disposition]]] = {}
    for one in taken:
        if word := steps()[one.step].dsa:
            by_kind.setdefault("_".join(word.split("_")[:2]), []).append((word, one))
    if not by_kind:
        raise _Gap("no step of it is a restriction")
    made: dict[str, Any] = {}
    for kind, listed in by_kind.items():
        words = sorted({word for word, _ in listed})
        strongest = max(words, key=lambda word: _STRENGTH.get(word, 0))
        made[kind.lower()] = words if kind == "DECISION_VISIBILITY" else strongest
        ends = [d.ends_at for _, d in listed if d.ends_at is not None]
        if len(ends) == len(listed):
            made[_ENDS[kind]] = _day(max(ends))
    first = min(d.starts_at for listed in by_kind.values() for _, d in listed)
    return {**made, "application_date": _day(first)}


def _begun(history: History, ruling: Ruling) -> Iterator[Disposition]:
    """Give the steps of a ruling without those that were taken back before they began."""
    started = {e.data["id"] for e in history.events if e.what == "started"}
    for one in history.case.dispositions:
        if one.ruling == ruling.number and (one.state != "reversed" or one.id in started):
            yield one


def _ground(ruling: Ruling) -> dict[str, str]:
    """Give what it rests on: a law, or a rule of the platform."""
    kind = "illegal" if ruling.told.get("illegal") else "incompatible"
    name = "illegal_content_legal_ground" if kind == "illegal" else "incompatible_content_ground"
    return {
        "decision_ground": f"DECISION_GROUND_{kind.upper()}_CONTENT",
        name: _text(ruling.ground, "ground", GROUND),
        f"{kind}_content_explanation": _text(ruling.reason, "reason", EXPLANATION),
    }


def _category(ruling: Ruling) -> dict[str, Any]:
    """Give what the database calls the row."""
    if ruling.row == HOUSE_RULE and ruling.told.get("illegal"):
        raise _Gap("a house rule with a law as its ground has no category")
    row = _words()["row"].get(ruling.row, {})
    if "category" not in row:
        raise _Gap(f"row {ruling.row} has no category: it is no duty of who posts")
    made: dict[str, Any] = {"category": f"STATEMENT_CATEGORY_{row['category']}"}
    if "additions" in row:
        made["category_addition"] = [f"STATEMENT_CATEGORY_{one}" for one in row["additions"]]
    if "keywords" in row:
        made["category_specification"] = [f"KEYWORD_{one}" for one in row["keywords"]]
    return made


def _content(case: Case, seen: Iterable[Seen], item: Mapping[str, Any]) -> dict[str, Any]:
    """Give what kind of content it is."""
    words = _words()
    if case.subject.kind != "content":
        listed = [words["subject"][case.subject.kind]]
    else:
        families = sorted({id.partition(".")[0] for s in seen for id in s.detectors})
        kinds = [item.get("kind", "text")] if item else families
        listed = [words["item"].get(kind, "content") for kind in kinds] or ["content"]
    known = sorted({f"CONTENT_TYPE_{word}" for word in listed if word.isupper()})
    others = sorted({word for word in listed if not word.isupper()})
    if not others:
        return {"content_type": known}
    other = {"content_type_other": ", ".join(others)[:GROUND]}
    return {"content_type": [*known, "CONTENT_TYPE_OTHER"], **other}


def _posted(item: Mapping[str, Any]) -> float | None:
    """Give when the item says that it was posted, UTC epoch seconds."""
    about = item.get("about")
    try:
        at = float(about["at"]) if isinstance(about, Mapping) else 0.0
    except (KeyError, TypeError, ValueError):
        return None
    return at if 0 < at < _LATEST else None


def _automated(ruling: Ruling) -> str:
    if not ruling.told.get("automated") and ruling.who != MACHINE:
        return "NOT_AUTOMATED"
    return "PARTIALLY" if ruling.approved_by else "FULLY"


def _text(text: str, what: str, most: int) -> str:
    if not text.strip():
        raise _Gap(f"it tells no {what}")
    if len(text) > most:
        raise _Gap(f"its {what} has {len(text):,} characters, a statement takes {most:,}")
    return text.strip()


def _day(at: float) -> str:
    """Give the UTC date. A statement takes none before 2020."""
    day = iso(at)[:10]
    if day < EARLIEST:
        raise _Gap(f"{day} is before {EARLIEST}")
    return day


def _names(text: str, name: str) -> bool:
    """Whether a name of two characters or more stands in a text, as a word of its own."""
    return len(name) > 1 and bool(
        re.search(rf"(?<![0-9A-Za-z]){re.escape(name)}(?![0-9A-Za-z])", text, re.I)
    )


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(files("qingjian.reports").joinpath("dsa.toml").read_text("utf-8"))
