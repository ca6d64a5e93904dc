"""
Front matter: YAML blocks between lines of three hyphens, at the head of a text and further down.

Blocks stacked at the head, and blocks with a key AIGC that were pushed into the body, are found as
well; what stands in a fence of code, indented code, a comment or `<pre>` is shown, not meant, and
is passed over. All places are code points.

Source: YAML 1.1 as PyYAML reads it; CommonMark 0.31 for fences and HTML blocks.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import yaml

from qingjian.core.errors import DamagedFile
from qingjian.core.types import without_surrogates

MOST_YAML = 200_000
"""Code points of one block; what is longer is not looked at."""
_MOST_TOGETHER = 4_000_000
_MOST_BLOCKS = 4096
_MOST_DEPTH = 64
_MOST_VALUES = 2_000
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Zone = Literal["head", "stacked", "body"]

_open = re.compile(r"\ufeff?---[ \t]*\r?\n")
_close = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.M)
_gap = re.compile(r"(?:[ \t]*+\r?\n)*+")
_aigc = re.compile(r"^[ \t]*+(?:\{[ \t]*+)?[\"']?AIGC[\"']?[ \t]*+:", re.M)
_keys = re.compile(r"(?:[ \t]*+(?:#[^\n]*+)?\r?\n)*+[ \t]*+[\"']?\w[\w .-]{0,60}+[\"']?:(?:\s|\Z)")
_line = re.compile(
    r"^(?:\ufeff?(?P<rule>---)[ \t]*+\r?(?:\n|\Z)"
    r"|[ ]{0,3}(?:(?P<fence>`{3,}+|~{3,}+)(?P<info>[^\n]*+)"
    r"|(?P<html><!--|<(?:pre|script|style|textarea)(?=[\s>]))))",
    re.M | re.I,
)
_comment_end = re.compile(r"-->")
_html_end = re.compile(r"</(?:pre|script|style|textarea)>", re.I)


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A top-level key of a block with its value.

    Args:
        key: as written, without quotes.
        value: the text of a scalar, JSON of a mapping; None for lists.
        start: where the key starts.
        end: where the words of the value end.
    """

    key: str
    value: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """
    A block: its lines, the YAML in it and the entries of that.

    Args:
        start: where its first line starts; a byte order mark counts as part of the line, but not
            at the head of the text.
        end: behind its last line.
        source_start: where the YAML starts.
        source_end: where it ends.
        zone: `head`; `stacked` when it follows another at the head; `body`.
        marked: whether a byte order mark stands before it.
        entries: what it holds; keys that are no scalars are left out.
        broken: what is wrong with the YAML of a head that has keys all the same.
    """

    start: int
    end: int
    source_start: int
    source_end: int
    zone: Zone
    marked: bool
    entries: tuple[Entry, ...] = ()
    broken: str = ""


def blocks(text: str) -> Iterator[Block]:
    """
    Give the front matter and all blocks with a key AIGC, in order of place.

    Raises DamagedFile when the front matter has a key AIGC and is no YAML, or there is too much.
    """
    together = 0
    for count, block in enumerate(_blocks(text), 1):
        length = block.source_end - block.source_start
        together += length if length <= MOST_YAML else 0
        if count > _MOST_BLOCKS or together > _MOST_TOGETHER:
            raise DamagedFile(f"too many blocks with AIGC stand before code point {block.end}")
        yield block


def _blocks(text: str) -> Iterator[Block]:
    head = _head(text)
    at = 0
    if head is not None:
        yield head
        at = head.end
        spaced = _has_aigc(text, head)
        while True:
            block = _block(text, _end_of(_gap, text, at) if spaced else at, "stacked")
            if block is None or not _has_aigc(text, block):
                break
            yield _parsed(text, block)
            at, spaced = block.end, True
    if text.find("AIGC", at) >= 0:
        yield from _body(text, at)


def _head(text: str) -> Block | None:
    """Give the block at the very start; None when it is prose between two rules."""
    block = _block(text, 0, "head")
    if block is None:
        return None
    named = _has_aigc(text, block)
    if block.source_end - block.source_start > MOST_YAML:
        looks = _keys.match(text, block.source_start)
        return replace(block, broken="it is too long") if looks else None
    try:
        root, aliases = _composed(text[block.source_start : block.source_end])
    except (yaml.YAMLError, RecursionError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        if named:
            raise DamagedFile(f"the front matter is no YAML: {first}") from None
        looks = _keys.match(text, block.source_start, block.source_end)
        return replace(block, broken=first) if looks else None
    if isinstance(root, yaml.MappingNode):
        return replace(block, entries=tuple(_entries(text, block, root, aliases)))
    return block if root is None else None


def _block(text: str, at: int, zone: Zone) -> Block | None:
    opened = _open.match(text, at)
    closed = _close.search(text, opened.end()) if opened else None
    if opened is None or closed is None:
        return None
    marked = text[at] == "\ufeff"
    start = at + (marked and zone == "head")
    return Block(start, closed.end(), opened.end(), closed.start(), zone, marked)


def _body(text: str, at: int) -> Iterator[Block]:
    """Give the blocks with a key AIGC between two rules of what follows."""
    opened: re.Match[str] | None = None
    last = text.rfind("AIGC")
    while opened or at <= last:
        line = _line.search(text, at)
        if line is None:
            return
        at = line.end()
        if line["rule"]:
            block = _between(text, opened, line) if opened else None
            if block:
                yield block
            is_label = block and any(entry.key == "AIGC" for entry in block.entries)
            opened = None if is_label else line
            continue
        if line["fence"]:
            mark, count = line["fence"][0], len(line["fence"])
            if mark == "`" and "`" in line["info"]:
                continue
            closer = re.compile(rf"^ {{0,3}}{mark}{{{count},}}[ \t]*\r?$", re.M)
        else:
            closer = _comment_end if line["html"] == "<!--" else _html_end
        opened = None
        end = closer.search(text, at)
        if end is None:
            return
        at = end.end()


def _between(text: str, opened: re.Match[str], closed: re.Match[str]) -> Block | None:
    """Give the block between two rules when a line in it has the key AIGC."""
    start = opened.start()
    block = Block(
        start, closed.end(), opened.end(), closed.start(), "body", text[start] == "\ufeff"
    )
    return _parsed(text, block) if _has_aigc(text, block) else None


def _parsed(text: str, block: Block) -> Block:
    """Give a later block with its entries; none when it is no mapping."""
    if block.source_end - block.source_start > MOST_YAML:
        return block
    try:
        root, aliases = _composed(text[block.source_start : block.source_end])
    except (yaml.YAMLError, RecursionError):
        return block
    if not isinstance(root, yaml.MappingNode):
        return block
    return replace(block, entries=tuple(_entries(text, block, root, aliases)))


def _has_aigc(text: str, block: Block) -> bool:
    return _aigc.search(text, block.source_start, block.source_end) is not None


def _end_of(run: re.Pattern[str], text: str, at: int) -> int:
    found = run.match(text, at)
    return at if found is None else found.end()


def _composed(source: str) -> tuple[Any, list[int]]:
    """
    Give the tree of a YAML text, and where its aliases end.

    Raises YAMLError, also for what nests too deep to compose.
    """
    source = without_surrogates(source)
    depth = 0
    aliases: list[int] = []
    for event in yaml.parse(source, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MOST_DEPTH:
                raise yaml.YAMLError(f"it nests more than {_MOST_DEPTH} deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent) and event.end_mark:
            aliases.append(event.end_mark.index)
    return yaml.compose(source, Loader=_Loader), aliases


def _entries(text: str, block: Block, root: Any, aliases: list[int]) -> Iterator[Entry]:
    source = text[block.source_start : block.source_end]
    starts = [key.start_mark.index for key, _ in root.value[1:]] + [len(source)]
    for (key, value), next_start in zip(root.value, starts, strict=True):
        if not isinstance(key, yaml.ScalarNode):
            continue
        start = key.start_mark.index
        words: str | None = None
        if isinstance(value, yaml.ScalarNode):
            words = value.value
        elif isinstance(value, yaml.MappingNode) and key.value.casefold().endswith("aigc"):
            words = json.dumps(_plain(value), ensure_ascii=False)
        end = max(key.end_mark.index, _end(source, value, key.end_mark.index))
        last = bisect_left(aliases, next_start) - 1
        if last >= 0 and aliases[last] > end:
            end = aliases[last]
        end = start + len(source[start:end].rstrip())
        yield Entry(key.value, words, block.source_start + start, block.source_start + end)


def _end(source: str, node: Any, after: int, depth: int = _MOST_DEPTH) -> int:
    """
    Give where the words of a node end; a block's own mark lies behind comments after it.

    Args:
        source: the YAML.
        node: a node that is written at `after` or later.
        after: an alias has the marks of what it stands for, so those lie before this.
        depth: how deep the last values are followed.
    """
    if node.start_mark.index < after:
        return after
    end: int = node.end_mark.index
    if isinstance(node, yaml.ScalarNode):
        while node.style in ("|", ">"):
            line = source.rfind("\n", 0, max(0, end - 1)) + 1
            if line <= after or (source[line:end].strip() and source[line] != "#"):
                break
            end = line
        return end
    if node.flow_style or not node.value or not depth:
        return end
    if isinstance(node, yaml.MappingNode):
        key, value = node.value[-1]
        first: int = key.end_mark.index
        return min(end, max(first, _end(source, value, first, depth - 1)))
    return min(end, _end(source, node.value[-1], node.start_mark.index, depth - 1))


def _plain(root: Any) -> Any:
    """
    Give mappings and texts of a node, six levels and `_MOST_VALUES` values of them; leave the rest.

    Aliases make a short source large, so it is the values that are counted.
    """
    left = _MOST_VALUES

    def plain(node: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if isinstance(node, yaml.ScalarNode) and left >= 0:
            return node.value
        if isinstance(node, yaml.MappingNode) and left >= 0 and depth:
            pairs = [(k.value, v) for k, v in node.value if isinstance(k, yaml.ScalarNode)]
            return {key: plain(value, depth - 1) for key, value in pairs}
        return None

    return plain(root, 6)
