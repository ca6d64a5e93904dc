"""
Addresses of databases and services, without the password that may stand in them.
"""

from __future__ import annotations

import re

_HIDDEN = "***"
_USER = re.compile(r"(?<=://)([^:@/]*):.*@", re.DOTALL)
_QUERY = re.compile(r"([?&](?:ssl)?password=)[^&]*", re.IGNORECASE)


def without_password(url: str) -> str:
    """Give an address that may be shown: *** stands for a password before @ or in the query."""
    return _QUERY.sub(rf"\1{_HIDDEN}", _USER.sub(rf"\1:{_HIDDEN}@", url))
