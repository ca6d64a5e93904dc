"""
Markdown: the label is the key AIGC of the YAML front matter at the head of the file.

Source: TC260 practice guide on text (secondary). Blocks stacked one after another are all read; a
blank line or a byte order mark before a block is taken as a deviation.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from qingjian.core.errors import DamagedFile
from qingjian.core.types import Span
from qingjian.labels.gb45438 import fields_of
from qingjian.labels.mark import Mark

name = "markdown"
suffixes: tuple[str, ...] = (".md", ".markdown")

_BLOCK = re.compile(
    r"(?P<bom>\ufeff?)---[ \t]*\r?\n(?P<yaml>.*?)^---[ \t]*(?:\r?\n|\Z)", re.S | re.M
)
_GAP = re.compile(r"(?:[ \t]*\r?\n)*")
_MOST_BLOCKS = 64
_MOST_YAML = 200_000
_MOST_DEPTH = 64
_MOST_VALUES = 10_000
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def knows(head: bytes, /) -> bool:
    """Whether the first bytes open a front matter."""
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"---")


def read(data: bytes, /) -> list[Mark]:
    """Give every mark of a UTF-8 file. Raises DamagedFile when a front matter is no YAML."""
    return read_text(data.decode("utf-8", "replace"))


def read_text(text: str) -> list[Mark]:
    """
    Give every mark; places are code points of `text`.

    Raises DamagedFile when the first front matter is no YAML.
    """
    marks: list[Mark] = []
    at = 0
    for number in range(_MOST_BLOCKS):
        block = _BLOCK.match(text, at)
        if block is None:
            break
        mark = _mark(block, number)
        if mark is not None:
            marks.append(mark)
        at = block.end()
        if number or marks:
            at = _GAP.match(text, at).end()  # type: ignore[union-attr]  # the expression matches the empty text
    return marks


def _mark(block: re.Match[str], number: int) -> Mark | None:
    source = block["yaml"]
    if "AIGC" not in source or len(source) > _MOST_YAML:
        return None
    try:
        _refuse_depth(source)
        tree = yaml.compose(source, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        if number:
            return None
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DamagedFile(f"the front matter is no YAML: {first}") from None
    if not isinstance(tree, yaml.MappingNode):
        return None
    for key, value in tree.value:
        if isinstance(key, yaml.ScalarNode) and key.value == "AIGC":
            seen = fields_of(_plain(value))
            if seen is None:
                continue
            fields, deviations = seen
            start = block.start("yaml") + key.start_mark.index
            end = block.start("yaml") + min(_end(value), len(source))
            end = start + len(block.string[start:end].rstrip())
            if block["bom"]:
                deviations = (*deviations, "a byte order mark stands before the block")
            if number:
                deviations = (*deviations, f"block {number + 1} of the file; one label per file")
            return Mark("gb45438", fields.pop("Label"), fields, Span(start, end), deviations)
    return None


def _end(node: Any, depth: int = _MOST_DEPTH) -> int:
    """Give where the words of a node end; a block's own mark lies behind comments after it."""
    end: int = node.end_mark.index
    if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value or not depth:
        return end
    key, value = node.value[-1]
    inner: int = max(key.end_mark.index, _end(value, depth - 1))
    return min(end, inner)


def _refuse_depth(source: str) -> None:
    """Raise YAMLError for what nests so deep that composing it would overrun the stack."""
    depth = 0
    for event in yaml.parse(source, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MOST_DEPTH:
                raise yaml.YAMLError(f"it nests more than {_MOST_DEPTH} deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


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
