"""
text.illicit_tool_promotion: an offer of an AI tool or service for abuse.

Finds a tool or service (face swap, voice clone, undressing, passing face checks, stripping AI
labels) that stands with an abuse intent or a trade act, within a window of folded code points;
disguised spellings count. A linear model weighs which slots, rules and counter-slots hold, and the
words around them; an offer is a hit when the score reaches the threshold.

Evidence is the window and the terms in it. News, warnings, research, consent and rules are
counter-evidence: below the threshold they are what speaks against the finding.

Limits: new slang passes until it is added; an offer without any known term passes.
"""

from __future__ import annotations

from dataclasses import replace

from qingjian.core.card import Card
from qingjian.core.errors import Abstain
from qingjian.core.registry import detector
from qingjian.core.types import Finding, Scan, Scored, Text, found
from qingjian.detectors.instruments.fold import Folded, fold
from qingjian.detectors.instruments.grams import grams
from qingjian.detectors.instruments.linear import Judged, Linear
from qingjian.detectors.instruments.weighed import INSTRUMENTS, weighed

LEAST_HAN = 0.3
OFFERED = frozenset({"slot.service", "slot.core", "slot.tool"})
SURE = 0.98
"""The score that a text needs in which nothing known is on offer."""


@detector(
    Card(
        id="text.illicit_tool_promotion",
        reads=Text,
        serves=("1.2.goods", "1.2.promotion", "2.6.traffic"),
        severity="high",
        finds="someone advertising, selling or passing on an AI tool or service meant for abuse: "
        "swapping faces or cloning voices of people who did not consent, undressing pictures, "
        "beating face or liveness checks, stripping AI labels and watermarks",
        limits=(
            "new slang passes until it is added",
            "an offer in roundabout words without any known term passes",
            "an advert that quotes a warning may be shown as opposed",
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
        lookalike="替身演员脸部替换由我们特效组完成，主演已签授权，片尾会注明AI辅助",
        scoring=True,
        cost_us=70,
        instruments=INSTRUMENTS,
        files=("illicit_tool_promotion.toml", "illicit_tool_promotion.model"),
        signals="illicit_tool_promotion.toml",
    )
)
def illicit_tool_promotion(weights: str = "") -> Scan[Text]:
    """
    Build the scan; `weights` names a model of one's own.

    Cost: compiles about 30,000 spellings, 0.3 s.
    """
    judge = weighed("text.illicit_tool_promotion", "an offer", weights=weights)
    model, lexicon = judge.model, judge.lexicon

    def scan(item: Text) -> Scored:
        text = fold(item.body)
        signals = lexicon.signals(item.body)
        channel = item.about.channel
        seen = grams(text, signals)
        judged = model.judge(seen, channel)
        threshold = model.reading(channel).threshold
        ruled = tuple(lexicon.findings(item.body))
        if not ruled and seen.n < judge.range.letters:
            raise Abstain(f"fewer than {judge.range.letters} letters, and no rule holds")
        if not ruled and text.han_share < LEAST_HAN:
            raise Abstain("out of range: it is not written in Chinese, and no rule holds")
        if judged.score >= (threshold if signals & OFFERED else max(threshold, SURE)):
            kept = ruled or (_whole(text, model, judged),)
            return Scored(judged.score, tuple(_hit(f, judged.score) for f in kept))
        unlike = f"as a whole it reads unlike an offer (score {judged.score:.2f})"
        opposed = (replace(f, score=judged.score, against=f.against or (unlike,)) for f in ruled)
        return Scored(judged.score, tuple(opposed))

    return scan


def _hit(finding: Finding, score: float) -> Finding:
    """Give a finding as a hit: what speaks against it was weighed, and is told as evidence."""
    evidence = dict(finding.evidence)
    if finding.against:
        evidence["despite"] = finding.against
    return replace(finding, score=score, against=(), evidence=evidence)


def _whole(text: Folded, model: Linear, judged: Judged) -> Finding:
    """Give a finding where no rule holds but the words around a known term do."""
    at, words = model.reasons(text, judged.window)
    most = words[0] if words else text.original[at.start : at.end]
    return found(f"reads like an offer of a tool for abuse: {most}", at, weighs_most=words)
