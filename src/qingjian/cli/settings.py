"""
`qingjian settings`: each value with its origin.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated

import typer


def settings(
    json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """
    Show every setting, its value, and where the value comes from.

    Defaults give way to qingjian.toml (or the file in QINGJIAN_CONFIG), which gives way to
    QINGJIAN_<NAME>. Passwords in addresses are not shown.

    Examples:
        qingjian settings
        QINGJIAN_JOBS=2 qingjian settings --json
    """
    from qingjian.core.address import without_password
    from qingjian.core.settings import Settings, load

    loaded = load()
    rows = [
        (
            f.name,
            without_password(value) if isinstance(value, str) else value,
            loaded.origins[f.name],
            f.metadata["means"],
        )
        for f in fields(Settings)
        for value in [getattr(loaded.settings, f.name)]
    ]
    if json:
        import orjson

        shown = [{"name": n, "value": v, "origin": o, "means": m} for n, v, o, m in rows]
        typer.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode())
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("setting", "value", "origin", "means", box=None, pad_edge=False)
    for name, value, origin, means in rows:
        table.add_row(name, repr(value), origin, means)
    Console().print(table)
