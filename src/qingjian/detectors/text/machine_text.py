"""
text.machine_text: a text that is built as language models build texts; a suspicion, no more.

Finds signs that a person can check: sentences of even length, many connectives, stock frames, a
list of items, no mark of speech. Three of them together are told; evidence is the figure of each.
Most machine texts show fewer and pass; the rest is for marks and provenance (`document.ai_label`).

Limits: most machine texts pass; leaflets, reports and pupils' essays by people may be found; which
model wrote it, and whether anything in it is false, cannot be said.
"""

from __future__ import annotations

from collections.abc import Iterator

from qingjian.core.card import Card
from qingjian.core.errors import Abstain
from qingjian.core.registry import detector
from qingjian.core.types import Finding, Scan, Span, Text, found
from qingjian.detectors.instruments.fold import fold
from qingjian.detectors.instruments.style import Style, style

LEAST_LETTERS = 100
_LEAST_HAN = 0.5


@detector(
    Card(
        id="text.machine_text",
        reads=Text,
        serves=("2.5.content_farm",),
        severity="info",
        finds="a long text that is built as language models build texts: even sentences, many "
        "connectives, stock frames, lists, and nothing of speech",
        limits=(
            "most texts of language models pass",
            "leaflets, reports and essays by people may be found",
            "fewer than 100 letters, and languages other than Chinese, are not judged",
            "a suspicion: no policy acts on it alone",
        ),
        source="CAC notice 2025, phase 2, item 5",
        hits=(
            "随着人工智能技术的快速发展，智能家居正在改变人们的生活方式。首先，它能够提升居住的舒适度，"
            "让照明与温度自动调节。其次，它可以帮助用户节约能源，降低日常开支。此外，它还能增强家庭的"
            "安全性，及时发现异常情况。总之，智能家居不仅带来便利，更具有长远的社会价值。",
        ),
        misses=(
            "昨天去装智能门锁，师傅迟到俩小时，我站楼道里喂了一晚上蚊子。装完发现猫眼没对齐，气得我哟，"
            "打电话给客服，转了四个人才有人说“明天给您补一个”。行吧。锁倒是真好用，我妈再也不用翻包找钥匙了，"
            "就是半夜上厕所路过它会亮，吓我一跳，跟人盯着似的。",
        ),
        lookalike="本周六上午九点至十一点，社区卫生站在东门广场免费测血压、血糖，请带好医保卡，空腹前来。"
        "测完可领取一份早餐。因场地有限，每场先到的一百位居民优先。家里有行动不便的老人，可以先打电话到"
        "卫生站登记，我们派护士周日上门，不收费用。雨天顺延到下周六，时间地点不变，不再另行通知。",
        cost_us=300,
        instruments=("fold", "style"),
    )
)
def machine_text(
    evenness: float = 0.65,
    connectives: float = 1.5,
    frames: float = 0.3,
    listed: float = 0.3,
    talk: float = 0.05,
    signs: int = 3,
) -> Scan[Text]:
    """
    Build the scan.

    Args:
        evenness, connectives, frames, listed: figures of `Style` from which each is a sign.
        talk: marks of speech per 100 letters up to which their want is a sign.
        signs: how many must be seen together.
    """

    def seen(s: Style) -> dict[str, str]:
        told = {}
        if s.evenness is not None and s.evenness >= evenness:
            told["even_sentences"] = f"{s.sentences} sentences, evenness {s.evenness:.2f}"
        if s.connectives >= connectives:
            told["connectives"] = f"{s.connectives:.1f} per 100 letters"
        if s.frames >= frames:
            told["stock_frames"] = f"{s.frames:.1f} per 100 letters"
        if s.listed is not None and s.listed >= listed:
            told["list"] = f"{s.listed:.0%} of the lines are items"
        if s.talk <= talk:
            told["no_speech"] = f"{s.talk:.1f} marks of speech per 100 letters"
        return told

    def scan(item: Text) -> Iterator[Finding]:
        if item.about.role == "assistant":
            raise Abstain("what a service wrote is known to be machine text")
        text = item.body
        folded = fold(text)
        figures = style(folded.text)
        if figures.letters < LEAST_LETTERS:
            raise Abstain(f"fewer than {LEAST_LETTERS} letters")
        if folded.han_share < _LEAST_HAN:
            raise Abstain("out of range: it is not written in Chinese")
        told = seen(figures)
        if len(told) >= signs:
            why = f"{len(told)} signs of machine writing together: {', '.join(told)}"
            yield found(why, Span(0, len(text)), evidence=told)

    return scan
