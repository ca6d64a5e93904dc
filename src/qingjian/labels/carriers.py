"""
Which carrier a file is: by its first bytes, and by its suffix where a format has no signature.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import PurePath

from qingjian.core.errors import UsageError
from qingjian.labels import formats
from qingjian.labels.mark import Buffer, Codec

SIDECARS = {
    ".txt": "plain text has no place for metadata",
    ".bmp": "BMP has no place for metadata",
    ".ofd": "no public source gives the place in OFD",
}
"""Suffixes whose files get a sidecar, and why."""


@cache
def codec(name: str) -> Codec:
    """Give the carrier of a name. Raises UsageError."""
    if name not in names():
        raise UsageError(f"no carrier {name!r}", "known: " + ", ".join(names()))
    module: Codec = importlib.import_module(f"{formats.__name__}.{name}")
    return module


@cache
def names() -> tuple[str, ...]:
    """Give the names of all carriers."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(formats.__path__)))


@cache
def _by_suffix() -> dict[str, tuple[Codec, ...]]:
    found: dict[str, tuple[Codec, ...]] = {}
    for each in map(codec, names()):
        for suffix in each.suffixes:
            found[suffix] = (*found.get(suffix, ()), each)
    return found


def carrier(data: Buffer, name: str = "") -> Codec | None:
    """
    Give the carrier that bytes are, None when no carrier is known.

    Args:
        data: the file.
        name: its name; its suffix decides between carriers that look alike, and tells text formats.
    """
    suffix = PurePath(name).suffix.lower()
    named = _by_suffix().get(suffix, ()) if suffix else ()
    for each in named:
        if not each.text and each.knows(data):
            return each
    others = [codec(n) for n in names()]
    for each in others:
        if not each.text and each.knows(data):
            return each
    for each in named:
        if each.text:
            return each
    if suffix in SIDECARS or (suffix and any(not each.text for each in named)):
        return None
    return next((each for each in others if each.text and each.knows(data)), None)
