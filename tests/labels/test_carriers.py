from __future__ import annotations

import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.labels.formats import samples

from qingjian.core.errors import UsageError
from qingjian.labels.carriers import SIDECARS, carrier, codec, names


def sample(name: str) -> bytes:
    data: bytes = importlib.import_module(f"{samples.__name__}.{name}").plain()
    return data


def name_of(data: bytes, file: str = "") -> str:
    found = carrier(data, file)
    return found.name if found else ""


def test_carriers_are_the_modules_of_formats() -> None:
    assert len(names()) >= 24
    assert names() == tuple(sorted(names()))
    assert {codec(name).name for name in names()} == set(names())


def test_a_suffix_belongs_to_one_carrier() -> None:
    suffixes = [s for name in names() for s in codec(name).suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert not set(suffixes) & set(SIDECARS)


def test_an_unknown_carrier_is_told_with_those_known() -> None:
    with pytest.raises(UsageError, match="no carrier 'xyz'") as told:
        codec("xyz")
    assert "png" in told.value.hint


@pytest.mark.parametrize("name", names())
def test_first_bytes_outweigh_a_wrong_suffix(name: str) -> None:
    if not codec(name).text:
        assert name_of(sample(name), "file.txt") == name
        assert name_of(sample(name), "file") == name


@pytest.mark.parametrize("suffix", SIDECARS)
def test_what_gets_a_sidecar_has_no_carrier(suffix: str) -> None:
    assert carrier(b"# title", f"file{suffix}") is None


@pytest.mark.parametrize(
    ("data", "file", "name"),
    [
        (b"plain words", "a.md", "markdown"),
        (b"plain words", "a.MD", "markdown"),
        (b"plain words", "a.html", "html"),
        (b"---\ntitle: x\n---\n", "", "markdown"),
        (b"<!doctype html><p>x", "", "html"),
        (b"plain words", "", ""),
        (b"plain words", "a.png", ""),
        (b"", "a.mp4", ""),
        (b"\x00\x01", "a.xyz", ""),
    ],
)
def test_texts_are_told_by_their_suffix_first(data: bytes, file: str, name: str) -> None:
    assert name_of(data, file) == name


@given(st.binary(max_size=400))
def test_any_bytes_have_one_carrier_or_none(data: bytes) -> None:
    assert name_of(data) in ("", *names())
