"""
text.illicit_tool_promotion: an offer of an AI tool or service for abuse.

Finds, within 90 folded code points, either a service that only abuse needs (undressing pictures, passing face checks
for others, stripping AI labels) with a trade act, or a tool (face swap, voice clone) with an abuse intent and a trade
act. Disguised spellings count. News, warnings, research, consent, rules and questions become counter-evidence.

Limits: an advert without any trade act passes; sellers who quote warnings count as opposed; pictures of text are not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Finding, Scan, Text
from qingjian.detectors.instruments.lexicon import Lexicon, load_pack


@detector(
    Card(
        id="text.illicit_tool_promotion",
        reads=Text,
        serves=("1.2.goods", "1.2.promotion", "2.6.traffic"),
        severity="high",
        finds="someone advertising, selling or passing on an AI tool or service meant for abuse: swapping faces or "
        "cloning voices of people who did not consent, undressing pictures, beating face or liveness checks, stripping "
        "AI labels and watermarks",
        limits=(
            "an advert without a trade act passes",
            "an advert that quotes a warning is shown as opposed",
            "new slang passes until it is added",
        ),
        source="CAC notice 2025, phase 1, item 2; phase 2, item 6",
        hits=(
            "AI一键去衣，上传照片秒出图，月卡68，加V：tuxi009",
            "代过人脸活体，非本人可做，先过后付，飞机联系",
        ),
        misses=(
            "警方抓获一个出售AI换脸软件的团伙，月卡卖到399元。",
            "声音克隆须本人到场并签署授权书，报价见主页。",
        ),
        cost_us=40,
        instruments=("fold", "match", "obfuscate", "lexicon"),
        files=("illicit_tool_promotion.toml",),
    )
)
def illicit_tool_promotion() -> Scan[Text]:
    """Build the scan. Cost: compiles about 10,000 spellings, 0.1 s."""
    lexicon = Lexicon(load_pack("qingjian.detectors.text", "illicit_tool_promotion.toml"))

    def scan(item: Text) -> Iterator[Finding]:
        yield from lexicon.findings(item.body)

    return scan
