from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.needs import ROOT
from tests.process import environment, qingjian, spawned

from qingjian.cli.app import app

LABEL = ["read", "verify", "write", "repair", "propagate", "carriers", "export-unlabelled"]
ARCHIVE = ["import", "approve", "retract", "search", "show", "stats", "changes", "export"]
INCIDENT = ["open", "pin", "watch", "check", "show", "list", "close"]
CASE = ["import", "report", "list", "show", "claim", "release", "skip", "snooze", "rule"]
CASE += [
    "approve",
    "refuse",
    "appeal",
    "judge",
    "lift",
    "reopen",
    "credit",
    "tick",
    "verify",
    "rebuild",
    "replay",
    "purge",
    "late-negatives",
    "alike",
    "bulk",
    "bulk-undo",
    "cluster",
    "cluster-rule",
    "seal",
    "sealed-report",
]
ORDER = ["enter", "list", "show", "close"]
AUTHORITY_REPORT = ["due", "draft", "show", "approve", "submit"]
USER = ["add", "list", "roles", "password", "deactivate"]
KEY = ["add", "list", "revoke"]
POLICY = ["check", "backtest", "add", "versions", "show", "diff", "shadow", "tally", "publish"]
POLICY += ["rollback", "retire", "resume", "rescan"]
REPORT = ["campaign", "statements", "rulings"]
WEBHOOK = ["add", "list", "dead", "replay", "resume", "remove"]
BLOCKED = ["submit", "list", "approve", "refuse", "withdraw", "check"]
VERBS = [
    *["scan", "demo", "detectors", "coverage", "eval", "train", "serve", "trace", "settings"],
    *(f"policy {verb}" for verb in POLICY),
    *(f"label {verb}" for verb in [*LABEL, "strip-check"]),
    *(f"archive {verb}" for verb in ARCHIVE),
    "claim check",
    *(f"incident {verb}" for verb in INCIDENT),
    *(f"case {verb}" for verb in CASE),
    *("evidence export", "evidence verify"),
    *(f"report {verb}" for verb in REPORT),
    *(f"user {verb}" for verb in USER),
    *(f"key {verb}" for verb in KEY),
    *(f"bot {verb}" for verb in ["add", "import", "list", "due", "audit", "close", "suspects"]),
    *(f"blocked {verb}" for verb in BLOCKED),
    *(f"hold {verb}" for verb in ["add", "list", "lift"]),
    "lexicon import",
    *(f"order {verb}" for verb in ORDER),
    *(f"authority-report {verb}" for verb in AUTHORITY_REPORT),
    *(f"webhook {verb}" for verb in WEBHOOK),
]
GROUPS = ["policy", "label", "archive", "claim", "incident", "case", "evidence"]
GROUPS += ["report", "user", "key", "bot", "blocked", "hold", "lexicon"]
GROUPS += ["order", "authority-report", "webhook"]


def test_the_version_is_that_of_the_package() -> None:
    ran = spawned("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"qingjian {version('qingjian')}\n", "")


def test_the_installed_command_is_the_same_as_the_module() -> None:
    command = Path(sys.executable).with_name("qingjian")
    ran = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout == spawned("--version").out


def test_every_verb_is_listed_with_what_it_does() -> None:
    ran = spawned("--help")
    assert ran.code == 0
    listed = dict(re.findall(r"^  ([\w-]+) {2,}(\S.*)$", ran.out.split("Commands:")[1], re.M))
    assert list(listed) == [*VERBS[:9], *GROUPS]
    assert "清鉴" in ran.out


@pytest.mark.parametrize("group", [(), *((group,) for group in GROUPS)])
def test_without_a_verb_the_help_is_shown(group: tuple[str, ...]) -> None:
    ran = qingjian(*group)
    assert "Commands:" in ran.out + ran.err
    assert ran.code == 2


@pytest.mark.parametrize("group", GROUPS)
def test_every_verb_of_a_group_is_listed_with_what_it_does(group: str) -> None:
    ran = qingjian(group, "--help")
    listed = re.findall(r"^  ([\w-]+) {2,}\S.*$", ran.out.split("Commands:")[1], re.M)
    assert [f"{group} {verb}" for verb in listed] == [v for v in VERBS if v.startswith(group)]


@pytest.mark.parametrize("verb", VERBS)
def test_each_verbs_help_teaches_with_examples(verb: str) -> None:
    ran = qingjian(*verb.split(), "--help")
    assert (ran.code, ran.err) == (0, "")
    examples = re.findall(r"^      (.*qingjian .*)$", ran.out, re.M)
    assert len(examples) >= 2
    assert all(f"qingjian {verb}" in e for e in examples)
    options = ran.out.split("Options:")[1]
    assert all(f" {word}" in options for e in examples for word in re.findall(r" (--?[a-z-]+)", e))


@cache
def whole() -> Any:
    """Give the command with all its verbs; making it takes a tenth of a second."""
    return typer.main.get_command(app)


def examples() -> Iterator[str]:
    group = whole()
    inner = [v for c in group.commands.values() for v in getattr(c, "commands", {}).values()]
    for command in (*group.commands.values(), *inner):
        yield from re.findall(r"^ +(.*qingjian \w.*)$", command.help or "", re.M)


@pytest.mark.parametrize("example", list(examples()))
def test_each_example_of_the_help_is_a_call_that_is_understood(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("mine.jsonl", "chat.jsonl", "words.txt", "bank.json"):
        (tmp_path / name).touch()
    command = whole()
    words = shlex.split(example.partition("qingjian ")[2])
    context = None
    while hasattr(command, "commands"):
        context = command.make_context(words[0], [], parent=context, resilient_parsing=True)
        command, words = command.commands[words[0]], words[1:]
    assert command.make_context("verb", words, parent=context).params


def test_a_verb_that_is_not_there_is_told() -> None:
    ran = qingjian("scna", "x")
    assert ran.code == 2
    assert "No such command 'scna'" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scan"], "Missing argument"),
        (["scan", "x", "--jobs", "many"], "--jobs"),
        (["scan", "x", "--jobs", "-3"], "--jobs"),
        (["scan", "x", "--nope"], "No such option"),
        (["scan", "x", "--format", "xml"], "'xml' is none of table, json, jsonl, html, sarif"),
        (["scan", "x", "--resume"], "only `--format jsonl -o FILE` can be resumed"),
        (["scan", "x", "--resume", "-f", "json", "-o", "out"], "can be resumed"),
        (["scan", "x", "--explain", "-f", "html"], "only the table explains"),
        (["scan", "x", "--only", ", ,"], "names no detector"),
        (["demo", "--port", "70000"], "--port"),
        (["train", "text.scam", "--data", "no.jsonl", "-o", "x"], "'no.jsonl' does not exist"),
        (["train", "text.scam", "-o", "x"], "Missing option '--data'"),
        (["eval", "text.scam", "--data", "no.jsonl"], "'no.jsonl' does not exist"),
        (["policy", "check"], "Missing argument"),
        (["label", "read"], "Missing argument"),
        (["label", "raed", "x"], "No such command 'raed'"),
        (["label", "verify", "x", "--declared", "maybe"], "'maybe' is not one of"),
        (["label", "verify", "x", "--at", "soon"], "--at 'soon' is no time"),
        (["label", "write", "x", "--produce-id", "1", "--in-place"], "Missing option '--producer'"),
        (["label", "export-unlabelled", "x"], "Missing option"),
    ],
)
def test_a_wrong_call_is_told_on_one_line_with_exit_code_2(
    arguments: list[str], said: str, tmp_path: Path
) -> None:
    ran = qingjian(*arguments, folder=tmp_path)
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "what", "hint"),
    [
        (["scan", "no-such-folder"], "no file or folder 'no-such-folder'", ""),
        (["scan", ".", "--only", "text.scan"], "no detector 'text.scan'", "text.scam"),
        (["detectors", "text.perscription"], "no detector", "text.prescription"),
        (["scan", ".", "--surface", "ugx"], "no surface 'ugx'", "ugc, prompt, answer"),
        (["scan", ".", "--policy", "my.toml"], "no policy 'my.toml'", "name a file, or one of"),
        (["policy", "check", "my.toml"], "no policy 'my.toml'", "name a file, or one of"),
        (["eval", "text.scan"], "no detector 'text.scan'", "text.scam"),
        (["eval", "fbs", "--data-dir", "."], "the set fbs is not at", "--data-dir"),
        (["demo"], "no folder 'examples'", "--examples"),
        (["label", "read", "a.png"], "no file or folder 'a.png'", ""),
        (["label", "verify", ".", "--pin", "k.pem"], "k.pem cannot be read: No such file", ""),
    ],
)
def test_what_is_not_there_is_told_with_a_hint(
    arguments: list[str], what: str, hint: str, tmp_path: Path
) -> None:
    ran = qingjian(*arguments, folder=tmp_path)
    assert ran.code == 2
    first, *rest = ran.err.splitlines()
    assert first.startswith("qingjian: ") and what in first
    assert hint in "".join(rest)
    assert all(line.startswith("  hint: ") for line in rest)


def test_a_name_cannot_drive_the_terminal_through_an_error(tmp_path: Path) -> None:
    ran = qingjian("scan", "\x1b[2J\u202e", folder=tmp_path)
    assert not re.search(r"[\x1b\u202e]", ran.err)
    assert ran.code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("report", "post-1", "--words", os.fsdecode(b"bad \xff byte"), "--by", "user-7"),
        ("report", os.fsdecode(b"post-\xff"), "--words", "bad words", "--by", "user-7"),
        ("show", os.fsdecode(b"\xff")),
        ("list", "--owner", os.fsdecode(b"\xff")),
    ],
)
def test_bytes_that_are_no_text_are_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    desk = ("--db", tmp_path / "a.db")
    asked = ("case", "report", "post-2", "--words", "bad words", "--by", "user-7")
    assert qingjian(*asked, *desk).code == 0
    ran = qingjian("case", *words, *desk)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1), ran.err
    assert "post-2" in qingjian("case", "list", *desk).out


def test_the_help_is_shown_without_building_anything() -> None:
    code = (
        "import sys; sys.argv=['qingjian', '--help']\n"
        "from qingjian.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'hyperscan', 'cel', 'jinja2', 'starlette', 'uvicorn', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines()[-1] == "[]"
