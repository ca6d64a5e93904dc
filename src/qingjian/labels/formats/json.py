"""
JSON: the mark is the member AIGC of the top-level object, put before all others where it is new.

The file is scanned, not parsed: a value is walked with a stack of its own, and all bytes but those
of the member stay. NaN and Infinity are let pass, since common writers write them. Also read: the
same member under a name in other case, as answers of interfaces have it.

Source: no public source gives a place in JSON; the member is a rule of ours, after answers of
interfaces seen in public files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from qingjian.core.errors import DamagedFile, InputError, TooLarge
from qingjian.core.types import ByteRange, without_surrogates
from qingjian.labels.gb45438 import FIELDS, marks_of
from qingjian.labels.mark import Buffer, Deviation, Edit, Held
from qingjian.labels.splice import applied

name = "json"
suffixes: tuple[str, ...] = (".json",)
text = True
place = "top-level member AIGC"
source = "none is public; a rule of ours"
wrapped = False

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"{\x00", b"\x00{")
_MOST_BYTES = 64 << 20
_MOST_TEXT = 4_000_000
_MOST_DEPTH = 10_000
_MOST_PAIRS = 256
_MOST_LABELS = 4096
_MOST_SPACE = 1000
_KEY = Deviation("place.key", "", "the label's member is not named AIGC")

_S = rb"[ \t\r\n]*+"
_STRING = rb'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
_SCALAR = (
    rb"(?>" + _STRING + rb"|-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?"
    rb"|true|false|null|NaN|-?Infinity)"
)
_PAIR = _STRING + _S + rb":" + _S + _SCALAR + _S
_ITEM = _SCALAR + _S
_FLAT = (
    rb"(?>" + _SCALAR + rb"|\[" + _S + rb"(?:" + _ITEM + rb"(?:," + _S + _ITEM + rb")*+)?\]"
    rb"|\{" + _S + rb"(?:" + _PAIR + rb"(?:," + _S + _PAIR + rb")*+)?\})"
)
_space = re.compile(_S)
_flat = re.compile(_FLAT)
_key = re.compile(rb"(" + _STRING + rb")" + _S + rb":" + _S)
_items = re.compile(rb"(?:" + _FLAT + _S + rb"," + _S + rb")*+")
_pairs = re.compile(rb"(?:" + _STRING + _S + rb":" + _S + _FLAT + _S + rb"," + _S + rb")*+")
_other = rb'(?:"(?![^"\\]*+(?<=[aA][iI][gG][cC])")[^"\\\x00-\x1f]*+"'
_others = re.compile(_other + _S + rb":" + _S + _FLAT + _S + rb"," + _S + rb")*+")


class Member(NamedTuple):
    """A member of the top-level object, and the commas around it; -1 where there is none."""

    key: str
    at: ByteRange
    value: ByteRange
    comma_before: int
    comma_after: int


def knows(data: Buffer, /) -> bool:
    """Whether the first bytes open an object with a member, or an empty one."""
    head = data[:200].removeprefix(_BOM).lstrip(b" \t\r\n")
    return head[:1] == b"{" and head[1:].lstrip(b" \t\r\n")[:1] in (b'"', b"}")


def members(data: bytes) -> Iterator[Member]:
    """
    Give the first members of the top-level object, then those alone that are named for a label.

    A top-level value that is no object has none. Raises DamagedFile where the bytes are no JSON.
    """
    at = _skip(data, len(_BOM) if data.startswith(_BOM) else 0)
    if data[at : at + 1] != b"{":
        _refuse_more(data, _value_end(data, at))
        return
    at = _skip(data, at + 1)
    if data[at : at + 1] == b"}":
        _refuse_more(data, at + 1)
        return
    comma = -1
    count = 0
    while True:
        if count >= _MOST_PAIRS:
            skipped = _end(_others, data, at)
            if skipped > at:
                comma = data.rfind(b",", at, skipped)
            at = skipped
        key = _key.match(data, at)
        if key is None:
            raise _broken(data, at)
        end = _value_end(data, key.end())
        after = _skip(data, end)
        ends = data[after : after + 1] == b"}"
        if not ends and data[after : after + 1] != b",":
            raise _broken(data, after)
        here, value = ByteRange(at, end), ByteRange(key.end(), end)
        yield Member(_word(key[1]), here, value, comma, -1 if ends else after)
        if ends:
            _refuse_more(data, after + 1)
            return
        comma, at, count = after, _skip(data, after + 1), count + 1


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    whole = _whole(data)
    labels = pairs = 0
    for member in members(whole):
        start, end = member.value.start, member.value.end
        if end - start > _MOST_TEXT:
            continue
        if _is_named(member.key):
            labels += 1
            if labels > _MOST_LABELS:
                raise DamagedFile(f"the JSON has more than {_MOST_LABELS} members {member.key}")
            yield _label(whole, member)
        elif pairs < _MOST_PAIRS and whole[start : start + 1] == b'"':
            pairs += 1
            words = _word(whole[start:end])
            entry = Held("pair", words, member.at, f"member {member.key[:60]}", member.key)
            if not marks_of([entry]):  # a text that quotes a label is content
                yield entry


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """
    Give the edits that leave exactly one mark, or none for None.

    Raises DamagedFile for what is no JSON, InputError where the top level is no object or the
    member AIGC holds something else.
    """
    whole = _whole(data)
    named = [m for m in members(whole) if _is_named(m.key)]
    taken = [m for m in named if marks_of([_label(whole, m)])]
    if value is None:
        return _removals(whole, taken)
    start = _skip(whole, len(_BOM) if whole.startswith(_BOM) else 0)
    if whole[start : start + 1] != b"{":
        raise InputError(
            "the top level of this JSON is no object, so it has no member for a label",
            "`qingjian label write` puts the label into a file beside it",
        )
    for member in named:
        if member.key == "AIGC" and member not in taken:
            _refuse_content(whole, member)
            taken.append(member)
    taken.sort(key=lambda member: member.at.start)
    rest = applied(whole, [Edit(m.at.start, m.at.end, b"") for m in taken])
    new = b'"AIGC": ' + _encoded(rest, value)
    if taken:
        first = Edit(taken[0].at.start, taken[0].at.end, new)
        return [first, *_removals(whole, taken[1:])]
    at = _skip(whole, start + 1)
    if whole[at : at + 1] == b"}":
        return [Edit(start + 1, start + 1, new)]
    space = whole[start + 1 : at] if at - start <= _MOST_SPACE else b""
    return [Edit(start + 1, start + 1, space + new + b",")]


def _removals(data: bytes, taken: list[Member]) -> list[Edit]:
    """Give the edits that take members away, each with a comma beside it."""
    edits: list[Edit] = []
    at = 0
    while at < len(taken):
        last = at
        while last + 1 < len(taken) and taken[last + 1].comma_before == taken[last].comma_after:
            last += 1
        first, end = taken[at], taken[last]
        if first.comma_before >= 0:
            edits.append(Edit(first.comma_before, end.at.end, b""))
        elif end.comma_after >= 0:
            start = len(data[: first.at.start].rstrip(b" \t\r\n"))
            edits.append(Edit(start, end.comma_after + 1, b""))
        else:
            edits.append(Edit(first.at.start, end.at.end, b""))
        at = last + 1
    return edits


def _value_end(data: bytes, at: int) -> int:
    """Give where the value at `at` ends. Raises DamagedFile."""
    stack = bytearray()
    while True:
        flat = _flat.match(data, at)
        opened = data[at : at + 1]
        if flat is not None:
            at = flat.end()
        elif opened in (b"[", b"{"):
            stack += opened
            if len(stack) > _MOST_DEPTH:
                raise DamagedFile(f"the JSON nests more than {_MOST_DEPTH:,} deep at byte {at}")
            at = _next_value(data, _skip(data, at + 1), stack[-1])
            continue
        else:
            raise _broken(data, at)
        while stack:
            at = _skip(data, at)
            mark = data[at : at + 1]
            if mark == b",":
                at = _next_value(data, _skip(data, at + 1), stack[-1])
                break
            if mark != (b"]" if stack[-1] == ord("[") else b"}"):
                raise _broken(data, at)
            del stack[-1]
            at += 1
        else:
            return at


def _next_value(data: bytes, at: int, container: int) -> int:
    """Give where the next value starts that is not flat, or the last one; its key is passed."""
    if container == ord("["):
        return _end(_items, data, at)
    at = _end(_pairs, data, at)
    key = _key.match(data, at)
    if key is None:
        raise _broken(data, at)
    return key.end()


def _end(run: re.Pattern[bytes], data: bytes, at: int) -> int:
    """Give where a run ends; one that may be empty always matches."""
    found = run.match(data, at)
    return at if found is None else found.end()


def _skip(data: bytes, at: int) -> int:
    return _end(_space, data, at)


def _refuse_more(data: bytes, at: int) -> None:
    at = _skip(data, at)
    if at < len(data):
        raise DamagedFile(f"bytes stand after the end of the JSON at byte {at}")


def _broken(data: bytes, at: int) -> DamagedFile:
    if at >= len(data):
        return DamagedFile(f"the JSON is cut at byte {len(data)}")
    return DamagedFile(f"the JSON breaks at byte {at}")


def _whole(data: Buffer) -> bytes:
    if len(data) > _MOST_BYTES:
        raise TooLarge(f"the JSON has {len(data):,} bytes, more than {_MOST_BYTES:,}")
    if data[:2] in _UTF16:
        raise DamagedFile("the JSON is UTF-16 at byte 0", "JSON files are UTF-8, RFC 8259 8.1")
    return data[:]


def _is_named(key: str) -> bool:
    return key.casefold().rpartition(":")[2] == "aigc"


def _word(quoted: bytes) -> str:
    """Give the text of a string that was scanned."""
    return without_surrogates(str(json.loads(quoted.decode("utf-8", "replace"))))


def _label(data: bytes, member: Member) -> Held:
    words = data[member.value.start : member.value.end].decode("utf-8", "replace")
    odd = () if member.key == "AIGC" else (_KEY,)
    return Held("pair", words, member.at, f"member {member.key[:60]}", member.key, odd)


def _refuse_content(data: bytes, member: Member) -> None:
    """Raise InputError for a member AIGC that is content, not a label that lacks its value."""
    try:
        value = json.loads(data[member.value.start : member.value.end])
    except (ValueError, RecursionError):
        value = ...
    if isinstance(value, dict):
        if not value or not value.keys().isdisjoint(FIELDS):
            return
    elif value is None or value == "":
        return
    raise InputError(
        f"the member AIGC at byte {member.at.start} holds something that is no label",
        "give that member another name, or put the label into a file beside this one",
    )


def _encoded(rest: bytes, value: str) -> bytes:
    """Give the label's JSON as bytes that fit the rest of the file: ASCII where it is not UTF-8."""
    try:
        rest.decode()
        return value.encode()
    except UnicodeError:
        return json.dumps(json.loads(value), separators=(",", ":")).encode()
