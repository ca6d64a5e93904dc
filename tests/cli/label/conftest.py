"""
What the label verbs import, once, before they are forked.
"""

from __future__ import annotations

from typing import Any

import typer

import qingjian.reports.label
from qingjian.cli.app import app
from qingjian.labels.carriers import codec, names

_COMMAND: Any = typer.main.get_command(app)
_COMMAND.commands["label"].commands["read"].make_context("read", ["x"])
LOADED: tuple[object, ...] = (qingjian.reports.label, list(map(codec, names())))
