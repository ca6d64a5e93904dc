"""
SARIF 2.1.0, so that findings show where code findings show.

Source: OASIS SARIF 2.1.0; spans are `charOffset`/`charLength` in code points, told by `columnKind`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

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
        for finding in made["findings"]:
            results.append(
                {
                    "ruleId": finding["detector"],
                    "level": _LEVEL[finding["severity"]],
                    "message": {"text": finding["why"]},
                    "locations": [_location(line.id, finding["at"])],
                    "properties": {
                        k: finding[k] for k in ("score", "evidence", "against", "serves")
                    },
                    **(
                        {"suppressions": [{"kind": "external", "status": "underReview"}]}
                        if finding["against"]
                        else {}
                    ),
                }
            )
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


def _location(id: str, at: dict[str, Any] | None) -> dict[str, Any]:
    path, _, line = id.partition("#")
    physical: dict[str, Any] = {"artifactLocation": {"uri": path.replace("\\", "/")}}
    if at is not None and at["kind"] == "span":
        physical["region"] = {"charOffset": at["start"], "charLength": at["end"] - at["start"]}
    elif at is not None and at["kind"] == "bytes":
        physical["region"] = {"byteOffset": at["start"], "byteLength": at["end"] - at["start"]}
    if line:
        return {
            "physicalLocation": {"artifactLocation": physical["artifactLocation"]},
            "logicalLocations": [{"name": id}],
        }
    return {"physicalLocation": physical}
