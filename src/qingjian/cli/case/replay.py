"""
`qingjian case replay`: what a case keeps, run again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qingjian.cli.archive.opened import Db, Json, show, there
from qingjian.cli.case.told import Id, opened
from qingjian.cli.incident.told import say

if TYPE_CHECKING:
    from qingjian.cases.policies import Policies
    from qingjian.core.settings import Settings
    from qingjian.flows.replay import Bench, Difference, Replayed
    from qingjian.wiring import Services

_CODES = {"same": 0, "differs": 11, "not_compared": 2}


def replay(
    id: Id,
    policy: Annotated[
        str,
        typer.Option(
            "--policy", metavar="NAME|FILE", help="Pack to decide by; else the one it was then."
        ),
    ] = "",
    text_field: Annotated[
        str, typer.Option("--text-field", help="Field that held the text, as it was scanned.")
    ] = "",
    kind: Annotated[str, typer.Option("--kind", help="Kind of items that do not say.")] = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Run what the case keeps again, with the installed detectors, and compare byte for byte.

    Says same, differs with both sides, or not_compared with what is missing: the item, a detector,
    its version, the policy's version. Only the detectors that ran then are run, within this
    process; nobody is asked for a second opinion. A check against the archive asks it as it is now.

    Examples:
        qingjian case replay 01M854CSF8C02Z16B1VJYTG39R
        qingjian case replay 01M854CSF8C02Z16B1VJYTG39R --db desk.db --json

    Exit codes: 0 all the same; 11 something differs; 2 nothing differs, and something could not be
    compared, or the call is wrong.
    """
    from dataclasses import asdict, replace

    from qingjian.batch.readers.rows import Reading
    from qingjian.cases.policies import Policies
    from qingjian.core.settings import load
    from qingjian.flows import replay as flow
    from qingjian.store.engine import open_store

    cases = opened(db)
    case = cases.get(id)
    settings = load().settings
    settings = replace(settings, db=settings.db or there(db), judge_url="")
    reading = Reading(text_field, "", kind, settings.max_item_bytes)
    versions = Policies(open_store(there(db)), cases.tenant)
    bench = _bench(settings, policy, reading, versions)
    told = list(flow.replay(cases, case, bench))
    if json:
        show({"case": id, "runs": [{"outcome": one.outcome, **asdict(one)} for one in told]})
    else:
        for one in told:
            _tell(one)
        if not told:
            say(f"case {id} keeps no run of a detector")
    outcomes = {one.outcome for one in told} or {"not_compared"}
    first = next(word for word in ("differs", "not_compared", "same") if word in outcomes)
    raise typer.Exit(_CODES[first])


def _bench(settings: Settings, policy: str, reading: Any, versions: Policies) -> Bench:
    """Give what is installed; services are built once for those that ran together."""
    from dataclasses import replace
    from functools import cache

    from qingjian.cases.policies import Live
    from qingjian.core.errors import NotFound
    from qingjian.flows.replay import NO_ARCHIVE, Bench, Row
    from qingjian.policy.load import shipped
    from qingjian.wiring import services

    @cache
    def built(
        ids: tuple[str, ...] | None, archive: bool, pack: str, live: Live | None = None
    ) -> Services:
        made = services(replace(settings, db=settings.db if archive else "", policy=pack), ids)
        made.renew(live)
        return made

    @cache
    def kept(label: str) -> Live | None:
        """Give the version that decided then, where the store has it."""
        try:
            return Live(versions.text(versions.get(label).hash), ())
        except NotFound:
            return None

    def live_of(row: Row) -> Live | None:
        return None if policy else kept(row["decision"]["policy"])

    def pack_of(row: Row) -> str:
        name = row["decision"]["policy"].rpartition(" ")[0]
        return policy or (settings.policy if name not in shipped() else name)

    def named(row: Row) -> str:
        pack = built(None, False, pack_of(row), live_of(row)).pack
        return f"{pack.name} {pack.version}"

    def run(item: Row, row: Row, ids: tuple[str, ...]) -> Row:
        archive = all(n["reason"] != NO_ARCHIVE for n in row["abstained"])
        by = built(ids, archive, pack_of(row), live_of(row))
        return _row(item, str(row["id"]), by, reading)

    installed = built(None, False, "").registry.detectors
    return Bench({id: one.card.version for id, one in installed.items()}, named, run)


def _row(item: Mapping[str, Any], id: str, services: Services, reading: Any) -> Mapping[str, Any]:
    """Give the row of an item as it was read from .jsonl. Raises BadRow for a file's name alone."""
    from dataclasses import replace
    from pathlib import Path

    import orjson

    from qingjian.batch.local import judge
    from qingjian.batch.readers.rows import entry_of
    from qingjian.core.errors import BadRow
    from qingjian.reports.row import dumps, row

    entry = entry_of({k: v for k, v in item.items() if k != "path"}, id, Path(), reading)
    if entry.item is None and "path" in item:
        raise BadRow(f"{id} names the file {item['path']!r}, whose bytes no case keeps")
    if entry.item is not None:
        entry = replace(entry, id=id, item=replace(entry.item, id=id))
    judged = judge(entry, services.engine, services.decide, {}, lambda id: None)
    made: Mapping[str, Any] = orjson.loads(dumps(row(judged, services.serves)))
    return made


def _tell(one: Replayed) -> None:
    """Print what came of one run."""
    from qingjian.core.clock import iso

    say(f"{one.outcome}  run of {iso(one.at)}, row {one.row[:12]}, item {one.item[:12] or 'none'}")
    for why in one.missing:
        say(f"  missing  {why}")
    for difference in one.differs:
        _tell_difference(difference)
    if any(_archived(side) for d in one.differs for side in (d.kept, d.now)):
        say("  it rests on the archive, which is asked as it is now")


def _tell_difference(one: Difference) -> None:
    import orjson

    say(f"  differs  {one.part} of {one.of}")
    for name, side in (("kept", one.kept), ("now", one.now)):
        say(f"    {name:4}  {orjson.dumps(side, option=orjson.OPT_SORT_KEYS).decode()}")


def _archived(side: Any) -> bool:
    """Whether one side quotes a record of the archive."""
    return isinstance(side, list) and any(
        isinstance(f, Mapping) and f.get("evidence", {}).get("record") for f in side
    )
