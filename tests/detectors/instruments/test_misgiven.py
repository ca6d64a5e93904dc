from __future__ import annotations

import pytest

from qingjian.core.known import Known
from qingjian.detectors.instruments.cited import Cited
from qingjian.detectors.instruments.misgiven import against
from qingjian.detectors.instruments.quotations import quotations

SOURCE = Known("source", "周三起停水两天。", title="停水通知")


def told(text: str, source: Known = SOURCE) -> list[str]:
    [q] = quotations(text)
    return list(against(text, q, source, Cited(source.text).nearest(q.words)))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("网传停水通知写着“停水十天”", "it says that the quotation is made up"),
        ("停水通知写着“停水十天”，查了原文没有这句", "it says that the quotation is made up"),
        ("停水通知写着“停水十天”，这是谣言", "it says that something is false"),
        ("停水通知没写“停水十天”啊", "it says that the document has no such words"),
        ("停水通知真的写了“停水十天”吗", "it asks"),
        ("停水通知写着“停水十天”？", "it asks"),
        ("旧的停水通知写着“停水十天”", "it quotes a draft"),
        ("停水通知大意是“停水十天”", "it marks the words"),
        ("建议停水通知写“停水十天”", "it does not say"),
    ],
)
def test_what_a_text_says_against_it(text: str, why: str) -> None:
    assert any(reason.startswith(why) for reason in told(text)), told(text)


@pytest.mark.parametrize(
    "text",
    [
        "停水通知写着“停水十天”，凭什么？",
        "停水通知写着“停水十天”，这合理吗？",
        "停水通知写着“停水十天”，不是我编的",
        "官方通报里写着“停水十天”，真有意思",
        "停水通知写着“停水十天的谣言不实”",
    ],
)
def test_anger_and_the_words_of_the_quotation_are_nothing_against_it(text: str) -> None:
    assert told(text) == []


def test_a_document_that_is_cut_is_an_excerpt() -> None:
    for text in ("……周三起停水两天。", "周三起停水两天……", "停水事宜（节选）"):
        assert told("通知写着“每户罚款二百元”", Known("source", text))[-1].endswith(
            "excerpt of the document only"
        )


def test_a_figure_altered_within_an_excerpt_is_no_matter_of_what_is_cut() -> None:
    cut = Known("source", "……周三起停水两天，请储水。……")
    assert told("通知写着“周三起停水十天，请储水”", cut) == []


def test_left_out_clauses_are_told() -> None:
    source = Known("source", "周三起停水，请各户储水备用两天，周五恢复供水。")
    assert told("通知写着“周三起停水，周五恢复供水”", source) == [
        "it leaves out words without a mark: 户储水备用两天"
    ]
