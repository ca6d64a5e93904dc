"""
The safe for what sealed cases look at: encrypted under a key held apart, or not kept at all.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from qingjian.core.errors import ConfigError, DamagedFile

_KEY = 32
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Safe:
    """
    Keeps contents, or only their hashes where it has no key.

    Args:
        key: 32 bytes; None keeps nothing.
        report_hours: how long after it was sealed a case is to be reported.
    """

    key: bytes | None = field(default=None, repr=False)
    report_hours: float = 24.0

    def shut(self, body: bytes, hash: str) -> bytes | None:
        """Give contents encrypted under their hash (AES-256-GCM), None where none are kept."""
        if self.key is None:
            return None
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # slow to import

        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self.key).encrypt(nonce, body, hash.encode())

    def open(self, shut: bytes, hash: str) -> bytes:
        """Give contents again. Raises ConfigError without the key, DamagedFile for others."""
        if self.key is None:
            raise ConfigError("sealed contents were kept under a key", "set sealed_key_file")
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # slow to import

        try:
            return AESGCM(self.key).decrypt(shut[:_NONCE], shut[_NONCE:], hash.encode())
        except (InvalidTag, ValueError):
            hint = "it was changed, or sealed_key_file has another key"
            raise DamagedFile(f"sealed {hash} cannot be opened", hint) from None


HASHES = Safe()
"""Keeps hashes alone."""


def safe(contents: str, key_file: str, report_hours: float) -> Safe:
    """Give the safe that settings ask for. Raises ConfigError for a key that is none."""
    if contents != "sealed":
        return Safe(None, report_hours)
    hint = "make one: openssl rand -hex 32 > FILE, readable by the server alone"
    if not key_file:
        raise ConfigError("sealed_contents = sealed needs sealed_key_file", hint)
    try:
        key = bytes.fromhex(Path(key_file).read_text("ascii"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"sealed_key_file: {type(error).__name__}", hint) from None
    if len(key) != _KEY:
        raise ConfigError(f"sealed_key_file has {len(key)} bytes, not {_KEY}", hint)
    return Safe(key, report_hours)
