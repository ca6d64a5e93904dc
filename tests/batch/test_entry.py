from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.batch import entry as module
from qingjian.batch.entry import Entry, Unique
from qingjian.core.errors import BadRow
from qingjian.core.types import Note, Text


def given_ids(*ids: str) -> list[Entry]:
    return [Entry(id, Text(id=id), given=True) for id in ids]


def test_the_second_of_an_id_is_renamed_with_its_item_and_a_warning() -> None:
    unique = Unique()
    made = list(unique.over(given_ids("a", "b", "a", "a")))
    assert [e.id for e in made] == ["a", "b", "a~2", "a~3"]
    assert [e.item.id for e in made if e.item] == ["a", "b", "a~2", "a~3"]
    assert unique.warnings == [
        "the id 'a' stands more than once; this one is called 'a~2'",
        "the id 'a' stands more than once; this one is called 'a~3'",
    ]


def test_an_entry_without_an_item_keeps_its_error_and_notes() -> None:
    error, note = BadRow("a: no text"), Note("a", "because")
    _, second = Unique().over([*given_ids("a"), Entry("a", None, error, (note,), True)])
    assert second == Entry("a~2", None, error, (note,), True)


def test_an_id_made_of_the_place_gives_way_to_a_given_one() -> None:
    first, second = Unique().over([*given_ids("f#2"), Entry("f#2", Text(id="f#2"))])
    assert (first.id, second.id) == ("f#2", "f#2~2")


@given(st.lists(st.sampled_from(["a", "a~2", "a~3", "a~2~2", "b", "b~2"]), max_size=30))
def test_no_id_stands_twice_and_order_is_kept(ids: list[str]) -> None:
    made = list(Unique().over(given_ids(*ids)))
    assert len({e.id for e in made}) == len(ids)
    assert all(e.id.startswith(id) for e, id in zip(made, ids, strict=True))


def test_at_most_twenty_warnings_are_kept() -> None:
    unique = Unique()
    list(unique.over(given_ids(*["a"] * 50)))
    assert len(unique.warnings) == 20


def test_after_very_many_ids_none_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_IDS", 2)
    made = [e.id for e in Unique().over(given_ids("a", "b", "a", "a"))]
    assert made == ["a", "b", "a", "a"]
