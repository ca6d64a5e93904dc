"""
Versions of policies run beside what decides, without effect, and are counted as rows come in.

The version that is live is counted too: what is usual for its rules is known from it, and a rule
that suddenly fires too much is suspended until a person lets it in again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from qingjian.cases import tally
from qingjian.cases.chain import Chain
from qingjian.cases.event import MACHINE, Draft
from qingjian.cases.intake import Sighting
from qingjian.cases.policies import Policies
from qingjian.cases.tally import Tally
from qingjian.cases.versions import Version, place
from qingjian.core.actions import ladder
from qingjian.core.errors import ConfigError
from qingjian.flows.backtest import Trial
from qingjian.policy.facts import Facts, of_row
from qingjian.policy.flood import FACTOR, WINDOW, flooded
from qingjian.policy.load import parse
from qingjian.policy.rules import Pack
from qingjian.policy.when import ABOUT


class Watch:
    """
    Asks versions about the runs that a store takes in; made anew when one is published.

    Args:
        packs: the versions, each with its pack, suspended rules included.
        measured: detectors whose quality is measured.
        tenant: whose.
        factor: how many times its usual share a live rule may fire; 0 suspends none.
    """

    def __init__(
        self,
        packs: Iterable[tuple[Version, Pack]],
        measured: Collection[str],
        tenant: str,
        factor: float = FACTOR,
    ) -> None:
        self._packs = list(packs)
        self._measured, self._tenant, self._factor = measured, tenant, factor
        self.suspended = {r for v, _ in self._packs if v.state == "live" for r in v.suspended}

    def __call__(self, db: sa.Connection, chain: Chain, at: float, fresh: list[Sighting]) -> None:
        """Count runs that were not known, and suspend what floods."""
        runs = [run for one in fresh if (run := _seen(one)) is not None]
        stand = tally.read(db, self._tenant, [version.hash for version, _ in self._packs])
        for version, pack in self._packs:
            counts = stand[version.hash]
            counts.add(counted(pack, self._measured, runs))
            counts.unread += len(fresh) - len(runs)
            if counts.window >= WINDOW:
                if version.state == "live":
                    self._guard(chain, at, version, counts)
                counts.window = 0
                counts.fired.clear()
        tally.write(db, self._tenant, stand)

    def _guard(self, chain: Chain, at: float, version: Version, counts: Tally) -> None:
        """Suspend the rules of the live version that fired too much in the window."""
        for rule, hits in sorted(counts.fired.items()):
            usual = counts.hits[rule] - hits - counts.floods[rule]
            before = (usual, counts.rows - counts.window)
            if not flooded((hits, counts.window), before, self._factor):
                continue
            counts.floods[rule] += hits  # what is usual is not learned from it
            if rule in self.suspended:
                continue
            said = {"version": version.hash, "rule": rule, "hits": hits, "rows": counts.window}
            known = {"hits_before": before[0], "rows_before": before[1]}
            draft = Draft("policy_suspended", {**said, **known})
            chain.add(place(version.hash), MACHINE, [draft], at)
            self.suspended.add(rule)


def watch(
    policies: Policies,
    name: str,
    known: Mapping[str, bool],
    measured: Collection[str],
    factor: float = FACTOR,
) -> Watch | None:
    """Give what asks the versions of a name that are live or in shadow; None where none is."""
    asked = [
        (version, _pack(policies, version, known))
        for version in policies.all().values()
        if version.name == name and version.state in ("live", "shadow")
    ]
    return Watch(asked, measured, policies.tenant, factor) if asked else None


def counted(pack: Pack, measured: Collection[str], runs: Iterable[tuple[str, Facts, str]]) -> Tally:
    """
    Give what a pack asks for on runs, counted as `policy backtest` counts.

    Args:
        runs: of each item its id, the facts, and the step that was decided.
    """
    trial, made = Trial(pack, measured, 0), Tally()
    steps = ladder(pack.surface)
    for id, facts, was in runs:
        now = trial.ask(id, facts, None)
        if was in steps and was != now:
            made.move(was, now, id)
    told = trial.told(labelled=False)
    made.rows, made.people = sum(told.steps.values()), told.need_person
    made.steps.update(told.steps)
    for rule in told.rules:
        made.hits[rule.id] += rule.fired
        made.unknown[rule.id] += rule.unknown
    return made


def _seen(one: Sighting) -> tuple[str, Facts, str] | None:
    """Give id, facts and decided step of a run; None where its row contradicts itself."""
    facts = facts_of(orjson.loads(one.row), orjson.loads(one.item) if one.item else {})
    return (one.subject.id, facts, one.seen.do) if facts is not None else None


def facts_of(row: Mapping[str, Any], item: Mapping[str, Any]) -> Facts | None:
    """Give the facts of a row and what is known of its item; None for a row that is none."""
    try:
        return of_row({**row, "item": known_of(item)} if item else row)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def known_of(item: Mapping[str, Any]) -> dict[str, str | bool]:
    """Give what rules may name of an item, of its JSON."""
    about = item.get("about")
    about = about if isinstance(about, Mapping) else {}
    said = {name: str(about.get(name) or "") for name in ABOUT if name not in ("kind", "declared")}
    return {**said, "kind": str(item.get("kind", "text")), "declared": bool(about.get("declared"))}


def _pack(policies: Policies, version: Version, known: Mapping[str, bool]) -> Pack:
    pack, faults = parse(policies.text(version.hash), version.label, known)
    if pack is None or faults:
        hint = f"retire it: qingjian policy retire {version.hash[:12]}"
        raise ConfigError(f"{version.label} cannot be used: {faults[0]}", hint)
    return pack
