from __future__ import annotations

import csv
import io
import json
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from tests.cases.decided import agreed, decided, reported, ruled
from tests.cases.desk import DAY_S, Hands

from qingjian.cases.history import Period, histories
from qingjian.cases.sql import Cases
from qingjian.core.obligations import HOUSE_RULE, obligations
from qingjian.reports.bulletin import COLUMNS, written
from qingjian.reports.campaign import Campaign, campaign, class_key
from qingjian.store.engine import open_store

WORDS = tomllib.loads(files("qingjian.reports").joinpath("bulletin.toml").read_text("utf-8"))


@pytest.fixture
def made(tmp_path: Path) -> Campaign:
    hands = Hands()
    cases = Cases(open_store(str(tmp_path / "a.db")), clock=hands)
    decided(cases, "post-1", "remove", ground="规则|3.1 <b>*")
    decided(cases, "post-2", "remove", row=HOUSE_RULE)
    app = reported(cases, "app-3", "product", "")
    agreed(cases, ruled(cases, app, "delist", row="1.1.undress_function"))
    day = Period(hands.at, hands.at + DAY_S)
    return campaign(histories(cases._engine, cases.tenant, until=day.end), day, hands.at)


def test_json_holds_all(made: Campaign) -> None:
    assert json.loads(written(made, "json", "zh")) == json.loads(json.dumps(made.row()))


def test_csv_read_by_another_reader_holds_every_number(made: Campaign) -> None:
    text = written(made, "csv", "zh")
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(read[0]) == list(COLUMNS)
    figures = {r["figure"]: r["value"] for r in read if r["part"] == "figures"}
    told = {name: "" if v is None else str(v) for name, v in made.now.figures.items()}
    assert figures == told
    parts = {(r["part"], r["figure"], r["class"], r["step"]): r["value"] for r in read}
    assert parts["steps", "steps", "2.4", "remove"] == "1"
    assert parts["house_rules", "steps", HOUSE_RULE, "remove"] == "1"
    assert parts["subjects", "cases", "1.1", ""] == "1"


def test_markdown_speaks_both_languages(made: Campaign) -> None:
    zh, en = written(made, "md", "zh"), written(made, "md", "en")
    assert zh.startswith("# 治理情况统计：2026-07-18 至 2026-07-18（UTC）\n")
    assert "| 2.4 利用AI假冒他人实施侵权违法行为 | 内容 | 删除 | 1 | 0 | 0 |" in zh
    assert "| 平台规则 | 内容 | 删除 | 1 | 0 | 0 |" in zh
    assert "| 2.4 impersonation with AI | content | remove | 1 | 0 | 0 |" in en
    assert "(account (not known), severity info): delist." in en
    assert zh.endswith("。\n") and en.endswith(".\n")


def test_what_others_wrote_breaks_no_table(made: Campaign) -> None:
    text = written(made, "md", "zh")
    assert r"规则\|3.1 &lt;b>\*" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in tables} == {4, 5, 7}


def test_nothing_is_said_to_be_nothing(tmp_path: Path) -> None:
    day = Period(0.0, DAY_S)
    text = written(campaign((), day, 0.0), "md", "en")
    assert text.count("None.") == 4 and "| – | – |" in text


def test_every_figure_and_class_has_its_words(made: Campaign) -> None:
    for lang in ("zh", "en"):
        assert WORDS["figure"][lang].keys() == made.now.figures.keys()
    assert WORDS["zh"].keys() == WORDS["en"].keys()
    assert WORDS["class"]["en"].keys() == {class_key(id) for id in obligations()}
