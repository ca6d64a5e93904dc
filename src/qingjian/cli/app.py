"""
The verbs, in the order a newcomer needs them; each is imported when it runs.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated

import typer

from qingjian.cli import (
    authority_report,
    backtest,
    blocked,
    bot,
    claim,
    coverage,
    demo,
    desk,
    detectors,
    eval,
    evidence,
    hold,
    lexicon,
    order,
    policy,
    rescan,
    scan,
    settings,
    trace,
    train,
    versions,
    webhook,
)
from qingjian.cli.access import key, user
from qingjian.cli.archive import approve, changes, import_, search
from qingjian.cli.case import (
    appeal,
    bulk,
    cluster,
    late,
    look,
    purge,
    replay,
    rule,
    seal,
    take,
    work,
)
from qingjian.cli.incident import news, room
from qingjian.cli.label import export, read, survive, write
from qingjian.cli.report import campaign, rulings, statements

app = typer.Typer(
    name="qingjian",
    help="清鉴: finds what AI is abused for, shows where, why, what speaks against it, and under "
    "which row of the notice.",
    no_args_is_help=True,
    rich_markup_mode=None,  # rich takes 0.2 s to import for a page of help
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(show: bool) -> None:
    if show:
        from importlib.metadata import version

        typer.echo(f"qingjian {version('qingjian')}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and stop.", callback=_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Govern AI abuse: find it, decide by written rules, prove what was seen."""


def _told(verb: Callable[..., None]) -> str:
    """Give what a verb's help says; the lines of its examples stay lines."""
    return (inspect.getdoc(verb) or "").replace("\n\nExamples:\n", "\n\n\b\nExamples:\n")


_VERBS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("scan", scan.scan),
    ("demo", demo.demo),
    ("detectors", detectors.detectors),
    ("coverage", coverage.coverage),
    ("eval", eval.eval_),
    ("train", train.train),
    ("serve", desk.serve),
)
for _name, _verb in _VERBS:
    app.command(_name, help=_told(_verb))(_verb)
policy.app.command("check", help=_told(policy.check))(policy.check)
policy.app.command("backtest", help=_told(backtest.backtest))(backtest.backtest)
_POLICY_VERBS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("add", versions.add),
    ("versions", versions.versions),
    ("show", versions.shown),
    ("diff", versions.diff),
    ("shadow", versions.shadow),
    ("tally", versions.tally),
    ("publish", versions.publish),
    ("rollback", versions.rollback),
    ("retire", versions.retire),
    ("resume", versions.resume),
    ("rescan", rescan.rescan),
)
for _name, _verb in _POLICY_VERBS:
    policy.app.command(_name, help=_told(_verb))(_verb)
app.add_typer(policy.app, name="policy")
label = typer.Typer(help="Read, write, verify and repair AI labels.", no_args_is_help=True)
_LABEL_VERBS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("read", read.read),
    ("verify", read.verify),
    ("write", write.write),
    ("repair", write.repair),
    ("propagate", write.propagate),
    ("carriers", read.carriers),
    ("export-unlabelled", export.export_unlabelled),
    ("strip-check", survive.strip_check),
)
for _name, _verb in _LABEL_VERBS:
    label.command(_name, help=_told(_verb))(_verb)
app.add_typer(label, name="label")
archive = typer.Typer(
    help="Claims, sources and events: take in, approve, search.", no_args_is_help=True
)
_ARCHIVE_VERBS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("import", import_.import_),
    ("approve", approve.approve),
    ("retract", approve.retract),
    ("search", search.search),
    ("show", search.shown),
    ("stats", search.stats),
    ("changes", changes.changes),
    ("export", search.export),
)
for _name, _verb in _ARCHIVE_VERBS:
    archive.command(_name, help=_told(_verb))(_verb)
app.add_typer(archive, name="archive")
claim.app.command("check", help=_told(claim.check))(claim.check)
app.add_typer(claim.app, name="claim")
incident = typer.Typer(
    help="Incidents: pin official bulletins, watch posts while nothing official is known.",
    no_args_is_help=True,
)
_INCIDENT_VERBS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("open", room.open_),
    ("pin", news.pin),
    ("watch", news.watch),
    ("check", news.check),
    ("show", room.shown),
    ("list", room.list_),
    ("close", room.close),
)
for _name, _verb in _INCIDENT_VERBS:
    incident.command(_name, help=_told(_verb))(_verb)
app.add_typer(incident, name="incident")
case = typer.Typer(
    help="Cases: take findings in, review, rule, approve, appeal, and prove all of it.",
    no_args_is_help=True,
)
_CASE_VERBS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("import", take.import_),
    ("report", take.report),
    ("list", look.list_),
    ("show", look.shown),
    ("claim", work.claim),
    ("release", work.release),
    ("skip", work.skip),
    ("snooze", work.snooze),
    ("rule", rule.rule),
    ("approve", rule.approve),
    ("refuse", rule.refuse),
    ("appeal", appeal.appeal),
    ("judge", appeal.judge),
    ("lift", rule.lift),
    ("reopen", rule.reopen),
    ("credit", look.credit),
    ("tick", take.tick),
    ("verify", look.verify),
    ("rebuild", look.rebuild),
    ("replay", replay.replay),
    ("purge", purge.purge),
    ("late-negatives", late.late_negatives),
    ("alike", bulk.alike),
    ("bulk", bulk.bulk),
    ("bulk-undo", bulk.bulk_undo),
    ("cluster", cluster.cluster),
    ("cluster-rule", cluster.cluster_rule),
    ("seal", seal.seal),
    ("sealed-report", seal.sealed_report),
)
for _name, _verb in _CASE_VERBS:
    case.command(_name, help=_told(_verb))(_verb)
app.add_typer(case, name="case")
proof = typer.Typer(help="What an auditor is handed: write it, check it.", no_args_is_help=True)
proof.command("export", help=_told(evidence.export))(evidence.export)
proof.command("verify", help=_told(evidence.verify))(evidence.verify)
app.add_typer(proof, name="evidence")
app.command("trace", help=_told(trace.trace))(trace.trace)
_GROUPS: tuple[tuple[str, str, tuple[tuple[str, Callable[..., None]], ...]], ...] = (
    (
        "report",
        "Reports: what was decided, counted, exported, and stated to the EU's database.",
        (
            ("campaign", campaign.campaign),
            ("statements", statements.statements),
            ("rulings", rulings.rulings),
        ),
    ),
    (
        "user",
        "Users: who may sign in, their roles, and what part of the work they see.",
        (
            ("add", user.add),
            ("list", user.list_),
            ("roles", user.roles),
            ("password", user.password),
            ("deactivate", user.deactivate),
        ),
    ),
    (
        "key",
        "API keys: what machines call with.",
        (("add", key.add), ("list", key.list_), ("revoke", key.revoke)),
    ),
    (
        "bot",
        "Bots: the inventory of accounts that answer by themselves through an API.",
        (
            ("add", bot.add),
            ("import", bot.import_),
            ("list", bot.list_),
            ("due", bot.due),
            ("audit", bot.audit),
            ("close", bot.close),
            ("suspects", bot.suspects),
        ),
    ),
    (
        "blocked",
        "Blocked: hashes that victims of intimate imagery hand in, so that copies are found.",
        (
            ("submit", blocked.submit),
            ("list", blocked.list_),
            ("approve", blocked.approve),
            ("refuse", blocked.refuse),
            ("withdraw", blocked.withdraw),
            ("check", blocked.check),
        ),
    ),
    (
        "hold",
        "Holds: what is kept beyond its time, until another person lets it go.",
        (("add", hold.add), ("list", hold.list_), ("lift", hold.lift)),
    ),
    (
        "lexicon",
        "Word lists of others, made lists of one's own.",
        (("import", lexicon.import_),),
    ),
    (
        "order",
        "Orders of authorities: exact items, each ruled on by a person, over at their time.",
        (
            ("enter", order.enter),
            ("list", order.list_),
            ("show", order.shown),
            ("close", order.close),
        ),
    ),
    (
        "authority-report",
        "Reports to authorities: what is due, its draft, who approved it, its receipt.",
        (
            ("due", authority_report.due),
            ("draft", authority_report.draft),
            ("show", authority_report.shown),
            ("approve", authority_report.approve),
            ("submit", authority_report.submit),
        ),
    ),
    (
        "webhook",
        "Webhooks: who is told of what happens in cases.",
        (
            ("add", webhook.add),
            ("list", webhook.list_),
            ("dead", webhook.dead),
            ("replay", webhook.replay),
            ("resume", webhook.resume),
            ("remove", webhook.remove),
        ),
    ),
)
for _group, _about, _verbs in _GROUPS:
    _typer = typer.Typer(help=_about, no_args_is_help=True)
    for _name, _verb in _verbs:
        _typer.command(_name, help=_told(_verb))(_verb)
    app.add_typer(_typer, name=_group)
app.command("settings", help=_told(settings.settings))(settings.settings)
