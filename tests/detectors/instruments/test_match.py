from __future__ import annotations

import importlib.util
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import raw

from qingjian.core.errors import Abstain
from qingjian.detectors.instruments.fold import fold, folded
from qingjian.detectors.instruments.match import (
    MOST_GAP,
    MOST_HITS,
    AhoCorasick,
    Hit,
    Hyperscan,
    Matcher,
    Pattern,
    best_engine,
    is_gap,
    plainly,
)

ENGINES = [Hyperscan, AhoCorasick]
Engines = type[Hyperscan] | type[AhoCorasick]

_LETTERS = "ab1换脸é\u0416😀가"
_GAPS = " *.·|—🔥→\n"

literals = st.text(st.sampled_from(folded(_LETTERS)), min_size=1, max_size=4)
patterns = st.lists(
    st.one_of(
        literals.map(Pattern),
        st.text(st.sampled_from(_LETTERS + _GAPS), min_size=1, max_size=4).map(
            lambda t: Pattern(folded(t))
        ),
        literals.filter(lambda t: not any(map(is_gap, t))).map(lambda t: Pattern(t, True)),
    ).filter(lambda p: bool(p.text)),
    min_size=1,
    max_size=8,
)
texts = st.one_of(
    st.text(st.sampled_from(_LETTERS + _GAPS + "\u200bＡ①換\ud800\udfff"), max_size=60), raw
)


@st.composite
def spread(draw: st.DrawFn, patterns: list[Pattern]) -> str:
    """Give a text in which some of the patterns stand, symbols in between."""
    pieces = []
    for pattern in draw(st.lists(st.sampled_from(patterns), max_size=4)):
        for c in pattern.text:
            pieces += [c, draw(st.text(st.sampled_from(_GAPS), max_size=MOST_GAP + 1))]
    return "".join(pieces)


@pytest.mark.parametrize("engine", ENGINES)
@given(patterns=patterns, text=texts, data=st.data())
def test_an_engine_finds_what_the_plain_loop_finds(
    engine: Engines, patterns: list[Pattern], text: str, data: st.DataObject
) -> None:
    body = fold(text + data.draw(spread(patterns)))
    hits, cut = Matcher(patterns, engine).find(body)
    assert hits == plainly(patterns, body)
    assert not cut


@pytest.mark.parametrize("engine", ENGINES)
@given(word=st.sampled_from(["换脸", "ab1", "过人脸"]), data=st.data())
def test_up_to_two_symbols_may_stand_in_each_gap_and_no_more(
    engine: Engines, word: str, data: st.DataObject
) -> None:
    symbols = st.text(st.sampled_from(_GAPS), max_size=MOST_GAP + 2)
    gaps = [data.draw(symbols) for _ in word[1:]]
    text = word[0] + "".join(gap + c for gap, c in zip(gaps, word[1:], strict=True))
    hits = Matcher([Pattern(word, True)], engine).every(fold("前" + text + "后"))
    fits = all(len(gap) <= MOST_GAP for gap in gaps)
    assert hits == ([Hit(0, 1, 1 + len(text))] if fits else [])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("gap", [False, True])
def test_more_than_most_hits_is_cut_and_told(engine: Engines, gap: bool) -> None:
    matcher = Matcher([Pattern("换", gap)], engine)
    body = fold("换" * (MOST_HITS + 1))
    hits, cut = matcher.find(body)
    assert (len(hits), cut) == (MOST_HITS, True)
    with pytest.raises(Abstain, match=f"more than {MOST_HITS}"):
        matcher.every(body)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("gap", [False, True])
def test_exactly_most_hits_is_not_cut(engine: Engines, gap: bool) -> None:
    matcher = Matcher([Pattern("换", gap)], engine)
    body = fold("换" * MOST_HITS)
    assert (len(matcher.every(body)), matcher.find(body).cut) == (MOST_HITS, False)


@pytest.mark.parametrize("engine", ENGINES)
def test_plain_and_gapped_hits_are_counted_together(engine: Engines) -> None:
    matcher = Matcher([Pattern("换"), Pattern("换", True)], engine)
    hits, cut = matcher.find(fold("换" * (MOST_HITS // 2 + 1)))
    assert (len(hits), cut) == (MOST_HITS, True)


@pytest.mark.parametrize("engine", ENGINES)
def test_hits_come_in_order_of_end_start_and_pattern(engine: Engines) -> None:
    matcher = Matcher([Pattern("人脸"), Pattern("脸"), Pattern("过人脸", True)], engine)
    hits = matcher.every(fold("过人脸脸"))
    assert hits == [Hit(2, 0, 3), Hit(0, 1, 3), Hit(1, 2, 3), Hit(1, 3, 4)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_lone_surrogate_is_no_question_mark(engine: Engines) -> None:
    matcher = Matcher([Pattern("a?b"), Pattern("?")], engine)
    assert matcher.every(fold("a\ud800b")) == []
    assert matcher.every(fold("a?b")) == [Hit(1, 1, 2), Hit(0, 0, 3)]


@pytest.mark.parametrize("engine", ENGINES)
def test_no_patterns_and_no_text_give_no_hits(engine: Engines) -> None:
    assert Matcher([], engine).every(fold("换脸")) == []
    assert Matcher([Pattern("换"), Pattern("换", True)], engine).every(fold("")) == []
    assert Matcher([Pattern("换", True)], engine).every(fold("**")) == []


def test_threads_share_a_matcher() -> None:
    matcher = Matcher([Pattern("换脸"), Pattern("过脸", True)])
    bodies = [fold("换脸过*脸" * n) for n in range(1, 40)]
    expected = [matcher.every(body) for body in bodies]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(matcher.every, bodies * 8)) == expected * 8


def test_the_fallback_is_taken_where_hyperscan_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert best_engine() is Hyperscan
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert best_engine() is AhoCorasick
    assert Matcher([Pattern("换脸")]).every(fold("換臉")) == [Hit(0, 0, 2)]


@pytest.mark.parametrize("c", ["*", " ", "、", "🔥", "→", "│", "■"])
def test_symbols_and_emoji_may_stand_in_a_gap(c: str) -> None:
    assert is_gap(c)
    assert len(Matcher([Pattern("换脸", True)]).every(fold(f"换{c}脸"))) == 1


@pytest.mark.parametrize("c", ["的", "a", "1", "0"])
def test_letters_and_digits_may_not(c: str) -> None:
    assert not is_gap(c)
    assert Matcher([Pattern("换脸", True)]).every(fold(f"换{c}脸")) == []
