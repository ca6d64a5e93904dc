"""
Names of users and keys: folded, so that no two look like one.
"""

from __future__ import annotations

import unicodedata

from qingjian.core.errors import UsageError

MOST = 64


def folded(name: str) -> str:
    """Give a name as logins are compared: NFKC, no case, no space around it."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def possible(login: str) -> bool:
    """Tell whether a folded name can be kept: 1 to 64 letters that show."""
    return 0 < len(login) <= MOST and login.isprintable()


def login_of(name: str) -> str:
    """Give a name as it is kept. Raises UsageError."""
    login = folded(name)
    if not possible(login):
        raise UsageError(f"a name has 1 to {MOST} letters that show")
    return login
