from __future__ import annotations

import pytest
from tests.absent import absent
from tests.needs import package

from qingjian.access import passwords
from qingjian.access.passwords import hashed, holds
from qingjian.core.errors import MissingExtra, UsageError

GOOD = "一句容易记住的长长的话"


def test_only_the_password_itself_holds() -> None:
    package("argon2")
    kept = hashed(GOOD + "。")
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept
    assert holds(kept, GOOD + "。")
    assert not holds(kept, GOOD + "!")
    assert not holds(kept, "")
    assert not holds(kept, "\ud800" * 12)
    assert hashed(GOOD + "。") != kept, "each hash has a salt of its own"


def test_the_same_letters_of_another_keyboard_hold() -> None:
    package("argon2")
    assert holds(hashed("ｃorrect horse é"), "correct horse e\u0301")


@pytest.mark.parametrize("length", [0, 11, 1025])
def test_a_password_too_short_or_too_long_is_refused(length: int) -> None:
    with pytest.raises(UsageError, match="12 to 1,024 characters"):
        hashed("a" * length)


def test_an_end_that_is_too_long_is_not_overlooked() -> None:
    package("argon2")
    assert not holds(hashed("a" * 1024), "a" * 1025)


def test_who_is_not_there_is_held_against_a_hash_as_dear_and_never_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    argon2 = package("argon2")
    seen: list[str] = []
    verify = argon2.PasswordHasher.verify

    def noted(self: object, kept: str, password: bytes) -> bool:
        seen.append(kept)
        return bool(verify(self, kept, password))

    monkeypatch.setattr(argon2.PasswordHasher, "verify", noted)
    assert not holds(None, GOOD)
    kept = hashed(GOOD * 2)
    assert holds(kept, GOOD * 2)
    decoy, real = (argon2.extract_parameters(one) for one in seen)
    assert decoy == real


def test_without_argon2_the_command_that_installs_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passwords._decoy.cache_clear()
    absent(monkeypatch, "argon2")
    with pytest.raises(MissingExtra, match="argon2") as told:
        hashed(GOOD * 2)
    assert "qingjian[server]" in told.value.hint
    with pytest.raises(MissingExtra):
        holds(None, GOOD)
