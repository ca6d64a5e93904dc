"""
Small XML parts: read whole, edited byte for byte.

A part is parsed without entities of its own, so it cannot grow; depth, elements and texts are
bounded. Edits cut and insert bytes at offsets the parser told; the rest is kept as it is.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Deviation, Held

_MOST_TEXT = 4_000_000
_MOST_ELEMENTS = 100_000
_MOST_DEPTH = 256
_TAG_END = re.compile(rb"""(?:[^"'>]+|"[^"]*"|'[^']*')*+>""")
_TAG_NAME = re.compile(rb"<([^\s/>]+)")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\x00", b"\x00<")
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


@dataclass(slots=True)
class Element:
    """
    An element of a part.

    Args:
        name: namespace, a space, local name; the local name alone without a namespace.
        attributes: by name, in the same form.
        parent: index of the element around it, -1 for the root.
        at: offset of its start tag.
        last: index of the last element inside it, its own when there is none.
        close: offset of its end tag; where it ends, for an empty-element tag.
        words: from which to which of the part's pieces of text are inside it.
        spaces: the prefixes its start tag binds.
    """

    name: str
    attributes: dict[str, str]
    parent: int
    at: int
    last: int
    close: int = -1
    words: tuple[int, int] = (0, 0)
    spaces: dict[str, str] = field(default_factory=dict)

    @property
    def local(self) -> str:
        """Give its name without the namespace."""
        return self.name.rpartition(" ")[2]

    @property
    def space(self) -> str:
        """Give its namespace, empty for none."""
        return self.name.rpartition(" ")[0]

    def attribute(self, local: str) -> str:
        """Give the value of an attribute by its local name, whatever its namespace; else empty."""
        found = (v for k, v in self.attributes.items() if k.rpartition(" ")[2] == local)
        return next(found, "")


class Pair(NamedTuple):
    """A text of a part with its key; `taken` are the bytes that go when it is taken away."""

    key: str
    text: str
    taken: ByteRange
    deviations: tuple[Deviation, ...] = ()

    def labels(self) -> bool:
        """Whether it is a label, or stands where only a label may."""
        if self.key.casefold().rpartition(":")[2] == "aigc":
            return True
        return bool(marks_of([Held("pair", self.text, self.taken, "", self.key)]))


class Part:
    """
    An XML part and its elements, in document order.

    Args:
        data: its bytes.
        where: its name in words, for errors.

    Raises DamagedFile when it is no well-formed XML, declares entities or is over a bound.
    """

    def __init__(self, data: bytes, where: str) -> None:
        self.data = data
        self.where = where
        self.elements: list[Element] = []
        self.wide = data.startswith(_WIDE)
        self._utf8 = True
        self._stack: list[int] = []
        self._pieces: list[str] = []
        self._spaces: dict[str, str] = {}
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartNamespaceDeclHandler = self._bound
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._pieces.append
        self._parser.EntityDeclHandler = self._refuse
        try:
            self._parser.Parse(data, True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise DamagedFile(f"{where} is no XML: {error}") from None

    @property
    def root(self) -> Element:
        """Give the outermost element."""
        return self.elements[0]

    def children(self, parent: int) -> list[int]:
        """Give the indexes of the elements directly inside one."""
        found, at = [], parent + 1
        while at <= self.elements[parent].last:
            found.append(at)
            at = self.elements[at].last + 1
        return found

    def text(self, index: int) -> str:
        """Give all text inside an element, up to a bound."""
        first, end = self.elements[index].words
        text = "".join(self._pieces[first:end])
        if len(text) > _MOST_TEXT:
            raise DamagedFile(f"{self.where} has a text of more than {_MOST_TEXT:,} characters")
        return text

    def bound(self, index: int, prefix: str) -> str:
        """Give the namespace a prefix stands for inside an element, empty for none."""
        while index >= 0:
            element = self.elements[index]
            if prefix in element.spaces:
                return element.spaces[prefix]
            index = element.parent
        return ""

    def whole(self, index: int) -> ByteRange:
        """Give the bytes of an element with its tags; empty where offsets are not kept."""
        if self.wide:
            return ByteRange(0, 0)
        at, close = self.elements[index].at, self.elements[index].close
        end = close if self._is_empty(index) else self.data.index(b">", close) + 1
        return ByteRange(at, end)

    def inside(self, index: int) -> ByteRange:
        """Give the bytes between an element's tags; empty where offsets are not kept."""
        if self.wide:
            return ByteRange(0, 0)
        close = self.elements[index].close
        return ByteRange(close if self._is_empty(index) else self._tag_end(index), close)

    def appended(self, index: int, fresh: bytes) -> tuple[ByteRange, bytes]:
        """Give the bytes to replace, and by what, so that `fresh` is the last inside an element."""
        close = 0 if self.wide else self.elements[index].close
        if self.wide or not self._is_empty(index):
            return ByteRange(close, close), fresh
        name = _TAG_NAME.match(self.data, self.elements[index].at)
        assert name is not None
        return ByteRange(close - 2, close), b">" + fresh + b"</" + name[1] + b">"

    def spliced(self, cuts: Sequence[tuple[ByteRange, bytes]]) -> bytes:
        """Give the part with ranges replaced. Raises InputError for UTF-16."""
        if cuts and self.wide:
            what = f"{self.where} is in UTF-16, which is read but not edited"
            raise InputError(what, "Save the file again with an application that writes UTF-8.")
        kept, at = [], 0
        for taken, new in sorted(cuts, key=lambda c: (c[0].start, c[0].end)):
            kept += [self.data[at : taken.start], new]
            at = taken.end
        return b"".join([*kept, self.data[at:]])

    def relabelled(self, pairs: Sequence[Pair], fresh: bytes | None, into: int) -> bytes:
        """
        Give the part without its labels, and with `fresh` where the first was.

        Args:
            pairs: the texts of the part.
            fresh: the element of the new label; None puts none.
            into: index of the element it is appended to when there was no label under its own key.
        """
        cuts: list[tuple[ByteRange, bytes]] = []
        for pair in pairs:
            if not pair.labels():
                continue
            own = fresh is not None and pair.key.casefold() == "aigc" and not pair.deviations
            cuts.append((pair.taken, fresh if own and fresh is not None else b""))
            if own:
                fresh = None
        if fresh is not None:
            cuts.append(self.appended(into, fresh))
        return self.spliced(cuts)

    def encoded(self, markup: str) -> bytes:
        """Give markup in the part's encoding; character references where that is not UTF-8."""
        return markup.encode() if self._utf8 else markup.encode("ascii", "xmlcharrefreplace")

    def _is_empty(self, index: int) -> bool:
        """Whether an element is written as one empty-element tag."""
        return self.data[self._tag_end(index) - 2 :][:1] == b"/"

    def _tag_end(self, index: int) -> int:
        tag = _TAG_END.match(self.data, self.elements[index].at)
        if tag is None:
            raise DamagedFile(f"{self.where} is no XML: a tag does not end")
        return tag.end()

    def _declared(self, _: str, encoding: str | None, __: int) -> None:
        self._utf8 = encoding is None or encoding.casefold() in ("utf-8", "utf8")

    def _refuse(self, *_: object) -> None:
        raise DamagedFile(f"{self.where} declares entities of its own")

    def _bound(self, prefix: str | None, uri: str | None) -> None:
        self._spaces[prefix or ""] = uri or ""

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        index = len(self.elements)
        if index >= _MOST_ELEMENTS or len(self._stack) >= _MOST_DEPTH:
            raise DamagedFile(f"{self.where} has too many or too deeply nested elements")
        parent = self._stack[-1] if self._stack else -1
        at = self._parser.CurrentByteIndex
        words = (len(self._pieces), 0)
        element = Element(name, attributes, parent, at, index, -1, words, self._spaces)
        self._spaces = {}
        self.elements.append(element)
        self._stack.append(index)

    def _close(self, _: str) -> None:
        element = self.elements[self._stack.pop()]
        element.close = self._parser.CurrentByteIndex
        element.last = len(self.elements) - 1
        element.words = (element.words[0], len(self._pieces))


def as_text(value: str) -> str:
    """Give JSON as the text of an element; what XML cannot hold is escaped the way of JSON."""
    return escape(_json(value))


def as_attribute(value: str) -> str:
    """Give JSON, or a name, as a quoted attribute value."""
    return quoteattr(_json(value))


def _json(value: str) -> str:
    return _NO_XML.sub(lambda c: f"\\u{ord(c[0]):04x}", value)
