"""
Names of places and bodies by what they end in: 柳河县, 红霞路, 第三中学.

What stands ahead runs into a name in Chinese, so a name is told by its last two letters and its
ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ENDINGS = (
    "大道|省|市|区|县|镇|乡|村|街道|路|街|巷|小区|车站|站|机场|港|医院|中学|小学|幼儿园|大学|学院|公园|广场|商场|超市|大桥|桥|"
    "岛|湾|隧道|水库|湖|山|河|江|社区|大厦|派出所|银行|公司|集团|工厂|厂|景区|博物馆|体育馆|水厂"
)
PLACE = re.compile(
    rf"[一-鿿]{{2,5}}?(?P<suffix>{_ENDINGS})(?!口|面|边|人|民|长|期|业|场价|上|里|过|费|灯|况|由)"
)
_NO_NAME = re.compile(
    r"[今去明前当每全本我各这那哪几多整某一两二三四五六七八九十百千有个所家的在到从往去来是和与及为了该附同新老大小]"
    r"(?:[年月市省县区镇村街路个家所些座条名种有里内外年]|[一二三四五六七八九十])"
)


def stems(text: str) -> list[str]:
    """Give what stands ahead of each ending: it begins or ends with the name."""
    found = (m[0][: -len(m["suffix"])] for m in PLACE.finditer(text))
    return [s for s in dict.fromkeys(found) if not s.startswith("某")]


def places(text: str) -> Iterator[tuple[str, str]]:
    """Give for each name what it ends in, and its last two letters with that."""
    for m in PLACE.finditer(text):
        name = m[0][-len(m["suffix"]) - 2 :]
        if not _NO_NAME.match(name):
            yield m["suffix"], name
