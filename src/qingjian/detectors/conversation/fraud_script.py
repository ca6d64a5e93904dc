"""
conversation.fraud_script: a dialogue in which one side works a fraud script.

Finds the police or prosecutor, the refund, the relative or friend in need, the boss, the loan fee
and the investment tutor as they unfold over turns, by a linear model over what all speakers say and
the facts of a pack.

Evidence is the turn in which a rule of the pack begins to hold, else the turn that weighs most.
Warnings, genuine service and rehearsal are counter-evidence.

Limits: a script whose demand has not come yet may pass; a long talk is judged window by window.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Conversation, Scan
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_conversation, weighed

_CARD = Card(
    id="conversation.fraud_script",
    reads=Conversation,
    serves=("2.4.kin_fraud",),
    severity="high",
    finds="a dialogue in which one side works a fraud script: police or prosecutor, "
    "customer-service refund, relative or friend in need, boss, loan fee, investment tutor",
    limits=(
        "a script whose demand has not come yet may pass",
        "a genuine request for money among relatives in haste may be found",
        "a victim who retells a script word for word may be found",
    ),
    source="CAC notice 2025, phase 2, item 4",
    hits=(
        "A: 我是公安局的，你名下的卡涉嫌洗钱，要配合资金清查。 ‖ U: 我没办过那张卡啊 ‖ "
        "A: 马上把钱转到安全账户，这是保密案件，不许告诉家人。",
        "A: 您申请的贷款已通过，卡号填错，资金被冻结了。 ‖ U: 那怎么办 ‖ "
        "A: 先交解冻金八千，交完马上放款，跟贷款一起退给您。",
    ),
    misses=(
        "U: 有人说我涉嫌洗钱，让我转到安全账户。 ‖ "
        "A: 这是诈骗，公安机关没有安全账户，请到派出所做笔录。",
        "U: 买的奶瓶漏水，想退款 ‖ A: 您在订单里点申请退款，原路退回，不需要提供卡号。",
    ),
    lookalike="A: 妈，生活费快没了 ‖ U: 才十五号呢 ‖ A: 这周班级聚餐交了一百五 ‖ "
    "U: 行，给你转五百，省着点",
    scoring=True,
    cost_us=60,
    instruments=INSTRUMENTS,
    files=("fraud_script.toml", "fraud_script.model"),
    signals="fraud_script.toml",
)


@detector(_CARD)
def fraud_script(weights: str = "") -> Scan[Conversation]:
    """Build the scan; `weights` names a model of one's own."""
    judge = weighed("conversation.fraud_script", "a fraud script", weights=weights)
    return scan_conversation(judge, _CARD.hears)
