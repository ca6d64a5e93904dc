"""
Names of bytes: SHA-256 for content, HMAC-SHA-256 for personal values.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path


def sha256(data: bytes) -> str:
    """Give the 64 hex digits of SHA-256."""
    return hashlib.sha256(data).hexdigest()


def sha256_files(paths: Iterable[Path]) -> str:
    """Give one digest over names and bytes of files; one changed, added or renamed changes it."""
    whole = hashlib.sha256()
    for path in sorted(paths, key=lambda p: p.name):
        whole.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def keyed(key: bytes, value: str) -> str:
    """
    Give 32 hex digits of HMAC-SHA-256: tells that two values are equal, never what they are.
    """
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:32]
