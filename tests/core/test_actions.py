from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.actions import LADDERS, SIDE_EFFECTS, ladder, strongest
from qingjian.core.errors import ConfigError

SURFACES = tuple(LADDERS)


def some_steps(surface: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(LADDERS[surface]))


def test_the_ladders_are_those_of_the_design() -> None:
    assert [" < ".join(steps) for steps in LADDERS.values()] == [
        "pass < note < label < queue < limit < hold < remove",
        "pass < note < mask < rewrite < answer < refuse < stop",
        "pass < ask < hold < reject < delist",
        "keep < redact < quarantine < drop",
    ]


def test_a_side_effect_stands_on_no_ladder() -> None:
    assert not {step for steps in LADDERS.values() for step in steps} & set(SIDE_EFFECTS)


def test_an_unknown_surface_is_told_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="'tv'") as caught:
        ladder("tv")
    assert caught.value.hint == "one of: content, gateway, product, corpus"
    with pytest.raises(ConfigError):
        strongest("tv", ["pass"])


@pytest.mark.parametrize("surface", SURFACES)
def test_nothing_asked_for_is_the_softest_step(surface: str) -> None:
    assert strongest(surface, []) == LADDERS[surface][0]


@given(st.data(), st.sampled_from(SURFACES))
def test_the_strongest_was_asked_for_and_none_is_higher(data: st.DataObject, surface: str) -> None:
    steps = data.draw(some_steps(surface).filter(bool))
    order = ladder(surface)
    top = strongest(surface, steps)
    assert top in steps
    assert all(order.index(step) <= order.index(top) for step in steps)


@given(st.data(), st.sampled_from(SURFACES))
def test_asking_for_more_never_softens(data: st.DataObject, surface: str) -> None:
    some, more = data.draw(some_steps(surface)), data.draw(some_steps(surface))
    order = ladder(surface)
    assert order.index(strongest(surface, some + more)) >= order.index(strongest(surface, some))
