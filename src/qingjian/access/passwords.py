"""
Passwords: argon2id hashes, made and held against what is typed.
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from qingjian.core.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST, MOST = 12, 1024


def hashed(password: str) -> str:
    """
    Give the hash that is kept.

    Raises UsageError for a password that is too short or too long, MissingExtra. Cost: some tenths
    of a second and 64 MiB, which is what makes guessing dear.
    """
    if not LEAST <= len(_folded(password)) <= MOST:
        raise UsageError(
            f"a password has {LEAST} to {MOST:,} characters", "a sentence is easy to remember"
        )
    return _hasher().hash(_bytes(password))


def holds(kept: str | None, password: str) -> bool:
    """
    Tell whether a password is the one whose hash was kept.

    None stands for a user who is not there: it takes as long, and is never right. Raises
    MissingExtra. Cost: as `hashed`.
    """
    decoy = _decoy()
    from argon2.exceptions import VerifyMismatchError

    try:
        _hasher().verify(kept or decoy, _bytes(password[: MOST + 1]))
    except VerifyMismatchError:
        return False
    return kept is not None


@cache
def _decoy() -> str:
    return hashed(secrets.token_hex())


def _folded(password: str) -> str:
    """Give one spelling for what different keyboards send for the same letters."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _folded(password).encode("utf-8", "surrogatepass")


def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher
    except ImportError:
        raise MissingExtra("passwords need argon2", "pip install 'qingjian[server]'") from None
    return PasswordHasher()
