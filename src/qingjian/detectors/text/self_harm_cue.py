"""
text.self_harm_cue: words that show that the writer may hurt or kill themself.

Finds wish, intent, preparation, farewell and self-injury told of oneself. A linear model weighs
the words, which rules and slots of the pack hold, and what speaks against: help and prevention,
news, fiction, recovery, worry for another, hyperbole.

Evidence is the window of a rule; where none holds it is the run of words that weighs most.

Limits: it is a cue and no diagnosis: roundabout farewells may pass, and dark verse or very bitter
jokes may be found; a person who may be in danger needs a person, not a score.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Scan, Text
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_text, weighed


@detector(
    Card(
        id="text.self_harm_cue",
        reads=Text,
        serves=("2.7.minors_mode", "1.6.minors"),
        severity="high",
        finds="words that show that the writer may hurt or kill themself: wish, intent, "
        "preparation, farewell",
        limits=(
            "most roundabout farewells pass, and everyday talk around a cue dilutes it",
            "fewer than four letters, and languages other than Chinese, are not judged",
            "roundabout farewells that name nothing may pass",
            "lyrics, verse and bitter jokes without their context may be found",
            "a cue, no diagnosis",
        ),
        source="CAC notice 2025, phase 2, item 7; phase 1, item 6",
        hits=(
            "我不想活了，遗书写好了，你们别怪我",
            "我真的撑不下去了，不想活了，想结束这一切",
        ),
        misses=(
            "期末周真的不想活了哈哈，高数谁发明的，救命",
            "世界预防自杀日：身边的人说活着没意思，先坐下来听他说，必要时陪他就医。",
        ),
        lookalike="账号密码都写在交接文档第一页，我走了，大家好好干，江湖再见",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("self_harm_cue.toml", "self_harm_cue.model"),
        signals="self_harm_cue.toml",
    )
)
def self_harm_cue(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    like = "a cue that the writer may hurt or kill themself"
    return scan_text(weighed("text.self_harm_cue", like, weights=weights))
