"""Each room says what belongs there; test files mirror source files, name for name."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from tests.needs import ROOT

SRC = ROOT / "src" / "qingjian"
PACKAGES = sorted(p.parent for p in SRC.rglob("__init__.py") if p.parent != SRC)
SIGN = re.compile(r"^Belongs here: (?P<here>.+?)\.?\nNot here: (?P<not_here>.+?)\.?\Z", re.M | re.S)
BESIDE = ("house", "contracts", "journeys")
"""Folders of tests that look at more than one source file."""
TESTS = sorted(
    p
    for p in (ROOT / "tests").rglob("test_*.py")
    if p.relative_to(ROOT / "tests").parts[0] not in BESIDE
)


def under(path: Path, root: Path) -> str:
    return str(path.relative_to(root))


@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: under(p, SRC))
def test_a_room_says_what_belongs_there_and_what_does_not(package: Path) -> None:
    doc = ast.get_docstring(ast.parse((package / "__init__.py").read_text("utf-8"))) or ""
    sign = SIGN.search(doc)
    assert sign, "end the docstring with the lines 'Belongs here: …' and 'Not here: …'"
    assert len(sign["here"]) >= 20 and len(sign["not_here"]) >= 10
    assert not doc.startswith("Belongs here"), "the first line says what the room is"


def test_every_folder_of_modules_is_a_package() -> None:
    bare = {p.parent for p in SRC.rglob("*.py")} - {SRC, *PACKAGES}
    assert bare == set()


def mirrored(test: Path) -> list[Path]:
    """Give the source files that a test file may stand for."""
    inside = test.relative_to(ROOT / "tests")
    name = inside.stem.removeprefix("test_")
    if inside.parts[0] == "tools":
        return [ROOT / inside.parent / f"{name}.py"]
    folder = SRC / inside.parent
    return [folder / f"{name}.py", folder / f"__{name}__.py", folder / name / "__init__.py"]


@pytest.mark.parametrize("test", TESTS, ids=lambda p: under(p, ROOT / "tests"))
def test_a_test_file_mirrors_a_source_file(test: Path) -> None:
    assert any(p.is_file() for p in mirrored(test)), (
        f"name it after the file it tests, or move it to one of {', '.join(BESIDE)}"
    )


MODULES = sorted(p for p in SRC.rglob("*.py") if not p.name.startswith("__"))


@pytest.mark.parametrize("module", MODULES, ids=lambda p: under(p, SRC))
def test_a_source_file_has_a_test_file_of_the_same_name(module: Path) -> None:
    inside = module.relative_to(SRC)
    assert (ROOT / "tests" / inside.parent / f"test_{inside.name}").is_file()


def test_rooms_and_tests_were_found() -> None:
    assert len(PACKAGES) >= 10 and len(TESTS) >= 10
