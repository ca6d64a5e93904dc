"""What is committed: no address of a package registry, every ignored rule with its reason."""

from __future__ import annotations

import re
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from tests.needs import ROOT, tool

# Written in two halves, so that this file does not hold them itself.
REGISTRY = re.compile(
    "|".join(
        (
            "pypi" + r"\.(?:org|io|tuna|python)",
            "python" + r"hosted\.org",
            "registry" + r"\.(?:npmjs|npmmirror|yarnpkg)",
            r"https?://[^\s\"'<>]*/(?:simple|pypi)(?:/|\b)",
            r"--(?:extra-)?index" + "-url",
            "--find" + "-links",
            r"^\s*(?:extra-)?index" + r"[-_]url\s*=",
            r"""["']resolved["']\s*:\s*["']http""",
            r"source\s*=\s*\{\s*(?:registry|url)",
        )
    ),
    re.M | re.I,
)
LOCKS = {"uv.lock", "pylock.toml", "poetry.lock", "pdm.lock", "Pipfile.lock", "package-lock.json"}

REASONED = re.compile(
    r"noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*  \S+ \S+"
    r"|type: ignore\[[a-z, -]+\]  # \S+ \S+"
    r"|pragma: no (?:cover|branch)  \S+ \S+"
)
SWITCHED_OFF = re.compile(r"ignore_(?!names)\w+ = |disable_\w+ = |per_rule_ignores|\"ignore:")
IGNORED = re.compile(r"\b(?:noqa|type:\s*ignore|pragma:\s*no|mypy:|ruff:|fmt:\s*(?:off|skip))")


@cache
def committed() -> tuple[Path, ...]:
    """Give every file that git holds or would take."""
    listed = subprocess.run(
        [tool("git"), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (ROOT / name.decode() for name in listed.stdout.split(b"\0") if name)
    return tuple(p for p in paths if p.is_file())


def texts() -> Iterator[tuple[str, str]]:
    for path in committed():
        data = path.read_bytes()
        if b"\0" not in data[:8192]:
            yield str(path.relative_to(ROOT)), data.decode("utf-8", "replace")


def test_no_address_of_a_registry_stands_in_a_file() -> None:
    told = {
        name: found[0] for name, text in texts() if (found := REGISTRY.search(text)) is not None
    }
    assert told == {}


def test_no_lock_file_that_writes_registry_addresses_is_kept() -> None:
    assert [str(p) for p in committed() if p.name in LOCKS] == []


def test_requirements_hold_names_versions_and_hashes_and_no_address() -> None:
    files = [p for p in committed() if p.parent.name == "requirements" and p.suffix == ".txt"]
    assert files
    for path in files:
        text = path.read_text("utf-8")
        assert "://" not in text
        pinned = [line for line in text.splitlines() if line[:1].isalnum()]
        assert len(pinned) > 20
        assert [line for line in pinned if not re.match(r"[\w.\-\[\]]+==\S+", line)] == []
        assert text.count("--hash=sha256:") >= len(pinned)


@pytest.mark.parametrize(
    "line",
    [
        "https://mirror.example/" + "simple/numpy",
        '"resolved"' + ': "http://x"',
        "--index" + "-url x",
        "index" + "-url = x",
        "https://files.python" + "hosted.org/x",
        "see pypi" + ".org",
    ],
)
def test_an_address_would_be_seen(line: str) -> None:
    assert REGISTRY.search(line)


def comments(path: Path) -> Iterator[tuple[int, str]]:
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def test_every_ignored_rule_in_code_carries_its_codes_and_a_reason() -> None:
    bare = []
    for path in committed():
        if path.suffix == ".py":
            bare += [
                f"{path.relative_to(ROOT)}:{line}: {text}"
                for line, text in comments(path)
                if IGNORED.search(text) and not REASONED.search(text)
            ]
    assert bare == []


@pytest.mark.parametrize(
    ("comment", "good"),
    [
        ("# noqa: E741  the item, as in the design", True),
        ("# noqa: E741", False),
        ("# noqa", False),
        ("# type: ignore[misc]  # three numbers each", True),
        ("# type: ignore[misc]", False),
        ("# type: ignore", False),
        ("# pragma: no cover  only on other systems", True),
        ("# pragma: no cover", False),
        ("# ruff: noqa", False),
        ("# mypy: ignore-errors", False),
    ],
)
def test_a_comment_without_a_reason_would_be_seen(comment: str, good: bool) -> None:
    assert IGNORED.search(comment)
    assert (REASONED.search(comment) is not None) is good


def ignored_in_pyproject() -> Iterator[str]:
    """Give the lines of pyproject.toml that switch something off."""
    section, within = "", False
    for line in (ROOT / "pyproject.toml").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        if re.match(r"(?:extend-)?ignore = \[$", line):
            within = True
            continue
        within = within and line != "]"
        by_file = section.endswith("per-file-ignores") and "=" in line
        if within or by_file or SWITCHED_OFF.search(line):
            yield line


def test_every_rule_that_is_switched_off_for_all_carries_a_reason() -> None:
    lines = list(ignored_in_pyproject())
    assert len(lines) > 5
    assert [line for line in lines if not re.search(r" # \S+ \S+", line)] == []
