"""
`qingjian case appeal` and `judge`: the owner objects, somebody else judges.
"""

from __future__ import annotations

from typing import Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, Who
from qingjian.cli.case.told import Id, Reason, acted


def appeal(
    id: Id,
    owner: Annotated[str, typer.Option("--owner", help="The account that objects.")],
    words: Annotated[str, typer.Option("--words", help="What it says.")],
    db: Db = "",
    json: Json = False,
) -> None:
    """
    File the owner's appeal against the last ruling, within 184 days of it.

    Examples:
        qingjian case appeal 01M854CSF8C02Z16B1VJYTG39R --owner user-9 --words "这是我和家人的聊天"
        qingjian case appeal 01M854CSF8C02Z16B1VJYTG39R --owner user-9 --words "It is satire" --json
    """
    from qingjian.cases import appeals

    acted(db, id, owner, lambda case, at: appeals.file(case, owner, words, at), json=json)


def judge(
    id: Id,
    outcome: Annotated[
        str, typer.Option("--outcome", help="upheld, overturned, or partly with --keep.")
    ],
    reason: Reason,
    who: Who,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", help="A step that stands; may be repeated.")
    ] = None,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Judge an appeal that was claimed by somebody with no hand in the ruling.

    What is overturned is taken back at once, and the owner is told.

    Examples:
        qingjian case judge CASE --outcome overturned --reason "确系家人之间的对话" --who "Wu Fang"
        qingjian case judge CASE --outcome partly --keep 1.1 --reason "只保留标识" --who "Wu Fang"
    """
    from qingjian.cases import appeals

    kept = tuple(keep or ())
    acted(
        db,
        id,
        who,
        lambda case, at: appeals.judge(case, who, outcome, reason, at, kept),
        json=json,
    )
