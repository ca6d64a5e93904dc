"""
Reading packs: TOML, checked before use, every fault named with rule and place.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from qingjian.core.actions import LADDERS, SIDE_EFFECTS
from qingjian.core.errors import ConfigError, NotFound
from qingjian.core.obligations import HOUSE_RULE, obligations
from qingjian.policy.rules import Pack, Rule, facts, monotone, problems

_KEYS = {"name", "version", "author", "surface", "without_person", "rule", "note"}
_RULE_KEYS = {"id", "when", "do", "row", "because", "beside", "exempt"}


def shipped() -> tuple[str, ...]:
    """Give the names of the packs that come with the package."""
    folder = files("qingjian.policy").joinpath("packs")
    return tuple(
        sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))
    )


def read(name_or_file: str) -> tuple[str, str]:
    """Give the text of a pack and the place it lies. Raises NotFound."""
    if name_or_file in shipped():
        text = files("qingjian.policy").joinpath("packs", f"{name_or_file}.toml").read_text("utf-8")
        return text, f"{name_or_file}.toml"
    path = Path(name_or_file)
    try:
        return path.read_text("utf-8"), str(path)
    except (OSError, UnicodeDecodeError):
        hint = f"name a file, or one of: {', '.join(shipped())}"
        raise NotFound(f"no policy {name_or_file!r}", hint) from None


def load(name_or_file: str, known: Mapping[str, bool]) -> Pack:
    """
    Give a pack ready to decide with.

    Args:
        name_or_file: a shipped pack's name, or a path.
        known: ids of detectors, and whether each scores.

    Raises NotFound, or ConfigError with every fault of the pack.
    """
    text, where = read(name_or_file)
    pack, faults = parse(text, where, known)
    if pack is None or faults:
        raise ConfigError(
            f"{where} cannot be used: {faults[0]}",
            f"`qingjian policy check {name_or_file}` shows all",
        )
    return pack


def parse(text: str, where: str, known: Mapping[str, bool]) -> tuple[Pack | None, list[str]]:
    """Give the pack of a text, and everything that is wrong with it, each with its rule and line."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [f"{where}: {error}"]
    faults = [f"{where}: unknown key {key!r}" for key in sorted(set(raw) - _KEYS)]
    for key in ("name", "version", "author", "surface"):
        if not isinstance(raw.get(key), str):
            faults.append(f"{where}: {key!r} must be a text")
    if faults:
        return None, faults
    if raw["surface"] not in LADDERS:
        return None, [f"{where}: surface {raw['surface']!r} is none of {', '.join(LADDERS)}"]
    steps = LADDERS[raw["surface"]]
    alone = tuple(raw.get("without_person", ()))
    faults += [
        f"{where}: without_person names {s!r}, no step of {raw['surface']}"
        for s in alone
        if s not in steps
    ]
    lines = _lines(text)
    rules: list[Rule] = []
    seen: set[str] = set()
    for number, entry in enumerate(raw.get("rule", ())):
        at = f"{where}:{lines[number] if number < len(lines) else '?'}"
        rule, wrong = _rule(entry, at, steps, known)
        faults += wrong
        if rule is None:
            continue
        if rule.id in seen:
            faults.append(f"{at}: rule {rule.id}: the id stands twice")
        seen.add(rule.id)
        rules.append(rule)
    index: dict[str, list[int]] = defaultdict(list)
    for i, rule in enumerate(rules):
        for detector in rule.detectors or ("",):
            index[detector].append(i)
    by_detector = {d: tuple(i) for d, i in index.items()}
    pack = Pack(
        raw["name"], raw["version"], raw["author"], raw["surface"], alone, tuple(rules), by_detector
    )
    return pack, faults


def _lines(text: str) -> list[int]:
    return [
        text.count("\n", 0, m.start()) + 1
        for m in re.finditer(r"^\s*\[\[\s*rule\s*\]\]", text, re.M)
    ]


def _rule(
    entry: Mapping[str, Any], at: str, steps: tuple[str, ...], known: Mapping[str, bool]
) -> tuple[Rule | None, list[str]]:
    name = f"{at}: rule {entry.get('id', '(no id)')}"
    faults = [f"{name}: unknown key {key!r}" for key in sorted(set(entry) - _RULE_KEYS)]
    for key in ("id", "when", "do", "row", "because"):
        if not isinstance(entry.get(key), str) or not entry[key]:
            faults.append(f"{name}: {key!r} is missing")
    if faults:
        return None, faults
    if entry["do"] not in steps:
        faults.append(f"{name}: {entry['do']!r} is no step; one of: {', '.join(steps)}")
    row = entry["row"]
    if row != HOUSE_RULE and row not in obligations():
        faults.append(f"{name}: no row {row!r} in the notice")
    elif row != HOUSE_RULE and obligations()[row].declined:
        faults.append(f"{name}: row {row} is declined; only a house rule may act here")
    faults += [
        f"{name}: {b!r} is no side effect" for b in entry.get("beside", ()) if b not in SIDE_EFFECTS
    ]
    faults += [f"{name}: when, {p}" for p in problems(entry["when"], known)]
    exempt = bool(entry.get("exempt", False))
    if not exempt:
        faults += [f"{name}: when, {p}; or mark the rule `exempt`" for p in monotone(entry["when"])]
    program = None
    try:
        import cel

        program = cel.compile(entry["when"])
    except ValueError as error:
        faults.append(f"{name}: when, {str(error).splitlines()[0]}")
    detectors = tuple(dict.fromkeys(f.detector for f in facts(entry["when"])))
    beside = tuple(entry.get("beside", ()))
    return (
        Rule(
            entry["id"],
            entry["when"],
            entry["do"],
            row,
            entry["because"],
            beside,
            exempt,
            detectors,
            program,
            at,
        ),
        faults,
    )
