"""
Appeals: the owner objects, and somebody who had no hand in it judges.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from qingjian.cases.acts import DAY_S, MOST_WORDS, SHORTEST_REASON, mine, reversals
from qingjian.cases.case import Case, Ruling
from qingjian.cases.event import MACHINE, Draft
from qingjian.core.errors import Conflict, NotAllowed, UsageError

WINDOW_DAYS = 184
"""How long after a ruling its owner may appeal."""
JUDGE_DAYS = 15
OUTCOMES = ("upheld", "overturned", "partly")


def file(
    case: Case, who: str, words: str, at: float, window_days: int = WINDOW_DAYS
) -> list[Draft]:
    """
    File an appeal of the owner; one that comes late is kept as inadmissible.

    Raises NotAllowed for others than the owner, Conflict where nothing can be appealed.
    """
    if not case.subject.owner or who != case.subject.owner:
        raise NotAllowed("only the owner of the subject may appeal")
    if not SHORTEST_REASON <= len(words.strip()) <= MOST_WORDS:
        raise UsageError(f"an appeal has {SHORTEST_REASON} to {MOST_WORDS} characters")
    ruling = next((r for r in reversed(case.rulings) if r.state == "in_force"), None)
    if ruling is None or ruling.outcome == "no_violation":
        raise Conflict(f"nothing in case {case.id} can be appealed")
    if any(a.ruling == ruling.number and a.state != "inadmissible" for a in case.appeals):
        raise Conflict(f"ruling {ruling.number} of case {case.id} was appealed already")
    if case.task is not None and case.task.kind == "approval":
        raise Conflict(f"a new ruling in case {case.id} waits for approval", "appeal that one")
    barred = {ruling.who, ruling.approved_by} - {"", MACHINE}
    late = at > window_end(case, ruling, window_days)
    data = {
        "number": len(case.appeals) + 1,
        "words": words.strip(),
        "ruling": ruling.number,
        "state": "inadmissible" if late else "filed",
        "due_at": at + JUDGE_DAYS * DAY_S,
        "barred": sorted(barred),
    }
    return [Draft("appealed", data)]


def window_end(case: Case, ruling: Ruling, window_days: int = WINDOW_DAYS) -> float:
    """
    Give until when a ruling may be appealed.

    Where an order asked for silence the time runs from its end, and until then it is inf.
    """
    if case.silence(ruling.number) is not None:
        return math.inf
    told = [float(n["at"]) for n in case.notices if n.get("ruling") == ruling.number]
    return max([ruling.at, *told]) + window_days * DAY_S


def judge(
    case: Case, who: str, outcome: str, reason: str, at: float, keep: Iterable[str] = ()
) -> list[Draft]:
    """
    Judge the appeal: what is overturned is reversed at once.

    Args:
        keep: ids of dispositions that stand where it is overturned partly.

    Raises NotAllowed for whoever ruled or approved.
    """
    task = mine(case, who, at)
    appeal = next((a for a in case.appeals if a.state == "filed"), None)
    if task.kind != "appeal" or appeal is None:
        raise Conflict(f"case {case.id} waits for {task.kind}, not for the judgement of an appeal")
    if outcome not in OUTCOMES:
        raise UsageError(f"no outcome {outcome!r}", f"one of: {', '.join(OUTCOMES)}")
    if not SHORTEST_REASON <= len(reason.strip()) <= MOST_WORDS:
        raise UsageError(f"a judgement has {SHORTEST_REASON} to {MOST_WORDS} characters")
    kept = set(keep)
    known = {d.id for d in case.dispositions if d.standing and d.ruling == appeal.ruling}
    if kept - known or bool(kept) != (outcome == "partly"):
        raise UsageError("where it is overturned partly, `keep` names the steps that stand")
    said = {"number": appeal.number, "ruling": appeal.ruling, "outcome": outcome}
    drafts = [Draft("judged", {**said, "reason": reason.strip()})]
    if outcome != "upheld":
        taken = reversals(case, f"appeal {outcome}: {reason.strip()}", appeal.ruling)
        drafts += [d for d in taken if d.data["id"] not in kept]
    ruling = case.rulings[appeal.ruling - 1]
    if any(s.at > ruling.at for s in case.seen):
        told = "more was found since the ruling"
        due = at + JUDGE_DAYS * DAY_S
        drafts.append(
            Draft("reopened", {"reason": told, "overturns": 0, "due_at": due, "barred": []})
        )
    return drafts
