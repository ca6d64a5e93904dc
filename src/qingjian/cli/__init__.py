"""
The command line.

Belongs here: one file per verb; arguments, progress, tables, exit codes.
Not here: anything another door would need too.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; errors of ours become one line and their exit code."""
    from qingjian.cli.app import app
    from qingjian.core.errors import QingjianError

    try:
        app(standalone_mode=True)
    except QingjianError as error:
        from qingjian.reports.visible import visible

        print(f"qingjian: {visible(error.what)}", file=sys.stderr)
        if error.hint:
            print(f"  hint: {visible(error.hint)}", file=sys.stderr)
        sys.exit(error.exit_code)
