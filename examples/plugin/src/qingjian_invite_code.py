"""
text.invite_code: an invite code in a post.

Finds the words 邀请码 or 推荐码 followed by a code of four to twelve letters and digits.
Evidence is the code.

Limits: codes in pictures are not read; a code without the words passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Finding, Scan, Text, found
from qingjian.detectors.instruments.fold import fold

_CODE = re.compile(r"(?:邀请码|推荐码)\s*[:是为]?\s*(?P<code>[a-z0-9]{4,12})(?![a-z0-9])")


@detector(
    Card(
        id="text.invite_code",
        reads=Text,
        serves=("house_rule",),
        severity="low",
        finds="an invite code in a post",
        limits=("codes in pictures",),
        source="house rule of an example platform",
        hits=("注册填邀请码：ＡＢ１２ＣＤ，送三天会员",),
        misses=("邀请码功能下周上线",),
    )
)
def invite_code() -> Scan[Text]:
    """Build the scan."""

    def scan(item: Text) -> Iterator[Finding]:
        text = fold(item.body)
        for match in _CODE.finditer(text.text):
            code = text.quote(*match.span("code"))
            yield found(f"invite code {code}", text.span(*match.span()), code=code)

    return scan
