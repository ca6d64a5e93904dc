"""
The command line.

Belongs here: one file per verb; arguments, progress, tables, exit codes.
Not here: anything another door would need too.
"""

from __future__ import annotations

import os
import sys
from copy import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typer import Typer


def main() -> None:
    """Run the command line; errors of ours become one line and their exit code."""
    from qingjian.cli.app import app
    from qingjian.core.errors import QingjianError

    sys.argv[1:] = map(_readable, sys.argv[1:])
    try:
        _asked(app, sys.argv[1:2])(standalone_mode=True)
    except QingjianError as error:
        from qingjian.reports.visible import visible

        print(f"qingjian: {visible(error.what)}", file=sys.stderr)
        if error.hint:
            print(f"  hint: {visible(error.hint)}", file=sys.stderr)
        sys.exit(error.exit_code)


def _readable(word: str) -> str:
    """Give a word without bytes that are no UTF-8, unless a file is called so."""
    from qingjian.core.types import without_surrogates

    return word if os.path.lexists(word) else without_surrogates(word)


def _asked(app: Typer, words: list[str]) -> Typer:
    """Give the app with the verb or group of these words alone, where there is one."""
    verbs = [one for one in app.registered_commands if one.name in words]
    groups = [one for one in app.registered_groups if one.name in words]
    if not verbs and not groups:
        return app
    alone = copy(app)
    alone.registered_commands, alone.registered_groups = verbs, groups
    return alone
