from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.hashing import keyed, sha256, sha256_files

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def put(folder: Path, **files: bytes) -> list[Path]:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def test_sha256_is_the_one_of_fips_180() -> None:
    assert sha256(b"abc") == ABC


def test_keyed_is_the_hmac_of_rfc_4231_cut_to_32_digits() -> None:
    assert keyed(b"Jefe", "what do ya want for nothing?") == "5bdcc146bf60754e6a042426089575c7"


@given(st.binary(min_size=1), st.text(), st.text())
def test_keyed_is_equal_exactly_for_equal_values(key: bytes, one: str, other: str) -> None:
    assert (keyed(key, one) == keyed(key, other)) is (one == other)


def test_keyed_under_another_key_tells_nothing() -> None:
    assert keyed(b"this month", "13800001111") != keyed(b"next month", "13800001111")


def test_files_hash_alike_in_any_order_and_in_any_folder(tmp_path: Path) -> None:
    here = put(tmp_path, a=b"1", b=b"2", c=b"3")
    (tmp_path / "elsewhere").mkdir()
    there = put(tmp_path / "elsewhere", c=b"3", a=b"1", b=b"2")
    assert sha256_files(here) == sha256_files(reversed(here)) == sha256_files(there)


@pytest.mark.parametrize(
    "other",
    [
        {"a": b"1", "b": b"3"},
        {"a": b"2", "b": b"1"},
        {"a": b"1", "c": b"2"},
        {"a": b"1"},
        {"a": b"1", "b": b"2", "c": b""},
        {"a": b"12", "b": b""},
    ],
    ids=["changed", "swapped", "renamed", "removed", "added", "moved a byte over"],
)
def test_files_that_differ_hash_otherwise(tmp_path: Path, other: dict[str, bytes]) -> None:
    before = sha256_files(put(tmp_path, a=b"1", b=b"2"))
    assert sha256_files(put(tmp_path, **other)) != before
