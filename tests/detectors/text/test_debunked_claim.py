from __future__ import annotations

from dataclasses import replace

import pytest
from tests.detectors.text.known import hits, seen

from qingjian.core.errors import Abstain
from qingjian.core.known import Known
from qingjian.core.types import Span, Text
from qingjian.detectors.text.debunked_claim import debunked_claim

CLAIM = Known(
    "claim",
    "微波炉加热的饭菜会产生致癌物",
    id="r1",
    rating="false",
    quote="微波不会使食物产生致癌物。",
    publisher="食安科普",
    url="https://example.org/1",
    published_at="2024-01-02",
)
RUMOUR = "快看！微波炉热过的饭菜会产生致癌物，赶紧告诉爸妈！"


def test_both_wordings_stand_side_by_side_with_where_the_check_is_from() -> None:
    [finding] = hits(debunked_claim, RUMOUR, CLAIM)
    assert finding.evidence["said"] == "微波炉热过的饭菜会产生致癌物"
    assert finding.evidence["claim"] == CLAIM.text
    assert finding.evidence["debunk"] == CLAIM.quote
    assert finding.evidence["cited"] == "食安科普, 2024-01-02, https://example.org/1"
    assert isinstance(finding.at, Span)
    assert RUMOUR[finding.at.start : finding.at.end] == finding.evidence["said"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("微波炉加热的饭菜会产生致癌物？早就辟谣了", "it says that something is false"),
        ("微波炉加热的饭菜会产生致癌物，真的吗", "it asks"),
        ("微波炉加热的饭菜会产生致癌物？", "it asks"),
        ("段子：微波炉加热的饭菜会产生致癌物", "it is told as play"),
    ],
)
def test_what_speaks_against_it_is_told_with_its_words(text: str, why: str) -> None:
    assert hits(debunked_claim, text, CLAIM) == []
    [finding] = seen(debunked_claim, text, CLAIM)
    assert any(reason.startswith(why) for reason in finding.against)


def test_the_opposite_is_no_match() -> None:
    assert hits(debunked_claim, "微波炉加热的饭菜不会产生致癌物", CLAIM) == []


def test_another_statement_on_the_topic_is_no_match() -> None:
    assert seen(debunked_claim, "微波炉热饭记得盖盖子，不然汤汁溅得到处都是", CLAIM) == ()


def test_checks_that_disagree_are_shown_together_and_are_no_hit() -> None:
    other = replace(CLAIM, rating="true", quote="确实会。", publisher="另一家", id="r2")
    [finding] = seen(debunked_claim, RUMOUR, CLAIM, other)
    assert finding.evidence["verdict"] == "disputed"
    assert any("另一家" in reason and "确实会" in reason for reason in finding.against)
    assert seen(debunked_claim, RUMOUR, other) == ()
    assert seen(debunked_claim, RUMOUR, replace(CLAIM, rating="mixed")) == ()


def test_other_figures_are_another_matter() -> None:
    claim = replace(CLAIM, text="云岭市对共享单车每次收取5元停放费")
    assert hits(debunked_claim, "云岭的共享单车每次要收5块停放费了", claim)
    [finding] = seen(debunked_claim, "云岭的共享单车每次要收1元停放费了", claim)
    assert finding.against == ("it differs: 1元 here, 5元 there",)


def test_without_an_archive_or_letters_it_abstains() -> None:
    scan = debunked_claim.build()
    with pytest.raises(Abstain, match="no archive"):
        scan(Text(body=RUMOUR))
    with pytest.raises(Abstain, match="fewer"):
        scan(Text(body="！致癌！", known=(CLAIM,)))
    assert scan(Text(body=RUMOUR, known=())).findings == ()
