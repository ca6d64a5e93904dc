"""docs/reference is made from the code and is current."""

from __future__ import annotations

import subprocess
import sys

from tests.needs import ROOT


def test_the_reference_is_current() -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "reference.py"), "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (ROOT / "docs" / "reference").is_dir()
