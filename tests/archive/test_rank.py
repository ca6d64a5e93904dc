from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qingjian.archive.rank import LONGEST, grams, order, plain


def test_what_tells_little_counts_little() -> None:
    rare = {"熊猫": 9.0}
    found = [(1.0, plain("今天的天气很好，大家都在公园")), (1.0, plain("小熊猫翻墙"))]
    ranked = order(plain("公园里的熊猫"), found, lambda pair: rare.get(pair, 0.1))
    assert [i for _, i in ranked] == [1, 0]


def test_a_record_that_is_the_query_is_as_close_as_can_be() -> None:
    text = plain("微波炉加热的饭菜会产生致癌物")
    [(closeness, _)] = order(text, [(3.0, text)], lambda pair: 1.0)
    assert closeness == 8.0
    assert order(text, [(0.0, "")], lambda pair: 1.0) == [(0.0, 0)]
    assert order(text, [], lambda pair: 1.0) == []


@given(st.text(max_size=60), st.lists(st.tuples(st.floats(0, 9), st.text(max_size=60)), max_size=5))
def test_every_candidate_is_ranked_once(query: str, found: list[tuple[float, str]]) -> None:
    ranked = order(plain(query), found, lambda pair: 1.0)
    assert sorted(i for _, i in ranked) == list(range(len(found)))
    assert all(0 <= closeness <= 8.001 for closeness, _ in ranked)
    assert [c for c, _ in ranked] == sorted((c for c, _ in ranked), reverse=True)


def test_letters_alone_are_compared_and_no_more_than_are_indexed() -> None:
    assert plain("A，b 1！文") == "ab1文"
    assert len(plain("长" * 30_000)) == LONGEST
    assert grams("ababc", 2) == ["ab", "ba", "bc"]
