from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from qingjian.archive.watched import (
    MOST_LETTERS,
    NOTES,
    Quoted,
    Verdict,
    Word,
    post,
    post_of,
    post_row,
    verdict_of,
)
from qingjian.core.actions import LADDERS, SIDE_EFFECTS


def test_the_same_words_are_one_post_whoever_wrote_them() -> None:
    assert post("塌方了", "p1", 1.0).hash == post(" 塌方了\n", "p2").hash
    assert post("塌方了").hash != post("塌方啦").hash


def test_a_surrogate_and_a_null_are_replaced() -> None:
    one = post("塌\ud800方\x00了", "p\udc80")
    assert (one.text, one.id) == ("塌�方 了", "p�")


def test_a_long_post_is_cut_and_says_so() -> None:
    long = post("塌" * 10_000_000)
    assert (len(long.text), long.letters) == (MOST_LETTERS, 10_000_000)
    assert long.cut == "only the first 20,000 of 10,000,000 characters are looked at"
    assert long.hash != post("塌" * 10_000_001).hash, "the hash is of all of it"
    assert post("塌方了").cut == ""


@given(st.text(), st.text(), st.none() | st.floats(allow_nan=False))
def test_a_row_gives_the_post_back(text: str, id: str, at: float | None) -> None:
    one = post(text, id, at)
    assert post_of(one.hash, post_row(one)) == one


def test_a_row_gives_the_verdict_back() -> None:
    quoted = Quoted("text.x", "why", "said", "source", "cited", "r1", ("against",))
    verdict = Verdict("contradicted", (quoted, quoted), ("a: b",))
    assert verdict_of(verdict.row) == verdict
    assert verdict.records == ("r1",)


def test_every_step_is_a_note_with_a_review_beside_it() -> None:
    assert set(NOTES) == set(get_args(Word))
    for word in NOTES:
        row = Verdict(word).row
        assert (row["do"], row["beside"]) == ("note", ["review"])
        assert row["note"]["zh"] and row["note"]["en"]
    assert "note" in LADDERS["content"]
    assert "review" in SIDE_EFFECTS
    assert Verdict("no_authoritative_source").row["note"]["zh"] == "尚无权威来源"
