"""
What owners and reporters are told: which step, on what ground, who decided, how to object.

A notice with a gap is held with the names of what is missing, never sent with the gap.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from qingjian.cases.appeals import WINDOW_DAYS
from qingjian.cases.case import Case, Ruling
from qingjian.cases.event import MACHINE, Draft
from qingjian.cases.order import silenced, waiting
from qingjian.cases.subject import steps
from qingjian.core.clock import iso
from qingjian.core.obligations import HOUSE_RULE, obligations

LANGUAGES = ("zh", "en")
_MOST_FACTS = 3
_FACT = 200


@dataclass(frozen=True, slots=True)
class Told:
    """
    A notice.

    Args:
        to: an account; empty where nobody is known.
        words: the text; empty when something is missing.
        missing: names of what could not be filled.
        waits: the order that cites a ground for silence, that ground, and what is not told yet.
        ruling: what was not told before and now is rests on this one; else 0.
    """

    to: str
    about: str
    words: str
    missing: tuple[str, ...] = ()
    waits: Mapping[str, Any] = field(default_factory=dict)
    ruling: int = 0

    @property
    def draft(self) -> Draft:
        """As it is written down."""
        said: dict[str, Any] = {"to": self.to, "about": self.about}
        said |= {"ruling": self.ruling} if self.ruling else {}
        if self.waits:
            return Draft("notice_held", {**said, "missing": [], **self.waits})
        gaps = [*self.missing, *([] if self.to else ["to"])]
        if gaps:
            return Draft("notice_held", {**said, "missing": gaps})
        return Draft("noticed", {**said, "words": self.words})


def due(case: Case, drafts: Iterable[Draft], whys: Iterable[str], lang: str = "zh") -> list[Told]:
    """
    Give the notices that follow from what has just been written down.

    Args:
        case: as it stands after that.
        whys: what the findings say, for a ruling that tells no facts of its own.
    """
    seen = list(dict.fromkeys(whys))[:_MOST_FACTS]
    made = []
    for draft in drafts:
        waits, late = silenced(case, draft), [(draft, 0)]
        if draft.what == "order_over":
            late = list(waiting(case, draft.data["order"]))
        for one, ruling in late:
            listed = (_filled(*told, lang) for told in _wanted(case, one, seen, lang))
            made += [replace(told, waits=waits, ruling=ruling) for told in listed]
    return made


def word(name: str, lang: str) -> str:
    """Give what notices call a kind of subject or an outcome."""
    return str(_texts()["word"][lang][name])


def _wanted(
    case: Case, draft: Draft, whys: list[str], lang: str
) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Give to whom, about what and with which values a draft asks for notices."""
    word = _texts()["word"][lang]
    subject = case.subject
    base = {"kind": word[subject.kind], "subject": subject.id, "case": case.id}
    base["window"] = str(WINDOW_DAYS)
    data = draft.data
    if draft.what == "started":
        yield subject.owner, "started", {**base, **_step(case, data["id"], whys, lang)}
    elif draft.what in ("reversed", "expired"):
        said = {"step": _called(data["step"], lang), "reason": data.get("reason", "")}
        yield subject.owner, draft.what, {**base, **said}
    elif draft.what == "judged":
        said = {"outcome": word[data["outcome"]], "reason": data["reason"]}
        yield subject.owner, "judged", {**base, **said}
    elif draft.what == "appealed" and data["state"] == "inadmissible":
        yield subject.owner, "inadmissible", base
    elif draft.what == "approved" or (draft.what == "ruled" and not data["held"]):
        ruling = case.ruling
        for voice in case.reporters if ruling else ():
            yield voice, "handled", {**base, "outcome": word[ruling.outcome if ruling else ""]}


def _step(case: Case, id: str, whys: list[str], lang: str) -> dict[str, str]:
    """Give what there is to say of a step that has begun."""
    word = _texts()["word"][lang]
    one = case.disposition(id)
    assert one is not None  # it has begun
    ruling = case.rulings[one.ruling - 1]
    ends = iso(one.ends_at) if one.ends_at is not None else ""
    return {
        "step": _called(one.step, lang),
        "starts": iso(one.starts_at),
        "until": word["until"].format(ends=ends) if ends else word["endless"],
        "facts": word["sealed"]
        if case.sealed
        else ruling.told.get("facts") or "; ".join(w[:_FACT] for w in whys),
        "ground": ruling.ground,
        "row": _row(ruling.row, word),
        "reason": ruling.reason,
        "by": word[_decided(ruling)],
    }


def _decided(ruling: Ruling) -> str:
    if ruling.told.get("automated") or ruling.who == MACHINE:
        return "machine"
    return "two" if ruling.approved_by else "person"


def _row(row: str, word: Mapping[str, str]) -> str:
    if row == HOUSE_RULE:
        return word[HOUSE_RULE]
    return f"{row} {obligations()[row].zh}"


def _called(step: str, lang: str) -> str:
    one = steps()[step]
    return one.zh if lang == "zh" else one.en


def _filled(to: str, about: str, values: Mapping[str, str], lang: str) -> Told:
    text = _texts()[about][lang]
    names = [name for _, name, _, _ in string.Formatter().parse(text) if name]
    missing = tuple(dict.fromkeys(n for n in names if not values.get(n)))
    return Told(to, about, "" if missing else text.format(**values), missing)


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(files("qingjian.cases").joinpath("notices.toml").read_text("utf-8"))
