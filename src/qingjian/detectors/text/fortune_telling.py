"""
text.fortune_telling: fortune-telling that steers the reader to pay or to decide.

Finds an AI or a master online who claims to read a person's fate and asks for payment, or steers
decisions about money or health. A linear model weighs the words, which rules and slots of the pack
hold, and what speaks against: news, warnings, culture, play, refusals.

Evidence is the window of a rule: a craft or a fate, with payment or a decision. Where none holds it
is the run of words that weighs most.

Limits: a lure that names neither craft nor price may pass; talk that continues elsewhere is judged
only by what stands in the text.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Scan, Text
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_text, weighed


@detector(
    Card(
        id="text.fortune_telling",
        reads=Text,
        serves=("2.2.fortune_telling",),
        severity="medium",
        finds="fortune-telling with AI or by an online master that claims a personal prediction "
        "and steers the reader to payment, or to medical or financial decisions",
        limits=(
            "fewer than four letters, and languages other than Chinese, are not judged",
            "a lure that names neither a craft nor a price may pass",
            "a price list for tarot cards as a pastime may be found",
        ),
        source="CAC notice 2025, phase 2, item 2",
        hits=(
            "AI八字精批，报生辰秒出流年财运，完整报告29.9解锁，链接在评论区",
            "师父看了你的照片，今年有血光之灾，要化解的话请一盏灯，388，加我微信细讲",
        ),
        misses=(
            "警方捣毁一个网络算命团伙，所谓大师照着话术本聊天，以消灾为由层层收费。",
            "周末和闺蜜用扑克牌算桃花，三把都是黑桃，遂去吃火锅",
        ),
        lookalike="博物馆特展“问天”展出古代占星盘、六壬式盘，门票60元，讲解每日三场。",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("fortune_telling.toml", "fortune_telling.model"),
        signals="fortune_telling.toml",
    )
)
def fortune_telling(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    like = "fortune-telling that asks for payment or a decision"
    return scan_text(weighed("text.fortune_telling", like, weights=weights))
