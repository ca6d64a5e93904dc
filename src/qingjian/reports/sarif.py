"""
SARIF 2.1.0, so that findings show where code findings show.

Source: OASIS SARIF 2.1.0; spans are `charOffset`/`charLength` in code points, told by `columnKind`.
A row of a data file has a logical location: its places count in the row's text, not in the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from qingjian.reports.sink import About, Line

_LEVEL = {"high": "error", "medium": "warning", "low": "note", "info": "note"}


def render(lines: Sequence[Line], about: About, left_out: int) -> str:
    """Give the SARIF log of a run."""
    results: list[dict[str, Any]] = []
    failures: list[dict[str, Any]] = []
    for line in lines:
        made = json.loads(line.data)
        if made["error"]:
            failures.append({"level": "error", "message": {"text": made["error"]["what"]}})
        results += [_result(line, finding) for finding in made["findings"]]
    driver = {
        "name": "qingjian",
        "version": version("qingjian"),
        "rules": [
            {
                "id": c.id,
                "shortDescription": {"text": c.finds},
                "fullDescription": {"text": "Limits: " + "; ".join(c.limits)},
                "properties": {"serves": list(c.serves), "source": c.source},
            }
            for c in about.cards
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": failures}],
        "properties": {"policy": about.policy, "items": about.items, "leftOut": left_out},
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _result(line: Line, finding: dict[str, Any]) -> dict[str, Any]:
    result = {
        "ruleId": finding["detector"],
        "level": _LEVEL[finding["severity"]],
        "message": {"text": finding["why"]},
        "locations": [_location(line, finding["at"])],
        "properties": {k: finding[k] for k in ("score", "evidence", "against", "serves")},
    }
    if finding["against"]:
        result["suppressions"] = [{"kind": "external", "status": "underReview"}]
    return result


def _location(line: Line, at: dict[str, Any] | None) -> dict[str, Any]:
    if not line.file:
        row: dict[str, Any] = {"logicalLocations": [{"name": line.id}]}
        if numbered := re.fullmatch(r"(.+)#\d+", line.id, re.S):
            row["physicalLocation"] = {"artifactLocation": {"uri": _uri(numbered[1])}}
        return row
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(line.id)}}
    if at is not None and at["kind"] == "span":
        physical["region"] = {"charOffset": at["start"], "charLength": at["end"] - at["start"]}
    elif at is not None and at["kind"] == "bytes":
        physical["region"] = {"byteOffset": at["start"], "byteLength": at["end"] - at["start"]}
    return {"physicalLocation": physical}


def _uri(path: str) -> str:
    return ("file://" if path.startswith("/") else "") + quote(path, errors="replace")
