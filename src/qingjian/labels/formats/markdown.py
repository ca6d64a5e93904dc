"""
Markdown: the mark is the key AIGC of the YAML front matter at the head of the file.

Writing changes the lines of that key alone; comments, order and line ends of other keys stay, and
so do bytes that are no UTF-8. A byte order mark in front goes: whoever looks for three hyphens at
the start would not see the label. Also read: blocks stacked one after another, and blocks that were
pushed into the body; an example in a fence of code is none.

Source: TC260 practice guide on text (secondary).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from qingjian.core.errors import DamagedFile, InputError, TooLarge
from qingjian.core.types import Span, without_surrogates
from qingjian.labels.gb45438 import FIELDS, marks_of
from qingjian.labels.mark import Buffer, Deviation, Edit, Held, Mark
from qingjian.labels.splice import applied
from qingjian.labels.structures.front_matter import Block, Entry, blocks

name = "markdown"
suffixes: tuple[str, ...] = (".md", ".markdown")
text = True
place = "YAML front matter, key AIGC"
source = "TC260-PG-20258A on text (secondary)"
wrapped = False

_BOM = b"\xef\xbb\xbf"
_MOST_BYTES = 64 << 20
_MOST_BLOCKS = 64
_MOST_PAIRS = 256
_MARKED = Deviation("place.bom", source, "a byte order mark stands before the block")
_PUSHED = Deviation("place.body", source, "the block does not stand at the head of the file")
_KEY = Deviation("place.key", source, "the label's key is not AIGC")
_not_ascii = re.compile("[^\\x20-\\x7e]")
_unprintable = re.compile(
    "[^\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd"
    "\\U00010000-\\U0010ffff]"
)


class _Change(NamedTuple):
    """Code points `start` to `end` of a text are replaced by `new`."""

    start: int
    end: int
    new: str


def knows(data: Buffer, /) -> bool:
    """Whether the first bytes open a front matter."""
    return re.match(rb"---[ \t]*\r?\n", data[:100].removeprefix(_BOM)) is not None


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark; places are code points of the text. Raises DamagedFile."""
    return _held(without_surrogates(_decoded(_whole(data))[0]))


def read_text(text: str) -> list[Mark]:
    """
    Give every mark; places are code points of `text`.

    Raises DamagedFile when the first front matter is no YAML.
    """
    return marks_of(_held(text)) if "AIGC" in text or "aigc" in text else []


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """
    Give the edits that leave exactly one mark, or none for None.

    Raises DamagedFile when the front matter is no YAML, InputError when its key cannot be changed
    by whole lines.
    """
    whole = _whole(data)
    if whole[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError("the text is UTF-16", "save it as UTF-8, then label it")
    words, encoding, errors = _decoded(whole)
    found = list(blocks(words))
    if found and found[0].broken and value is not None:
        raise DamagedFile(f"the front matter is no YAML: {found[0].broken}")
    changes = list(_changes(words, found, value, True))
    if not changes:
        return []
    _check(words, found, changes, value is not None)
    bounds = list(_bounds(words, changes, encoding, errors))
    try:
        applied(whole, [Edit(start, end, b"") for start, end in bounds]).decode()
    except UnicodeDecodeError:
        changes = list(_changes(words, found, value, False))
    return [Edit(*each, new.encode()) for each, (_, _, new) in zip(bounds, changes, strict=True)]


def _bounds(
    words: str, changes: list[_Change], encoding: str, errors: str
) -> Iterator[tuple[int, int]]:
    """Give the bytes that changes replace."""
    at = byte = 0
    for start, end, _ in changes:
        byte += len(words[at:start].encode(encoding, errors))
        ends = byte + len(words[start:end].encode(encoding, errors))
        yield byte, ends
        at, byte = end, ends


def _held(words: str) -> Iterator[Held]:
    labels = others = 0
    for block in blocks(words):
        where = "front matter" + (" in the body" if block.zone == "body" else "")
        for entry in block.entries:
            pair = _pair(entry, where)
            if pair is None:
                continue
            is_label = bool(marks_of([pair]))
            if not _is_named(entry.key):
                if is_label or block.zone != "head" or others >= _MOST_PAIRS:
                    continue  # a text that quotes a label is content
                others += 1
            elif is_label:
                odd = [_MARKED] if block.marked else []
                if block.zone == "body" or (block.zone == "stacked" and not labels):
                    odd.append(_PUSHED)
                if entry.key != "AIGC":
                    odd.append(_KEY)
                labels += 1
                pair = replace(pair, deviations=tuple(odd))
            yield pair
        if labels >= _MOST_BLOCKS:
            return


def _pair(entry: Entry, where: str) -> Held | None:
    if entry.value is None:
        return None
    return Held("pair", entry.value, Span(entry.start, entry.end), where, entry.key)


def _is_named(key: str) -> bool:
    return key.casefold().rpartition(":")[2] == "aigc"


def _is_label(entry: Entry) -> bool:
    pair = _pair(entry, "") if _is_named(entry.key) else None
    return pair is not None and bool(marks_of([pair]))


def _changes(words: str, found: list[Block], value: str | None, is_utf8: bool) -> Iterator[_Change]:
    """Give the changes, in order, that leave one mark at the head, or none for None."""
    first_end = words.find("\n")
    line = "\r\n" if words[max(0, first_end - 1) : first_end] == "\r" else "\n"
    at = int(words.startswith("\ufeff"))
    if value is not None and not (found and found[0].zone == "head"):
        yield _Change(0, at, f"---{line}{_yaml(value, line, is_utf8)}---{line}")
        value = None
    elif value is not None and at:
        yield _Change(0, at, "")
    for block in found:
        if value is None:
            yield from _without_label(words, block, line, at)
        else:
            yield from _with_label(words, block, value, line, is_utf8)
            value = None
        at = block.end


def _with_label(
    words: str, block: Block, value: str, line: str, is_utf8: bool
) -> Iterator[_Change]:
    """Put the label into the front matter, in place of the one that is there."""
    column = block.entries[0].start if block.entries else block.source_start
    indent = words[max(block.source_start, words.rfind("\n", 0, column) + 1) : column]
    new = _yaml(value, line, is_utf8, "" if indent.strip(" ") else indent)
    taken = [entry for entry in block.entries if entry.key == "AIGC" or _is_label(entry)]
    if not taken:
        yield _Change(block.source_start, block.source_start, new)
    elif not _rest(words, block, taken) and words[block.source_start] == "{":
        yield _Change(block.source_start, block.source_end, new)
        return
    for number, entry in enumerate(taken):
        yield _Change(*_lines(words, block, entry), "" if number else new)


def _without_label(words: str, block: Block, line: str, before: int) -> Iterator[_Change]:
    """Take labels out of a block, and the block as well when nothing else is in it."""
    taken = [entry for entry in block.entries if _is_label(entry)]
    if not taken:
        return
    if not _rest(words, block, taken):
        start = before if block.zone == "stacked" else block.start
        above = words[max(0, start - 2) : start]
        below = words[block.end : block.end + 2]
        joins = block.zone == "body" and above.lstrip("\r\n") and below.lstrip("\r\n") == below
        yield _Change(start, block.end, line if joins and below and start else "")
        return
    for entry in taken:
        yield _Change(*_lines(words, block, entry), "")


def _rest(words: str, block: Block, taken: list[Entry]) -> str:
    """Give what a block holds beside some of its entries, without braces around them."""
    rest = []
    at = block.source_start
    for entry in taken:
        rest.append(words[at : entry.start])
        at = entry.end
    rest.append(words[at : block.source_end])
    inner = "".join(rest).strip()
    return "" if inner == "{}" else inner


def _lines(words: str, block: Block, entry: Entry) -> tuple[int, int]:
    """Give the lines of an entry. Raises InputError when it shares them with something else."""
    start = max(block.source_start, words.rfind("\n", 0, entry.start) + 1)
    end = words.find("\n", entry.end, block.source_end) + 1 or block.source_end
    after = words[entry.end : end].strip()
    if words[start : entry.start].strip(" ") or (after and not after.startswith("#")):
        raise _not_by_lines(entry.start)
    return start, end


def _check(words: str, found: list[Block], changes: list[_Change], is_labelled: bool) -> None:
    """Raise InputError unless the text after the changes has one label and its other keys."""
    parts, at = [], 0
    for start, end, new in changes:
        parts += [words[at:start], new]
        at = end
    after = "".join(parts) + words[at:]
    try:
        left = list(blocks(after))
        marks = marks_of(_held(after))
    except DamagedFile:
        raise _not_by_lines(changes[0].start) from None
    if len(marks) != is_labelled or _others(found) != _others(left):
        raise _not_by_lines(changes[0].start)


def _others(found: list[Block]) -> list[tuple[str, str | None]]:
    """Give what the front matter says beside the label."""
    head = found[0].entries if found and found[0].zone == "head" else ()
    return [(e.key, e.value) for e in head if not (e.key == "AIGC" or _is_label(e))]


def _not_by_lines(at: int) -> InputError:
    return InputError(
        f"the YAML at code point {at} cannot be changed by whole lines",
        "write its keys in block style, a line each, then label the file",
    )


def _yaml(value: str, line: str, is_utf8: bool, indent: str = "") -> str:
    """Give the lines of the key AIGC for a label's JSON."""
    fields = json.loads(value)
    lines = [f"{indent}AIGC:"]
    for key, raw in fields.items():
        written = raw if isinstance(raw, str) else json.dumps(raw)
        shown = key if key in FIELDS else _quoted(key, is_utf8)
        lines.append(f"{indent}  {shown}: {_quoted(written, is_utf8)}")
    return "".join(each + line for each in lines)


def _quoted(words: str, is_utf8: bool) -> str:
    """Give a double-quoted scalar; what YAML does not hold as it is, or no UTF-8, is escaped."""
    shown = json.dumps(without_surrogates(words), ensure_ascii=False)
    return (_unprintable if is_utf8 else _not_ascii).sub(_escaped, shown)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _decoded(data: bytes) -> tuple[str, str, str]:
    """Give the text, its encoding, and how what is none is held; each gives the bytes back."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace"), "utf-16", "replace"
    for encoding in ("utf-8", "gb18030"):
        try:
            words = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or words.encode(encoding) == data:
            return words, encoding, "strict"
    return data.decode("utf-8", "surrogateescape"), "utf-8", "surrogateescape"


def _whole(data: Buffer) -> bytes:
    if len(data) > _MOST_BYTES:
        raise TooLarge(f"the text has {len(data):,} bytes, more than {_MOST_BYTES:,}")
    return data[:]
