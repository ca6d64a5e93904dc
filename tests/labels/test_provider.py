from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.errors import UsageError
from qingjian.labels.provider import deviations_of_provider, provider_code, uscc_check

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
REAL = (
    "001191110102MACQD9K64010000",
    "001191440300708461136T1XGW3",
    "001191110102MAD55U9H0F10002",
    "001191330110MADHPQQY7L10000",
    "001191110108587659081E10001",
    "001191340000711771143J00000",
)
"""Codes as they stand in public files."""
bodies = st.text(ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize("code", REAL)
def test_codes_of_real_files_hold(code: str) -> None:
    assert list(deviations_of_provider(code)) == []
    assert uscc_check(code[4:21]) == code[21]


@given(bodies, st.sampled_from("12"), st.from_regex(r"[0-9A-Z]{4}", fullmatch=True))
def test_a_code_that_is_built_holds(body: str, service: str, own: str) -> None:
    code = provider_code(body + uscc_check(body), service, own)
    assert len(code) == 27
    assert list(deviations_of_provider(code)) == []


@given(bodies, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_breaks_the_check(body: str, at: int, other: str) -> None:
    whole = body + uscc_check(body)
    wrong = whole[:at] + other + whole[at + 1 :]
    if wrong != whole:
        (told,) = deviations_of_provider(f"0011{wrong}10000")
        assert "check character fails" in told
        with pytest.raises(UsageError):
            provider_code(wrong)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("001191330101MA27WPYJ18xliu", "has 26 characters"),
        ("001191110102MACQD9K64O10000", "wrong letter"),
        ("001191110102MACQD9K64090000", "service type 9"),
    ],
)
def test_what_is_wrong_with_a_code_is_told(code: str, told: str) -> None:
    assert any(told in what for what in deviations_of_provider(code))


@pytest.mark.parametrize("name", ["", "某公司", "kling", "Minimax Agent AI", "0021" + "x" * 5])
def test_a_name_is_no_deviation(name: str) -> None:
    assert list(deviations_of_provider(name)) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("911101",),
        ("O1110102MACQD9K640",),
        ("91110102MACQD9K640", "3"),
        ("91110102MACQD9K640", "1", "abcd"),
    ],
)
def test_what_cannot_be_a_code_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        provider_code(*arguments)
