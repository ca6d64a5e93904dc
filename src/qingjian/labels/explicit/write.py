"""
An explicit label written into a file or looked for in it, whatever its kind.
"""

from __future__ import annotations

from pathlib import Path

from qingjian.core.errors import InputError
from qingjian.labels import file
from qingjian.labels.carriers import carrier
from qingjian.labels.explicit import film, notice, picture, sound
from qingjian.labels.explicit.notice import Seen

_TEXTS = ("markdown", "json", "html")


def with_notice(data: bytes, name: str, words: str = "") -> bytes:
    """
    Give the file with a label that people see or hear; pictures, sound and films are encoded anew.

    Args:
        data: the file.
        name: its name.
        words: the notice; a short one for pictures and films, a sentence for texts by default.

    Raises InputError for a format without an explicit label, DamagedFile, MissingExtra, UsageError.
    """
    codec = carrier(data, name)
    kind = codec.name if codec else ""
    if kind in picture.FORMATS:
        return picture.badged(data, kind, words or notice.CORNER)
    if kind in sound.CONTAINERS:
        return sound.announced(data, kind)
    if kind in film.CONTAINERS:
        return film.noticed(data, kind, words or notice.CORNER)
    if kind == "html":
        return _in_page(data, words or notice.NOTICE)
    if kind == "markdown" or Path(name).suffix.lower() in (".txt", ".text"):
        return notice.noticed(data.decode(), words=words or notice.NOTICE).encode()
    raise InputError(f"{name}: no explicit label is known for {kind or 'this format'}")


def check_explicit(data: bytes, name: str, words: str = notice.CORNER) -> Seen:
    """
    Measure the explicit label back from the file; `found` is None where it cannot be looked at.

    Raises DamagedFile, MissingExtra.
    """
    codec = carrier(data, name)
    kind = codec.name if codec else ""
    if kind in picture.FORMATS:
        return picture.check_picture(data, words)
    if kind in sound.CONTAINERS:
        return sound.check_sound(data)
    if kind in film.CONTAINERS:
        return film.check_film(data, words)
    if kind in _TEXTS or Path(name).suffix.lower() in (".txt", ".text"):
        return notice.check_text(data.decode("utf-8", "replace"))
    return Seen(None)


def write_explicit(path: Path, target: Path) -> None:
    """Write the file with its explicit label to `target`, all or nothing."""
    with file.opened(path) as data:
        made = with_notice(data[0 : len(data)], path.name)
    file.written(target, made, path)


def _in_page(data: bytes, words: str) -> bytes:
    """Give a page with the notice as the first thing of its body."""
    lower = data.lower()
    at = lower.find(b"<body")
    start = lower.find(b">", at) + 1 if at >= 0 else 0
    shown = notice.snippet(words).encode("ascii", "xmlcharrefreplace")
    return data[:start] + shown + data[start:]
