"""
The run on a terminal.
"""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from qingjian.reports.sink import About, Line

_COLOUR = {"high": "bold red", "medium": "yellow", "low": "cyan", "info": "dim"}
_MOST_ROWS = 200


def render(lines: Sequence[Line], about: About, left_out: int) -> str:
    """Give the table: what was found, where, why, what speaks against it, and what the policy asks for."""
    table = Table(
        "item",
        "do",
        "found",
        "why",
        "words",
        "against",
        box=None,
        pad_edge=False,
        header_style="bold",
    )
    shown = 0
    for line in lines:
        made = json.loads(line.data)
        if shown >= _MOST_ROWS:
            break
        if made["error"]:
            table.add_row(
                _short(line.id),
                "",
                Text("unreadable", style="magenta"),
                made["error"]["what"],
                "",
                "",
            )
            shown += 1
        for finding, words in zip(made["findings"], line.shown, strict=False):
            style = _COLOUR[finding["severity"]]
            against = "; ".join(finding["against"])
            quote = words["words"].replace("\n", "⏎")
            quote = quote if len(quote) <= 40 else quote[:24] + "…" + quote[-12:]
            table.add_row(
                Text(_short(line.id)),
                line.do,
                Text(finding["detector"], style=style),
                Text(finding["why"]),
                Text(quote),
                Text(against),
            )
            shown += 1
    width = shutil.get_terminal_size((140, 40)).columns
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=sys.stdout.isatty(), highlight=False)
    if shown:
        console.print(table)
    rest = len(lines) + left_out - shown
    if shown >= _MOST_ROWS and rest > 0:
        console.print("… more: --format html or jsonl shows all")
    return out.getvalue()


def _short(id: str) -> str:
    return id if len(id) <= 40 else "…" + id[-39:]
