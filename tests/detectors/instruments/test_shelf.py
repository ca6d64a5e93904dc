from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.detectors.instruments.test_match import patterns, texts

from qingjian.core.errors import Abstain
from qingjian.detectors.instruments.fold import fold
from qingjian.detectors.instruments.match import MOST_HITS, Matcher, Pattern
from qingjian.detectors.instruments.shelf import Shelf


@given(st.lists(patterns, min_size=1, max_size=4), texts)
def test_packs_on_a_shelf_find_what_they_find_alone(packs: list[list[Pattern]], text: str) -> None:
    shelf = Shelf()
    finders = [shelf.put(pack) for pack in packs]
    folded = fold(text)
    for pack, find in zip(packs, finders, strict=True):
        assert sorted(find(folded)) == sorted(Matcher(pack).every(folded))


def test_what_is_put_there_after_the_first_text_is_found_too() -> None:
    shelf = Shelf()
    early = shelf.put([Pattern("换脸")])
    assert len(early(fold("换脸"))) == 1
    late = shelf.put([Pattern("代做"), Pattern("换脸")])
    text = fold("代做换脸")
    assert [h.pattern for h in late(text)] == [0, 1]
    assert [h.pattern for h in early(text)] == [0]


def test_each_pack_abstains_for_itself() -> None:
    shelf = Shelf()
    many, few = shelf.put([Pattern("a")]), shelf.put([Pattern("b")])
    text = fold("a" * (MOST_HITS + 1) + "b")
    with pytest.raises(Abstain, match="more than"):
        many(text)
    assert len(few(text)) == 1


def test_threads_share_a_shelf() -> None:
    shelf = Shelf()
    find = shelf.put([Pattern("换脸")])
    with ThreadPoolExecutor(4) as pool:
        counts = pool.map(lambda n: len(find(fold("换脸," * n))), range(40))
    assert list(counts) == list(range(40))
