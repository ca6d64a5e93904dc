from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.detectors.instruments.packs import lexicon, pack
from tests.strategies import Disguised, disguised, mixed

from qingjian.core.errors import Abstain
from qingjian.core.types import Finding, Span
from qingjian.detectors.instruments.fold import fold
from qingjian.detectors.instruments.lexicon import Lexicon
from qingjian.detectors.instruments.match import MOST_HITS
from qingjian.detectors.instruments.pack import Counter, Rule, Term

TERMS = (
    Term("甲", "a"),
    Term("甲乙", "a"),
    Term("乙", "b"),
    Term("丙丁", "b"),
    Term("丁", "c"),
    Term("丁甲甲", "c"),
)
letters = st.text(st.sampled_from("甲乙丙丁的的的"), max_size=40)
slots = st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True)
rule = st.builds(
    lambda slots, window: Rule("-".join(slots), tuple(slots), window, "found"),
    slots,
    st.integers(1, 14),
)


def span(finding: Finding) -> tuple[int, int]:
    assert isinstance(finding.at, Span)
    return finding.at.start, finding.at.end


def windows(rule: Rule, text: str) -> Iterator[tuple[int, int]]:
    """Give every range in which each slot of the rule has a term, by trying all."""
    places = [
        [
            (i, i + len(t.text))
            for t in TERMS
            for i in range(len(text))
            if t.slot == slot and text.startswith(t.text, i)
        ]
        for slot in rule.slots
    ]
    for chosen in product(*places):
        start, end = min(s for s, _ in chosen), max(e for _, e in chosen)
        if end - start <= rule.window:
            yield start, end


@given(rule, letters)
def test_a_rule_finds_something_iff_its_slots_stand_within_the_window(
    rule: Rule, text: str
) -> None:
    findings = [span(f) for f in lexicon(*TERMS, rules=[rule]).findings(text)]
    full = list(windows(rule, text))
    for start, end in findings:
        assert any(start <= low and high <= end for low, high in full)
    for low, high in full:
        assert any(start < high and low < end for start, end in findings)
    assert all(a[1] <= b[0] for a, b in pairwise(findings))


@given(st.lists(rule, min_size=1, max_size=3, unique_by=lambda r: r.id), letters)
def test_of_several_rules_each_place_gets_one_finding(rules: list[Rule], text: str) -> None:
    findings = list(lexicon(*TERMS, rules=rules).findings(text))
    full = {rule.id: list(windows(rule, text)) for rule in rules}
    assert bool(findings) == any(full.values())
    for finding in findings:
        start, end = span(finding)
        of_rule = full[str(finding.evidence["rule"])]
        assert any(start <= low and high <= end for low, high in of_rule)
    assert all(a[1] <= b[0] for a, b in pairwise(sorted(map(span, findings))))


@given(letters)
def test_every_word_of_the_evidence_stands_in_the_place(text: str) -> None:
    for finding in lexicon(*TERMS, rules=[Rule("r", ("a", "b"), 9, "{a} … {b}")]).findings(text):
        start, end = span(finding)
        words = {slot: finding.evidence[slot] for slot in "ab"}
        for slot in "ab":
            quoted = words[slot]
            assert isinstance(quoted, tuple)
            assert all(w in text[start:end] for w in quoted)
            assert max(quoted, key=len) in finding.why


@given(
    first=st.sampled_from(["换脸软件", "代过人脸", "ai换脸"]).flatmap(disguised),
    between=st.text(st.sampled_from("的了 \u200b*"), max_size=6),
    last=st.sampled_from(["加v信123", "月卡88"]).flatmap(disguised),
    before=mixed,
)
def test_a_finding_starts_and_ends_at_the_disguised_words(
    first: Disguised, between: str, last: Disguised, before: str
) -> None:
    made = lexicon(
        *(Term(t, "tool", ("gap",)) for t in ("换脸软件", "代过人脸", "ai换脸")),
        *(Term(t, "trade") for t in ("加v信123", "月卡88")),
        rules=[Rule("sells", ("tool", "trade"), 40, "{tool}")],
    )
    head = before + "。"
    text = head + first.text + between + last.text + "。"
    (finding,) = made.findings(text)
    start = len(head) + first.span(0, len(first.plain))[0]
    end = len(head + first.text + between) + last.span(0, len(last.plain))[1]
    assert span(finding) == (start, end)


@pytest.mark.parametrize(
    ("term", "text", "shown"),
    [
        (Term("换脸", "s", ("split",)), "出扌奂月佥的", "扌奂月佥 (split of 换脸)"),
        (Term("换脸", "s", ("pinyin",)), "出 huanLIAN 的", "huanLIAN (pinyin of 换脸)"),
        (Term("代过人脸", "s", ("initials",)), "找dgrl的", "dgrl (initials of 代过人脸)"),
        (Term("换脸术", "s", ("sound",)), "学唤脸术的", "唤脸术 (sound of 换脸术)"),
        (Term("换脸", "s", ("gap",)), "出换*🔥脸的", "换*🔥脸 (gap of 换脸)"),
        (Term("换脸", "s", ("gap",)), "出換\u200b臉的", "換\u200b臉"),
        (Term("換臉", "s"), "换脸", "换脸"),
    ],
)
def test_a_disguised_spelling_is_shown_with_its_form(term: Term, text: str, shown: str) -> None:
    (finding,) = lexicon(term).findings(text)
    assert finding.evidence["s"] == (shown,)
    assert finding.evidence["rule"] == "s"


def test_a_spelling_that_is_another_word_never_counts() -> None:
    made = lexicon(Term("换脸术", "s", ("sound",), plain_not=("換臉書",)))
    assert list(made.findings("换脸书")) == []
    assert len(list(made.findings("换脸数"))) == 1


def test_two_terms_of_one_spelling_both_count() -> None:
    made = lexicon(
        Term("换脸", "a"), Term("換臉", "b"), rules=[Rule("r", ("a", "b"), 5, "{a} {b}")]
    )
    assert len(list(made.findings("换脸"))) == 1


@given(st.text(st.sampled_from("aiA1_ 换,\u0430"), max_size=20))
def test_a_latin_term_is_a_whole_word(text: str) -> None:
    body = fold(text).text
    expected = [
        i
        for i in range(len(body))
        if body.startswith("ai", i)
        and not (i and body[i - 1].isascii() and body[i - 1].isalnum())
        and not (body[i + 2 : i + 3].isascii() and body[i + 2 : i + 3].isalnum())
    ]
    assert [s.start for s in lexicon(Term("ai", "s")).see(fold(text))] == expected


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("ai换脸", "mai换脸", False),
        ("ai换脸", "ai换脸abc", True),
        ("过kyc", "代过kyc", True),
        ("过kyc", "过kycs", False),
        ("so-vits", "(so-vits)", True),
        ("so-vits", "so-vits2", False),
        ("-x", "ab-x", True),
    ],
)
def test_only_latin_edges_are_held_to_whole_words(term: str, text: str, found: bool) -> None:
    assert bool(list(lexicon(Term(term, "s")).findings(text))) is found


near = st.text(st.sampled_from("脸换过不的"), max_size=24)


@given(near, st.integers(0, 5))
def test_needs_unless_and_not_after_look_as_far_as_within(text: str, within: int) -> None:
    made = lexicon(
        Term("脸", "needs", needs=("換", "过过"), within=within),
        Term("脸", "unless", unless=("换", "过過"), within=within),
        Term("脸", "after", not_after=("换", "过过"), within=within),
    )
    seen = made.see(fold(text))
    for slot in ("needs", "unless", "after"):
        expected = []
        for i in (i for i, c in enumerate(text) if c == "脸"):
            until = i if slot == "after" else i + 1 + within
            around = text[max(0, i - within) : until]
            if ("换" in around or "过过" in around) == (slot == "needs"):
                expected.append(i)
        assert [s.start for s in seen if s.term.slot == slot] == expected


def test_an_expression_stands_for_a_term() -> None:
    made = lexicon(
        Term("换脸", "tool"),
        Term("a price", "trade", expression=r"\d+元"),
        rules=[Rule("sells", ("tool", "trade"), 20, "{tool} {trade}")],
    )
    (finding,) = made.findings("出换脸,８８元起")
    assert finding.why == "换脸 ８８元"
    assert span(finding) == (1, 7)
    assert list(made.findings("八八元,88元")) == []


def test_an_expression_alone_can_fill_a_rule() -> None:
    made = lexicon(Term("a price", "price", expression=r"\d+元"))
    (finding,) = made.findings("只要88元")
    assert span(finding) == (2, 5)


def test_an_expression_minds_its_needs_and_matches_something() -> None:
    made = lexicon(Term("a price", "price", expression=r"\d*", needs=("元",), within=1))
    (finding,) = made.findings("88元,99块,a")
    assert span(finding) == (0, 2)


def test_an_expression_of_a_counter_slot_speaks_alone() -> None:
    made = lexicon(
        Term("换脸", "s"),
        Term("a year", "against.news", expression=r"\d{4}年"),
        counters=[Counter("news", "news", 0)],
    )
    assert made.counter_evidence("２０２４年的事") == ("news: ２０２４年",)


@given(letters, st.integers(0, 6))
def test_a_counter_slot_speaks_as_far_as_its_reach(text: str, reach: int) -> None:
    made = lexicon(
        Term("甲乙", "s"),
        Term("丙丁", "against.news"),
        Term("丁", "against.news"),
        counters=[Counter("news", "in the news", reach)],
    )
    counters = [
        (i, i + len(t)) for i in range(len(text)) for t in ("丁", "丙丁") if text.startswith(t, i)
    ]
    for finding in made.findings(text):
        start, end = span(finding)
        said = [
            text[low:high]
            for low, high in counters
            if reach == 0 or (low < end + reach and high > start - reach)
        ]
        assert finding.against == ((f"in the news: {said[0]}",) if said else ())
        assert finding.opposed is bool(said)


def test_each_counter_slot_is_quoted_once_in_order_of_place() -> None:
    made = lexicon(
        Term("换脸", "s"),
        Term("警方", "against.news"),
        Term("抓获", "against.news"),
        Term("论文", "against.study"),
        counters=[Counter("study", "study", 0), Counter("news", "news", 0)],
    )
    (finding,) = made.findings("警方抓获换脸团伙,论文说")
    assert finding.against == ("news: 警方", "study: 论文")
    assert made.counter_evidence("论文,警方") == ("study: 论文", "news: 警方")
    assert made.counter_evidence("都没有") == ()


def test_what_speaks_against_alone_is_no_finding() -> None:
    made = lexicon(
        Term("换脸", "s"), Term("警方", "against.news"), counters=[Counter("news", "news", 0)]
    )
    assert list(made.findings("警方提醒")) == []


def test_the_first_rule_wins_where_two_overlap() -> None:
    made = lexicon(
        *TERMS, rules=[Rule("second", ("b", "c"), 9, "x"), Rule("first", ("a", "b"), 9, "y")]
    )
    assert [f.evidence["rule"] for f in made.findings("甲乙丁")] == ["second"]
    assert [f.evidence["rule"] for f in made.findings("甲乙" + "的" * 9 + "丙丁")] == [
        "second",
        "first",
    ]


@given(st.lists(rule, min_size=1, max_size=3, unique_by=lambda r: r.id), letters)
def test_signals_name_the_rules_and_slots_that_hold(rules: list[Rule], text: str) -> None:
    made = lexicon(
        *TERMS,
        Term("的的", "against.news"),
        rules=rules,
        counters=[Counter("news", "news", 1)],
    )
    holding = {f"rule.{r.id}" for r in rules if any(windows(r, text))}
    slots = {f"slot.{t.slot}" for t in TERMS if t.text in text}
    against = {"slot.against.news"} if "的的" in text else set()
    assert made.signals(text) == holding | slots | against


@given(st.lists(letters, max_size=4))
def test_a_lexicon_remembers_nothing_from_one_text_to_the_next(texts: list[str]) -> None:
    made = lexicon(*TERMS, rules=[Rule("r", ("a", "b"), 9, "x")])
    for text in (*texts, *texts):
        fresh = lexicon(*TERMS, rules=[Rule("r", ("a", "b"), 9, "x")])
        assert list(made.findings(text)) == list(fresh.findings(text))
        assert made.signals(text) == fresh.signals(text)
        assert made.see(fold(text)) == fresh.see(fold(text))


def test_more_than_most_hits_abstains() -> None:
    made = lexicon(Term("甲", "a"))
    assert len(made.see(fold("甲" * MOST_HITS))) == MOST_HITS
    with pytest.raises(Abstain, match=f"more than {MOST_HITS}"):
        list(made.findings("甲" * (MOST_HITS + 1)))


def test_more_than_most_hits_of_expressions_abstains() -> None:
    made = lexicon(Term("a digit", "a", expression=r"\d"))
    assert len(made.see(fold("1" * MOST_HITS))) == MOST_HITS
    with pytest.raises(Abstain, match=f"more than {MOST_HITS}"):
        made.see(fold("1" * (MOST_HITS + 1)))


def test_thousands_of_findings_in_one_text_keep_their_places() -> None:
    made = lexicon(
        *TERMS,
        Term("警方", "against.news"),
        rules=[Rule("r", ("a", "b"), 4, "x"), Rule("s", ("b", "a"), 4, "x")],
        counters=[Counter("news", "news", 3)],
    )
    findings = list(made.findings("甲丙丁的的警方的的的" * 9_000))
    assert [span(f) for f in findings] == [(i * 10, i * 10 + 3) for i in range(9_000)]
    assert all(f.against == ("news: 警方",) for f in findings)


@given(mixed)
def test_a_text_without_terms_gives_nothing(text: str) -> None:
    assert list(Lexicon(pack([Term("没有这个词语的", "s")])).findings(text)) == []
