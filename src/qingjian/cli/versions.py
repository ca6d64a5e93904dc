"""
`qingjian policy add` to `retire`: the life of a policy.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, Who, show
from qingjian.cli.case.told import Reason, listed, of_tenant
from qingjian.cli.incident.told import say

if TYPE_CHECKING:
    from qingjian.cases.policies import Policies
    from qingjian.cases.versions import Version
    from qingjian.policy.rules import Pack

Named = Annotated[
    str, typer.Argument(metavar="VERSION", help="A hash, 8 of its letters, or `NAME VERSION`.")
]


def opened(db: str, *, make: bool = False) -> Policies:
    """Give the versions of the database. Raises NotFound for one that is not there."""
    from qingjian.cases.policies import Policies

    return of_tenant(Policies, db, make=make)


def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A policy in TOML.")],
    who: Who,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Keep a version of a policy, checked, without effect; whoever adds one does not publish it.

    Examples:
        qingjian policy add ugc.toml --who "Li Min"
        qingjian policy add ugc.toml --who "Li Min" --db desk.db --json
    """
    from qingjian.core.settings import load
    from qingjian.policy.load import read
    from qingjian.wiring import services

    text, where = read(str(file))
    known = services(load().settings).known
    _told(opened(db, make=True).add(text, who, known, where), json=json)


def versions(db: Db = "", json: Json = False) -> None:
    """
    List versions: which decides, which run in shadow, who added and who published them.

    Examples:
        qingjian policy versions
        qingjian policy versions --db desk.db --json
    """
    listed(opened(db).all().values(), _line, "there is no version", json=json)


def shown(named: Named, db: Db = "", json: Json = False) -> None:
    """
    Show a version: its state, its rules that are suspended, and its text.

    Examples:
        qingjian policy show 3f2a9c01
        qingjian policy show "ugc 2" --json
    """
    from dataclasses import asdict

    policies = opened(db)
    one = policies.get(named)
    text = policies.text(one.hash)
    if json:
        show({**asdict(one), "text": text})
        return
    _line(one)
    for rule in one.suspended:
        say(f"    suspended: {rule}")
    say(f"\n{text.rstrip()}")


def diff(
    before: Annotated[str, typer.Argument(metavar="VERSION", help="A version, or NAME|FILE.")],
    after: Annotated[str, typer.Argument(metavar="VERSION", help="A version, or NAME|FILE.")],
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Tell which rules a version has more, has no more, or says otherwise than another.

    Examples:
        qingjian policy diff ugc ugc.toml
        qingjian policy diff 3f2a9c01 8b77d210 --json
    """
    from qingjian.policy.rules import differences

    changes = differences(_pack(before, db), _pack(after, db))
    if json:
        show([{"change": word, "rule": rule, "what": what} for word, rule, what in changes])
        return
    for word, rule, what in changes:
        say(f"{word:8} {rule}{': ' + what if what else ''}")
    if not changes:
        typer.echo("the rules are the same")


def shadow(named: Named, who: Who, db: Db = "", json: Json = False) -> None:
    """
    Let a version run beside what decides, without effect; `policy tally` tells what it would do.

    Examples:
        qingjian policy shadow 3f2a9c01 --who "Li Min"
        qingjian policy shadow "ugc 2" --who "Li Min" --db desk.db
    """
    from qingjian.cases import versions as acts

    _told(opened(db).act(named, who, acts.shadow), json=json)


def tally(named: Named, db: Db = "", json: Json = False) -> None:
    """
    Tell what a version would have done with the rows that came in since it ran in shadow.

    Examples:
        qingjian policy tally 3f2a9c01
        qingjian policy tally "ugc 2" --json
    """
    from qingjian.reports.tally import lines, told

    counts = opened(db).tally(named)
    show(told(counts)) if json else say("\n".join(lines(counts)))


def publish(named: Named, who: Who, db: Db = "", json: Json = False) -> None:
    """
    Let a version decide; the one that did retires. Somebody else than its author publishes it.

    A server decides by it within ten seconds.

    Examples:
        qingjian policy publish 3f2a9c01 --who "Wang Fang"
        qingjian policy publish "ugc 2" --who "Wang Fang" --json
    """
    _told(opened(db).publish(named, who), json=json)


def rollback(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the policy, as ugc.")],
    who: Who,
    reason: Reason,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Let the version decide again that did before.

    Examples:
        qingjian policy rollback ugc --who "Wang Fang" --reason "too many innocent ads held"
        qingjian policy rollback ugc --who "Wang Fang" --reason "wrong threshold" --json
    """
    _told(opened(db).rollback(name, who, reason), json=json)


def retire(named: Named, who: Who, reason: Reason, db: Db = "", json: Json = False) -> None:
    """
    Put a version out of use; where it was live, the policy of the settings decides again.

    Examples:
        qingjian policy retire 3f2a9c01 --who "Wang Fang" --reason "replaced by version 3"
        qingjian policy retire "ugc 2" --who "Wang Fang" --reason "never used" --json
    """
    from qingjian.cases import versions as acts

    _told(opened(db).act(named, who, lambda one: acts.retire(one, reason)), json=json)


def resume(
    named: Named,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Id of the rule.")],
    who: Who,
    reason: Reason,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Let a rule decide again that was suspended because it suddenly fired too much.

    Examples:
        qingjian policy resume 3f2a9c01 scam --who "Wang Fang" --reason "a real campaign"
        qingjian policy resume "ugc 2" scam --who "Wang Fang" --reason "looked at 50" --json
    """
    from qingjian.cases import versions as acts

    _told(opened(db).act(named, who, lambda one: acts.resume(one, rule, reason)), json=json)


def _pack(named: str, db: str) -> Pack:
    from qingjian.core.errors import NotFound
    from qingjian.core.settings import load as load_settings
    from qingjian.policy.load import load, parse
    from qingjian.wiring import services

    known = services(load_settings().settings).known
    try:
        policies = opened(db)
        one = policies.get(named)
    except NotFound:
        return load(named, known)
    pack, faults = parse(policies.text(one.hash), one.label, known)
    assert pack is not None and not faults  # it was fit when it was added
    return pack


def _told(one: Version, *, json: bool) -> None:
    from dataclasses import asdict

    show(asdict(one)) if json else _line(one)


def _line(one: Version) -> None:
    from qingjian.core.clock import iso

    by = f", published by {one.published_by} {iso(one.live_at)}" if one.live_at else ""
    rules = f", {len(one.suspended)} rules suspended" if one.suspended else ""
    added = f"added by {one.author} {iso(one.added_at)}"
    say(f"{one.hash[:12]}  {one.label:20} {one.state:9} {added}{by}{rules}")
