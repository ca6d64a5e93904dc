"""
text.kin_fraud: a message that poses as someone the reader knows, to get money or codes.

Finds those who pretend to be a relative, friend, classmate, colleague, teacher or boss and want
money, codes, gift cards or secrecy, by a linear model over characters and the facts of a pack.

Evidence is the window in which a rule of the pack holds, else the run of words that weighs most.
Warnings, news, money settled within a family and the proper way to pay are counter-evidence.

Limits: words alone cannot show who wrote them; a real plea from a new number may be found.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Scan, Text
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_text, weighed


@detector(
    Card(
        id="text.kin_fraud",
        reads=Text,
        serves=("2.4.kin_fraud",),
        severity="high",
        finds="a message that pretends to be the reader's relative, friend, classmate, colleague, "
        "teacher or boss in order to get money, codes, gift cards or secrecy",
        limits=(
            "a real plea for money from a new number may be found",
            "an opening that asks for nothing yet passes",
            "a short plea that names neither sender nor reason may pass",
        ),
        source="CAC notice 2025, phase 2, item 4",
        hits=(
            "妈，我手机掉水里了，这是同学的号，先转三千到老师卡上，别打旧号",
            "我是陈总，换了新号，你去买五张充值卡刮开拍给我，别跟同事说",
        ),
        misses=(
            "反诈提醒：自称领导让你转账又要保密的，都是骗子，请先核实。",
            "昨天借你的两百转你了，查收哈",
        ),
        lookalike="我换手机号了，微信没变，旧号月底停，有事打这个号",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("kin_fraud.toml", "kin_fraud.model"),
        signals="kin_fraud.toml",
    )
)
def kin_fraud(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    return scan_text(weighed("text.kin_fraud", "a plea of a false friend", weights=weights))
