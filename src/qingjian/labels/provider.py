"""
Provider codes: 27 characters that name who made or spread a thing.

`00`, kind (`11` an organisation by its unified social credit code), the code of 18 characters,
service type (`1` generates, `2` spreads), four characters of the provider's own; `00000` where the
last five are not used.

Source: coding rule for providers (网安秘字〔2025〕29号), from three secondary sources that agree;
the check character is that of GB 32100-2015. Not verified against the official texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from qingjian.core.errors import UsageError

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE = re.compile(r"00[0-9A-Z]{25}")
_LIKE_A_CODE = re.compile(r"00[0-9][0-9][0-9A-Za-z]{20,26}")
ORGANISATION = "11"


def uscc_check(code: str) -> str:
    """
    Give the check character of the first 17 characters of a unified social credit code.

    Raises UsageError for characters the code does not use. Source: GB 32100-2015.
    """
    if len(code) < 17 or any(c not in _USCC_ALPHABET for c in code[:17]):
        raise UsageError(
            f"{code!r} is no unified social credit code",
            "18 digits and upper-case letters without I, O, S, V, Z",
        )
    total = sum(_USCC_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return _USCC_ALPHABET[-total % 31]


def provider_code(uscc: str, service: str = "1", own: str = "0000") -> str:
    """
    Give the code of an organisation.

    Args:
        uscc: its unified social credit code, 18 characters.
        service: `1` it generates, `2` it spreads.
        own: four digits or upper-case letters of its own choice.

    Raises UsageError.
    """
    if len(uscc) != 18 or uscc_check(uscc) != uscc[17]:
        raise UsageError(
            f"{uscc!r} is no unified social credit code",
            "it has 18 characters, the last of which is computed from the others",
        )
    if service not in ("1", "2"):
        raise UsageError(f"service type {service!r}", "1 generates, 2 spreads")
    if not re.fullmatch(r"[0-9A-Z]{4}", own):
        raise UsageError(f"own part {own!r}", "four digits or upper-case letters")
    return f"00{ORGANISATION}{uscc}{service}{own}"


@lru_cache(4096)
def deviations_of_provider(text: str) -> tuple[str, ...]:
    """Say what is wrong with a text that looks like a provider code; a name is no deviation."""
    return tuple(_deviations(text))


def _deviations(text: str) -> Iterator[str]:
    if not _LIKE_A_CODE.fullmatch(text):
        return
    if not _CODE.fullmatch(text):
        yield f"has {len(text)} characters, 27 digits and upper-case letters are asked for: {text}"
    elif text[2:4] == ORGANISATION:
        uscc = text[4:22]
        if any(c not in _USCC_ALPHABET for c in uscc):
            yield f"holds a unified social credit code with a wrong letter: {uscc}"
        elif uscc_check(uscc) != uscc[17]:
            yield f"holds a unified social credit code whose check character fails: {uscc}"
        if text[22] not in "12" and text[22:] != "00000":
            yield f"has service type {text[22]}, 1 or 2 are known"
