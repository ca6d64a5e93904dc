"""
Texts in the user data of a movie: tables of keys, iTunes tags, QuickTime and 3GPP texts.

Source: QuickTime File Format, metadata (keys, ilst, data) and user data text strings; 3GPP TS
26.244, 8 (asset information); the iTunes form `----` (mean, name, data) as public readers know it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer, Deviation, Held
from qingjian.labels.structures.isobmff import (
    Box,
    Changes,
    box,
    children,
    meta_skipped,
    read,
)

_ASSETS = frozenset(b"titl dscp cprt perf auth gnre albm".split())
_UTF8, _UTF16 = 1, 2
KEY = b"mdtaAIGC"
"""Namespace and key of the label."""

_MOST_TEXTS = 20_000
_MOST_LETTERS = 16_000_000


class Text(NamedTuple):
    """
    A text with its key.

    Args:
        key: as written.
        value: the text.
        box: what goes when the text goes.
        number: of its key in the table of keys, 0 without one.
        alone: whether that table has no other key.
    """

    key: str
    value: str
    box: Box
    number: int = 0
    alone: bool = False

    def held(self) -> Held:
        """Give the text as what may be a mark."""
        odd: tuple[Deviation, ...] = ()
        parent = self.box.parent.path if self.box.parent else ""
        if not self.number and ("AIGC" in self.key or "AIGC" in self.value[:200]):
            what = f"the label stands in {parent} {self.key[:40]}, not under a key"
            odd = (Deviation("place.item", "TC260-PG-20257A", what),)
        elif self.alone and "/udta/" not in parent and "AIGC" in self.key.upper():
            what = f"the label stands in {parent}, not in moov/udta/meta"
            odd = (Deviation("place.meta", "TC260-PG-20257A", what),)
        place = f"{parent} {self.key[:60]}"
        return Held("pair", self.value, ByteRange(*self.box[1:4:2]), place, self.key, odd)


class Keys(NamedTuple):
    """
    A `meta` with a table of keys.

    Args:
        meta: the box.
        handler: its handler's type.
        keys: the box of the keys.
        ilst: the box of the values.
        names: namespace and key of each, with the bytes of its entry.
    """

    meta: Box
    handler: bytes
    keys: Box
    ilst: Box | None
    names: list[tuple[bytes, int, int]]

    def name(self, index: int) -> bytes:
        """Give namespace and key of an index from 1, nothing where there is none."""
        return self.names[index - 1][0] if 1 <= index <= len(self.names) else b""

    def of_labels(self) -> set[int]:
        """Give the indexes of every key AIGC, in any case of letters."""
        return {i for i, (name, _, _) in enumerate(self.names, 1) if name[4:].lower() == b"aigc"}

    def is_whole(self, data: Buffer) -> bool:
        """Whether there are values, and all of them have a key."""
        if self.ilst is None:
            return False
        numbers = [int.from_bytes(item.type, "big") for item in children(data, self.ilst)]
        return all(0 < number <= len(self.names) for number in numbers)

    def is_empty_without(self, dropped: set[int], data: Buffer) -> bool:
        """Whether nothing but the handler is left without these keys."""
        inside = children(data, self.meta, meta_skipped(data, self.meta))
        items = children(data, self.ilst) if self.ilst else []
        return (
            bool(dropped)
            and len(dropped) == len(self.names)
            and {b.type for b in inside} <= {b"hdlr", b"keys", b"ilst", b"free"}
            and all(int.from_bytes(item.type, "big") in dropped for item in items)
        )

    def edit(
        self,
        data: Buffer,
        changes: Changes,
        dropped: set[int],
        kept: Text | None = None,
        value: str | None = None,
    ) -> None:
        """
        Take keys and their items away, and put a text.

        Args:
            data: the file.
            changes: get the edits.
            dropped: indexes of keys that go.
            kept: the item that gets the value; others under its key go.
            value: the text; it gets a new key AIGC when no item is kept.
        """
        left = [i for i in range(1, len(self.names) + 1) if i not in dropped]
        renumbered = {old: new for new, old in enumerate(left, 1)}
        for index in sorted(dropped):
            changes.replace(*self.names[index - 1][1:], b"", self.keys)
        for item in children(data, self.ilst) if self.ilst else ():
            index = int.from_bytes(item.type, "big")
            if kept and item == kept.box and value is not None:
                new = _item(renumbered[index], value)
                changes.replace(item.start, item.end, new, self.ilst)
            elif index in dropped or (kept and index == kept.number):
                changes.remove(item)
            elif index in renumbered:
                number = renumbered[index].to_bytes(4, "big")
                changes.replace(item.start + 4, item.start + 8, number, None)
        if kept is None and value is not None and self.ilst is not None:
            left.append(0)
            end = self.names[-1][2] if self.names else self.keys.body + 8
            changes.replace(end, end, box(KEY[:4], KEY[4:]), self.keys)
            end = max((b.end for b in children(data, self.ilst)), default=self.ilst.body)
            changes.replace(end, end, _item(len(left), value), self.ilst)
        count = len(left).to_bytes(4, "big")
        changes.replace(self.keys.body + 4, self.keys.body + 8, count, None)


def _item(index: int, value: str) -> bytes:
    kind = _UTF8.to_bytes(4, "big") + bytes(4)
    return box(index.to_bytes(4, "big"), box(b"data", kind, value.encode()))


def new_meta(value: str) -> bytes:
    """Give a `meta` whose one key is AIGC."""
    keys = box(b"keys", bytes(4), (1).to_bytes(4, "big"), box(KEY[:4], KEY[4:]))
    handler = box(b"hdlr", bytes(8), b"mdta", bytes(13))
    return box(b"meta", bytes(4), handler, keys, box(b"ilst", _item(1, value)))


class Places(NamedTuple):
    """
    Where a movie and its tracks hold texts.

    Args:
        metas: every `meta`, in their user data or not, in order of place.
        udtas: all user data.
        packets: the XMP packets in user data.
    """

    metas: list[Box]
    udtas: list[Box]
    packets: list[Box]


def places(data: Buffer, moov: Box) -> Places:
    """Give where a movie and its tracks hold texts, in one walk. Raises DamagedFile."""
    inside = children(data, moov)
    inside += [b for trak in inside if trak.type == b"trak" for b in children(data, trak)]
    udtas = [b for b in inside if b.type == b"udta"]
    told = [b for udta in udtas for b in children(data, udta)]
    metas = [b for b in (*inside, *told) if b.type == b"meta"]
    packets = [b for b in told if b.type == b"XMP_"]
    return Places(sorted(metas, key=lambda b: b.start), udtas, packets)


def keys_of(data: Buffer, meta: Box) -> Keys | None:
    """Give the table of keys of a `meta`, None when it has none. Raises DamagedFile."""
    return _keys(data, meta, children(data, meta, meta_skipped(data, meta)))


def _keys(data: Buffer, meta: Box, boxes: list[Box]) -> Keys | None:
    inside = {b.type: b for b in reversed(boxes)}
    table = inside.get(b"keys")
    if table is None:
        return None
    handler = inside.get(b"hdlr")
    kind = data[handler.body + 8 : min(handler.end, handler.body + 12)] if handler else b""
    if table.end - table.body < 8:
        raise DamagedFile(f"the box keys at byte {table.start} is cut short")
    count = int.from_bytes(data[table.body + 4 : table.body + 8], "big")
    entries = children(data, table, 8)
    if count > len(entries) or count > _MOST_TEXTS:
        raise DamagedFile(f"the box keys at byte {table.start} has {len(entries)} of {count} keys")
    names = [(e.type + read(data, e), e.start, e.end) for e in entries[:count]]
    return Keys(meta, kind, table, inside.get(b"ilst"), names)


def texts_of(data: Buffer, meta: Box) -> Iterator[Text]:
    """Give the texts in the lists of a `meta`. Raises DamagedFile."""
    inside = children(data, meta, meta_skipped(data, meta))
    keys, letters = _keys(data, meta, inside), 0
    for ilst in inside:
        items = children(data, ilst) if ilst.type == b"ilst" else []
        if len(items) > _MOST_TEXTS:
            raise DamagedFile(f"the box ilst at byte {ilst.start} has too many items")
        for item in items:
            index = int.from_bytes(item.type, "big")
            name = keys.name(index) if keys else b""
            parts = children(data, item)
            key = name[4:].decode("utf-8", "replace") or _type(item.type)
            if item.type == b"----":
                key = ":".join(_words(data, parts, type) for type in (b"mean", b"name"))
            for part in parts:
                value = _data(data, part) if part.type == b"data" else None
                if value is not None:
                    letters += len(value)
                    if letters > _MOST_LETTERS:
                        raise DamagedFile(f"the box meta at byte {meta.start} has too many letters")
                    alone = keys is not None and len(keys.names) == 1
                    yield Text(key, value, item, index if name else 0, alone)


def _type(type: bytes) -> str:
    """Give a type in words, one that is a small number as number."""
    return type.decode("latin-1") if type[0] else f"#{int.from_bytes(type, 'big')}"


def _words(data: Buffer, parts: list[Box], type: bytes) -> str:
    found = [read(data, part)[4:] for part in parts if part.type == type]
    return found[0].decode("utf-8", "replace") if found else ""


def _data(data: Buffer, part: Box) -> str | None:
    """Give the text of a `data` box, None when it is of another kind."""
    head = data[part.body : min(part.end, part.body + 9)]
    kind = int.from_bytes(head[:4], "big")
    if len(head) < 8 or (kind not in (_UTF8, _UTF16) and (kind or head[8:] != b"{")):
        return None
    return read(data, part)[8:].decode("utf-16-be" if kind == _UTF16 else "utf-8", "replace")


def user_texts(data: Buffer, udta: Box) -> Iterator[Text]:
    """Give the texts that stand in user data without a `meta`. Raises DamagedFile."""
    items = children(data, udta)
    if len(items) > _MOST_TEXTS:
        raise DamagedFile(f"the box udta at byte {udta.start} has too many items")
    for item in items:
        if item.type in (b"meta", b"XMP_"):
            continue
        head = data[item.body : min(item.end, item.body + 1)]
        key = _type(item.type)
        if item.type[:1] == b"\xa9":
            yield from (Text(key, text, item) for text in _strings(read(data, item)))
        elif item.type in _ASSETS:
            yield Text(key, _plain(read(data, item)[6:]), item)
        elif head == b"{" or item.type in (b"AIGC", b"name"):
            yield Text(key, _plain(read(data, item)), item)


def _strings(body: bytes) -> Iterator[str]:
    """Give QuickTime's texts: length, language and letters of each; one that is none as it is."""
    at = 0
    while at + 4 <= len(body):
        end = at + 4 + int.from_bytes(body[at : at + 2], "big")
        if end > len(body) or end == at + 4:
            break
        yield _plain(body[at + 4 : end])
        at = end
    if at == 0 and body:
        yield _plain(body)


def _plain(text: bytes) -> str:
    """Give text in UTF-8, in UTF-16 with a mark, else in Latin-1."""
    if text[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return text.decode("utf-16", "replace").rstrip("\0")
    try:
        return text.decode().rstrip("\0")
    except UnicodeDecodeError:
        return text.decode("latin-1").rstrip("\0")
