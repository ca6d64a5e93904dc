"""
Keys and session tokens: 256 random bits that are shown once and kept as a SHA-256.

No salt and no slow hash: what is random cannot be guessed, and a key is looked up on every call.
"""

from __future__ import annotations

import re
import secrets
from typing import Literal

from qingjian.core.hashing import sha256

Prefix = Literal["qj_", "qjs_"]
KEY: Prefix = "qj_"
SESSION: Prefix = "qjs_"
_SHAPE = re.compile(r"(?P<prefix>qjs?_)[A-Za-z0-9_-]{43}")


def fresh(prefix: Prefix) -> str:
    """Give a new key or token: the prefix and 43 characters that stand in any URL."""
    return prefix + secrets.token_urlsafe(32)


def digest(token: str, prefix: Prefix) -> str:
    """Give the 64 hex digits that are kept of it; "" for what cannot be one of this prefix."""
    shape = _SHAPE.fullmatch(token)
    return sha256(token.encode()) if shape and shape["prefix"] == prefix else ""
