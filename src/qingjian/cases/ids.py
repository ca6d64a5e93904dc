"""
Ids that sort by time: 26 characters, a ULID.

Source: the ULID specification, 48 bits of milliseconds and 80 random bits in Crockford's base 32.
"""

from __future__ import annotations

import secrets

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(at: float) -> str:
    """Give an id of a time in UTC epoch seconds."""
    number = (int(at * 1000) & (1 << 48) - 1) << 80 | secrets.randbits(80)
    return "".join(_LETTERS[number >> shift & 31] for shift in range(125, -1, -5))
