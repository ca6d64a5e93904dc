"""
One self-contained page: no script, no request, light and dark, printable.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from qingjian.core.clock import iso, now
from qingjian.core.obligations import obligations
from qingjian.core.types import SEVERITIES
from qingjian.reports.coverage import said
from qingjian.reports.sink import About, Line
from qingjian.reports.visible import visible


@cache
def style() -> str:
    """Give the style sheet that stands inside the page."""
    return files("qingjian.reports").joinpath("templates", "report.css").read_text("utf-8")


def content_security_policy() -> str:
    """
    Give the policy to serve the page with.

    Nothing runs, nothing is fetched, this one style sheet applies.
    """
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


def render(lines: Sequence[Line], about: About, left_out: int) -> str:
    """
    Give the report of a run.

    Args:
        lines: items with findings or errors, in order, their words kept.
        about: the run as a whole.
        left_out: how many more there were.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(
        loader=PackageLoader("qingjian.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )
    items = [_item(line) for line in lines]
    rows = {id: row.zh for id, row in obligations().items()}
    return env.get_template("report.html").render(
        about=about,
        items=items,
        hits=sorted((i for i in items if i["hit"]), key=_graver_first),
        opposed=[i for i in items if not i["hit"] and not i["error"]],
        unread=[i for i in items if i["error"]],
        left_out=left_out,
        rows=rows,
        style=style(),
        made_at=iso(now()).replace("T", " ").rstrip("Z") + " UTC",
        cards=[
            (
                c,
                said(about.quality.get(c.id, ())),
                about.found.get(c.id, 0),
                about.abstained.get(c.id, 0),
            )
            for c in about.cards
        ],
        decisions=sorted(about.decisions.items(), key=lambda d: -d[1]),
        decided=max(1, sum(about.decisions.values())),
    )


def _seen(value: Any) -> Any:
    """Give a text as it may stand on the page; the style sheet is ours and stays as its hash is."""
    return visible(value) if type(value) is str else value


def _graver_first(item: dict[str, Any]) -> int:
    return -SEVERITIES.index(item["worst"])


def _item(line: Line) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(line.data)
    shown = [*line.shown, *([{"before": "", "words": "", "after": ""}] * len(made["findings"]))]
    for finding, words in zip(made["findings"], shown, strict=False):
        finding["words"] = words
        finding["where"] = _where(finding["at"])
    made["hit"] = any(not f["against"] for f in made["findings"])
    made["worst"] = ("info", "low", "medium", "high")[line.worst] if line.worst >= 0 else ""
    return made


def _where(at: dict[str, Any] | None) -> str:
    if at is None:
        return "the item as a whole"
    match at["kind"]:
        case "span":
            return f"characters {at['start']}–{at['end']}"
        case "bytes":
            return f"bytes {at['start']}–{at['end']}"
        case "field":
            return f"field {at['name']}"
        case "time":
            return f"{at['start_s']:.1f}–{at['end_s']:.1f} s"
        case _:
            return str(at["kind"])
