"""Starting costs little: what is heavy is imported when it is used."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "numpy",
    "onnxruntime",
    "sqlalchemy",
    "ray",
    "cel",
    "pyarrow",
    "jieba",
    "hyperscan",
    "tantivy",
    "alembic",
}


def imported(code: str) -> set[str]:
    show = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", show], capture_output=True, text=True, check=True, timeout=60
    )
    return {name.partition(".")[0] for name in json.loads(ran.stdout.splitlines()[-1])}


@pytest.mark.parametrize("name", ["qingjian", "qingjian.cli", "qingjian.cli.app"])
def test_importing_a_door_pulls_in_nothing_heavy(name: str) -> None:
    seen = imported(f"import {name}")
    assert "qingjian" in seen
    assert seen & HEAVY == set()


def test_the_test_would_see_what_is_pulled_in() -> None:
    assert "numpy" in imported("import qingjian; qingjian.scan('你好')")
