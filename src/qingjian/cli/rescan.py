"""
`qingjian policy rescan`: stored runs decided again, into the queue and nowhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, show
from qingjian.cli.case.told import built
from qingjian.cli.incident.told import bar, say
from qingjian.cli.versions import Named

if TYPE_CHECKING:
    from qingjian.flows.rescan import Affected

_DAY_S = 86_400.0


def rescan(
    named: Named,
    do: Annotated[
        bool, typer.Option("--do", help="Send what is affected to the queue; else only tell.")
    ] = False,
    who: Annotated[str, typer.Option("--who", help="Who does it; needed with --do.")] = "",
    approved_by: Annotated[
        str, typer.Option("--approved-by", help="Who read the sample; needed above 100 items.")
    ] = "",
    read: Annotated[
        str, typer.Option("--read", metavar="CODE", help="Code of the sample; above 100 items.")
    ] = "",
    days: Annotated[
        int, typer.Option("--days", min=0, help="Runs of the last so many days; 0: all.")
    ] = 0,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Decide stored runs again by a version and tell which a person would have to look at now.

    Nothing is scanned again. With --do they go to the queue, never to a step; more than 100 need
    another person who has read the sample. An interrupted one is simply run again.

    Examples:
        qingjian policy rescan 3f2a9c01
        qingjian policy rescan "ugc 2" --do --who "Li Min" --approved-by "Wang Fang" --read 1f0c9a2b
    """
    from qingjian.cases.policies import Live, pack_of
    from qingjian.cases.runs import quiet
    from qingjian.core.errors import UsageError
    from qingjian.flows.rescan import affected, code_of, may_queue, queue

    if do and not who.strip():
        raise UsageError("nobody says who does it", "add --who NAME")
    services = built(db)
    version = services.policies.get(named)
    pack = pack_of(Live(services.policies.text(version.hash), version.suspended), services.known)
    since = services.cases.clock() - days * _DAY_S if days else 0.0

    def found(torn: Counter[str]) -> Iterator[Affected]:
        runs = quiet(services.store, services.settings.tenant, since)
        return affected(runs, pack, services.measured, torn)

    torn: Counter[str] = Counter()
    moved, sample = _counted(found(torn))
    told: Counter[str] = Counter()
    code = code_of(str(one["id"]) for one in sample)
    if do:
        may_queue(moved.total(), who, approved_by, read, code)
        by = f"{who}, approved by {approved_by}" if approved_by.strip() else who
        for lot in queue(services.cases, found(Counter()), by):
            told.update(lot.told)
    if json:
        counts = {"affected": moved.total(), "moved": moved, "torn": torn.total(), "queued": told}
        show({**counts, "sample": sample, "code": code})
    else:
        if torn:
            say(f"{torn.total():,} rows contradict themselves: passed over")
        _tell(moved, sample, code, told if do else None)


def _counted(found: Iterable[Affected]) -> tuple[Counter[str], list[dict[str, object]]]:
    """Give how many change which step, and the first of them."""
    from qingjian.flows.rescan import SAMPLE

    moved: Counter[str] = Counter()
    sample: list[dict[str, object]] = []
    with bar("runs affected", None) as tick:
        for one in found:
            moved[f"{one.was} > {one.now}"] += 1
            if len(sample) < SAMPLE:
                told = {"id": one.run.subject, "was": one.was, "now": one.now}
                sample.append({**told, "rules": list(one.rules)})
            tick(lambda: {"count": moved.total()})
    return moved, sample


def _tell(
    moved: Counter[str], sample: list[dict[str, object]], code: str, told: Counter[str] | None
) -> None:
    say(f"{moved.total():,} affected")
    for change, count in moved.most_common():
        say(f"  {change}: {count:,}")
    for shown in sample:
        say(f"  {shown['id']}: {shown['was']} > {shown['now']} by {shown['rules']}")
    if sample:
        say(f"code of this sample: {code}")
    if told is not None:
        say(
            f"queued: {told['opened']:,} opened, {told['joined']:,} joined, {told['known']:,} known"
        )
