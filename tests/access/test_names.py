from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.access.names import folded, login_of, possible
from qingjian.core.errors import UsageError


@pytest.mark.parametrize("name", ["Li Min", " li min ", "ＬＩ Min", "LI MIN"])
def test_what_looks_the_same_is_one_login(name: str) -> None:
    assert login_of(name) == "li min"


def test_a_chinese_name_is_a_login() -> None:
    assert login_of("李敏") == "李敏"


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "a\u202eb", "\ud800", "n" * 65])
def test_what_cannot_be_kept_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="1 to 64 letters that show"):
        login_of(name)


@given(st.text())
def test_a_name_that_is_kept_is_found_again(name: str) -> None:
    login = folded(name)
    if possible(login):
        assert login_of(name) == login
        login.encode()
