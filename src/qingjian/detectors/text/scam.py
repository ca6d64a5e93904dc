"""
text.scam: a message that tries to defraud its reader.

Finds phishing and getting money by pretence, by a linear model over characters; evidence is the run
of words that carries the score, and the n-grams that weigh most. News, warnings, fiction and study
become counter-evidence.

Limits: trained on texts written for this project, simulated calls and ordinary comments; abstains
on fewer than six letters and on text whose n-grams it has not seen (other languages); a genuine
advert in the style of fraud may be found.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.errors import Abstain
from qingjian.core.registry import detector
from qingjian.core.types import Scan, Scored, Text, found
from qingjian.detectors.instruments.fold import fold
from qingjian.detectors.instruments.grams import grams
from qingjian.detectors.instruments.weighed import INSTRUMENTS, weighed

LEAST_LETTERS = 6
LEAST_HAN = 0.15
LEAST_KNOWN = 0.35


@detector(
    Card(
        id="text.scam",
        reads=Text,
        serves=("2.4.kin_fraud",),
        severity="high",
        finds="a message that tries to defraud its reader: phishing for passwords, codes, card "
        "data or clicks, or getting money by pretence (fake jobs, loans, prizes, refunds, "
        "investments, acquaintances, officials)",
        limits=(
            "fewer than six letters, and languages other than Chinese, are not judged",
            "a genuine advert in the style of fraud may be found",
            "a fraud told over many messages is judged message by message",
        ),
        source="CAC notice 2025, phase 2, item 4; phase 1, item 3",
        hits=(
            "尊敬的用户，您的银行卡积分即将清零，请登录 www.ccb-jf.cc 输入卡号密码兑换现金。",
            "妈，我手机坏了，这是我同学的号，学校要交培训费，你先转8000到老师这个卡上。",
        ),
        misses=(
            "警方提醒：凡是要求把钱转到“安全账户”的电话都是诈骗。",
            "您尾号1234的储蓄卡11月20日支出人民币35.00元，余额1,203.55元。【某银行】",
        ),
        lookalike="【客服中心】退款通知：您尾号2046信用卡收到商户退款129.00元，已入账，可抵扣本期账单。"
        "【平安银行】",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("scam.toml", "scam.model"),
    )
)
def scam(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    judge = weighed("text.scam", "fraud", weights=weights)
    model, counter = judge.model, judge.lexicon

    def scan(item: Text) -> Scored:
        text = fold(item.body)
        seen = grams(text)
        if seen.n < LEAST_LETTERS:
            raise Abstain(f"fewer than {LEAST_LETTERS} letters")
        if text.han_share < LEAST_HAN:
            raise Abstain("out of range: it is not written in Chinese")
        judged, reading = model.judge(seen, item.about.channel), model.reading(item.about.channel)
        if judged.known < LEAST_KNOWN:
            raise Abstain("out of range: most of its n-grams never stood in the training data")
        if judged.score < reading.doubt:
            return Scored(judged.score)
        at, words = model.reasons(text, judged.window)
        against = counter.counter_evidence(item.body)
        if judged.score < reading.threshold:
            against = (reading.in_doubt(judged.score), *against)
        most = words[0] if words else item.body[at.start : at.end]
        why = f"reads like fraud ({judged.score:.0%}); weighs most: {most}"
        return Scored(
            judged.score, (found(why, at, against=against, score=judged.score, weighs_most=words),)
        )

    return scan
