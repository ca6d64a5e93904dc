from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.detectors.text.known import hits, seen

from qingjian.core.errors import Abstain
from qingjian.core.known import Known
from qingjian.core.types import Span, Text
from qingjian.detectors.text.misquoted_document import misquoted_document

RULE = Known(
    "source",
    "第一条 学生原则上不得将手机带入校园。第二条 确有需要的，由家长书面申请，经班主任同意后方可携带"
    "，进校后关机并统一存放，放学时领取。第三条 违规使用手机的，由班主任暂存，当周周五由家长领回。"
    "第四条 任何教师不得损毁学生手机。第五条 校内设公用电话六部。",
    id="s1",
    title="青枫中学学生手机管理规定",
    publisher="青枫中学",
    published_at="2025-09-01",
)


def test_the_quotation_the_passage_and_what_differs_are_shown() -> None:
    text = "看看青枫中学手机规定第五条：“校内设公用电话十六部”，哪来的？"
    [finding] = hits(misquoted_document, text, RULE)
    assert isinstance(finding.at, Span)
    assert text[finding.at.start : finding.at.end] == "校内设公用电话十六部"
    assert finding.evidence["quotation"] == "校内设公用电话十六部"
    assert finding.evidence["differs"] == "十六部 here, 六部 there"
    assert str(finding.evidence["source"]).startswith("校内设公用电话")
    assert finding.evidence["verdict"] == "misquoted"
    assert finding.evidence["cited"] == "青枫中学, 2025-09-01"
    assert finding.evidence["record"] == "s1"


@pytest.mark.parametrize(
    ("text", "differs"),
    [
        ("青枫中学手机规定里写着“违规使用手机一律销毁并开除学籍”", "nothing near it"),
        ("《手机管理规定》第四条：「任何教師有權損毀學生手機」", "negation"),
        ("公告称“教师有权损毁学生手机”！青枫中学疯了", "negation"),
        ("“任何教师可以损毁学生手机”——青枫中学《手机规定》第四条", "negation"),
        (
            "青枫的手机规定我看了。上面写着“违规使用手机的，由班主任暂存，学期末由家长领回”",
            "学期末",
        ),
        ("手机管理规定原文：任何教师有权当场损毁学生手机。", "negation"),
        ("青枫中学表示“违规使用手机的，由班主任暂存，当周周五由学生领回”", "学生"),
    ],
)
def test_words_that_the_document_does_not_have_are_found(text: str, differs: str) -> None:
    [finding] = hits(misquoted_document, text, RULE)
    assert differs in str(finding.evidence["differs"])


@pytest.mark.parametrize(
    "text",
    [
        "手机规定第二条：“确有需要的，由家长书面申请，经班主任同意后方可携带……放学时领取。”",
        "青枫中学手机规定写的是「違規使用手機的由班主任暫存，當周週五由家長領回」",
        "规定第5条：校内设公用电话6部。",
        "手机规定说了不能带手机，要带得老师同意",
        "看完手机规定，我妈说“这下你可以专心写作业了”",
        "规定出台以后，家长们都在“各显神通找关系”，手机还是照带",
        "隔壁三中的手机规定写着“手机直接砸烂”",
        "《劳动合同法》第三十九条规定“严重违反规章制度的可以开除”，手机规定没这么严",
        "手机规定里所谓的“人性化”管理",
        "青枫中学手机规定",
        "",
    ],
)
def test_what_stands_there_or_is_somebody_else_s_passes(text: str) -> None:
    assert seen(misquoted_document, text, RULE) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("网传青枫中学规定写着“带手机一律开除学籍”", "it says that the quotation is"),
        ("青枫中学规定里有没有“带手机一律开除学籍”？", "it asks"),
        ("青枫中学手机规定的意思就是“带了手机你就完蛋”", "it marks the words as a paraphrase"),
        ("青枫中学手机规定草案写的是“带手机一律开除学籍”", "it quotes a draft"),
        ("希望青枫中学手机规定加一句“老师上课也不准玩手机”", "it does not say that"),
        ("青枫中学手机规定根本没写“带手机一律开除学籍”", "it says that the document has no"),
    ],
)
def test_what_speaks_against_it_is_told(text: str, why: str) -> None:
    [finding] = seen(misquoted_document, text, RULE)
    assert any(reason.startswith(why) for reason in finding.against), finding.against


def test_an_excerpt_may_have_the_words_elsewhere() -> None:
    excerpt = Known("source", RULE.text, title="青枫中学学生手机管理规定（节选）")
    [finding] = seen(misquoted_document, "《手机管理规定》写着“带手机一律开除学籍”", excerpt)
    assert finding.against == ("the archive holds an excerpt of the document only",)


def test_words_of_another_given_document_pass() -> None:
    other = Known("source", "带手机一律开除学籍。", title="红石中学学生手机管理规定")
    assert seen(misquoted_document, "手机规定写着“带手机一律开除学籍”", RULE, other) == ()


def test_without_a_source_nothing_is_said() -> None:
    scan = misquoted_document.build()
    with pytest.raises(Abstain, match="no archive"):
        scan(Text(body="规定写着“带手机一律开除”"))
    for known in ((), (Known("claim", "带手机"),), (Known("source", " "),)):
        assert scan(Text(body="规定写着“带手机一律开除”", known=known)).findings == ()


def test_a_document_too_long_to_read_is_not_judged() -> None:
    long = Known("source", "学生原则上不得将手机带入校园。" * 70_000, title="学生手机管理规定")
    scan = misquoted_document.build()
    started = time.monotonic()
    with pytest.raises(Abstain, match="200,000"):
        scan(Text(body="手机规定写着“带手机一律开除学籍”", known=(long,)))
    [finding] = hits(misquoted_document, "青枫中学手机规定写着“带手机一律开除学籍”", long, RULE)
    assert finding.evidence["record"] == "s1"
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "text",
    [
        "手机规定写着“带手机一律开除学籍。" * 3_000,
        "青枫中学手机规定写着“带手机一律开除学籍”。" * 10_000,
        "“" * 10_000 + "规定" + "”" * 10_000,
        '规定写着"' * 10_001,
        "规定写着“" + "哈" * 550 + "”" + "哈" * 100_000,
        "青枫中学手机规定写着“\ud800带手机一律\udfff开除学籍”",
    ],
)
def test_bad_input_takes_bounded_time(text: str) -> None:
    started = time.monotonic()
    findings = seen(misquoted_document, text, RULE, Known("source", "哈" * 190_000, title="规定"))
    assert len(findings) <= 100
    assert time.monotonic() - started < 10


@given(st.text(alphabet='规定写着：“”「」"手机不得带入校园第一二条。，……5五\n', max_size=80))
def test_what_is_quoted_from_its_own_text_passes(text: str) -> None:
    whole = Known("source", text, title="手机规定")
    assert hits(misquoted_document, f"手机规定写着“{text[:40]}”", whole) == []
