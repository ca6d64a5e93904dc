"""
What a test needs from outside the checkout: a tool, a package, the shared data.

Each function gives what was asked for, or skips the test with a reason; the count is printed at the
end of the run. With QINGJIAN_REQUIRE_ALL=1 a missing tool or package fails the test. Shared data
only ever skips: a user's clone has none.
They may be called in a test, in a fixture or at the top of a test file.
"""

from __future__ import annotations

import importlib
import os
import shutil
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
SKIPPED = "needs "
"""Every reason of ours starts with this, so that the end of the run can count them."""


def tool(*names: str) -> str:
    """Give the path of the first of these programs that is installed."""
    path = next(filter(None, map(shutil.which, names)), None)
    return path or _missing(f"the program {' or '.join(names)}")


def postgresql() -> Path:
    """Give the folder with the programs of the newest PostgreSQL server."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")  # where Debian puts them, off the path
    newest = max(found, key=lambda path: float(path.parts[-3]), default=None)
    return newest.parent if newest else Path(tool("initdb")).resolve().parent


def package(name: str) -> ModuleType:
    """Give a module of a package that not every install has."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or name.split(".")[0] != error.name.split(".")[0]:
            raise
        return _missing(f"the package {name}")


def font() -> Path:
    """Give a font with Chinese characters."""
    from qingjian.core.errors import MissingExtra
    from qingjian.labels.explicit.font import chinese_font

    try:
        return chinese_font()
    except MissingExtra:
        return _missing("a font with Chinese characters")


def shared(*parts: str) -> Path:
    """Give a file or folder of the shared folder beside the checkout."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{SKIPPED}shared/{'/'.join(parts)}", allow_module_level=True)
    return path


def _missing(what: str) -> NoReturn:
    if os.environ.get("QINGJIAN_REQUIRE_ALL") == "1":
        pytest.fail(f"{what} is missing, and QINGJIAN_REQUIRE_ALL=1", pytrace=False)
    pytest.skip(f"{SKIPPED}{what}", allow_module_level=True)
