"""
A notice in Markdown: front matter says who published it where and when, the rest is the text.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from qingjian.archive.entry import Entry, Refused, entry
from qingjian.core.hashing import sha256

_FRONT = re.compile(r"\A\s*---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"^#\s+(.+)$", re.MULTILINE)


def read(text: str, where: str, kind: str = "") -> Entry | Refused:
    """Give the record that a notice is; a source where neither it nor `kind` says otherwise."""
    front = _FRONT.match(text)
    if front is None:
        return Refused(where, "malformed", "no front matter between lines of ---")
    try:
        said: Any = yaml.safe_load(front[1])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return Refused(where, "malformed", f"front matter: {str(error).splitlines()[0]}")
    if not isinstance(said, dict):
        return Refused(where, "malformed", "front matter has no fields")
    body = text[front.end() :].strip()
    heading = _HEADING.search(body)
    row = {
        "kind": kind or "source",
        "title": heading[1] if heading else "",
        "source_hash": sha256(text.encode()),
        **{str(name): _value(value) for name, value in said.items()},
    }
    return entry({**row, "text": row.get("text") or body}, where)


def _value(value: Any) -> str:
    """Give a value as text; YAML reads `false` as a truth value and a day as a date."""
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
