"""
The words of an HTML page, without tags, scripts and styles, entities resolved, with the way back to the source.

Tags between words count as nothing inside a line and as a line break where the element starts a block, so that a term
cut by inline tags is still one term.
"""

from __future__ import annotations

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
_SPOKEN = frozenset({"alt", "title", "placeholder", "aria-label", "content"})


class _Words(HTMLParser):
    """Collects (where in the source, length in the source, words)."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[tuple[int, int, str]] = []
        self._lines = [0]
        at = source.find("\n")
        while at >= 0:
            self._lines.append(at + 1)
            at = source.find("\n", at + 1)
        self._silent = 0
        self._source = source

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
            for name, value in attrs:
                if value and (name in _SPOKEN) and not (tag == "meta" and _technical(attrs)):
                    self.pieces += [(self._at(), len(raw), value), (self._at() + len(raw), 0, "\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag not in _INLINE:
            self._break()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append((self._at(), len(data), data))

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name}")

    def _reference(self, raw: str) -> None:
        if self._silent:
            return
        at = self._at()
        length = len(raw) + self._source.startswith(";", at + len(raw))
        self.pieces.append((at, length, unescape(raw + ";")))


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
    parser = _Words(item.body)
    parser.feed(item.body)
    parser.close()
    pieces = parser.pieces
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
        if not isinstance(place, Span):
            return place
        return Span(source_range(place.start)[0], source_range(place.end - 1)[1])

    body = "".join(words for _, _, words in pieces)
    yield Child(Text(id=f"{item.id}#text", about=item.about, parent=item.id, body=body), back)
