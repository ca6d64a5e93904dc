"""
text.label_stripping: an offer of or a guide to removing AI labels, or to hiding that AI made it.

Finds tools, services, courses and steps that remove labels, marks and watermarks of AI-made
content, or pass it off as made by people against detection. A linear model weighs the words, which
rules and slots of the pack hold, and what speaks against: marking, rules, news, research, ordinary
watermarks.

Evidence is the window of a rule; where none holds it is the run of words that weighs most.

Limits: roundabout offers that name no label may pass; removing a visible mark of one's own picture
is no finding, and the text alone may not tell whose it is.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Scan, Text
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_text, weighed


@detector(
    Card(
        id="text.label_stripping",
        reads=Text,
        serves=("1.2.goods", "1.2.tutorial"),
        severity="medium",
        finds="an offer of or a guide to tools, services or courses that remove AI labels, marks "
        "and watermarks from AI-made content, or pass AI-made content off as made by people "
        "against detection",
        limits=(
            "fewer than four letters, and languages other than Chinese, are not judged",
            "roundabout offers that name no label may pass",
            "honest editing of one's own text against a false alarm may be found",
        ),
        source="CAC notice 2025, phase 1, item 2",
        hits=(
            "去AI标识工具，一键批量，显式隐式都清，月卡29自动发卡",
            "论文降AI率，人工加软件，知网维普都过，千字8元，不过退款",
        ),
        misses=(
            "新规要求生成内容添加显式标识，任何人不得提供删除标识的工具。",
            "我自己写的论文被检测说AI率40%，导师让我把草稿和修改记录交上去",
        ),
        lookalike="打印出来有个“样稿”水印，是没买授权，你找采购开一下",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("label_stripping.toml", "label_stripping.model"),
        signals="label_stripping.toml",
    )
)
def label_stripping(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    like = "an offer of or a guide to stripping AI labels"
    return scan_text(weighed("text.label_stripping", like, weights=weights))
