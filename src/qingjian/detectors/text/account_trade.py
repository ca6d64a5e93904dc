"""
text.account_trade: a trade in accounts, numbers, codes or bought reach.

Finds selling, renting, buying or farming of accounts, phone numbers and codes for registration,
software and phones that run accounts in bulk, and likes, followers, comments, votes or views for
money, by a linear model over characters and the facts of a pack.

Evidence is the window in which a rule of the pack holds, else the run of words that weighs most.
News, warnings, rules and recovery of one's own account are counter-evidence.

Limits: a deal in roundabout words passes; one's own game account for sale is found as any other.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Scan, Text
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_text, weighed


@detector(
    Card(
        id="text.account_trade",
        reads=Text,
        serves=("2.5.account_farming", "2.5.mass_control"),
        severity="medium",
        finds="selling, renting, buying or farming accounts, phone numbers and codes for "
        "registration, group-control software or phone farms, or bought likes, followers, "
        "comments, votes and views",
        limits=(
            "a deal in roundabout words without any name of the goods may pass",
            "one's own game account for sale is found like a dealer's",
            "a genuine service with prices per follower or view may be found",
        ),
        source="CAC notice 2025, phase 2, item 5",
        hits=(
            "出抖音老号，19年注册，五千粉，实名可改，1200不议价，要的私聊",
            "点赞10块1000，评论真人手写2毛一条，老板下单找我",
        ),
        misses=(
            "警方打掉一个贩卖微信账号的团伙，抓获嫌疑人12名，查扣手机800余部。",
            "我的微信号被盗了，绑的手机号也换了，怎么把账号找回来？",
        ),
        lookalike="租号有风险：同学把微信租给网友，三天后民警就找上门，大家千万别贪这个钱",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("account_trade.toml", "account_trade.model"),
        signals="account_trade.toml",
    )
)
def account_trade(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    return scan_text(
        weighed("text.account_trade", "an offer of accounts or bought reach", weights=weights)
    )
