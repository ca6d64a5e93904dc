"""
Write the made pages of docs (reference, coverage, quality) and the made parts of the READMEs.

Usage: python tools/reference.py [--check]
With --check nothing is written: what is not current is shown as a diff, and the exit code is 1.
A made part of a README stands between `<!-- NAME:start -->` and `<!-- NAME:end -->`, the table of
carriers in docs/labels.md between `<!-- carriers -->` and `<!-- /carriers -->`.
"""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

import readme
from qingjian.core import errors
from qingjian.core.actions import LADDERS, SIDE_EFFECTS
from qingjian.core.obligations import HOUSE_RULE
from qingjian.core.registry import Registry
from qingjian.core.settings import PREFIX, Settings
from qingjian.labels.carriers import SIDECARS, codec, names
from qingjian.policy.load import load, shipped
from qingjian.policy.rules import Pack
from qingjian.reports import coverage, quality
from qingjian.wiring import SURFACES, Services

ROOT = Path(__file__).resolve().parent.parent
MADE = "<!-- Made by tools/reference.py; do not edit. -->\n\n"


def pages(built: Services) -> dict[Path, str]:
    """Give the text of every page by its path."""
    folder = ROOT / "docs" / "reference"
    made = {
        "settings": settings(),
        "cli": verbs(),
        "errors": all_errors(),
        "actions": ladders(),
        "detectors": cards(built),
        "policy": policies(built),
        "carriers": carriers(),
    }
    rows = coverage.rows(built.registry, built.quality, built.workflows)
    return {
        **{folder / f"{name}.md": MADE + text for name, text in made.items()},
        ROOT / "docs" / "coverage.md": coverage.markdown(rows),
        ROOT / "docs" / "quality.md": quality.markdown(built.registry),
    }


def settings() -> str:
    """Give every setting with its type, default and meaning."""
    lines = [
        "# Settings",
        "",
        f"Defaults give way to `qingjian.toml` in the working folder (or the file in "
        f"`{PREFIX}CONFIG`), which gives way to `{PREFIX}<NAME>`. `qingjian settings` shows each "
        "value and where it comes from.",
        "",
        "| in the file | as a variable | type | default | means |",
        "|---|---|---|---|---|",
    ]
    for f in fields(Settings):
        kind, default = type(f.default).__name__, json.dumps(f.default)
        variable = PREFIX + f.name.upper()
        lines.append(
            f"| `{f.name}` | `{variable}` | {kind} | `{default}` | {f.metadata['means']} |"
        )
    return "\n".join(lines) + "\n"


def verbs() -> str:
    """Give every verb's help."""
    lines = ["# Verbs", "", "What `qingjian VERB --help` says.", ""]
    for name, said in _helps(import_module("qingjian.cli.app").app):
        lines += [f"## {name}", "", "```text", said.rstrip(), "```", ""]
    return "\n".join(lines)


def _helps(app: typer.Typer) -> Iterator[tuple[str, str]]:
    def walk(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
        context = command.make_context(
            name, [], parent=parent, resilient_parsing=True, terminal_width=96
        )
        yield context.command_path, command.get_help(context)
        for inner, one in getattr(command, "commands", {}).items():
            yield from walk(one, inner, context)

    yield from walk(typer.main.get_command(app), "qingjian", None)


def all_errors() -> str:
    """Give every error with its code, its exit code and its HTTP status."""
    tree = (errors.__doc__ or "").strip()
    lines = [
        "# Errors",
        "",
        "```text",
        tree,
        "```",
        "",
        "| error | `code` in a row | exit code | HTTP status | means |",
        "|---|---|---|---|---|",
    ]
    for one in _below(errors.QingjianError):
        means = (one.__doc__ or "").strip().splitlines()[0]
        lines.append(
            f"| `{one.__name__}` | `{one.code}` | {one.exit_code} | {one.http_status} | {means} |"
        )
    lines += [
        "",
        "## Exit codes of `qingjian scan`",
        "",
        "| code | means |",
        "|---|---|",
        "| 0 | nothing was found |",
        "| 1 | a detector failed, or something inside went wrong |",
        "| 2 | the call is wrong, or an item could not be read (not with `--keep-going`) |",
        "| 3 | there was nothing to scan |",
        "| 11, 12, 13, 14 | the highest severity found: info, low, medium, high |",
        "",
        "1 and 2 win over 11 to 14, and 1 wins over 2.",
    ]
    return "\n".join(lines) + "\n"


def _below(error: type[errors.QingjianError]) -> Iterator[type[errors.QingjianError]]:
    yield error
    for one in error.__subclasses__():
        if one.__module__ == errors.__name__:
            yield from _below(one)


def ladders() -> str:
    """Give the ladder of each surface."""
    lines = [
        "# Actions",
        "",
        "A decision is the highest step that any rule asks for, on the ladder of the surface. "
        "A scan carries nothing out.",
        "",
        "| ladder | steps, softest first |",
        "|---|---|",
    ]
    lines += [
        f"| {name} | {' < '.join(f'`{s}`' for s in steps)} |" for name, steps in LADDERS.items()
    ]
    beside = ", ".join(f"`{s}`" for s in SIDE_EFFECTS)
    lines += [
        "",
        f"Outside every order, asked for beside a step: {beside}.",
        "",
        "Which ladder a surface stands on is told by its pack, see [policy.md](policy.md).",
    ]
    return "\n".join(lines) + "\n"


def cards(built: Services) -> str:
    """Give every detector's card and measured quality."""
    lines = ["# Detectors", ""]
    for id, one in built.registry.detectors.items():
        card = one.card
        lines += [
            f"## {id}",
            "",
            f"Finds {card.finds}.",
            "",
            f"- reads: {card.reads.kind}",
            f"- serves: {', '.join(f'`{s}`' for s in card.serves)}",
            f"- severity: {card.severity}",
            f"- answers with: {'a calibrated score' if card.scoring else 'facts, without a score'}",
            f"- source: {card.source}",
            f"- version: {card.version}",
            f"- quality on the blind half: {coverage.said(built.quality.get(id, ()))}",
            "",
            "Limits:",
            "",
            *(f"- {limit}" for limit in card.limits),
            "",
            "```text",
            *(f"found      {_one_line(text)}" for text in card.hits),
            *(f"not found  {_one_line(text)}" for text in card.misses),
            "```",
            "",
        ]
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return text.replace("\n", "⏎")


def policies(built: Services) -> str:
    """Give the language of rules and every shipped pack."""
    said = import_module("qingjian.policy.when").__doc__ or ""
    head, _, grammar = said.strip().partition("\n\n    ")
    grammar, _, law = grammar.partition("\n\n")
    keys = "`name`, `version`, `author`, `surface` (a ladder), `without_person` (steps that need "
    keys += "nobody), `note`, and `[[rule]]` with `id`, `when`, `do`, `row` (a row of the notice "
    keys += f"or `{HOUSE_RULE}`), `because`, `beside`, `exempt`."
    lines = [
        "# Policy",
        "",
        f"A pack is TOML: {keys}",
        "",
        "`qingjian policy check FILE` tells every fault with its rule and line. A step that rests "
        "on a detector whose blind quality is not measured always needs a person.",
        "",
        "## `when`",
        "",
        head.partition("\n\n")[2],
        "",
        "```text",
        *(line.removeprefix("    ") for line in grammar.splitlines()),
        "```",
        "",
        law,
        "",
        "A rule marked `exempt = true` may soften.",
        "",
        "## Shipped packs",
        "",
    ]
    for name in shipped():
        lines += _pack(load(name, built.known), name if name in SURFACES else "")
    return "\n".join(lines)


def _pack(pack: Pack, surface: str) -> list[str]:
    alone = ", ".join(f"`{s}`" for s in pack.without_person) or "none"
    return [
        f"### {pack.name}",
        "",
        f"Version {pack.version}, {pack.author}. Ladder {pack.surface}"
        f"{f', for `--surface {surface}`' if surface else ''}. Steps without a person: {alone}.",
        "",
        "| rule | when | do | row | because |",
        "|---|---|---|---|---|",
        *(_cells(r.id, f"`{r.when}`", r.do, f"`{r.row}`", r.because) for r in pack.rules),
        "",
    ]


def _cells(*cells: str) -> str:
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def carriers() -> str:
    """Give every format that can hold a label, and the suffixes whose files get a sidecar."""
    lines = [
        "# Carriers",
        "",
        "A format that holds a GB 45438 label, the suffixes of its files, where the label is "
        "written, and the source of that place. No place was held against the official text. "
        "`qingjian label carriers` shows the same.",
        "",
        _cells("carrier", "suffixes", "place", "source"),
        "|---|---|---|---|",
        *(_cells(*_of_carrier(name), codec(name).source) for name in names()),
        "",
        "Files with these suffixes get a sidecar, `<file>.aigc.json`:",
        "",
        _cells("suffix", "why"),
        "|---|---|",
        *(_cells(f"`{suffix}`", why) for suffix, why in SIDECARS.items()),
    ]
    return "\n".join(lines) + "\n"


def _of_carrier(name: str) -> tuple[str, str, str]:
    """Give a carrier's name, its suffixes and where it holds a label."""
    one = codec(name)
    return f"`{name}`", " ".join(f"`{suffix}`" for suffix in one.suffixes), one.place


def with_carriers(text: str) -> str:
    """Give the page of labels with its table of carriers as it is now."""
    before, start, rest = text.partition("<!-- carriers -->\n")
    _, end, after = rest.partition("<!-- /carriers -->")
    if not end:
        return text
    lines = [_cells("carrier", "suffixes", "place of the label"), "|---|---|---|"]
    lines += [_cells(*_of_carrier(name)) for name in names()]
    return before + start + "\n".join(lines) + "\n" + end + after


def ours() -> Services:
    """Give services with our own detectors alone; plugins at hand are no part of the reference."""
    built = Services(Settings())
    own = built.registry.detectors.items()
    kept = {id: one for id, one in own if one.factory.__module__.startswith("qingjian.detectors.")}
    vars(built)["registry"] = Registry(kept)
    return built


def wanted() -> dict[Path, str]:
    """Give the text of every file that is made, whole or in part."""
    built = ours()
    made = pages(built)
    for name, language in (("README.md", "en"), ("README.zh.md", "zh")):
        path = ROOT / name
        if path.is_file():
            made[path] = readme.filled(path.read_text("utf-8"), language, built)
    labels = ROOT / "docs" / "labels.md"
    if labels.is_file():
        made[labels] = with_carriers(labels.read_text("utf-8"))
    return made


def main(arguments: list[str]) -> int:
    """Write what is not current, or with --check show it; give the exit code."""
    if arguments not in ([], ["--check"]):
        print(__doc__)
        return 2
    made = wanted()
    old = {path: path.read_text("utf-8") if path.is_file() else "" for path in made}
    changed = [path for path, text in made.items() if text != old[path]]
    for path in changed:
        name = str(path.relative_to(ROOT))
        if arguments:
            diff = difflib.unified_diff(
                old[path].splitlines(),
                made[path].splitlines(),
                name,
                f"{name} (made)",
                "",
                "",
                1,
                "",
            )
            print("\n".join(diff))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path], "utf-8")
            print(f"wrote {name}")
    if arguments and changed:
        print(f"{len(changed)} not current; run `python tools/reference.py`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
