"""
Measured quality of workflows: committed beside the detectors' results, stale when the code changed.
"""

from __future__ import annotations

import hashlib
import json
from importlib import import_module
from pathlib import Path

from qingjian.core.card import Workflow
from qingjian.evals.results import folder

NOT_MEASURED = "not measured"


def path_of(workflow: Workflow) -> Path:
    """Give the file of a workflow's result."""
    room = workflow.package.rpartition(".")[2]
    return folder() / room / f"{workflow.id.replace(' --', '.').replace(' ', '.')}.json"


def code_hash(workflow: Workflow) -> str:
    """Give the hash over every module of the package that does it."""
    where = Path(import_module(workflow.package).__file__ or "").parent
    whole = hashlib.sha256()
    for path in sorted(where.rglob("*.py")):
        whole.update(f"{path.relative_to(where)}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:32]


def said(workflow: Workflow) -> str:
    """Give what was measured in words, `not measured` without a result or when it is stale."""
    path = path_of(workflow)
    if not path.is_file():
        return NOT_MEASURED
    result = json.loads(path.read_text("utf-8"))
    if result.get("code_hash") != code_hash(workflow):
        return f"{NOT_MEASURED} (the code changed since it was measured)"
    return str(result["said"])
