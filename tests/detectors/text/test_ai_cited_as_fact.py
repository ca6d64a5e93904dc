from __future__ import annotations

import time

import pytest
from tests.detectors.text.known import hits, seen

from qingjian.core.errors import Abstain
from qingjian.core.known import Known
from qingjian.core.types import Span, Text
from qingjian.detectors.text.ai_cited_as_fact import ai_cited_as_fact

SOURCE = Known(
    "source", "临溪县春河路将于7月2日停水两天，影响居民1200户。", id="s1", publisher="水务集团"
)


def test_the_citation_and_its_statement_are_shown() -> None:
    text = "大家好。问了豆包，下个月起社保每人多交120块，赶紧告诉家里人。别的不说了。"
    [finding] = hits(ai_cited_as_fact, text)
    assert finding.why == "豆包 is the only source it names for: 120块"
    assert (finding.evidence["verdict"], finding.evidence["cited_ai"]) == ("ungrounded", "豆包")
    assert isinstance(finding.at, Span)
    assert text[finding.at.start : finding.at.end].startswith("问了豆包")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("豆包说社保多交120块，社保局通知说没有", "it names a source"),
        ("豆包说社保多交120块，真的假的", "it does not take it for proof"),
        ("豆包给了份旅游攻略，三天花2000块", "it is use or play"),
    ],
)
def test_what_speaks_against_it_is_told(text: str, why: str) -> None:
    assert hits(ai_cited_as_fact, text) == []
    assert any(a.startswith(why) for f in seen(ai_cited_as_fact, text) for a in f.against)


def test_a_source_that_has_it_otherwise_is_quoted() -> None:
    [finding] = hits(ai_cited_as_fact, "豆包说了，春河路将于7月2日停水五天，存水吧", SOURCE)
    assert finding.evidence["verdict"] == "contradicted"
    assert finding.evidence["record"] == "s1"


def test_a_source_that_bears_it_out_speaks_against_it() -> None:
    text = "豆包说了，春河路将于7月2日停水两天，影响1200户"
    assert hits(ai_cited_as_fact, text, SOURCE) == []
    assert [f.against for f in seen(ai_cited_as_fact, text, SOURCE)] == [
        ("a source says so too: 水务集团",)
    ]


def test_too_little_is_not_judged_and_much_takes_bounded_time() -> None:
    with pytest.raises(Abstain):
        ai_cited_as_fact.build()(Text(body="AI说"))
    start = time.monotonic()
    ai_cited_as_fact.build()(Text(body="AI画的图，" * 100_000))
    assert time.monotonic() - start < 10
