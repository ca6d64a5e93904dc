"""
The options of `label write` about the label that people see or hear, and what comes of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from qingjian.core.errors import InputError, UsageError

if TYPE_CHECKING:
    from qingjian.labels.explicit.notice import Notice

_MOST_RECORDED = 50_000_000

Explicit = Annotated[
    bool, typer.Option("--explicit", help="Write the label people see or hear, too.")
]
Words = Annotated[
    str | None,
    typer.Option("--notice", help="Its words in texts, pages, pictures, films.", metavar="WORDS"),
]
Place = Annotated[
    Literal["start", "end", "paragraphs"] | None,
    typer.Option("--notice-at", help="Where in plain text and Markdown; start by default."),
]
Corner = Annotated[
    Literal["lower-right", "lower-left", "upper-right", "upper-left"] | None,
    typer.Option("--corner", help="Where in pictures and films; lower-right by default."),
]
Voice = Annotated[
    Path | None,
    typer.Option("--voice", help="A recording that says it, for sound; else the rhythm label."),
]


def asked(explicit: bool, words: Words, at: Place, corner: Corner, voice: Voice) -> Notice | None:
    """
    Give how the explicit label is to be, None when none is asked for.

    Raises UsageError for options without --explicit, words that are no notice, a recording that
    cannot be used; MissingExtra.
    """
    from qingjian.labels.explicit.notice import Notice

    if not explicit:
        options = {"--notice": words, "--notice-at": at, "--corner": corner, "--voice": voice}
        given = next((name for name, value in options.items() if value is not None), None)
        if given:
            raise UsageError(f"{given} is about the label people see or hear", "add --explicit")
        return None
    if words is not None and not words.strip():
        raise UsageError("--notice has no words")
    return Notice(words or "", at, corner, _recording(voice) if voice else None)


def _recording(path: Path) -> bytes:
    from qingjian.labels.explicit.sound import checked_recording

    try:
        with path.open("rb") as source:
            data = source.read(_MOST_RECORDED + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    if len(data) > _MOST_RECORDED:
        raise UsageError(f"{path} has more than {_MOST_RECORDED:,} bytes; a notice is some words")
    try:
        checked_recording(data)
    except InputError as error:
        raise UsageError(f"{path}: {error.what}", error.hint) from None
    return data


@contextmanager
def shown(path: Path, notice: Notice) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """
    Give a file that has the label people see or hear, and what is to be said about it.

    It is the file itself where that has a fit one, be it of the usual words, else a copy that
    stands apart, so that the file itself changes only with both labels.
    """
    from qingjian.labels import file
    from qingjian.labels.explicit.notice import USUAL
    from qingjian.labels.explicit.write import check_explicit, write_explicit

    with file.opened(path) as data:
        whole = data[0 : len(data)]
        looks = (notice, USUAL) if notice.words else (notice,)
        fit = any(check_explicit(whole, path.name, look).fit for look in looks)
    if fit:
        yield path, ("it has an explicit label already; none was added",)
        return
    with tempfile.TemporaryDirectory(prefix="qingjian-") as folder:
        copy = Path(folder, path.name)
        yield copy, write_explicit(path, copy, notice)
