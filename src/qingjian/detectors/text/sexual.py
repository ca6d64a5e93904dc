"""
text.sexual: suggestive or crude writing.

Finds erotic passages, dirty jokes, innuendo and soliciting, by a linear model over characters
and the facts of a pack: what is offered, closeness in a scene, crude desire, double meanings.

Evidence is the window and the terms in it, or the run of words that weighs most; counter-evidence
is medicine, law, goods, study and a refusal.

Limits: innuendo without any bodily word passes; explicit literature is found like any other
erotic passage; adults and minors are not told apart.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Scan, Text
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_text, weighed


@detector(
    Card(
        id="text.sexual",
        reads=Text,
        serves=("2.3.sexual_text",),
        severity="medium",
        finds="sexually suggestive or crude writing: erotic passages, dirty jokes, innuendo posts, "
        "soliciting",
        limits=(
            "innuendo without any bodily or bedroom word passes",
            "literature of merit is found like any other erotic passage",
            "adults and minors are not told apart",
        ),
        source="CAC notice 2025, phase 2, item 3",
        hits=(
            "他把她抵在墙上，吻从耳垂一路往下，她咬着唇，喘得腿都软了，求他别停。",
            "寂寞少妇今晚想找人，酒店我开，会撒娇会伺候人，懂的加微私聊",
        ),
        misses=(
            "月经期间同房容易引起感染，如出现腹痛请到妇科就诊。",
            "周末和老公去看了画展，回来吃了火锅。",
        ),
        lookalike="警方端掉一个以“品茶”“喝茶”为暗语的招嫖团伙，抓获嫌疑人23名，提醒市民勿信小卡片。",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("sexual.toml", "sexual.model"),
        signals="sexual.toml",
    )
)
def sexual(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    return scan_text(weighed("text.sexual", "suggestive or crude writing", weights=weights))
