"""Markdown by hand; its front matter read and written by PyYAML."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

_LABEL = '{"Label":"1","ContentProducer":"甲","ProduceID":"1"}'
_BLOCK = '---\nAIGC:\n    Label: "1"\n    ContentProducer: 甲\n    ProduceID: 1f-e\n---\n'
_BODY = f"""\r
# 山水 🌄\r
\r
说 AIGC: 的文章。\r
\r
```yaml\r
{_BLOCK}```\r
\r
    {_BLOCK.replace(chr(10), chr(10) + "    ")}
<!--
{_BLOCK}-->
~~~~ md
{_BLOCK}~~~
{_BLOCK}~~~~
尾\xa0"""
_PLAIN = f"""---\r
# 说明 AIGC\r
title: "山水"   # 标题\r
\r
tags: [a, 'b']\r
generator: hand 1.0\r
notes: |\r
  AIGC: no key\r
---\r
{_BODY}"""

SHAPES = {
    "thirty blocks": (_BLOCK * 15 + "\n" + _BLOCK * 15).encode(),
    "blocks with marks": ("\ufeff" + _BLOCK + "\n\n\ufeff" + _BLOCK + "正文\n").encode(),
    "pushed down": ("---\ntitle: x\n---\n\n正文\n\n" + _BLOCK + "\n正文\n").encode(),
    "pushed down without a head": ("正文\n" + _BLOCK + "正文").encode(),
    "right after another": ("---\ntitle: x\n---\n" + _BLOCK).encode(),
    "a word for a value": (
        b"---\nAIGC:\n    ContentProducer: Some Agent\n    Label: AIGC\n"
        b'    ProduceID: "00000000"\n---\n'
    ),
    "misspelt": (b'---\nAIGC: {"Label": "1", "ReserveCode1": "a", "ReserveCode2": "a"}\n---\n'),
    "flow": f"---\nAIGC: {_LABEL}\ntitle: x\n---\n正文\n".encode(),
    "flow whole": f"---\n{{AIGC: {_LABEL}}}\n---\n正文\n".encode(),
    "JSON in a block": f"---\nAIGC: |\n  {_LABEL}\n\n# end\ntitle: x\n---\n".encode(),
    "an alias": b"---\na: &a {b: c}\nAIGC:\n  Label: '1'\n  other: *a\nz: 1\n---\n",
    "other case": b"---\naigc: {Label: '1'}\nTC260:AIGC: {Label: '2'}\n---\n",
    "a key twice": b"---\nAIGC: {Label: '1'}\nt: x\nAIGC: {Label: '2'}\n---\n",
    "indented": b"---\n  title: x\n  AIGC: {Label: '1'}\n---\n",
    "GB 18030": (_BLOCK + "正文\n").encode("gb18030"),
    "no encoding": (_BLOCK + "正文\n").encode() + b"\xff\x80\xe4",
    "ended by dots": "---\nAIGC: {Label: '1'}\n...\n正文\n".encode(),
}


def plain() -> bytes:
    """Give a text with front matter, and with examples of labels that are shown, not meant."""
    return _PLAIN.encode()


def _parts(data: bytes) -> tuple[str, str]:
    found = re.match(r"---\r?\n(.*?)^---\r?\n(.*)", data.decode(), re.S | re.M)
    return (found[1], found[2]) if found else ("", data.decode())


def content(data: bytes) -> object:
    """Give the body, to the letter."""
    return _parts(data)[1]


def other(data: bytes) -> object:
    """Give the front matter as PyYAML reads it and its lines of comment, without the label."""
    head = _parts(data)[0]
    read = yaml.safe_load(head)
    return [(k, v) for k, v in read.items() if k != "AIGC"], re.findall("#.*", head)


def crossread(path: Path) -> str:
    """Give the label as PyYAML finds it."""
    return json.dumps(yaml.safe_load(_parts(path.read_bytes())[0])["AIGC"])


def crosswritten(value: str, folder: Path) -> bytes:
    """Give a text whose front matter PyYAML wrote."""
    head = yaml.safe_dump({"AIGC": json.loads(value), "title": "山水"}, sort_keys=False)
    return f"---\n{head}---\n正文\n".encode()
