"""
text.insult: words that insult, humiliate or threaten someone directly.

Finds a person or a group that is addressed beside a name that abuses, scorn for their looks, mind
or birth, or harm announced or wished, by a linear model over characters and the facts of a pack.

Evidence is the window and the terms in it, or the run of words that weighs most; counter-evidence
is a quotation, law and advice, self-mockery and affection, a judgement on things, fiction.

Limits: veiled threats and irony without any rude word pass; banter among friends who call each
other names may be found; views and criticism are no topic.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Scan, Text
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_text, weighed


@detector(
    Card(
        id="text.insult",
        reads=Text,
        serves=("house_rule",),
        severity="low",
        finds="words that insult, humiliate or threaten a person or a group of people directly",
        limits=(
            "veiled threats and irony without any rude word pass",
            "banter among friends who call each other names may be found",
            "who the words are meant for is read from the text alone",
        ),
        source="house rule: civil talk",
        hits=(
            "你就是个没人要的贱货，滚回你老家去，看见你就恶心",
            "滚，你个蠢货，脑子被狗吃了",
        ),
        misses=(
            "今天被老板当众骂“猪脑子”，我该不该去找人事投诉？",
            "这手机发热严重，续航拉胯，垃圾软件广告还多，退了。",
        ),
        lookalike="法院判了：被告多次在评论区发“贱人”“去死吧”等辱骂言论，构成侮辱罪。",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("insult.toml", "insult.model"),
        signals="insult.toml",
    )
)
def insult(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    judge = weighed("text.insult", "an insult or a threat to someone", weights=weights)
    return scan_text(judge)
