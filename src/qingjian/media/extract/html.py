"""
The words of an HTML page, without tags, scripts and styles, with the way back to the source.

Entities are resolved. Tags between words count as nothing inside a line and as a line break where
the element starts a block, so that a term cut by inline tags is still one term.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

from qingjian.core.types import Document, Item, Place, Span, Text
from qingjian.media.extract import Child

_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "kbd",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_SILENT = frozenset(["script", "style", "template", "noscript", "head"]) - {"head"}
_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")
_SPOKEN = frozenset({"alt", "title", "placeholder", "aria-label", "content"})


class _Words(HTMLParser):
    """
    Collects (where in the source, length in the source, words).

    The parser is fed the source with each `&` masked, for it gives up at a reference that is not
    well formed, and all that follows the last `>`, where it takes very long; the words are taken
    from the source, and references are resolved here.
    """

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self._masked = _mask(source)
        self.pieces: list[tuple[int, int, str]] = []
        self._lines = [0]
        at = source.find("\n")
        while at >= 0:
            self._lines.append(at + 1)
            at = source.find("\n", at + 1)
        self._silent = 0
        self._source = source
        closed = source.rfind(">") + 1
        masked = source[:closed].replace("&", self._masked)
        self.feed(masked + self._masked * (len(source) - closed))
        self.close()

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _break(self) -> None:
        if self.pieces and not self.pieces[-1][2].endswith("\n"):
            self.pieces.append((self._at(), 0, "\n"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag not in _INLINE:
            self._break()
        if not self._silent:
            raw = self.get_starttag_text() or ""
            at = self._at()
            for name, value in attrs:
                if value and (name in _SPOKEN) and not (tag == "meta" and _technical(attrs)):
                    words = unescape(value.replace(self._masked, "&"))
                    self.pieces += [(at, len(raw), words), (at + len(raw), 0, "\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag not in _INLINE:
            self._break()

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        at = start = self._at()
        end = start + len(data)
        for reference in _REFERENCE.finditer(self._source, start, end):
            raw, words = reference[0], unescape(reference[0])
            same = _same_end(raw, words)
            if same < len(raw):
                self._words(at, reference.start())
                at = reference.end() - same
                self.pieces.append((reference.start(), len(raw) - same, words[: len(words) - same]))
        self._words(at, end)

    def _words(self, start: int, end: int) -> None:
        if start < end:
            self.pieces.append((start, end - start, self._source[start:end]))

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Take `<![…>` for a comment, as browsers do; the standard library raises on most."""
        return self.parse_bogus_comment(i, report)


def _mask(source: str) -> str:
    """Give a private character that the source does not hold; any, where it holds them all."""
    return next((c for c in map(chr, range(0xE000, 0xF900)) if c not in source), "\ue000")


def _same_end(a: str, b: str) -> int:
    """Give how many characters at the end of both texts are the same."""
    same = 0
    for x, y in zip(reversed(a), reversed(b), strict=False):
        if x != y:
            break
        same += 1
    return same


def _technical(attrs: list[tuple[str, str | None]]) -> bool:
    return any(
        n in ("charset", "http-equiv") or (n == "name" and v in ("viewport", "AIGC"))
        for n, v in attrs
    )


def knows(item: Item, /) -> bool:
    """Whether the item is an HTML document."""
    return isinstance(item, Document) and item.format == "html"


def children(item: Item, /) -> Iterator[Child]:
    """Give the words as one text; places inside an entity or attribute become the whole of it."""
    assert isinstance(item, Document)
    pieces = _Words(item.body).pieces
    starts: list[int] = []
    at = 0
    for _, _, words in pieces:
        starts.append(at)
        at += len(words)

    def source_range(i: int) -> tuple[int, int]:
        k = bisect_right(starts, i) - 1
        where, length, words = pieces[k]
        if length == len(words):
            return where + i - starts[k], where + i - starts[k] + 1
        return where, where + length

    def back(place: Place) -> Place:
        if not isinstance(place, Span) or not pieces:
            return place
        last = max(place.start, place.end - 1)
        return Span(source_range(place.start)[0], source_range(last)[1])

    body = "".join(words for _, _, words in pieces)
    yield Child(Text(id=f"{item.id}#text", about=item.about, parent=item.id, body=body), back)
