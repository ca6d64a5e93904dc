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
from qingjian.reports.visible import visible

_COLOUR = {"high": "bold red", "medium": "yellow", "low": "cyan", "info": "dim"}
_MOST_ROWS = 200
"""After so many rows no further item is shown."""


def render(lines: Sequence[Line], about: About, left_out: int) -> str:
    """Give the table: what was found, where, why, what is against it, what the policy asks for."""
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
    shown = rows = 0
    for line in lines:
        if rows >= _MOST_ROWS:
            break
        shown += 1
        made = json.loads(line.data)
        if made["error"]:
            unreadable = Text("unreadable", style="magenta")
            table.add_row(_text(_short(line.id)), "", unreadable, _text(made["error"]["what"]))
            rows += 1
        for finding, words in zip(made["findings"], line.shown, strict=False):
            quote = words["words"].replace("\n", "⏎")
            quote = quote if len(quote) <= 40 else quote[:24] + "…" + quote[-12:]
            table.add_row(
                _text(_short(line.id)),
                line.do,
                Text(finding["detector"], style=_COLOUR[finding["severity"]]),
                _text(finding["why"]),
                _text(quote),
                _text("; ".join(finding["against"])),
            )
            rows += 1
    width = shutil.get_terminal_size((140, 40)).columns
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=sys.stdout.isatty(), highlight=False)
    if rows:
        console.print(table)
    for line in lines[:_MOST_ROWS]:
        if line.explained:
            console.print(_text(f"\n{line.id}"), style="bold")
            for sentence in line.explained:
                console.print(_text(f"  {sentence}"))
    if rest := len(lines) + left_out - shown:
        console.print(f"… {rest:,} more items: --format html or jsonl shows them")
    return out.getvalue()


def _text(text: str) -> Text:
    """Give a text as it is: no markup, and nothing that drives the terminal."""
    return Text(visible(text))


def _short(id: str) -> str:
    return id if len(id) <= 40 else "…" + id[-39:]
