from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from qingjian.detectors.instruments.anchors import compare, read

SOURCE = (
    "5月12日，城关区第二医院骨科接诊了37名患者。主任说“先静养再锻炼”，并推荐《骨伤手册》。"
    "挂号费涨到50元，LED屏每10分钟更新一次。"
)


def keys(text: str) -> list[str]:
    return [a.key for a in read(text).anchors]


def test_details_in_other_spellings_are_the_same_anchors() -> None:
    assert keys("五月十二日来了三十七名病人") == keys("5月12日来了37名病人")
    assert keys("挂号费五十块") == keys("挂号费50元")


def test_quotations_titles_bodies_and_latin_words_are_anchors() -> None:
    found = [SOURCE[a.start : a.end] for a in read(SOURCE).anchors]
    assert {"先静养再锻炼", "骨伤手册", "LED", "37名", "50元"} <= set(found)
    assert any(word.endswith("第二医院") for word in found)


def test_anchors_count_as_kept_in_the_order_of_both() -> None:
    turned = compare(read("先付30元，再等7天，共20人"), read("共20人，先付30元，再等7天"))
    assert [one.key for one, _ in turned.kept] == keys("30元，7天")
    assert turned.anchors == turned.of_other == 2 / 3


def test_a_passage_is_found_at_its_place() -> None:
    frame = "看到一段话，抄在这里给大家。"
    text = frame + SOURCE[:40] + "反正我是信了，你们呢？"
    compared = compare(read(text), read(SOURCE))
    assert text[compared.passage.start : compared.passage.end] == SOURCE[:39]
    assert compared.copied == 34


def test_of_texts_without_letters_nothing_is_alike() -> None:
    compared = compare(read("，，，"), read(SOURCE))
    assert (compared.kept, compared.copied, compared.sentences) == ((), 0, 0)


@given(st.text(max_size=200))
def test_a_text_keeps_all_of_itself(text: str) -> None:
    compared = compare(read(text), read(text))
    assert len(compared.kept) == len(read(text).anchors)
    assert compared.verbatim == bool(compared.copied)
    assert 0 <= compared.closeness <= 2.5


@given(st.text(max_size=120), st.text(max_size=120))
def test_what_is_kept_goes_up_in_both(one: str, other: str) -> None:
    kept = compare(read(one), read(other)).kept
    assert [a.key for a, _ in kept] == [b.key for _, b in kept]
    assert all(a.start < c.start and b.start < d.start for (a, b), (c, d) in pairwise(kept))
