from __future__ import annotations

from tests.detectors.text.known import hits, seen
from tests.detectors.trial import Trial

from qingjian.core.known import Known
from qingjian.core.types import Text
from qingjian.detectors.text.forged_notice import forged_notice

trial = Trial(forged_notice)
OTHER = Known("source", "春河路停水两天。", publisher="水务集团")
HELD = Known("source", "补缴学杂费的通知", title="云教发〔2025〕5号", publisher="云汀市教育局")
PLAIN = "【教育局通知】补缴学杂费1280元，请家长今日转账到张老师个人微信，逾期影响学籍。"
SHOWN = "教育局通知】补缴学杂费1280元，请家长今日转账到张老师个人微信"
OTHER_ACT = "【辟谣】网传“水务局紧急通知，明天停水五天，赶快转发到各群”系谣言，供水正常。"
DISGUISED = "【教·育·局通知】补缴学杂费1280元，请家长今日转账到张老师个·人·微·信，逾期影响学籍。"


def test_its_place_is_the_words_that_show_it() -> None:
    assert SHOWN in trial.quotes("大家好。" + PLAIN)


def test_the_same_words_in_another_act_pass() -> None:
    assert trial.hits(OTHER_ACT) == []


def test_symbols_and_traditional_letters_hide_nothing() -> None:
    assert trial.hits(DISGUISED)


def test_a_number_that_breaks_a_rule_and_an_archive_without_it_are_told() -> None:
    text = PLAIN + "（云教发〔2031〕第005号）"
    [finding] = hits(forged_notice, text, OTHER)
    assert finding.evidence["number_signs"] == (
        "云教发〔2031〕第005号: a number has no 第",
        "云教发〔2031〕第005号: a number has no leading zero",
        "云教发〔2031〕第005号: the year is still to come",
    )
    assert finding.evidence["archive"] == "holds no paper 云教发〔2031〕第005号; a weak sign"


def test_a_paper_that_the_archive_holds_speaks_against_it() -> None:
    text = PLAIN + "（云教发〔2025〕5号）"
    assert hits(forged_notice, text, HELD) == []
    against = [a for f in seen(forged_notice, text, HELD) for a in f.against]
    assert "the archive holds 云教发〔2025〕5号: 云汀市教育局" in against


def test_without_an_archive_nothing_is_said_of_it() -> None:
    seen_ = forged_notice.build()(Text(body=PLAIN + "（云教发〔2025〕5号）"))
    assert [f for f in seen_.findings if "archive" in f.evidence] == []
    assert seen_.findings
