"""
text.investment_inducement: words that push the reader into a particular investment.

Finds a named stock, coin, fund or scheme that the reader is to buy, sell or hold, promised returns,
inside tips, and leads into tip groups, by a linear model over characters and the facts of a pack.
Answers of an AI assistant and texts of people are judged alike.

Evidence is the window in which a rule of the pack holds, else the run of words that weighs most.
Refusals, neutral data, risk education, news and personal regret are counter-evidence.

Limits: a licensed adviser's advice is found as well; who may advise is for the policy to say.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Scan, Text
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_text, weighed


@detector(
    Card(
        id="text.investment_inducement",
        reads=Text,
        serves=("1.6.finance", "2.2.pseudo_expertise"),
        severity="high",
        finds="words that push the reader into a particular investment: a named stock, coin, fund "
        "or scheme to buy, sell or hold now, promised or guaranteed returns, inside tips, or a "
        "lead into a tip group",
        limits=(
            "advice of a licence holder is found as well",
            "a roundabout hint that names neither product nor return may pass",
            "a research report that quotes its rating without source or risks may be found",
        ),
        source="CAC notice 2025, phase 1, item 6; CSRC announcement 2012 no. 40",
        hits=(
            "建议您现在就满仓买入比特币，三个月翻倍，稳赚不赔。",
            "内部消息，这只股票明天必涨，想要代码的加助理微信进群领取",
        ),
        misses=(
            "我无法推荐具体的股票，投资有风险，请自行判断。",
            "警方打掉一个荐股诈骗团伙，涉案资金2300余万元。",
        ),
        lookalike="昨天卖掉的那只股票今天涨停了，心里有点堵，晚上去吃火锅",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("investment_inducement.toml", "investment_inducement.model"),
        signals="investment_inducement.toml",
    )
)
def investment_inducement(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    like = "a push into an investment"
    return scan_text(weighed("text.investment_inducement", like, weights=weights))
