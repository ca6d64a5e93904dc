"""
Packages that a test makes absent.
"""

from __future__ import annotations

import builtins
from typing import Any

import pytest


def absent(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    """Let importing these packages fail until the test ends."""
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **named: Any) -> Any:
        if name.partition(".")[0] in packages:
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
