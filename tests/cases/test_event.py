from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.cases.event import START, WHATS, Event, link, proven, read, written
from qingjian.cases.fold import _CHANGES
from qingjian.core.errors import DamagedFile

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
events = st.builds(
    Event,
    st.integers(1, 2**40),
    st.text(max_size=26),
    st.floats(0, 4e9),
    st.text(max_size=20),
    st.sampled_from(WHATS),
    st.dictionaries(st.text(), values, max_size=4),
)


@given(events)
def test_what_is_written_is_read_and_written_the_same(event: Event) -> None:
    assert read(written(event)) == event
    assert written(read(written(event))) == written(event)
    reordered = dict(reversed(list(event.data.items())))
    assert written(replace(event, data=reordered)) == written(event)
    assert json.loads(written(event))[0] == event.seq


def chain(count: int) -> list[tuple[int, bytes, str]]:
    lines, hash = [], START
    for seq in range(1, count + 1):
        body = written(Event(seq, "c", float(seq), "li", "released", {"n": seq}))
        hash = link(hash, body)
        lines.append((seq, body, hash))
    return lines


def test_a_whole_chain_is_proven() -> None:
    assert list(proven(chain(20))) == list(range(1, 21))
    assert list(proven([])) == []


@pytest.mark.parametrize("at", range(0, 9))
def test_whatever_is_done_to_a_chain_is_found(at: int) -> None:
    whole = chain(10)
    seq, body, hash = whole[at]
    changed = [
        [*whole[:at], (seq, body.replace(b'"li"', b'"wu"'), hash), *whole[at + 1 :]],
        [*whole[:at], (seq, body, "0" * 64), *whole[at + 1 :]],
        [*whole[:at], (seq + 1, body, hash), *whole[at + 1 :]],
        [*whole[:at], whole[at + 1], whole[at], *whole[at + 2 :]],
        [*whole[:at], *whole[at + 1 :]],
        [*whole[: at + 1], whole[at], *whole[at + 1 :]],
    ]
    for lines in changed:
        with pytest.raises(DamagedFile):
            list(proven(lines))


def test_each_word_has_something_that_it_does() -> None:
    assert {*WHATS} - {"opened"} == {*_CHANGES}
