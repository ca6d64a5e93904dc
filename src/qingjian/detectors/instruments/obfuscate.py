"""
The ways a term is disguised, expanded on the pattern side.

Forms: `sound` one character of three or more swapped for a homophone, `pinyin` one or all
characters as readings, `initials` first letters of the readings, `split` characters taken apart
(换 → 扌奂). Inserted symbols are the matcher's `gap`.
Readings come from the generated table; the text itself is never turned into pinyin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from qingjian.core.errors import ConfigError
from qingjian.detectors.instruments.fold import folded

Form = Literal["gap", "sound", "pinyin", "initials", "split"]
FORMS: tuple[Form, ...] = get_args(Form)
PLAIN = "plain"
LEAST_FOR_SOUND = 3
"""Shorter terms have homophones that are everyday words (去衣, 去医): packs list theirs by hand."""

_PARTS = (
    "加力口 信亻言 脸月佥 换扌奂 裸衤果 脱月兑 钱钅戋 银钅艮 汇氵汇 骗马扁 赌贝者 软车欠 件亻牛 "
    "视礻见 频步页 声士尸 音立日 克古儿 隆阝隆 衣亠衣 照昭灬 证讠正 验马佥 码石马 识讠只 别另刂 "
    "伪亻为 造告辶 模木莫 拟扌以 微彳微 薇艹微 扣扌口 私禾厶 聊耳卯 联耳关 代亻弋 做亻故 价亻介 "
    "格木各 收丩攵 徒彳走 教孝攵 程禾呈 源氵原 明日月 星日生 像亻象 说讠兑 话讠舌 账贝长 贷代贝 "
    "款士示 刷尸刂 单丷甲 投扌殳 资次贝 股月殳 彩采彡 博十尃 活氵舌 体亻本 检木佥 测氵则 绕纟尧 "
    "过寸辶 标木示 水亅水 印卬卩 去土厶 除阝余 消氵肖 抹扌末 擦扌察 修亻攸"
)


@cache
def reading_of() -> dict[str, str]:
    """Give the reading of each character that has one."""
    try:
        text = (
            files("qingjian.detectors.instruments")
            .joinpath("tables", "pinyin.bin")
            .read_text("utf-8")
        )
    except FileNotFoundError:
        raise ConfigError(
            "the readings were not built", "run tools/tables.py, or install the package"
        ) from None
    return dict(line.split(" ") for line in text.splitlines())


@cache
def homophones() -> dict[str, str]:
    """Give for each reading the characters that have it, common ones first."""
    by_reading: dict[str, list[str]] = defaultdict(list)
    for c, reading in reading_of().items():
        by_reading[reading].append(folded(c))
    return {reading: "".join(chars) for reading, chars in by_reading.items()}


@cache
def parts() -> dict[str, str]:
    """Give the parts of characters that people write apart."""
    entries = (entry for entry in _PARTS.split() if entry[0] not in entry[1:])
    return {folded(entry[0]): folded(entry[1:]) for entry in entries}


def spellings(term: str, forms: tuple[Form, ...]) -> Iterator[tuple[str, str]]:
    """
    Give every spelling of a folded term with the name of its form, the plain one first.

    A spelling may come twice; the first form wins at the caller.
    Raises ConfigError for an unknown form.
    """
    for form in forms:
        if form not in FORMS:
            raise ConfigError(f"no form {form!r}", f"one of: {', '.join(FORMS)}")
    yield term, PLAIN
    readings = reading_of()
    if "split" in forms:
        yield from ((s, "split") for s in _swapped(term, parts()))
    if "pinyin" in forms and all(c in readings for c in term):
        yield "".join(readings[c] for c in term), "pinyin"
        yield from ((s, "pinyin") for s in _swapped(term, readings) if len(term) > 1)
    if "initials" in forms and all(c in readings for c in term):
        yield "".join(readings[c][0] for c in term), "initials"
    if "sound" in forms and len(term) >= LEAST_FOR_SOUND:
        for i, c in enumerate(term):
            for other in homophones().get(readings.get(c, ""), ""):
                if other != c:
                    yield term[:i] + other + term[i + 1 :], "sound"


def _swapped(term: str, to: dict[str, str]) -> Iterator[str]:
    """Give the term with each character replaced alone, then with all replaced that can be."""
    able = [i for i, c in enumerate(term) if c in to]
    for i in able:
        yield term[:i] + to[term[i]] + term[i + 1 :]
    if len(able) > 1:
        yield "".join(to.get(c, c) for c in term)
