from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image
from tests.labels.carriers import LABEL
from tests.needs import ROOT

ROLES = 31
"""In how many roles the word stands in what is derived from a file of each kind."""


@pytest.fixture(scope="module")
def clean() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        import clean_files as made

        yield made


def write_all_kinds(folder: Path) -> None:
    """Write one small file of each kind that variants are derived from."""
    folder.mkdir()
    (folder / "a.md").write_text("# A\n\ntext\n")
    (folder / "a.html").write_text("<html><head><title>A</title></head><body>a</body></html>")
    (folder / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>')
    (folder / "a.json").write_text('{"a": 1}')
    Image.new("RGB", (9, 9), (1, 2, 3)).save(folder / "a.png")


def test_a_slice_of_this_machine_has_no_false_mark(clean: ModuleType) -> None:
    told = clean.verified(clean.chosen((Path(sys.prefix, "lib"), ROOT / "docs"), 300, 2))
    assert told["false_marks"] == []
    assert told["origins"]["found"] > 100
    assert told["files"] > 300


def test_the_word_in_other_roles_is_no_mark(clean: ModuleType, tmp_path: Path) -> None:
    write_all_kinds(tmp_path / "in")
    told = clean.verified(clean.chosen((tmp_path / "in",), 100, 1))
    assert told["false_marks"] == []
    assert told["origins"] == {"found": 5, "derived": ROLES}
    assert told["verdicts"] == {"unmarked": 5 + ROLES}
    assert len(told["roles"]) == ROLES
    assert 0 < told["false_mark_rate_upper_95"]["found"] < 1


def test_a_labelled_file_is_told(clean: ModuleType, tmp_path: Path) -> None:
    write_all_kinds(tmp_path / "in")
    (tmp_path / "in" / "b.json").write_text(json.dumps({"AIGC": LABEL}))
    told = clean.verified(clean.gathered((tmp_path / "in",), 100, random.Random(1)))
    assert [seen["file"] for seen in told["false_marks"]] == ["in/b.json"]
    assert told["files_with_false_marks"] == {"found": 1}


def test_the_same_bytes_are_taken_once(clean: ModuleType, tmp_path: Path) -> None:
    write_all_kinds(tmp_path / "in")
    (tmp_path / "in" / "again.md").write_bytes((tmp_path / "in" / "a.md").read_bytes())
    (tmp_path / "in" / "empty.md").touch()
    (tmp_path / "in" / "linked.md").symlink_to("a.md")
    files = list(clean.gathered((tmp_path / "in",), 100, random.Random(1)))
    assert len(files) == 5
    assert len({file.data for file in files}) == 5


@pytest.mark.parametrize(("wrong", "n", "bound"), [(0, 10_000, 0.000384), (5, 100, 0.1118)])
def test_the_bound_is_that_of_wilson(clean: ModuleType, wrong: int, n: int, bound: float) -> None:
    assert clean.upper(wrong, n) == pytest.approx(bound, rel=1e-3)
