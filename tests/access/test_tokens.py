from __future__ import annotations

import hashlib
import re

import pytest

from qingjian.access.tokens import KEY, SESSION, digest, fresh


def test_a_key_is_its_prefix_and_43_characters_and_never_the_same() -> None:
    keys = {fresh(KEY) for _ in range(100)}
    assert len(keys) == 100
    assert all(re.fullmatch(r"qj_[A-Za-z0-9_-]{43}", key) for key in keys)


def test_what_is_kept_is_its_sha_256() -> None:
    key, session = fresh(KEY), fresh(SESSION)
    assert digest(key, KEY) == hashlib.sha256(key.encode()).hexdigest()
    assert len(digest(session, SESSION)) == 64
    assert digest(key, SESSION) == digest(session, KEY) == ""


@pytest.mark.parametrize("text", ["", "qj_", "qj_" + "a" * 42, "qj_" + "a" * 44, "qj_" + "é" * 43])
def test_what_cannot_be_a_key_has_no_digest(text: str) -> None:
    assert digest(text, KEY) == ""
    assert digest("qj_" + "a" * 43 + "\n", KEY) == ""
