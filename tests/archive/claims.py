"""
Claims, sources and events for tests.
"""

from __future__ import annotations

from typing import Any

from qingjian.archive.entry import Entry, entry

CLAIM = {
    "kind": "claim",
    "text": "微波炉加热的饭菜会产生致癌物",
    "rating": "false",
    "quote": "微波是非电离辐射，不会使食物产生致癌物。",
    "publisher": "食安科普",
    "url": "https://example.org/1",
    "published_at": "2024-01-02",
}
SOURCE = {
    "kind": "source",
    "title": "停水通知",
    "text": "因管道检修，春河路将于周三起停水两天。",
    "publisher": "水务集团",
}
EVENT = {
    "kind": "event",
    "text": "6月17日下午3时许，桂平路一辆公交车自燃，司机打开全部车门，48秒内疏散32名乘客。",
    "published_at": "2023-06-18",
}


def made(row: dict[str, Any], **other: Any) -> Entry:
    """Give the entry of a row that is fit."""
    one = entry({**row, **other}, "here")
    assert isinstance(one, Entry), one
    return one


def numbered(count: int) -> list[Entry]:
    """Give so many claims that differ."""
    return [
        made(CLAIM, text=f"第{n}号小区的{n}名居民饮用桶装水后中毒", url=f"https://example.org/{n}")
        for n in range(count)
    ]
