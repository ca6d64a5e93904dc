"""
HTML: the mark is `<meta name="AIGC" content='…'>` in the head.

It stands right after the head's start tag, or after the declaration of the page's encoding, which
browsers look for in the first 1024 bytes only. The content is ASCII: other characters are numeric
references, so it reads the same in every encoding that holds ASCII. Tags are found in bytes by the
tokenizer's rules of the HTML standard; what stands in comments, scripts, text areas and templates
is no mark. Also read: metas elsewhere or named otherwise, and JSON-LD with a member AIGC.

Source: several products write this meta; whether the practice guides define a place in HTML is
disputed, and none was found that does. WHATWG HTML standard, 13.2.5 for the tokens.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape, unescape
from html.entities import html5

from qingjian.core.errors import DamagedFile, InputError, TooLarge
from qingjian.core.types import ByteRange, without_surrogates
from qingjian.labels.formats import json as json_file
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Buffer, Deviation, Edit, Held
from qingjian.labels.splice import applied

name = "html"
suffixes: tuple[str, ...] = (".html", ".htm", ".xhtml")
text = True
place = "meta AIGC in the head"
source = "metas of several products; disputed whether a practice guide has HTML (secondary)"
wrapped = False

_MOST_BYTES = 64 << 20
_MOST_TEXT = 4_000_000
_MOST_PAIRS = 512
_MOST_LABELS = 4096
_CHARSET_BY = 1024
_JSON_LD_TYPE = "application/ld+json"
_KEY = Deviation("place.key", "", "the label's meta is not one with the name AIGC")
_BODY = Deviation("place.body", "", "the label's meta stands outside the head")
_JSON_LD = Deviation("place.text", "", "the label stands in JSON-LD, not in a meta")

_S = rb"[\t\n\f\r ]"
_VALUE = rb"=" + _S + rb"*+(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >\"'][^\t\n\f\r >]*+|(?=>))"
_ATTRIBUTES = (
    rb"(?>[\t\n\f\r /]++|[^\t\n\f\r />][^\t\n\f\r />=]*+(?:" + _S + rb"*+" + _VALUE + rb")?"
    rb"(?!" + _S + rb"*+=))*+"
)
_SEEN = (
    rb"(?:meta|head|html|body|template|svg|math|title|textarea|script|style|xmp|iframe|noembed"
    rb"|noframes|plaintext)(?=[\t\n\f\r />])"
)
_run = re.compile(
    rb"(?:[^<]++|</?(?!(?i:" + _SEEN + rb"))[A-Za-z][^\t\n\f\r />]*+" + _ATTRIBUTES + rb">"
    rb"|<(?:\?|!(?!--|\[CDATA\[)|/(?![A-Za-z]))[^>]*+>|<(?![A-Za-z/!?]))*+"
)
_tag = re.compile(rb"<(/?)([A-Za-z][^\t\n\f\r />]*+)(" + _ATTRIBUTES + rb")>")
_attribute = re.compile(
    rb"([^\t\n\f\r />][^\t\n\f\r />=]*+)"
    rb"(?:" + _S + rb"*+=" + _S + rb"*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\t\n\f\r >]++)))?"
)
_comment_end = re.compile(rb"--!?>")
_charset = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?((?:utf-?8|gb|big5|shift|euc|iso-8859|windows)[\w-]*+)",
    re.I,
)
_script_step = re.compile(rb"<!--|-->|<(/?)script(?=[\t\n\f\r />])", re.I)
_prologue = re.compile(
    rb"(?:\xef\xbb\xbf)?" + _S + rb"*+(?:<\?[^>]*+>" + _S + rb"*+)?"
    rb"(?:(?:<!--(?:[^-]++|-(?!->))*+-->" + _S + rb"*+)*+<!doctype[^>]*+>)?",
    re.I,
)
_reference = re.compile(r"&(?:#[0-9]++;?|#[xX][0-9a-fA-F]++;?|([A-Za-z][A-Za-z0-9]*+)(;?)(=?))")
_line = re.compile(rb"\r?\n[ \t]{0,200}+")
_raw_end = {
    raw: re.compile(rb"</" + raw + rb"(?=[\t\n\f\r />])", re.I)
    for raw in (*(b"title", b"textarea", b"style", b"xmp", b"iframe", b"noembed", b"noframes"),)
}


@dataclass(slots=True)
class _Piece:
    """A meta, a title or JSON-LD: where its tag stands and where its text does."""

    held: Held
    at: ByteRange
    inner: ByteRange
    is_label: bool
    is_meta: bool = False


class _Page:
    """One pass over a page: its pieces, where a mark goes, and where the head ends."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        start = _prologue.match(data)
        self.place = 0 if start is None else start.end()
        self.xml = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml")
        self.body = -1
        self._encoding = _encoding(data)
        self.pieces: list[_Piece] = []
        self._has_head = self._has_charset = False
        self._inert = self._labels = 0
        self._foreign: list[bytes] = []
        at = self.place
        while at >= 0:
            at = self._step(at)

    def _step(self, at: int) -> int:
        """Pass what does not matter and one thing that may; -1 at the end."""
        run = _run.match(self.data, at)
        at = at if run is None else run.end()
        if self.data.startswith(b"<!--", at):
            for empty in (b"<!-->", b"<!--->"):
                if self.data.startswith(empty, at):
                    return at + len(empty)
            end = _comment_end.search(self.data, at + 4)
            return -1 if end is None else end.end()
        if self.data.startswith(b"<![CDATA[", at):
            mark = b"]]>" if self.xml or self._foreign else b">"
            found = self.data.find(mark, at + 9)
            return -1 if found < 0 else found + len(mark)
        tag = _tag.match(self.data, at)
        return -1 if tag is None else self._tag(tag)

    def _tag(self, tag: re.Match[bytes]) -> int:
        """Take a tag that may matter; give where to go on."""
        kind = tag[2].lower()
        if tag[1]:
            if kind == b"template":
                self._inert = max(0, self._inert - 1)
            elif kind == b"head" and self.body < 0 and not self._inert:
                self.body = tag.start()
            elif self._foreign and self._foreign[-1] == kind:
                self._foreign.pop()
            return tag.end()
        closed = tag[3].endswith(b"/")
        if kind in (b"svg", b"math"):
            if not closed and len(self._foreign) < _MOST_PAIRS:
                self._foreign.append(kind)
        elif self._foreign and kind not in (b"meta", b"head", b"body"):
            return tag.end()
        elif kind == b"plaintext":
            return -1
        elif kind == b"template":
            self._inert += not (closed and self.xml)
        elif kind == b"script" or kind in _raw_end:
            return tag.end() if closed and self.xml else self._raw(kind, tag)
        elif not self._inert:
            self._foreign.clear()
            self._structure(kind, tag)
        return tag.end()

    def _structure(self, kind: bytes, tag: re.Match[bytes]) -> None:
        if kind == b"meta":
            self._meta(tag)
        elif self.body < 0 and not self._has_head and kind in (b"head", b"html"):
            self.place = tag.end()
            self._has_head = kind == b"head"
        elif self.body < 0 and kind == b"body":
            self.body = tag.start()

    def _meta(self, tag: re.Match[bytes]) -> None:
        with_values = self._attributes(tag)
        is_type = with_values.get("http-equiv", "").casefold() == "content-type"
        is_early = self.body < 0 and not self._has_charset and tag.start() < _CHARSET_BY
        if is_early and ("charset" in with_values or is_type):
            self.place = tag.end()
            self._has_charset = True
        key = with_values.get("name", "") or with_values.get("property", "")
        value = with_values.get("content", "")
        if not key or not value or len(value) > _MOST_TEXT:
            return
        at = ByteRange(tag.start(), tag.end())
        entry = Held("pair", value, at, f"meta {key[:60]}", key)
        is_label = bool(marks_of([entry]))
        if is_label:
            named = with_values.get("name") == "AIGC"
            odd = (*(() if named else (_KEY,)), *((_BODY,) if self.body >= 0 else ()))
            entry = replace(entry, deviations=odd)
        self._add(_Piece(entry, at, at, is_label, True))

    def _attributes(self, tag: re.Match[bytes]) -> dict[str, str]:
        """Give the attributes of a tag; of two with one name the first counts."""
        found: dict[str, str] = {}
        for each in _attribute.finditer(tag[3]):
            key = each[1].decode("latin-1").lower()
            words = self._decoded(each[2] or each[3] or each[4] or b"")
            found.setdefault(key, _reference.sub(_resolved, words))
        return found

    def _decoded(self, words: bytes) -> str:
        """Give text in the page's encoding, else in GB 18030."""
        try:
            return without_surrogates(words.decode(self._encoding))
        except ValueError:
            return words.decode("gb18030", "replace")

    def _raw(self, kind: bytes, tag: re.Match[bytes]) -> int:
        """Pass an element whose text holds no tags; keep a title's, and JSON-LD."""
        start = tag.end()
        if kind == b"script":
            end = _script_end(self.data, start)
        else:
            found = _raw_end[kind].search(self.data, start)
            end = -1 if found is None else found.start()
        if end < 0 or end - start > _MOST_TEXT or self._inert:
            return end
        inner = ByteRange(start, end)
        if kind == b"title":
            words = unescape(self._decoded(self.data[start:end])).strip()
            entry = Held("pair", words, inner, "title", "title")
            if words and not marks_of([entry]):  # a title that quotes a label is content
                self._add(_Piece(entry, inner, inner, False))
        elif kind == b"script" and self._attributes(tag).get("type", "").lower() == _JSON_LD_TYPE:
            self._json(inner)
        return end

    def _json(self, inner: ByteRange) -> None:
        content = self.data[inner.start : inner.end]
        entry = Held("pair", self._decoded(content).strip(), inner, "script ld+json", "ld+json")
        is_label = bool(marks_of([entry]))
        if is_label:
            left = self._decoded(applied(content, _json_edits(content)))
            if marks_of([replace(entry, value=left.strip())]):  # no member that could go
                return
            entry = replace(entry, deviations=(_JSON_LD,))
        self._add(_Piece(entry, inner, inner, is_label))

    def _add(self, piece: _Piece) -> None:
        self._labels += piece.is_label
        if self._labels > _MOST_LABELS:
            raise DamagedFile(f"the page has more than {_MOST_LABELS} labels")
        if piece.is_label or len(self.pieces) - self._labels < _MOST_PAIRS:
            self.pieces.append(piece)


def knows(data: Buffer, /) -> bool:
    """Whether the first bytes are a document type, or the tag html or head."""
    head = data[:1000]
    start = _prologue.match(head)
    at = 0 if start is None else start.end()
    before, rest = head[:at].lower(), head[at:].lstrip().lower()
    return b"<!doctype html" in before or rest.startswith((b"<html", b"<head"))


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    whole = _whole(data)
    wide = _wide(whole)
    page = _Page(whole.decode(wide, "replace").encode() if wide else whole)
    for piece in page.pieces:
        yield replace(piece.held, at=ByteRange(0, len(whole))) if wide else piece.held


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """
    Give the edits that leave exactly one mark, or none for None.

    Raises InputError, DamagedFile where what is taken away would bring another label to light.
    """
    whole = _whole(data)
    if _wide(whole):
        raise InputError("the page is UTF-16", "save it as UTF-8, then label it")
    page = _Page(whole)
    edits: list[Edit] = []
    new = b"" if value is None else _meta(value, page.xml or b"XHTML" in whole[: page.place])
    for piece in page.pieces:
        if not piece.is_label:
            continue
        at = piece.at
        in_place = page.place <= at.start and (page.body < 0 or at.start < page.body)
        if not piece.is_meta:
            inner = _json_edits(whole[at.start : at.end])
            edits += [Edit(e.start + at.start, e.end + at.start, e.new) for e in inner]
        elif new and in_place and _KEY not in piece.held.deviations:
            edits.append(Edit(at.start, at.end, new))
            new = b""
        else:
            edits.append(_removal(whole, at))
    if new:
        line = _line.match(whole, page.place)
        edits.append(Edit(page.place, page.place, (line[0] if line else b"") + new))
    edits.sort()
    if edits and len(marks_of(held(applied(whole, edits)))) != (value is not None):
        raise DamagedFile("the page's tags run into each other: a label among them stays")
    return edits


def _meta(value: str, xml: bool) -> bytes:
    content = escape(value, quote=False).replace("'", "&#39;")
    content = re.sub("[^\x00-\x7e]", _in_ascii, content)
    return f"<meta name=\"AIGC\" content='{content}'{' /' if xml else ''}>".encode()


def _in_ascii(found: re.Match[str]) -> str:
    """Give a reference to a character; JSON's escape for those that no reference may name."""
    code = ord(found[0])
    unnamed = code < 0xA0 or 0xD800 <= code < 0xE000 or 0xFDD0 <= code < 0xFDF0
    if code < 0x10000 and (unnamed or code >= 0xFFFE):
        return f"\\u{code:04x}"
    return json.dumps(found[0])[1:-1] if code & 0xFFFE == 0xFFFE else f"&#{code};"


def _removal(data: bytes, at: ByteRange) -> Edit:
    """Take a tag away, with its line when it stands alone on one."""
    before = data[max(0, at.start - 250) : at.start]
    lead = len(before) - len(before.rstrip(b" \t"))
    bare = before.removesuffix(before[len(before) - lead :]) if lead else before
    if bare.endswith(b"\n") and data[at.end : at.end + 2].startswith((b"\n", b"\r\n")):
        end = 2 if bare.endswith(b"\r\n") else 1
        return Edit(at.start - lead - end, at.end, b"")
    return Edit(at.start, at.end, b" " if before.endswith(b"<") else b"")


def _json_edits(content: bytes) -> list[Edit]:
    """Give the edits that take a label out of JSON-LD; none where it is no JSON."""
    try:
        return json_file.write(content, None)
    except InputError:
        return []


def _script_end(data: bytes, at: int) -> int:
    """Give where a script's end tag starts, -1 if nowhere; `<!--<script>` opens another."""
    escaped = doubled = False
    while True:
        step = _script_step.search(data, at)
        if step is None:
            return -1
        at = step.end()
        if step[0] == b"<!--":
            escaped = True
            at -= 2
        elif step[0] == b"-->":
            escaped = doubled = False
        elif not step[1]:
            doubled = escaped
        elif not doubled:
            return step.start()
        else:
            doubled = False


def _resolved(found: re.Match[str]) -> str:
    """Give what a reference in an attribute stands for; one without its end may be none."""
    word, end, equals = found[1], found[2], found[3]
    if word is None:
        return unescape(found[0])
    if word + end in html5 and (end or not equals):
        return html5[word + end] + equals
    return found[0]


def _encoding(data: bytes) -> str:
    """Give the encoding that a page says, else UTF-8 or GB 18030 by its bytes."""
    said = _charset.search(data, 0, _CHARSET_BY)
    if said and not data.startswith(b"\xef\xbb\xbf"):
        word = said[1].decode("ascii").lower()
        try:
            return "gb18030" if word.startswith("gb") else codecs.lookup(word).name
        except LookupError:
            pass
    try:
        data.decode()
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _wide(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    return {b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}.get(data[:2], "")


def _whole(data: Buffer) -> bytes:
    if len(data) > _MOST_BYTES:
        raise TooLarge(f"the page has {len(data):,} bytes, more than {_MOST_BYTES:,}")
    return data[:]
