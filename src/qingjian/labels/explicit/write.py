"""
An explicit label written into a file or looked for in it, whatever its kind.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

from qingjian.core.errors import BadEncoding, InputError
from qingjian.labels import file, gb45438
from qingjian.labels.carriers import carrier
from qingjian.labels.explicit import film, notice, picture, sound
from qingjian.labels.explicit.notice import USUAL, Notice, Seen
from qingjian.labels.mark import Codec
from qingjian.labels.splice import applied

_TEXTS = ("markdown", "json")
_PLAIN = (".txt", ".text")
_UNSHOWN = re.compile(r"<(!--|script\b|style\b|template\b|title\b|textarea\b)", re.I)
_TAG = re.compile(r"<[^<>]*>")
_BODY = re.compile(r"<body(?=[\s/>])(?:[^>\"']|\"[^\"]{0,1024}\"|'[^']{0,1024}'){0,1024}+>", re.I)
_NOT_MEASURED = "the explicit label could not be measured back; see or hear whether it is there"
_BEFORE_BODY = re.compile(r"<(?:/head\s*|html\b[^<>]{0,1024}|!doctype[^<>]{0,1024})>", re.I)


def with_notice(data: bytes, name: str, how: Notice = USUAL) -> bytes:
    """
    Give the file with a label that people see or hear; pictures, sound and films are encoded anew.

    Args:
        data: the file.
        name: its name.
        how: its words, place, corner, recording, where they fit the content.

    Raises InputError for a format without an explicit label, DamagedFile, MissingExtra, UsageError.
    """
    codec = carrier(data, name)
    kind = codec.name if codec else ""
    if kind in picture.FORMATS:
        made = picture.badged(data, kind, how)
    elif kind in sound.CONTAINERS:
        made = sound.announced(data, kind, how.recording)
    elif kind in film.CONTAINERS:
        made = film.noticed(data, kind, how)
    elif kind == "html":
        return _in_page(data, how.words or notice.NOTICE)
    elif kind == "markdown" or Path(name).suffix.lower() in _PLAIN:
        return notice.noticed(_text(data, name), how).encode()
    else:
        raise InputError(f"{name}: no explicit label is known for {kind or 'this format'}")
    assert codec is not None
    return _relabelled(codec, data, made)


def _relabelled(codec: Codec, old: bytes, new: bytes) -> bytes:
    """Give the new file with the implicit label of the old one where encoding lost it."""
    before = gb45438.marks_of(codec.held(old))
    if not before or gb45438.marks_of(codec.held(new)):
        return new
    value = gb45438.written(before[0], codec.wrapped)
    return applied(new, codec.write(new, value))


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise BadEncoding(f"{name} is not UTF-8 at byte {error.start}") from None


def check_explicit(data: bytes, name: str, how: Notice = USUAL) -> Seen:
    """
    Measure the explicit label back from the file; `found` is None where it cannot be looked at.

    Args:
        data: the file.
        name: its name.
        how: the words or the recording to look for; a badge of other words is not seen, other
            spoken words are not heard.

    Raises DamagedFile, MissingExtra, UsageError.
    """
    codec = carrier(data, name)
    kind = codec.name if codec else ""
    words = how.words or notice.CORNER
    if kind in picture.FORMATS:
        return picture.check_picture(data, words)
    if kind in sound.CONTAINERS:
        return sound.check_sound(data, how.recording)
    if kind in film.CONTAINERS:
        return film.check_film(data, words)
    if kind == "html":
        text = data.decode("utf-8", "replace")
        return notice.check_text(html.unescape(_TAG.sub("\n", _shown(text))), how.words)
    if kind in _TEXTS or Path(name).suffix.lower() in _PLAIN:
        return notice.check_text(data.decode("utf-8", "replace"), how.words)
    return Seen(None)


def write_explicit(path: Path, target: Path, how: Notice = USUAL) -> tuple[str, ...]:
    """Write the file with its explicit label to `target`, all or nothing; give what to know."""
    with file.opened(path) as data:
        whole = data[0 : len(data)]
    made = with_notice(whole, path.name, how)
    file.written(target, made, path)
    said = () if check_explicit(made, path.name, how).fit else (_NOT_MEASURED,)
    return (*_unused(whole, path.name, how), *said)


def _unused(data: bytes, name: str, how: Notice) -> tuple[str, ...]:
    """Give what was asked of a notice and does not fit this file."""
    codec = carrier(data, name)
    kind = codec.name if codec else ""
    text = kind == "markdown" or Path(name).suffix.lower() in _PLAIN
    seen = kind in picture.FORMATS or kind in film.CONTAINERS
    heard = kind in sound.CONTAINERS
    words = bool(how.words) and how.recording is None
    asked = (
        (words, not heard, "the words were not used: the rhythm label says none, a recording does"),
        (how.at, text, f"the place {how.at!r} was not used: it is for plain text and Markdown"),
        (how.corner, seen, f"the corner {how.corner!r} was not used: it is for pictures and films"),
        (how.recording, heard, "the recording was not used: it is for sound alone"),
    )
    return tuple(said for wanted, fits, said in asked if wanted and not fits)


def _in_page(data: bytes, words: str) -> bytes:
    """Give a page with the notice as the first thing of its body."""
    page = _shown(data.decode("latin-1"))
    body = _BODY.search(page)
    before = [body] if body else list(_BEFORE_BODY.finditer(page))
    start = before[-1].end() if before else 0
    shown = notice.snippet(words).encode("ascii", "xmlcharrefreplace")
    return data[:start] + shown + data[start:]


def _shown(page: str) -> str:
    """Give a page of the same length with spaces for comments, scripts and the like."""
    parts: list[str] = []
    lower = page.lower() if page.isascii() else re.sub("[A-Z]+", lambda m: m[0].lower(), page)
    at = 0
    while begun := _UNSHOWN.search(page, at):
        ended = "-->" if begun[1] == "!--" else f"</{begun[1].lower()}"
        found = lower.find(ended, begun.end() - (2 if begun[1] == "!--" else 0))
        stop = found + len(ended) if found >= 0 else len(page)
        parts += (page[at : begun.start()], " " * (stop - begun.start()))
        at = stop
    return "".join(parts) + page[at:]
