"""
Reading packs: TOML, checked before use, every fault named with rule and place.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from qingjian.core.actions import LADDERS, SIDE_EFFECTS
from qingjian.core.errors import ConfigError, NotFound
from qingjian.core.obligations import HOUSE_RULE, obligations
from qingjian.policy import when
from qingjian.policy.rules import Pack, Rule, indexed

_KEYS: Mapping[str, type] = {
    "name": str,
    "version": str,
    "author": str,
    "surface": str,
    "note": str,
    "without_person": list,
    "rule": list,
}
_NEEDED = ("name", "version", "author", "surface")
_RULE_KEYS: Mapping[str, type] = {
    "id": str,
    "when": str,
    "do": str,
    "row": str,
    "because": str,
    "beside": list,
    "exempt": bool,
}
_RULE_NEEDED = ("id", "when", "do", "row", "because")
_SAID = {str: "a text", list: "a list", bool: "true or false", dict: "a table"}


def shipped() -> tuple[str, ...]:
    """Give the names of the packs that come with the package."""
    folder = files("qingjian.policy").joinpath("packs")
    return tuple(
        sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))
    )


def read(name_or_file: str) -> tuple[str, str]:
    """Give the text of a pack and the place it lies. Raises NotFound, ConfigError."""
    if name_or_file in shipped():
        text = files("qingjian.policy").joinpath("packs", f"{name_or_file}.toml").read_text("utf-8")
        return text, f"{name_or_file}.toml"
    path = Path(name_or_file)
    try:
        return path.read_text("utf-8"), str(path)
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8", "a policy is TOML, and TOML is UTF-8") from None
    except OSError:
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
    """Give the pack of a text, and everything that is wrong with it, with its rule and line."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = re.search(r"at line (\d+)", str(error))
        return None, [f"{where}:{told[1] if told else text.count(chr(10)) + 1}: {error}"]
    faults = _shape(raw, where, _KEYS, _NEEDED)
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
    entries = raw.get("rule", [])
    rules: list[Rule] = []
    seen: set[str] = set()
    for entry, line in zip(entries, _lines(text, entries), strict=True):
        rule, wrong = _rule(entry, f"{where}:{line}", steps, known)
        faults += wrong
        if rule is None:
            continue
        if rule.id in seen:
            faults.append(f"{rule.where}: rule {rule.id}: the id stands twice")
        seen.add(rule.id)
        rules.append(rule)
    named = (raw["name"], raw["version"], raw["author"], raw["surface"])
    return Pack(*named, alone, tuple(rules), indexed(rules)), faults


def foreign(pack: Pack) -> list[str]:
    """Give the rules that the CEL library cannot read: other engines could not run them."""
    import cel

    told = []
    for rule in pack.rules:
        try:
            cel.compile(rule.when)
        except ValueError as error:
            told.append(f"{rule.where}: rule {rule.id}: CEL does not read it: {error}")
    return told


def _shape(
    table: Mapping[str, Any], where: str, keys: Mapping[str, type], needed: tuple[str, ...]
) -> list[str]:
    """Give which keys of a table are unknown, missing, empty or of the wrong type."""
    faults = [f"{where}: unknown key {key!r}" for key in table if key not in keys]
    faults += [f"{where}: {key!r} is missing" for key in needed if key not in table]
    for key in (k for k in keys if k in table):
        value: Any = table[key]
        if not isinstance(value, keys[key]):
            faults.append(f"{where}: {key!r} must be {_SAID[keys[key]]}")
        elif value == "" and key in needed:
            faults.append(f"{where}: {key!r} is empty")
        elif isinstance(value, list):
            listed = dict if key == "rule" else str
            if not all(isinstance(one, listed) for one in value):
                faults.append(f"{where}: {key!r} must be a list, and each of it {_SAID[listed]}")
    return faults


def _lines(text: str, entries: list[Mapping[str, Any]]) -> list[int]:
    """Give the line each rule begins at; where it is not written as [[rule]], that of its id."""
    heads = [m.start(1) for m in re.finditer(r"^[ \t]*(\[\[ *rule *\]\])", text, re.M)]
    if len(heads) != len(entries):
        heads = [max(0, text.find(json.dumps(entry.get("id")))) for entry in entries]
    return [text.count("\n", 0, head) + 1 for head in heads]


def _rule(
    entry: Mapping[str, Any], at: str, steps: tuple[str, ...], known: Mapping[str, bool]
) -> tuple[Rule | None, list[str]]:
    """Give a rule, and what is wrong with it."""
    name = f"{at}: rule {entry.get('id', '(no id)')}"
    faults = _shape(entry, name, _RULE_KEYS, _RULE_NEEDED)
    if faults:
        return None, faults
    if entry["do"] not in steps:
        faults.append(f"{name}: {entry['do']!r} is no step; one of: {', '.join(steps)}")
    row = entry["row"]
    if row != HOUSE_RULE and row not in obligations():
        faults.append(f"{name}: no row {row!r} in the notice")
    elif row != HOUSE_RULE and obligations()[row].declined:
        faults.append(f"{name}: row {row} is declined; only a house rule may act here")
    beside = tuple(entry.get("beside", ()))
    faults += [f"{name}: {b!r} is no side effect" for b in beside if b not in SIDE_EFFECTS]
    said = when.read(entry["when"])
    faults += [f"{name}: when, {p}" for p in when.problems(said, known)]
    exempt = entry.get("exempt", False)
    if not exempt:
        faults += [f"{name}: when, {p}, or mark the rule `exempt`" for p in said.softens]
    rule = Rule(
        entry["id"],
        entry["when"],
        entry["do"],
        row,
        entry["because"],
        beside,
        exempt,
        said.detectors,
        said.holds,
        at,
        said.idle,
        said.about,
        any(fact.name == "score" for fact in said.facts),
    )
    return rule, faults
