"""
Measure the case workflows on scripted lives, for `qingjian coverage`.

Usage: python tools/measure_cases.py [--lives 1000] [--seed 1] [--write]
Each life is a subject in a real store: found or reported, ruled on, approved or refused, appealed,
judged, with days going by and people trying what they may not. Whether the promises were kept is
read from the chain alone. With --write results go to evals/results, with a hash of the code.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from qingjian.cases import acts, appeals
from qingjian.cases.bots import Bot
from qingjian.cases.credit import credit
from qingjian.cases.event import Event
from qingjian.cases.replies import Pace, seen, suspect
from qingjian.cases.sql import Cases
from qingjian.cases.subject import KINDS, open_to, steps
from qingjian.cases.workflows import WORKFLOWS
from qingjian.core.clock import today
from qingjian.core.errors import Conflict, NotAllowed
from qingjian.core.intervals import wilson
from qingjian.evals.workflows import code_hash, path_of
from qingjian.store.engine import open_store

DAY_S = 86_400.0
ROWS = ("2.4.kin_fraud", "1.2.goods", "2.7.minors_image", "house_rule")
REASON = "冒充亲友索要钱款，聊天记录为证"
PEOPLE = ("li", "wang", "zhao", "qian")
OWNER = "owner"


class Clock:
    """A clock that is set by hand."""

    at = 1_784_332_800.0

    def __call__(self) -> float:
        """Give the time, UTC epoch seconds."""
        return self.at


class Life:
    """
    One subject, and what was done to it.

    Args:
        draw: where chance comes from.
        case: id of its case.
    """

    def __init__(self, cases: Cases, clock: Clock, draw: random.Random, number: int) -> None:
        self.cases, self.clock, self.draw = cases, clock, draw
        self.kind = draw.choice(KINDS)
        self.broken: list[str] = []
        subject = f"{self.kind}-{number}"
        self.case = cases.report(self.kind, subject, OWNER, "user-2", "看看这个")

    def live(self) -> None:
        """Be ruled on, agreed to, appealed and judged, as chance has it."""
        first, second, third, _ = self.draw.sample(PEOPLE, 4)
        asked = self.draw.sample(open_to(self.kind), min(2, len(open_to(self.kind))))
        chosen = [acts.Asked(s) for s in asked[: self.draw.choice((1, 1, 2))]]
        said = acts.Ground(self.draw.choice(ROWS[:2]), "社区规则3.1", REASON, facts="转账要求")
        self._act(first, lambda c, at: acts.claim(c, first, at))
        self._act(first, lambda c, at: acts.rule(c, first, said, chosen, at))
        if any(steps()[one.step].approval for one in chosen):
            self._refused("approves alone", lambda c, at: acts.approve(c, first, at), first)
            self._act(second, lambda c, at: acts.claim(c, second, at))
            if self.draw.random() < 0.2:
                self._act(second, lambda c, at: acts.refuse(c, second, REASON, at))
                return
            self._act(second, lambda c, at: acts.approve(c, second, at))
        self._days(self.draw.choice((0.0, 1.0, 40.0)))
        if self.draw.random() < 0.6:
            self._act(OWNER, lambda c, at: appeals.file(c, OWNER, REASON, at))
            self._refused("judges itself", lambda c, at: acts.claim(c, first, at), first)
            outcome = self.draw.choice(("upheld", "overturned"))
            self._act(third, lambda c, at: acts.claim(c, third, at))
            self._act(third, lambda c, at: appeals.judge(c, third, outcome, REASON, at))
        self._days(self.draw.choice((0.0, 10.0, 400.0)))

    def kept(self) -> list[str]:
        """Give the promises that its events break."""
        events = list(self.cases.events(self.case))
        told = Counter((e.data["about"]) for e in events if e.what in ("noticed", "notice_held"))
        begun = [e for e in events if e.what == "started"]
        back = {e.data["id"]: e.at for e in events if e.what in ("reversed", "expired")}
        broken = list(self.broken)
        for event in begun:
            broken += self._of_step(event, events, back)
        ends = Counter(e.what for e in events if e.what in ("started", "reversed", "expired"))
        broken += [f"{what} untold" for what, n in ends.items() if told[what] < n]
        for event in events:
            if event.what == "judged" and event.data["outcome"] == "overturned":
                broken += [
                    "stands after an overturn" for one in begun if one.data["id"] not in back
                ]
        return broken

    def _of_step(self, event: Event, events: list[Event], back: dict[str, float]) -> list[str]:
        broken = []
        ruled = [e for e in events if e.what == "ruled" and e.seq < event.seq]
        if not ruled or not all(ruled[-1].data[k] for k in ("row", "ground", "reason")):
            broken.append("a step without a ground")
        one = steps()[event.data["step"]]
        agreed = [e for e in events if e.what == "approved" and e.seq < event.seq]
        if one.approval and (not agreed or agreed[-1].who == ruled[-1].who):
            broken.append("a heavy step of one person")
        ended = back.get(event.data["id"])
        over = event.at + one.days * DAY_S if one.days else None
        if over is not None and ended is None and self.clock.at >= over:
            broken.append("a step past its end")
        return broken

    def _act(self, who: str, act: Callable[..., Any]) -> None:
        self.cases.act(self.case, who, act)

    def _refused(self, what: str, act: Callable[..., Any], who: str) -> None:
        try:
            self._act(who, act)
        except (NotAllowed, Conflict):
            return
        self.broken.append(f"somebody {what}")

    def _days(self, days: float) -> None:
        self.clock.at += days * DAY_S
        self.cases.tick()


def lives(count: int, seed: int, folder: Path) -> dict[str, Any]:
    """Live so many lives and give how many kept every promise."""
    draw, broken, whole = random.Random(seed), Counter[str](), 0
    for number in range(count):
        if not number % 100:
            clock = Clock()
            cases = Cases(open_store(str(folder / f"{number}.db")), clock=clock)
        life = Life(cases, clock, draw, number)
        life.live()
        wrong = life.kept()
        broken.update(set(wrong))
        whole += not wrong
        if number % 100 == 99:
            cases.verify()
    said = (
        f"scripted lives of subjects of {len(KINDS)} kinds that kept every promise, read from the "
        f"log: {share(whole, count)}; every log proven"
    )
    return {"said": said, "n": count, "kept": whole, "broken": dict(broken)}


def accounts(count: int, seed: int, folder: Path) -> dict[str, Any]:
    """Rule so many accounts at random times and hold their credit against a sum made here."""
    costs = tomllib.loads(files("qingjian.cases").joinpath("credit.toml").read_text("utf-8"))
    draw, right = random.Random(seed), 0
    clock = Clock()
    cases = Cases(open_store(str(folder / "accounts.db")), clock=clock)
    for number in range(count):
        owner, expected = f"account-{number}", []
        for _ in range(draw.randrange(5)):
            row = draw.choice((ROWS[0], ROWS[1], ROWS[3]))
            step = draw.choice([s for s in open_to("account") if not steps()[s].approval])
            falls = draw.random() < 0.3
            _struck(cases, owner, row, step, falls=falls)
            if not falls and row != "house_rule":
                place = open_to("account").index(step) < len(open_to("account")) / 3
                expected.append((clock.at, int(costs["light" if place else "middle"])))
            clock.at += draw.choice((1.0, 30.0, 200.0)) * DAY_S
        alive = [cost for at, cost in expected if at + costs["days"] * DAY_S > clock.at]
        told = credit(owner, cases.of_owner(owner), clock.at)
        right += (told.left, len(told.strikes)) == (max(0, costs["full"] - sum(alive)), len(alive))
    said = (
        "accounts whose credit and strikes are what their rulings, expiry and won appeals add up "
        f"to: {share(right, count)}"
    )
    return {"said": said, "n": count, "right": right}


def inventories(count: int, seed: int) -> dict[str, Any]:
    """
    Draw so many accounts of six kinds and give who of them is told, and rightly.

    Bots answer through an API, in the inventory or not, or drive a client with a machine's pace, or
    with a person's; people answer much and all day, and teams of customer service in shifts.
    """
    draw, hits = random.Random(seed), Counter[tuple[bool, bool]]()
    kinds = ("bot_known", "bot_unknown", "bot_client", "patient", "person", "team")
    for number in range(count):
        kind, account, paces = kinds[number % len(kinds)], f"a{number}", dict[str, Pace]()
        for at in sorted(draw.uniform(0, 5 * DAY_S) for _ in range(draw.randrange(60, 400))):
            if kind == "person" and not 7 <= at % DAY_S // 3_600 < 24:
                continue
            machine = kind.startswith("bot")
            delay = draw.lognormvariate(0.5, 0.5) if machine else draw.lognormvariate(3.2, 1.0)
            via = "api" if kind in ("bot_known", "bot_unknown") else "app"
            seen(
                paces,
                {"account": account, "at": at, "via": via, "in_reply_to_at": at - delay},
                "api",
            )
        bot = Bot(account, "owner", "model") if kind == "bot_known" else None
        told = suspect(account, paces[account], bot) is not None
        hits[kind in ("bot_unknown", "bot_client", "patient"), told] += 1
    found, all_found = hits[True, True], hits[True, True] + hits[False, True]
    said = (
        "bots that are not in the inventory, in simulated logs, a third of them with a person's "
        "pace: precision "
        f"{share(found, all_found)}, recall {share(found, found + hits[True, False])}"
    )
    return {"said": said, "n": count, "right": hits[True, True] + hits[False, False]}


def _struck(cases: Cases, owner: str, row: str, step: str, *, falls: bool) -> None:
    """Rule against an account, and let the ruling fall on appeal where it does."""
    case = cases.report("account", owner, owner, "user-2", "看看这个")
    ground = acts.Ground(row, "社区规则3.1", REASON, facts="转账要求")
    cases.act(case, "li", lambda c, at: acts.claim(c, "li", at))
    cases.act(case, "li", lambda c, at: acts.rule(c, "li", ground, [acts.Asked(step, 0)], at))
    if falls:
        cases.act(case, owner, lambda c, at: appeals.file(c, owner, REASON, at))
        cases.act(case, "wang", lambda c, at: acts.claim(c, "wang", at))
        outcome = ("wang", "overturned", REASON)
        cases.act(case, "wang", lambda c, at: appeals.judge(c, *outcome, at))


def share(hits: int, n: int) -> str:
    """Give a share in words, with its interval."""
    _, low, high = wilson(hits, n)
    return f"{hits:,} of {n:,} ({100 * low:.1f}-{100 * high:.1f} %)"


def main() -> int:
    """Measure, print, and write where asked; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lives", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        made = (
            lives(asked.lives, asked.seed, Path(own)),
            accounts(500, asked.seed, Path(own)),
            inventories(2_000, asked.seed),
        )
    for workflow, result in zip(WORKFLOWS, made, strict=True):
        print(f"{workflow.id}: {result['said']}")
        for what, times in result.get("broken", {}).items():
            print(f"  {what}: {times}")
        if asked.write:
            whole = {
                "workflow": workflow.id,
                **result,
                "data": f"scripted, seed {asked.seed}; SQLite",
                "measured_on": today(),
                "machine": f"{platform.machine()}, Python {platform.python_version()}",
                "code_hash": code_hash(workflow),
            }
            path_of(workflow).parent.mkdir(exist_ok=True)
            path_of(workflow).write_text(
                json.dumps(whole, ensure_ascii=False, indent=1) + "\n", "utf-8"
            )
    return int(made[0]["kept"] != made[0]["n"] or made[1]["right"] != made[1]["n"])


if __name__ == "__main__":
    sys.exit(main())
