from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.needs import ROOT

from qingjian.labels.formats import jpeg, png
from qingjian.labels.gb45438 import marks_of


@pytest.fixture(scope="module")
def mutate() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        import mutate as made

        return made


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_seed_makes_the_same_files(tmp_path: Path, mutate: ModuleType) -> None:
    mutate.write(tmp_path / "a", 50, 7)
    mutate.write(tmp_path / "b", 50, 7)
    mutate.write(tmp_path / "c", 50, 8)
    assert content(tmp_path / "a") == content(tmp_path / "b")
    assert content(tmp_path / "a") != content(tmp_path / "c")


def test_files_of_one_item_have_no_suffix_of_data_files(tmp_path: Path, mutate: ModuleType) -> None:
    paths = mutate.write(tmp_path, 300, 1)
    kinds = Counter(path.suffix for path in paths)
    assert not set(kinds) & mutate.ROW_SUFFIXES
    assert all(kinds[suffix] for suffix in (".txt", ".md", ".html", ".png", ".jpg"))
    assert len(set(paths)) == 300


def test_data_files_are_damaged_when_asked_for(tmp_path: Path) -> None:
    tool = ROOT / "tools" / "mutate.py"
    command = [sys.executable, str(tool), str(tmp_path / "in"), "--count", "20", "--rows"]
    subprocess.run(command, check=True, timeout=60)
    kinds = Counter(Path(name).suffix for name in content(tmp_path / "in"))
    assert set(kinds) == {".jsonl", ".csv"}
    assert kinds.total() == 20


def test_the_pictures_are_whole_and_labelled_before_they_are_damaged(mutate: ModuleType) -> None:
    for codec, data in ((png, mutate.png()), (jpeg, mutate.jpeg())):
        assert codec.knows(data)
        (mark,) = marks_of(codec.held(data))
        assert mark.label == "1"


@given(st.binary(min_size=200, max_size=400), st.integers(0, 10**6))
def test_damage_stays_small(mutate: ModuleType, data: bytes, seed: int) -> None:
    made = mutate.mutate(data, random.Random(seed))
    assert isinstance(made, bytes)
    assert len(made) <= len(data) + 4 * 200 * 50


def test_most_files_are_changed(tmp_path: Path, mutate: ModuleType) -> None:
    whole = {data for _, data in mutate.sources(False)}
    made = content(tmp_path) if mutate.write(tmp_path, 200, 3) else {}
    assert sum(data in whole for data in made.values()) < 20


def test_nothing_to_damage_is_left_as_it_is(mutate: ModuleType) -> None:
    assert mutate.mutate(b"", random.Random(1)) == b""
