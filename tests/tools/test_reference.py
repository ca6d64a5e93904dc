from __future__ import annotations

import re
import shutil
from dataclasses import fields
from pathlib import Path

import pytest
import typer
from tests.needs import ROOT
from tests.process import Ran, script

from qingjian.cli.app import app
from qingjian.core import errors
from qingjian.core.actions import LADDERS, SIDE_EFFECTS
from qingjian.core.registry import discover
from qingjian.core.settings import Settings
from qingjian.labels.carriers import SIDECARS, codec, names
from qingjian.policy.load import load, shipped

PAGES = ("settings", "cli", "errors", "actions", "detectors", "policy", "carriers")


def reference(*arguments: str, root: Path) -> Ran:
    return script(root / "tools" / "reference.py", *arguments, folder=root)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a place of the tools, two READMEs and the labels' page; write the reference there."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "tools", root / "tools")
    part = "# x\n\n<!-- coverage:start -->\nbefore\n<!-- coverage:end -->\n\nend\n"
    (root / "README.md").write_text(part, "utf-8")
    (root / "README.zh.md").write_text(part.replace("coverage", "finding"), "utf-8")
    (root / "docs").mkdir()
    block = "# labels\n\n<!-- carriers -->\nbefore\n<!-- /carriers -->\n\nend\n"
    (root / "docs" / "labels.md").write_text(block, "utf-8")
    ran = reference(root=root)
    assert ran.code == 0, ran.err
    assert ran.out.count("wrote ") == len(PAGES) + 5
    return root


def page(checkout: Path, name: str) -> str:
    return (checkout / "docs" / "reference" / f"{name}.md").read_text("utf-8")


def test_what_was_just_written_is_current(checkout: Path) -> None:
    assert reference("--check", root=checkout).code == 0
    again = reference(root=checkout)
    assert (again.code, again.out) == (0, "")


@pytest.mark.parametrize(
    "name",
    [
        "docs/reference/settings.md",
        "docs/coverage.md",
        "docs/labels.md",
        "README.md",
    ],
)
def test_what_is_not_current_is_shown_as_a_diff_and_left_alone(checkout: Path, name: str) -> None:
    path = checkout / name
    text = path.read_text("utf-8")
    old = text.replace("\n\n", "\n\nan old line\n\n", 1)
    if name in ("README.md", "docs/labels.md"):
        old = text.replace("|---", "|old", 1)
    path.write_text(old, "utf-8")
    ran = reference("--check", root=checkout)
    assert ran.code == 1
    assert f"--- {name}" in ran.out
    assert re.search(r"^-.*old", ran.out, re.M)
    assert "1 not current" in ran.err
    assert path.read_text("utf-8") == old
    assert reference(root=checkout).out == f"wrote {name}\n"
    assert path.read_text("utf-8") == text


def test_a_page_that_is_missing_is_not_current(checkout: Path) -> None:
    path = checkout / "docs" / "reference" / "errors.md"
    path.unlink()
    assert reference("--check", root=checkout).code == 1
    reference(root=checkout)
    assert path.is_file()


def test_another_argument_is_answered_with_the_usage(checkout: Path) -> None:
    ran = reference("--chek", root=checkout)
    assert ran.code == 2
    assert "--check" in ran.out


def test_every_setting_stands_in_the_reference_with_default_and_meaning(checkout: Path) -> None:
    text = page(checkout, "settings")
    for f in fields(Settings):
        assert f"| `{f.name}` | `QINGJIAN_{f.name.upper()}` |" in text
        assert f.metadata["means"] in text
    assert text.count("\n| `") == len(fields(Settings))


def test_every_verb_and_option_stands_in_the_reference(checkout: Path) -> None:
    text = page(checkout, "cli")
    group = typer.main.get_command(app)
    verbs = [*getattr(group, "commands", {})]
    assert len(verbs) >= 8
    for verb in verbs:
        assert f"## qingjian {verb}\n" in text
    assert "## qingjian policy check\n" in text
    for option in ("--policy", "--resume", "--text-field", "--transfer", "--benign", "--report"):
        assert option in text
    assert not re.search(r"\x1b|\x08", text)


def test_every_error_stands_in_the_reference(checkout: Path) -> None:
    text = page(checkout, "errors")
    known = [e for e in vars(errors).values() if isinstance(e, type)]
    ours = [e for e in known if issubclass(e, errors.QingjianError)]
    assert len(ours) >= 10
    for error in ours:
        row = f"| `{error.__name__}` | `{error.code}` | {error.exit_code} | {error.http_status} |"
        assert row in text


def test_the_tree_of_errors_says_what_the_code_says() -> None:
    tree = errors.__doc__ or ""
    for name, exit_code, status in re.findall(r"(\w+) +.* exit (\d+), HTTP (\d+)", tree):
        error = getattr(errors, name)
        assert (error.exit_code, error.http_status) == (int(exit_code), int(status))
    for name, one in vars(errors).items():
        if isinstance(one, type) and issubclass(one, errors.QingjianError):
            assert re.search(rf"\b{name}\b", tree)


def test_every_ladder_stands_in_the_reference_in_its_order(checkout: Path) -> None:
    text = page(checkout, "actions")
    for name, steps in LADDERS.items():
        assert f"| {name} | {' < '.join(f'`{s}`' for s in steps)} |" in text
    assert all(f"`{s}`" in text for s in SIDE_EFFECTS)


def test_every_card_of_ours_stands_in_the_reference(checkout: Path) -> None:
    text = page(checkout, "detectors")
    for id, one in discover().detectors.items():
        if one.factory.__module__.startswith("qingjian.detectors."):
            assert f"## {id}\n\nFinds {one.card.finds}.\n" in text
            assert all(f"- {limit}\n" in text for limit in one.card.limits)


def test_every_rule_of_the_shipped_packs_stands_in_the_reference(checkout: Path) -> None:
    text = page(checkout, "policy")
    known = {id: d.card.scoring for id, d in discover().detectors.items()}
    for name in shipped():
        for rule in load(name, known).rules:
            assert f"| {rule.id} | `{rule.when}` |".replace("||", r"\|\|") in text
    assert '"&&"' in text


def test_every_carrier_stands_in_the_reference_with_suffixes_place_and_source(
    checkout: Path,
) -> None:
    text = page(checkout, "carriers")
    for name in names():
        one = codec(name)
        suffixes = " ".join(f"`{suffix}`" for suffix in one.suffixes)
        assert f"| `{name}` | {suffixes} | {one.place} | {one.source} |\n" in text
    for suffix, why in SIDECARS.items():
        assert f"| `{suffix}` | {why} |\n" in text
    assert text.count("\n| `") == len(names()) + len(SIDECARS) >= 33


def test_the_page_of_labels_shows_every_carrier_between_its_marks(checkout: Path) -> None:
    text = (checkout / "docs" / "labels.md").read_text("utf-8")
    assert text.startswith("# labels\n\n<!-- carriers -->\n| carrier |")
    assert text.endswith("|\n<!-- /carriers -->\n\nend\n")
    assert "before" not in text
    assert text.count("\n| `") == len(names())


def test_the_page_of_labels_names_every_deviation() -> None:
    source = "".join(p.read_text("utf-8") for p in (ROOT / "src").rglob("labels/**/*.py"))
    known = set(re.findall(r"""eviation\(\s*"([a-z]+\.[a-z]+)\"""", source))
    told = re.findall(
        r"^\| `([a-z]+\.[a-z]+)` \|", (ROOT / "docs/labels.md").read_text("utf-8"), re.M
    )
    assert len(known) >= 25
    assert sorted(told) == sorted(known)


def test_tables_have_as_many_cells_in_every_row_as_in_the_head(checkout: Path) -> None:
    for name in PAGES:
        head = 0
        for line in page(checkout, name).splitlines():
            cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
            assert not cells or not head or cells == head, line
            head = cells


def test_only_what_stands_between_the_marks_of_a_readme_is_made(checkout: Path) -> None:
    text = (checkout / "README.md").read_text("utf-8")
    assert text.startswith("# x\n\n<!-- coverage:start -->\n")
    assert text.endswith("\n<!-- coverage:end -->\n\nend\n")
    assert "before" not in text
    assert "of 50 rows" in text
