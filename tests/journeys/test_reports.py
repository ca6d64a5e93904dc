"""The example of docs/reports.md is what the verbs print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.cases.decided import appealed, decided, judged, reported, ruled
from tests.cases.desk import Hands, opened
from tests.needs import ROOT
from tests.process import qingjian

from qingjian.cases.acts import Asked
from qingjian.cases.sql import Cases
from qingjian.core.obligations import HOUSE_RULE
from qingjian.store.engine import open_store

HOUR_S = 3_600.0
DAYS = ("--from", "2026-07-13", "--to", "2026-07-19")
SHOWN = (ROOT / "docs" / "reports.md").read_text("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the desk of the example."""
    made = tmp_path_factory.mktemp("desk")
    (made / "qingjian.toml").write_text('db = "desk.db"\n', "utf-8")
    hands = Hands()
    cases = Cases(open_store(str(made / "desk.db")), clock=hands)
    post = opened(cases, "post-1", "雪中大象")
    app = reported(cases, "app-3", "product", "maker-4")
    hands.at += 3 * HOUR_S
    ruled(cases, post, "remove", Asked("disable_interaction", 7), facts="冒充孙辈要求转账")
    hands.at += 5 * HOUR_S
    facts = "提供把照片中的人物去除衣物的功能"
    ruled(cases, app, "suspend_service", row="1.1.undress_function", illegal=True, facts=facts)
    joke = decided(cases, "post-2", "remove")
    judged(cases, appealed(cases, joke), "overturned")
    hands.at += HOUR_S
    decided(cases, "post-4", "remove", row=HOUSE_RULE, facts="收款账号13910472865")
    opened(cases, "post-5")
    return made


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_campaign_is_as_shown(folder: Path, lang: str) -> None:
    ran = qingjian("report", "campaign", *DAYS, "--lang", lang, folder=folder)
    assert ran.code == 0, ran.err
    assert f"```markdown\n{ran.out}```\n" in SHOWN


def test_statements_are_as_shown(folder: Path) -> None:
    ran = qingjian("report", "statements", *DAYS, folder=folder)
    assert ran.code == 0, ran.err
    told = [one for row in ran.rows for one in row.get("statements", ())]
    (left,) = [one for row in ran.rows for one in row.get("not_exported", ())]
    assert len(told) == 3
    shown = re.findall(r'^ "(\w+)": (.*?),?$', SHOWN, re.M)
    (first,) = [one for one in told if one.get("decision_facts") == "冒充孙辈要求转账"]
    assert [name for name, _ in shown] == list(first)
    assert all(str(v) in SHOWN for k, v in first.items() if isinstance(v, str) and k != "puid")
    assert f'"reason": "{left["reason"]}"' in SHOWN
