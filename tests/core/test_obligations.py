from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from tests.needs import shared

from qingjian.core.errors import NotFound
from qingjian.core.obligations import HOUSE_RULE, obligation, obligations

ROWS = tuple(obligations().values())


def raw() -> str:
    return files("qingjian.core").joinpath("obligations.toml").read_text("utf-8")


def test_there_are_fifty_rows_and_no_id_stands_twice() -> None:
    listed = [row["id"] for row in tomllib.loads(raw())["row"]]
    assert len(listed) == len(set(listed)) == 50
    assert list(obligations()) == listed


def test_exactly_the_two_clauses_of_opinion_and_taste_are_declined() -> None:
    declined = [r for r in ROWS if r.declined]
    assert {r.id for r in declined} == {"2.1.policy_reading", "2.3.taste"}
    assert all(r.note and not r.by for r in declined)


def test_every_row_that_is_not_declined_names_who_answers() -> None:
    assert all(r.by for r in ROWS if not r.declined)


def test_the_id_starts_with_the_phase_and_a_class_has_one_number() -> None:
    assert all(r.id.startswith(f"{r.phase}.") for r in ROWS)
    numbers = {(r.class_, r.id.rpartition(".")[0]) for r in ROWS if r.phase}
    assert len(numbers) == len({c for c, _ in numbers}) == len({n for _, n in numbers}) == 13


def test_every_row_has_words_and_binds_somebody_known() -> None:
    for row in ROWS:
        assert row.zh and row.class_ and row.source
        assert row.who and set(row.who) <= {"provider", "platform", "store", "corpus"}


def test_no_row_claims_to_be_verified_without_saying_so_in_the_file() -> None:
    said = {row["id"] for row in tomllib.loads(raw())["row"] if row.get("verified")}
    assert {r.id for r in ROWS if r.verified} == said


def test_one_row_is_given_by_its_id() -> None:
    row = obligation("1.6.medical")
    assert (row.phase, row.who, row.declined) == (1, ("provider",), False)
    assert "AI开处方" in row.zh


@pytest.mark.parametrize("id", ["", "9.9.nothing", HOUSE_RULE])
def test_what_is_no_row_is_not_found(id: str) -> None:
    with pytest.raises(NotFound, match="no row") as caught:
        obligation(id)
    assert "qingjian coverage" in caught.value.hint


def test_the_rows_are_those_that_were_handed_to_us() -> None:
    assert tomllib.loads(raw()) == tomllib.loads(shared("obligations.toml").read_text("utf-8"))
