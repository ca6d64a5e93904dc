"""
conversation.minor_cue: cues in a conversation that the user is a minor.

Finds an age or grade the user states of themself, school life and homework of that age, and
parents or teachers who rule phone, money and time. A linear model weighs the words of the user's
turns, which rules and slots of the pack hold, and what speaks against: parents, teachers, adults
who remember, fiction. It raises protection in that conversation and is no attribute of a person.

Evidence is the turn in which a rule holds; where none does, the turn that weighs most.

Limits: a minor who tells nothing passes; an adult who speaks like a pupil may be found.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Conversation, Role, Scan
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_conversation, weighed

HEARS: tuple[Role, ...] = ("user",)


@detector(
    Card(
        id="conversation.minor_cue",
        reads=Conversation,
        serves=("1.6.minors", "2.7.minors_mode"),
        severity="info",
        finds="cues in a conversation that the user is a minor: a stated age or school grade, "
        "homework of that age, parents who control the phone, and so on",
        limits=(
            "fewer than four letters, and languages other than Chinese, are not judged",
            "a minor who tells nothing of school, age or home passes",
            "an adult who speaks as a pupil, in play or in memory, may be found",
            "a cue for more protection in that conversation, never an attribute to keep",
        ),
        source="CAC notice 2025, phase 1, item 6; phase 2, item 7",
        hits=(
            "我今年12岁，妈妈十点就把手机收走，能快点帮我写完作文吗",
            "班主任又叫家长了，我上课传纸条被抓，要写检讨让我爸签字",
        ),
        misses=(
            "我女儿上五年级，班主任让我去学校一趟，怎么跟她谈比较好",
            "我是大三学生，想问考研怎么准备",
        ),
        lookalike="想起我初二的时候班主任收手机，一晃二十年了，现在我当家长了",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("minor_cue.toml", "minor_cue.model"),
        signals="minor_cue.toml",
        hears=HEARS,
    )
)
def minor_cue(weights: str = "") -> Scan[Conversation]:
    """Build the scan; `weights` names a model of one's own."""
    like = "a user who is a minor"
    return scan_conversation(weighed("conversation.minor_cue", like, weights=weights), HEARS)
