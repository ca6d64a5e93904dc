"""
text.forged_notice: a text dressed up as an official paper, with signs no such paper has.

Finds an authority's name or the form of a notice beside a private contact or payee, pressure to
pass it on, chat-like urging, or a source that is kept back; a linear model weighs these and the
words around them. Only form is judged, never whether what is said is true.

Evidence is the window in which form and sign stand together, or the words that weigh most.

Limits: a forgery that keeps the form of a proper paper passes; a genuine notice retold in chat may
be found; abstains on fewer than four letters and on text that is not Chinese.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Scan, Text
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_text, weighed


@detector(
    Card(
        id="text.forged_notice",
        reads=Text,
        serves=("2.1.forged_release",),
        severity="medium",
        finds="a text dressed up as an official notice, red-head document, announcement or news "
        "release of an authority or institution that carries signs no such paper has: no issuer "
        "or number where one belongs, a private contact or payment, chat-like urging, pressure "
        "to forward",
        limits=(
            "a forgery that keeps the form of a proper paper passes",
            "a genuine notice retold in chat may be found",
            "whether what is said is true is not judged",
        ),
        source="CAC notice 2025, phase 2, item 1",
        hits=(
            "【教育局通知】补缴学杂费1280元，请家长今日转账到张老师个人微信，逾期影响学籍。",
            "紧急通知：接上级通知，明天起全城停水五天，赶快转发到各个群！",
        ),
        misses=(
            "【辟谣】网传“明天起全城停水五天，赶快转发”系谣言，我市供水正常。",
            "你们收到停水通知没？我家门口没贴，是不是只停北区。",
        ),
        lookalike="紧急通知：因暴雪，机场今日18时前出港航班取消，请旅客通过航空公司官方渠道"
        "办理退改，机场问询电话0555-96333。",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("forged_notice.toml", "forged_notice.model"),
        signals="forged_notice.toml",
    )
)
def forged_notice(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    return scan_text(weighed("text.forged_notice", "a forged notice", weights=weights))
