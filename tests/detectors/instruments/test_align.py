from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qingjian.detectors.instruments.align import (
    MOST_CLAUSES,
    align,
    clauses,
    held,
    pairs,
    weight,
)

CLAIM = "微波炉加热的饭菜会产生致癌物"


def test_the_clauses_that_say_it_are_found_at_their_place() -> None:
    text = "今天天气很好。微波炉热过的饭菜，会产生致癌物！我去买菜了。"
    found = align(clauses(text), CLAIM)
    assert found is not None
    assert text[found.at.start : found.at.end] == "微波炉热过的饭菜，会产生致癌物"
    assert found.held > 0.9
    assert found.closeness > 0.7


def test_figures_are_left_out_and_characters_that_stand_everywhere_count_little() -> None:
    assert [c.letters for c in clauses("共3人，花了 4.5 元")] == ["共人", "花了元"]
    assert weight("的") < weight("癌")
    assert held("的癌", "的") < 0.3 < held("的癌", "癌")
    assert pairs("致癌物", "癌物") == 0.5


def test_nothing_to_compare_gives_nothing() -> None:
    assert align([], CLAIM) is None
    assert align(clauses("，，"), CLAIM) is None
    assert align(clauses("文"), "！") is None
    assert held("", "文") == pairs("", "文") == 0


def test_a_long_text_is_cut_and_sentences_are_numbered() -> None:
    assert len(clauses("一句话。" * 1000)) == MOST_CLAUSES
    assert [c.sentence for c in clauses("甲，乙。丙！丁")] == [0, 0, 1, 2]


@given(st.text(max_size=200))
def test_shares_lie_between_nothing_and_all(text: str) -> None:
    found = align(clauses(text), CLAIM)
    if found:
        assert 0 <= found.held <= 1
        assert 0 <= found.pairs <= 1
        assert 0 <= found.at.start < found.at.end <= len(text)
