from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.detectors.instruments.packs import lexicon
from tests.evals.toy import examples

from qingjian.core.errors import Abstain, ConfigError
from qingjian.core.types import About, Conversation, Field, Scored, Span, Text, Turn
from qingjian.detectors.instruments.linear import Reading, pack_linear
from qingjian.detectors.instruments.linear_train import calibrate, train
from qingjian.detectors.instruments.pack import Counter, Term
from qingjian.detectors.instruments.weighed import (
    Range,
    Weighed,
    scan_conversation,
    scan_text,
    weighed,
)

PRIZE = "领取大奖，点击链接，转账到，688号"
MEETING = "明天开会，记得带伞，作业写完，12号"
MODEL = replace(
    calibrate(train(examples(120), penalty=0.1, about={}), examples(60, 5)),
    about={"threshold": 0.8, "doubt": 0.4},
)
JUDGE = Weighed(
    MODEL,
    lexicon(
        Term("领取大奖", "prize"),
        Term("警方提醒", "against.warning"),
        counters=[Counter("warning", "a warning", 0)],
    ),
    "a lure",
)


def judged(body: str, channel: str | None = None, judge: Weighed = JUDGE) -> Scored:
    seen = scan_text(judge)(Text(body=body, about=About(channel=channel)))
    assert isinstance(seen, Scored)
    return seen


def test_a_hit_has_the_place_of_the_rule_that_holds() -> None:
    [finding] = judged("您好！" + PRIZE).findings
    assert finding.at == Span(3, 7)
    assert finding.against == ()
    assert finding.evidence["prize"] == ("领取大奖",)
    assert finding.score is not None
    assert finding.score >= 0.8


def test_without_a_rule_the_words_that_weigh_most_are_the_evidence() -> None:
    [finding] = judged("点击链接，转账到，验证码发我，688号").findings
    assert finding.why.startswith("reads like a lure; weighs most: ")
    assert finding.evidence["weighs_most"]


def test_an_innocent_text_is_scored_and_clear() -> None:
    seen = judged(MEETING)
    assert seen.score < 0.4
    assert seen.findings == ()


def test_between_doubt_and_threshold_a_finding_is_opposed() -> None:
    unsure = replace(JUDGE, model=replace(MODEL, about={"threshold": 1.0, "doubt": 0.4}))
    [finding] = judged(PRIZE, judge=unsure).findings
    assert finding.against[0].startswith("in doubt: score ")


def test_what_speaks_against_a_hit_is_told_as_evidence() -> None:
    [finding] = judged("警方提醒：" + PRIZE).findings
    assert finding.against == ()
    assert finding.evidence["despite"] == ("a warning: 警方提醒",)


def test_each_channel_reads_the_score_its_own_way() -> None:
    strict = Reading((1.0, -20.0), 0.9, 0.9)
    judge = replace(JUDGE, model=replace(MODEL, channels={"sms": strict}))
    assert judged(PRIZE, "sms", judge).findings == ()
    assert judged(PRIZE, "post", judge).findings
    assert judged(PRIZE, None, judge).score == judged(PRIZE, "post", judge).score


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("领", "fewer than 4 letters"),
        ("", "fewer than 4 letters"),
        ("please claim your prize now", "not written in Chinese"),
        ("鲸鱼潜艇珊瑚礁石灯塔", "never stood in the training data"),
    ],
)
def test_what_is_out_of_range_is_not_judged(body: str, reason: str) -> None:
    with pytest.raises(Abstain, match=reason):
        judged(body)


def test_the_range_can_be_told() -> None:
    wide = replace(JUDGE, range=Range(0, 0.0, 0.0))
    assert 0 < judged("please claim", judge=wide).score < 0.8


TALK = Conversation(turns=(Turn("user", MEETING), Turn("assistant", "嗯"), Turn("user", PRIZE)))


def test_a_finding_in_a_conversation_stands_at_its_turn() -> None:
    seen = scan_conversation(JUDGE, ("user",))(TALK)
    assert isinstance(seen, Scored)
    assert [f.at for f in seen.findings] == [Field("turns[2].text")]


def test_only_the_asked_speakers_are_judged() -> None:
    mute = Conversation(turns=(Turn("user", PRIZE),))
    with pytest.raises(Abstain, match="nothing is said by: assistant"):
        scan_conversation(JUDGE, ("assistant",))(mute)


def test_what_was_compiled_is_shared_and_weights_of_ones_own_are_not(tmp_path: Path) -> None:
    one = weighed("text.scam", "a lure")
    assert weighed("text.scam", "a lure").lexicon is one.lexicon
    assert weighed("text.kin_fraud", "a lure").lexicon is not one.lexicon
    own = tmp_path / "text.scam.model"
    for changed in (MODEL, replace(MODEL, about={"threshold": 0.9, "doubt": 0.2})):
        own.write_bytes(pack_linear(changed))
        made = weighed("text.scam", "a lure", weights=str(own))
        assert made.lexicon is one.lexicon
        assert made.model.about["threshold"] == changed.about["threshold"]


def test_weights_of_ones_own_are_taken_by_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.model"
    path.write_bytes(pack_linear(MODEL))
    mine = weighed("text.illicit_tool_promotion", "an offer", weights=str(path))
    assert mine.judge(PRIZE, None).findings
    with pytest.raises(ConfigError, match=r"none\.model"):
        weighed("text.illicit_tool_promotion", "an offer", weights=str(tmp_path / "none.model"))
