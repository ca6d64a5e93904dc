"""
text.pseudoscience: a miracle claim propped by an authority that nobody can check.

Finds a sure cure, profit, mark or verdict beside an unnamed expert, an institute, a famous prize or
words of science; a linear model weighs these and the words around them. What is checked is whether
a source is given, not whether the claim is true.

Evidence is the window in which claim and authority stand together, or the words that weigh most.

Limits: a claim whose authority is only hinted at often passes; a boastful but honest advert that
names an expert may be found; abstains on fewer than four letters and on text that is not Chinese.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Scan, Text
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_text, weighed


@detector(
    Card(
        id="text.pseudoscience",
        reads=Text,
        serves=("2.2.pseudo_expertise",),
        severity="medium",
        finds="a miracle claim in health, finance, education or law, propped by borrowed "
        "authority (an unnamed expert, institute, NASA, a Nobel prize) without a source anyone "
        "could check",
        limits=(
            "an authority that is only hinted at often passes",
            "a boastful but honest advert that names an expert may be found",
            "whether a source that is named exists is not checked",
        ),
        source="CAC notice 2025, phase 2, item 2",
        hits=(
            "美国科学家证实：每天喝这种水，癌细胞三天全部消失，医院不会告诉你！",
            "院士团队AI选股，连续三年零亏损，月月翻倍，限额带人。",
        ),
        misses=(
            "揭穿“哈佛教授说”：没有姓名没有论文，都是营销号编的，别信。",
            "糖尿病目前不能根治，请遵医嘱用药，不要自行停药。",
        ),
        lookalike="中国科学院某研究所在《细胞代谢》发表论文，限时进食改善小鼠肝脏代谢，"
        "尚未在人体验证。",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("pseudoscience.toml", "pseudoscience.model"),
        signals="pseudoscience.toml",
    )
)
def pseudoscience(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    return scan_text(weighed("text.pseudoscience", "a miracle claim", weights=weights))
