"""
Reports to authorities: which steps make one due, what it says, and who has to agree to it.

Pure. due → drafted → approved by another person → submitted → receipted; nothing is sent by itself.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from qingjian.cases.case import AuthorityReport, Case
from qingjian.cases.event import MACHINE, OF_REPORTS, Draft, Event
from qingjian.cases.subject import steps
from qingjian.cases.versions import same
from qingjian.core.clock import iso
from qingjian.core.errors import Conflict, NotAllowed, NotFound, UsageError
from qingjian.core.obligations import HOUSE_RULE, obligations

DAYS = 5
"""Within which a report is submitted: the operator's own figure, the law names none."""
STATES = ("due", "drafted", "approved", "submitted", "receipted", "void")
OPEN = ("due", "drafted", "approved")
_DAY_S = 86_400.0
_MOST = 2_000
_MOST_RECEIPT = 200


@dataclass(frozen=True, slots=True)
class Filled:
    """
    What only the operator knows.

    Args:
        authority: whom it goes to.
        operator: who reports.
        remedy: what was mended so that it does not come back.
        facts: what was seen; else what the ruling says of it.
    """

    authority: str
    operator: str
    remedy: str
    facts: str = ""


def due(case: Case, drafts: Iterable[Draft], at: float, days: int) -> list[Draft]:
    """Give the reports that follow from steps that have just begun, one a ruling."""
    begun = [case.disposition(d.data["id"]) for d in drafts if d.what == "started"]
    known = {one.ruling for one in case.authority}
    numbers = dict.fromkeys(d.ruling for d in begun if d and steps()[d.step].report)
    said = {"due_at": at + days * _DAY_S}
    return [Draft("report_due", {"ruling": n, **said}) for n in numbers if n not in known]


def named(id: str) -> tuple[str, int]:
    """Give case and ruling of a report's id, `CASE-1`. Raises NotFound."""
    case, _, number = id.rpartition("-")
    if not case or not number.isdecimal() or len(number) > 6:
        raise NotFound(f"no report {id!r}", "ids stand in `qingjian authority-report due`")
    return case, int(number)


def report(case: Case, ruling: int) -> AuthorityReport:
    """Give the report of a ruling. Raises NotFound."""
    for one in case.authority:
        if one.ruling == ruling:
            return one
    what = f"nothing of ruling {ruling} of case {case.id} has to be reported"
    raise NotFound(what, "ids stand in `qingjian authority-report due`")


def draft(case: Case, ruling: int, filled: Filled) -> list[Draft]:
    """Write the report, or write it anew until it is approved. Raises UsageError for a gap."""
    _waits(case, ruling, "due", "drafted")
    words = _text(case, ruling, filled)
    said = {"ruling": ruling, "authority": filled.authority.strip(), "words": words}
    return [Draft("report_drafted", said)]


def approve(case: Case, ruling: int, who: str) -> list[Draft]:
    """Agree to a draft. Raises NotAllowed for whoever wrote it."""
    if same(who, _waits(case, ruling, "drafted").drafted_by):
        raise NotAllowed(f"{who} wrote this report", "another person approves it")
    return [Draft("report_approved", {"ruling": ruling})]


def submit(case: Case, ruling: int, receipt: str = "") -> list[Draft]:
    """Say that it was submitted, or, when that was said before, which receipt there is."""
    receipt = receipt.strip()
    if len(receipt) > _MOST_RECEIPT or not receipt.isprintable():
        raise UsageError(f"a receipt has at most {_MOST_RECEIPT} letters, in one line")
    before = _waits(case, ruling, "approved", "submitted")
    if before.state == "submitted" and not receipt:
        raise Conflict("it was submitted already", "give the number of the receipt: --receipt")
    made = [] if before.state == "submitted" else [Draft("report_submitted", {"ruling": ruling})]
    if receipt:
        made.append(Draft("report_receipted", {"ruling": ruling, "receipt": receipt}))
    return made


def void(case: Case, one: AuthorityReport) -> bool:
    """Whether the ruling fell before it was submitted."""
    return one.state in OPEN and case.rulings[one.ruling - 1].state != "in_force"


def pending(case: Case) -> bool:
    """Whether something has to be reported and was not submitted."""
    return any(one.state in OPEN and not void(case, one) for one in case.authority)


def _waits(case: Case, ruling: int, *states: str) -> AuthorityReport:
    one = report(case, ruling)
    if void(case, one):
        raise Conflict(f"ruling {ruling} of case {case.id} fell", "nothing has to be reported")
    if one.state not in states:
        raise Conflict(f"the report is {one.state}, not {' or '.join(states)}", _NEXT[one.state])
    return one


_NEXT: Mapping[str, str] = {
    "due": "write it: qingjian authority-report draft",
    "drafted": "another person approves it: qingjian authority-report approve",
    "approved": "submit it, then say so: qingjian authority-report submit",
    "submitted": "give the receipt: qingjian authority-report submit --receipt NUMBER",
    "receipted": "nothing is left to do",
}


def _text(case: Case, number: int, filled: Filled) -> str:
    ruling, template = case.rulings[number - 1], _template()
    row = HOUSE_RULE if ruling.row == HOUSE_RULE else f"{ruling.row} {obligations()[ruling.row].zh}"
    two = "由两名人员作出" if ruling.approved_by else "由人工作出"
    alone = bool(ruling.told.get("automated")) or ruling.who == MACHINE
    values = {
        "kind": template["kinds"][case.subject.kind],
        "subject": case.subject.id,
        "authority": filled.authority.strip(),
        "operator": filled.operator.strip(),
        "found": iso(case.opened_at),
        "source": template["source"][case.source],
        "facts": (filled.facts or str(ruling.told.get("facts", ""))).strip(),
        "ground": ruling.ground,
        "row": row,
        "reason": ruling.reason,
        "steps": _steps(case, number),
        "remedy": filled.remedy.strip(),
        "case": case.id,
        "ruling": str(number),
        "ruled": iso(ruling.at),
        "by": "由系统依据规则自动作出" if alone else two,
    }
    for name in ("authority", "operator", "remedy", "facts"):
        if len(values[name]) > _MOST:
            raise UsageError(f"{name} has at most {_MOST:,} letters")
    text = str(template["report"])
    wanted = dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(text) if name)
    if missing := [name for name in wanted if not values[name]]:
        hint = "a report with a gap is not finished; give --" + ", --".join(missing)
        raise UsageError(f"the report lacks {', '.join(missing)}", hint)
    return text.format(**values)


def _steps(case: Case, number: int) -> str:
    """Give what was done under a ruling, when, and for how long."""
    made = []
    for one in case.dispositions:
        if one.ruling == number:
            ends = f"，至{iso(one.ends_at)}止" if one.ends_at is not None else ""
            made.append(f"{steps()[one.step].zh}（自{iso(one.starts_at)}起{ends}）")
    return "；".join(made)


def followed(before: tuple[AuthorityReport, ...], event: Event) -> tuple[AuthorityReport, ...]:
    """Give the reports of a case after an event."""
    d, who = event.data, event.who
    if event.what == "report_due":
        return (*before, AuthorityReport(d["ruling"], event.at, d["due_at"]))
    said: Mapping[str, dict[str, Any]] = {
        "report_drafted": {
            "state": "drafted",
            "drafted_by": who,
            "words": d.get("words"),
            "authority": d.get("authority"),
        },
        "report_approved": {"state": "approved", "approved_by": who},
        "report_submitted": {"state": "submitted", "submitted_by": who, "submitted_at": event.at},
        "report_receipted": {"state": "receipted", "receipt": d.get("receipt")},
    }
    changed, mine = said[event.what], d["ruling"]
    return tuple(replace(one, **changed) if one.ruling == mine else one for one in before)


def _followed(case: Case, event: Event) -> Case:
    return replace(case, authority=followed(case.authority, event))


CHANGES: Mapping[str, Callable[[Case, Event], Case]] = dict.fromkeys(OF_REPORTS, _followed)


@cache
def _template() -> dict[str, Any]:
    read = files("qingjian.cases").joinpath
    template = tomllib.loads(read("authority.toml").read_text("utf-8"))
    notices = tomllib.loads(read("notices.toml").read_text("utf-8"))
    return {**template, "kinds": notices["word"]["zh"]}
