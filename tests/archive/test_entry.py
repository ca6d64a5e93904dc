from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.archive.claims import CLAIM, EVENT, SOURCE, made

from qingjian.archive.entry import Entry, Refused, entry, known_of


@pytest.mark.parametrize("row", [CLAIM, SOURCE, EVENT])
def test_what_is_entered_is_what_is_known(row: dict[str, str]) -> None:
    one = made(row)
    known = known_of(one.row)
    assert {name: getattr(known, name) for name in row} == row
    assert known.id == one.id
    assert len(one.source_hash) == 64


def test_the_id_is_of_statement_publisher_and_address() -> None:
    one = made(CLAIM)
    assert made(CLAIM, text=CLAIM["text"] + "。", rating="mixed").id == one.id
    assert made(CLAIM, publisher="另一家").id != one.id
    assert made(CLAIM, url="https://example.org/2").id != one.id


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({**CLAIM, "kind": "rumour"}, "kind"),
        ({**CLAIM, "rating": "pants on fire"}, "rating"),
        ({**CLAIM, "published_at": "gestern"}, "date"),
        ({**CLAIM, "published_at": "2024-02-31"}, "date"),
        ({**CLAIM, "expires_at": "bald"}, "date"),
        ({**CLAIM, "quote": ""}, "incomplete"),
        ({**CLAIM, "rating": ""}, "incomplete"),
        ({**CLAIM, "url": "file:///etc/passwd"}, "address"),
        ({**CLAIM, "url": "javascript:alert(1)"}, "address"),
        ({**CLAIM, "text": "  "}, "empty"),
        ({**CLAIM, "text": "明年房价肯定会大涨"}, "not_checkable"),
        ({**CLAIM, "publisher": "某" * 3000}, "too_long"),
        ({**SOURCE, "text": "长" * 1_000_001}, "too_long"),
        ({**SOURCE, "publisher": None}, "incomplete"),
        ({**EVENT, "published_at": ""}, "incomplete"),
        ({}, "kind"),
    ],
)
def test_what_is_unfit_is_refused_with_its_place_and_reason(
    row: dict[str, Any], reason: str
) -> None:
    refused = entry(row, "file#3")
    assert isinstance(refused, Refused)
    assert (refused.where, refused.reason) == ("file#3", reason)
    assert refused.what


@pytest.mark.parametrize("day", ["2024/1/2", "2024-01-02T08:00:00Z", "2024年1月2日", "2024.01.02"])
def test_days_come_in_many_forms(day: str) -> None:
    assert made(CLAIM, published_at=day).known.published_at == "2024-01-02"


@given(st.dictionaries(st.sampled_from([*CLAIM, "expires_at", "title"]), st.text() | st.integers()))
def test_any_row_is_an_entry_or_refused(row: dict[str, Any]) -> None:
    one = entry(row, "x")
    assert isinstance(one, Entry | Refused)
    if isinstance(one, Entry):
        assert not any("\x00" in value for value in one.row.values())
