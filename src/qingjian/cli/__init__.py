"""
The command line.

Belongs here: one file per verb; arguments, progress, tables, exit codes.
Not here: anything another door would need too.
"""

from __future__ import annotations

import sys
from copy import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typer import Typer


def main() -> None:
    """Run the command line; errors of ours become one line and their exit code."""
    from qingjian.cli.app import app
    from qingjian.core.errors import QingjianError, UsageError

    try:
        _asked(app, sys.argv[1:2])(standalone_mode=True)
    except QingjianError as error:
        from qingjian.reports.visible import visible

        print(f"qingjian: {visible(error.what)}", file=sys.stderr)
        if error.hint:
            print(f"  hint: {visible(error.hint)}", file=sys.stderr)
        sys.exit(error.exit_code)
    except UnicodeEncodeError:
        wrong = next((word for word in sys.argv if not _is_text(word)), None)
        if wrong is None:
            raise
        print(f"qingjian: {wrong!a} holds bytes that are no UTF-8", file=sys.stderr)
        sys.exit(UsageError.exit_code)


def _is_text(word: str) -> bool:
    """Tell whether a word of the call is text; the name of a file need not be."""
    return not any("\ud800" <= c <= "\udfff" for c in word)


def _asked(app: Typer, words: list[str]) -> Typer:
    """Give the app with the verb or group of these words alone, where there is one."""
    verbs = [one for one in app.registered_commands if one.name in words]
    groups = [one for one in app.registered_groups if one.name in words]
    if not verbs and not groups:
        return app
    alone = copy(app)
    alone.registered_commands, alone.registered_groups = verbs, groups
    return alone
