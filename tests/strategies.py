"""
Texts as people and machines write them, for property tests.

`disguised` is the strongest: it rewrites a text letter by letter so that it reads the same and
folds to the same, and tells where each letter went. What it does is written down here, not taken
from the folding tables that it tests.
"""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

_PAIRS = (
    "换換 脸臉 声聲 软軟 体體 过過 证證 实實 认認 识識 语語 图圖 视視 频頻 装裝 卖賣 "
    "买買 钱錢 价價 银銀 账賬 号號 码碼 骗騙 验驗 术術 电電 话話 联聯 络絡 单單 务務 "
    "门門 开開 关關 传傳 现現 时時 间間 应應 议議 药藥 们們 长長 书書 车車 东東 问問 "
    "请請 订訂 么麼 张張 机機 飞飛 续續 积積 输輸 户戶 学學 师師 费費 这這 个個"
)
TRADITIONAL = {pair[0]: pair[1] for pair in _PAIRS.split()}
"""Simplified to traditional, one to one, of the characters that tests use."""

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f"
"""Format characters and a variation selector: none of them shows."""

_SIMPLE = "".join(TRADITIONAL)
_COMMON = "的一是不了在人有我他来这上大中为们到说国和地也子时道出而要于就下得可你年"
_PUNCTUATION = ",。!?;:、“”《》 \n\t,.!?*-_/"
_FULL_WIDTH = "".join(chr(c) for c in range(0xFF01, 0xFF5F))
_DIGITS = ("1️⃣", "②", "⓪", "❸", "𝟗", "５", "🔟", "㊀", "٣", "⑽")
_ODD = ("🅰", "ﬁ", "㎎", "㏕", "½", "e\u0301", "İ", "ß", "ſ", "K", "𝓐", "가", "ｶﾞ", "\U0001f600")
_SURROGATES = tuple(chr(c) for c in (0xD800, 0xDBFF, 0xDC00, 0xDFFF))

chinese = st.text(st.sampled_from(_SIMPLE + _COMMON), max_size=40)
traditional = st.text(st.sampled_from("".join(TRADITIONAL.values())), max_size=40)
full_width = st.text(st.sampled_from(_FULL_WIDTH), max_size=40)
zero_width = st.text(st.sampled_from(ZERO_WIDTH), max_size=6)
latin = st.text(st.characters(max_codepoint=0x7F), max_size=40)
emoji_digits = st.lists(st.sampled_from(_DIGITS), max_size=12).map("".join)
lone_surrogates = st.lists(st.sampled_from(_SURROGATES), min_size=1, max_size=4).map("".join)
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
"""Any code points but surrogates."""

mixed = st.lists(
    st.one_of(
        chinese,
        traditional,
        full_width,
        zero_width,
        latin,
        emoji_digits,
        any_text,
        st.sampled_from(_PUNCTUATION),
        st.sampled_from(_ODD),
    ),
    max_size=8,
).map("".join)
"""Text of all kinds, without lone surrogates: what an item's body can be."""

raw = st.lists(st.one_of(mixed, lone_surrogates), max_size=4).map("".join)
"""Text of all kinds with lone surrogates, as a broken decoder hands it in."""


class Disguised(NamedTuple):
    """
    A rewritten text and where its letters went.

    `at[i]` is the place of what letter `i` became: one code point, whatever is drawn after it.
    """

    plain: str
    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the range that letters `[start, end)` of the plain text became."""
        return self.at[start], self.at[end - 1] + 1


def ways(c: str) -> list[str]:
    """Give the single code points that `c` may be written as, itself first."""
    found = [c, TRADITIONAL.get(c, c)]
    if c.isascii():
        found += [c.upper(), c.lower()] if c.isalpha() else []
        if "!" <= c <= "~":
            found.append(chr(ord(c) + 0xFEE0))
    if c.isascii() and c.isdigit():
        found += ["⓪①②③④⑤⑥⑦⑧⑨"[int(c)], "⓿❶❷❸❹❺❻❼❽❾"[int(c)], chr(0x1D7CE + int(c))]
    if c.isascii() and c.isalpha():
        small = ord(c.lower()) - ord("a")
        found += [chr(0x24B6 + small), chr(0x24D0 + small), chr(0x1F170 + small)]
    return list(dict.fromkeys(found))


@st.composite
def disguised(draw: st.DrawFn, plain: str) -> Disguised:
    """
    Give a rewriting of `plain`: each letter in some way, invisible characters drawn in between.

    Nothing is put before the first or after the last letter.
    """
    pieces: list[str] = []
    at: list[int] = []
    length = 0
    for i, c in enumerate(plain):
        if i:
            between = draw(st.one_of(st.just(""), zero_width))
            if pieces[-1].isdigit() and pieces[-1].isascii():
                between = draw(st.sampled_from((between, "\ufe0f\u20e3")))
            pieces.append(between)
            length += len(between)
        at.append(length)
        pieces.append(draw(st.sampled_from(ways(c))))
        length += 1
    return Disguised(plain, "".join(pieces), tuple(at))
