"""
text.gambling_promotion: an advert or invitation to gamble for money.

Finds betting sites, live casinos, private lotteries, card games for cash, and those who recruit
agents or players for them, by a linear model over characters and the facts of a pack.

Evidence is the window in which a rule of the pack holds, else the run of words that weighs most.
News, warnings, state lotteries and play without money are counter-evidence.

Limits: an invitation that names neither game nor stake may pass; a real state lottery's advert that
promises prizes may be found.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Scan, Text
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_text, weighed


@detector(
    Card(
        id="text.gambling_promotion",
        reads=Text,
        serves=("house_rule",),
        severity="medium",
        finds="an advert or invitation to gamble for money: betting sites, live casinos, private "
        "lotteries, agents and rebates",
        limits=(
            "an invitation that names neither game nor stake may pass",
            "a shop's bonus for new members in the words of a betting site may be found",
            "legal gambling of other countries is found as well",
        ),
        source="house rule: operators choose whether it applies",
        hits=(
            "真人百家乐在线开户，首存100送100，返水日结，提款秒到",
            "六合彩特码接单，一赔四十九，晚上九点截止，找我报单",
        ),
        misses=(
            "警方捣毁一个跨境网络赌博团伙，抓获代理86名。",
            "周末来我家打麻将，不来钱，输的人洗碗",
        ),
        lookalike="手机老是弹出注册送彩金的广告，怎么彻底关掉",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("gambling_promotion.toml", "gambling_promotion.model"),
        signals="gambling_promotion.toml",
    )
)
def gambling_promotion(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    return scan_text(weighed("text.gambling_promotion", "an invitation to bet", weights=weights))
