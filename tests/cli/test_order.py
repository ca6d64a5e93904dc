from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from tests.cli.case.test_take import taken
from tests.process import Ran, qingjian

from qingjian.core.clock import iso

ORDER = """
issuer = "某市网信办"
number = "〔2026〕12号"
basis = "网络安全法 第四十七条"
scope = "所列仿冒内容"
received_at = {received}
expires_at = {expires}
steps = ["remove"]
silence = "{silence}"

[[item]]
kind = "content"
id = "post-1"
owner = "user-9"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    return tmp_path


def order(folder: Path, *words: str) -> Ran:
    return qingjian("order", *words, folder=folder)


def written(folder: Path, silence: str = "") -> None:
    now = time.time()
    times = {"received": iso(now - 60), "expires": iso(now + 86_400)}
    (folder / "o.toml").write_text(ORDER.format(**times, silence=silence), "utf-8")


def test_an_order_is_entered_ruled_on_and_closed(folder: Path) -> None:
    case = taken(folder)
    written(folder, "反间谍法 第二十九条")
    entered = order(folder, "enter", "o.toml", "--who", "li")
    assert entered.code == 0, entered.err
    id = entered.out.split()[0]
    assert entered.out.endswith(f"  case {case}  content post-1\n")
    assert "owners are not told while it is open: 反间谍法 第二十九条" in entered.out
    assert order(folder, "show", id).out == entered.out
    (line,) = order(folder, "list").out.splitlines()
    assert line.startswith(f"{id}  某市网信办 〔2026〕12号") and ", silent, open," in line
    qingjian("case", "claim", case, "--who", "li", folder=folder)
    said = ("--row", "2.4.kin_fraud", "--ground", id, "--reason", "冒充亲友要钱", "--who", "li")
    ruled = qingjian("case", "rule", case, "--step", "remove", *said, folder=folder)
    assert f"notice   started held while order {id} is open: 反间谍法" in ruled.out
    closed = json.loads(
        order(folder, "close", id, "--reason", "发文机关撤回", "--who", "wu", "--json").out
    )
    assert (closed["state"], closed["closed_by"], closed["cases"]) == ("closed", "wu", [case])
    shown = qingjian("case", "show", case, folder=folder).out
    assert "notice   to user-9: started" in shown and "(over)" in shown
    (row,) = json.loads(order(folder, "list", "--all", "--json").out)
    assert (row["id"], row["state"]) == (id, "closed")


def test_what_is_no_order_is_refused(folder: Path) -> None:
    taken(folder)
    assert order(folder, "list").out == "no order is open\n"
    written(folder)
    path = folder / "o.toml"
    text = path.read_text("utf-8")
    for changed, told in (
        (text.replace("post-1", "post-*"), "is a pattern"),
        (text.replace('basis = "网络安全法 第四十七条"', ""), "lacks basis"),
        ("issuer =", "no TOML"),
    ):
        path.write_text(changed, "utf-8")
        ran = order(folder, "enter", "o.toml", "--who", "li")
        assert ran.code == 2 and told in ran.err
    assert order(folder, "enter", "none.toml", "--who", "li").code == 2
    assert order(folder, "show", "o_0").code == 2
