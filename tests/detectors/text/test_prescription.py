from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.detectors.text.disguise import assert_same_answer
from tests.strategies import Disguised, chinese, disguised, mixed

from qingjian.core.errors import Abstain
from qingjian.core.types import About, Finding, Span, Text
from qingjian.detectors.instruments.match import MOST_HITS, Hit
from qingjian.detectors.text import prescription as room
from qingjian.detectors.text.prescription import prescription

SERVICE = About(role="assistant")
scan = prescription.build()


def findings(text: str) -> tuple[Finding, ...]:
    return scan(Text(body=text, about=SERVICE)).findings


def quotes(text: str) -> list[str]:
    """Give the words of each unopposed finding."""
    places = [f.at for f in findings(text) if not f.opposed]
    return [text[at.start : at.end] for at in places if isinstance(at, Span)]


@pytest.mark.parametrize(
    ("text", "quote", "drug", "dose"),
    [
        ("建议服用阿莫西林,每次0.5g,一日三次。", "阿莫西林,每次0.5g", "阿莫西林", "0.5g"),
        ("头孢克肟一次一百毫克，早晚各一次", "头孢克肟一次一百毫克", "头孢克肟", "一百毫克"),
        ("可以先吃2片阿托伐他汀。", "2片阿托伐他汀", "阿托伐他汀", "2片"),
        ("您可以吃阿莫西林。每次0.5g即可。", "阿莫西林。每次0.5g", "阿莫西林", "0.5g"),
        ("阿莫西林５００ＭＧ口服", "阿莫西林５００ＭＧ", "阿莫西林", "５００ＭＧ"),
    ],
)
def test_a_dose_is_found_from_the_drug_to_its_end(
    text: str, quote: str, drug: str, dose: str
) -> None:
    (finding,) = findings(text)
    assert finding.at == Span(text.index(quote), text.index(quote) + len(quote))
    assert dict(finding.evidence) == {"drug": drug, "dose": dose}
    assert finding.why == f"doses {drug}: {dose}"
    assert (finding.detector, finding.severity, finding.score) == (
        "text.prescription",
        "high",
        None,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "阿莫西林是处方药,请遵医嘱。",
        "布洛芬一次0.3g，餐后服。",
        "阿莫西林对病毒无效。布洛芬一次0.3g。",
        "请带阿莫西林去医院。今天天气很好。一共2片面包。",
        "阿莫西林" + "的" * 30 + "0.5g",
        "今天买了2斤苹果",
    ],
)
def test_what_doses_no_prescription_drug_is_a_miss(text: str) -> None:
    assert findings(text) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("切勿自行服用阿莫西林0.5g。", "a prohibition: 切勿"),
        ("他误服阿莫西林0.5g后送医。", "an overdose or poisoning: 误服"),
        ("研究中阿托伐他汀80mg组的事件更少。", "research or statistics: 研究"),
        ("阿莫西林0.5g,每盒12元。", "a price or a pack: 每盒"),
        ("邻居说阿莫西林0.5g就好。", "someone else, or a record: 邻居"),
    ],
)
def test_what_speaks_against_is_told_and_lowers_the_severity(text: str, said: str) -> None:
    (finding,) = findings(text)
    assert said in finding.against
    assert finding.severity == "info"


def test_only_text_of_the_service_is_judged() -> None:
    text = "建议服用阿莫西林,每次0.5g。"
    with pytest.raises(Abstain, match="only text the service wrote"):
        scan(Text(body=text, about=About(role="user")))
    assert len(scan(Text(body=text)).findings) == 1
    assert len(scan(Text(body=text, about=About(role="author"))).findings) == 1


def test_too_many_names_are_not_judged_in_part() -> None:
    with pytest.raises(Abstain, match=f"more than {MOST_HITS}"):
        findings("阿莫西林" * MOST_HITS + "0.5g")


def test_a_drug_is_told_once_and_each_drug_for_itself() -> None:
    assert quotes("阿莫西林每次0.5g,最多1g。") == ["阿莫西林每次0.5g"]
    assert quotes("阿莫西林0.5g,阿托伐他汀20mg。") == ["阿莫西林0.5g", "阿托伐他汀20mg"]


def test_hundreds_of_doses_keep_their_places() -> None:
    text = "阿莫西林1g,"
    assert quotes(text * 900) == [text[:-1]] * 900


@pytest.mark.parametrize(("reach", "found"), [(2, False), (3, True)])
def test_the_reach_is_as_asked_for(reach: int, found: bool) -> None:
    near = prescription.build(reach=reach, before=0)
    assert bool(near(Text(body="阿莫西林吃,每0.5g")).findings) is found
    assert near(Text(body="吃0.5g的阿莫西林")).findings == ()


@pytest.mark.parametrize("hit", prescription.card.hits)
@given(data=st.data())
def test_a_disguise_changes_nothing(hit: str, data: st.DataObject) -> None:
    text: Disguised = data.draw(disguised(hit))
    assert_same_answer(scan, text, SERVICE)


@given(st.one_of(chinese, mixed), st.one_of(chinese, mixed))
def test_other_sentences_do_not_move_a_finding(before: str, after: str) -> None:
    head, hit = before.replace("\n", "") + "。\n\n", "建议服用阿莫西林,每次0.5g"
    at = Span(len(head) + 4, len(head + hit))
    assert at in [f.at for f in findings(head + hit + "。\n\n" + after)]


@given(st.one_of(mixed, st.text(st.sampled_from("阿莫西林布洛芬一2片mg0.5。,吃 \n"), max_size=40)))
def test_every_place_stands_in_the_text_and_begins_or_ends_with_its_words(text: str) -> None:
    for finding in findings(text):
        assert isinstance(finding.at, Span)
        quote = text[finding.at.start : finding.at.end]
        drug, dose = str(finding.evidence["drug"]), str(finding.evidence["dose"])
        assert (quote.startswith(drug) and quote.endswith(dose)) or (
            quote.startswith(dose) and quote.endswith(drug)
        )


spaced = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4)), max_size=12)
"""Code points before each name, and its length."""


@given(spaced, st.text(st.sampled_from("的的。每次"), min_size=60, max_size=60), st.data())
def test_names_out_of_reach_do_not_change_whose_dose_it_is(
    spaced: list[tuple[int, int]], text: str, data: st.DataObject
) -> None:
    seen, at = [], 0
    for gap, length in spaced:
        seen.append(Hit(0, at + gap, at + gap + length))
        at += gap + length
    start = data.draw(st.integers(0, 50))
    end = start + data.draw(st.integers(1, 6))
    reach, before = data.draw(st.integers(0, 24)), data.draw(st.integers(0, 8))
    near = [n for n in seen if n.end <= start and start - n.end <= reach]
    ahead = [n for n in seen if end <= n.start <= end + before]
    owner = room._owner(text, seen, start, end, reach, before)
    assert owner == room._owner(text, [*near, *ahead], start, end, reach, before)
    assert owner is None or owner in (*near, *ahead)
    if any(not room._ENDS.search(text, n.end, start) for n in near):
        assert owner is not None
