"""
A campaign's counts as Markdown in Chinese or English, as JSON, and as CSV.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from qingjian.cases.notices import word
from qingjian.cases.subject import steps
from qingjian.core.obligations import HOUSE_RULE, obligations
from qingjian.reports import cells
from qingjian.reports.campaign import Campaign, class_key
from qingjian.reports.visible import visible

FORMATS = ("md", "json", "csv")
COLUMNS = ("part", "figure", "class", "kind", "step", "value", "before")


def written(made: Campaign, format: str, lang: str) -> str:
    """Give a campaign in one of FORMATS; `lang` is zh or en, and speaks for Markdown alone."""
    if format == "json":
        return orjson.dumps(made.row(), option=orjson.OPT_INDENT_2).decode() + "\n"
    if format == "csv":
        file = io.StringIO(newline="")
        cells.write(file, [COLUMNS, *_flat(made.row())])
        return file.getvalue()
    return "\n".join(_markdown(made.row(), lang)).rstrip("\n") + "\n"


def _flat(row: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    """Give every number in a row of its own."""
    for name, told in row["figures"].items():
        yield "figures", name, "", "", "", told["value"], told["before"]
    for one in row["subjects"]:
        yield "subjects", "cases", one["class"], one["kind"], "", one["cases"], one["before"]
    for part in ("steps", "house_rules"):
        for one in row[part]:
            where = (one["class"], one["kind"], one["step"])
            yield part, "steps", *where, one["steps"], one["before"]
            yield part, "reversed", *where, one["reversed"], None


def _markdown(row: dict[str, Any], lang: str) -> Iterator[str]:
    said = _words()[lang]
    period, before = row["period"], row["before"]
    yield f"# {said['title'].format(first=period['from'], last=period['to'])}\n"
    yield said["compared"].format(first=before["from"], last=before["to"]) + "\n"
    names = _words()["figure"][lang]
    yield f"## {said['figures']}\n"
    told = [(names[n], v["value"], v["before"]) for n, v in row["figures"].items()]
    yield from _table((said["figure"], said["now"], said["before"]), told)
    yield f"## {said['subjects']}\n"
    listed = [
        (_class(o["class"], lang), word(o["kind"], lang), o["cases"], o["before"])
        for o in row["subjects"]
    ]
    head = (said["class"], said["kind"])
    yield from _table((*head, said["cases"], said["before"]), listed) if listed else _none(said)
    for part in ("steps", "house_rules"):
        yield f"## {said[part]}\n"
        taken = [
            (_class(o["class"], lang), word(o["kind"], lang), _step(o["step"], lang))
            + (o["steps"], o["reversed"], o["before"])
            for o in row[part]
        ]
        counts = (said["count"], said["reversed"], said["before"])
        yield from _table((*head, said["step"], *counts), taken) if taken else _none(said)
    yield f"## {said['typical']}\n"
    for number, one in enumerate(row["typical"], 1):
        yield "- " + _case(one, number, lang)
    yield from () if row["typical"] else _none(said)


def _case(one: dict[str, Any], number: int, lang: str) -> str:
    """Give a typical case in one sentence."""
    said = _words()[lang]
    values = {
        "number": number,
        "class": _class(one["class_"], lang),
        "kind": word(one["kind"], lang),
        "owner": _cell(one["owner"]).replace("\\*", "*") or said["unknown"],
        "severity": _words()["severity"][lang][one["severity"]],
        "steps": ("、" if lang == "zh" else ", ").join(_step(s, lang) for s in one["steps"]),
        "row": one["row"],
        "ground": _cell(one["ground"]),
    }
    return str(said["case"].format(**values))


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"
    yield ""


def _none(said: dict[str, str]) -> Iterator[str]:
    yield said["nothing"] + "\n"


def _cell(value: object) -> str:
    """Give a value for Markdown: a text of others starts no cell, no tag and no link."""
    if value is None:
        return "–"
    if isinstance(value, int):
        return f"{value:,}"
    text = visible(str(value)).replace("\n", " ").replace("<", "&lt;")
    return "".join("\\" + letter if letter in "|[]*`\\" else letter for letter in text)


def _class(key: str, lang: str) -> str:
    """Give a class's number with its name."""
    if key == HOUSE_RULE:
        return str(_words()[lang][HOUSE_RULE])
    names = _chinese() if lang == "zh" else _words()["class"]["en"]
    return f"{key} {names[key]}" if key in names else key


def _step(id: str, lang: str) -> str:
    one = steps()[id]
    return one.zh if lang == "zh" else one.en


@cache
def _chinese() -> dict[str, str]:
    return {class_key(row.id): row.class_ for row in obligations().values()}


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(files("qingjian.reports").joinpath("bulletin.toml").read_text("utf-8"))
