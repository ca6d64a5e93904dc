"""
text.illicit_tool_tutorial: steps that teach to fake a person, beat face checks or strip AI labels.

Finds tools or steps in an order together with the purpose: another's face or voice without consent,
a check of face or liveness, a label to be removed. A linear model weighs the words, which rules and
slots of the pack hold, and what speaks against: one's own face, consent, detection, news, rules.

Evidence is the window of a rule; where none holds it is the run of words that weighs most.

Limits: a step told alone, over several messages, may pass; an advert for a course without steps
belongs to text.illicit_tool_promotion.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Scan, Text
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_text, weighed


@detector(
    Card(
        id="text.illicit_tool_tutorial",
        reads=Text,
        serves=("1.2.tutorial",),
        severity="high",
        finds="steps that teach how to fake another person's face or voice without consent, to "
        "beat face or liveness checks, or to strip AI labels: tools in an order, and the purpose",
        limits=(
            "fewer than four letters, and languages other than Chinese, are not judged",
            "steps whose purpose is not said may pass",
            "an account of a crime that tells its steps may be found",
        ),
        source="CAC notice 2025, phase 1, item 2",
        hits=(
            "教程：先从他朋友圈存几张正脸，再丢进换脸软件，最后套到视频上发给他家人，他们肯定信",
            "刷脸怎么过：先把他的照片做成会眨眼的视频，再替换摄像头画面，认证时按提示播放，不用本人",
        ),
        misses=(
            "识别换脸视频的步骤：看眨眼、看发际、看光影，最后打电话回拨核实。",
            "AI换脸教程全套，视频课包教会，9.9自动发货",
        ),
        lookalike="给自己做了个数字分身：先录五分钟自己的视频，再上传，读授权书，等审核，"
        "第二天它就替我念课件了。",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("illicit_tool_tutorial.toml", "illicit_tool_tutorial.model"),
        signals="illicit_tool_tutorial.toml",
    )
)
def illicit_tool_tutorial(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    like = "steps to fake a person, beat a face check or strip AI labels"
    return scan_text(weighed("text.illicit_tool_tutorial", like, weights=weights))
