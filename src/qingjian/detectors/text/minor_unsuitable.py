"""
text.minor_unsuitable: content unsuitable for children by a concrete act.

Finds dangerous stunts and dares to imitate, minors who smoke, drink or bet shown as cool, a child
with private data, bullying or running away shown as a model. A linear model weighs the words,
which rules and slots of the pack hold, and what speaks against: warnings, news and law, sport with
gear, questions for help, condemning fiction.

Evidence is the window of a rule; where none holds it is the run of words that weighs most.

Limits: praise told without its usual words may pass; a boast quoted in order to condemn it may be
found; taste is not judged.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Scan, Text
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_text, weighed


@detector(
    Card(
        id="text.minor_unsuitable",
        reads=Text,
        serves=("2.7.minors_mode",),
        severity="low",
        finds="content unsuitable for children by a concrete act: a dangerous stunt or challenge "
        "to imitate, minors smoking, drinking or betting shown as cool, a child's picture with "
        "private data, bullying or running away shown as a model",
        limits=(
            "fewer than four letters, and languages other than Chinese, are not judged",
            "praise told without its usual words may pass",
            "a boast quoted in order to condemn it may be found",
            "only the text is read: a picture beside it is not",
        ),
        source="CAC notice 2025, phase 2, item 7",
        hits=(
            "小学生憋气挑战，谁先晕谁赢，敢来的评论区打卡，点赞过千再来一轮",
            "14岁校霸抽烟的样子太帅了，点个关注，这才叫青春",
        ),
        misses=(
            "近期“憋气挑战”在学生中流传，医生提醒切勿模仿，可能致命。",
            "少儿攀岩馆周末班，护具教练齐全，六岁以上可报名。",
        ),
        lookalike="跳绳挑战一分钟180个，女儿练了一个月终于过了！",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("minor_unsuitable.toml", "minor_unsuitable.model"),
        signals="minor_unsuitable.toml",
    )
)
def minor_unsuitable(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    like = "content unsuitable for children"
    return scan_text(weighed("text.minor_unsuitable", like, weights=weights))
