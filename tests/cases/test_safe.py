from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.cases.safe import HASHES, Safe, safe
from qingjian.core.errors import ConfigError, DamagedFile

KEY = bytes(range(32))


@given(st.binary(max_size=200))
def test_what_is_shut_is_opened_under_its_own_hash_alone(body: bytes) -> None:
    shut = Safe(KEY).shut(body, "a")
    assert shut is not None and (len(body) < 4 or body not in shut)
    assert Safe(KEY).open(shut, "a") == body
    assert Safe(KEY).shut(body, "a") != shut
    for one, name in ((Safe(KEY), "b"), (Safe(KEY[::-1]), "a")):
        with pytest.raises(DamagedFile):
            one.open(shut, name)
    with pytest.raises(DamagedFile):
        Safe(KEY).open(shut[:-1], "a")


def test_without_a_key_nothing_is_kept_or_opened() -> None:
    assert HASHES.shut(b"x", "a") is None
    with pytest.raises(ConfigError, match="under a key"):
        HASHES.open(b"x", "a")
    assert KEY.hex() not in repr(Safe(KEY)) and str(KEY) not in repr(Safe(KEY))


def test_settings_ask_for_hashes_or_name_a_key(tmp_path: Path) -> None:
    assert safe("hash", "", 5.0) == Safe(None, 5.0)
    file = tmp_path / "key"
    file.write_text(KEY.hex() + "\n")
    assert safe("sealed", str(file), 5.0) == Safe(KEY, 5.0)
    for wrong in ("", str(tmp_path / "none"), str(tmp_path)):
        with pytest.raises(ConfigError):
            safe("sealed", wrong, 5.0)
    for text in ("", "00" * 31, "zz" * 32, "密钥"):
        file.write_text(text)
        with pytest.raises(ConfigError, match="sealed_key_file"):
            safe("sealed", str(file), 5.0)
