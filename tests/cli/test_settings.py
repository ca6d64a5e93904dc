from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from tests.process import qingjian

from qingjian.core.settings import Settings


def shown(folder: Path, **settings: str) -> dict[str, dict[str, Any]]:
    ran = qingjian("settings", "--json", folder=folder, settings=settings)
    assert (ran.code, ran.err) == (0, "")
    return {one["name"]: one for one in json.loads(ran.out)}


def test_every_setting_is_shown_with_its_value_origin_and_meaning(tmp_path: Path) -> None:
    told = shown(tmp_path)
    assert list(told) == [f.name for f in fields(Settings)]
    assert all(one["origin"] == "default" and one["means"] for one in told.values())
    assert {name: one["value"] for name, one in told.items()} == {
        f.name: f.default for f in fields(Settings)
    }
    table = qingjian("settings", folder=tmp_path).out
    assert table.splitlines()[0].split() == ["setting", "value", "origin", "means"]
    assert "item_timeout_s" in table


def test_a_variable_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    (tmp_path / "qingjian.toml").write_text('jobs = 3\nsurface = "answer"\n', "utf-8")
    told = shown(tmp_path, QINGJIAN_JOBS="5")
    assert (told["jobs"]["value"], told["jobs"]["origin"]) == (5, "QINGJIAN_JOBS")
    assert told["surface"]["value"] == "answer"
    assert told["surface"]["origin"].endswith("qingjian.toml")
    assert told["port"]["origin"] == "default"


def test_a_password_in_an_address_is_not_shown(tmp_path: Path) -> None:
    told = shown(tmp_path, QINGJIAN_DB="postgresql://li:secret@host/db")
    assert told["db"]["value"] == "postgresql://li:***@host/db"


def test_a_file_by_another_name_is_named_in_a_variable(tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text("port = 9000\n", "utf-8")
    told = shown(tmp_path, QINGJIAN_CONFIG=str(path))
    assert (told["port"]["value"], told["port"]["origin"]) == (9000, str(path))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"QINGJIAN_JOB": "2"}, "no setting 'job'"),
        ({"QINGJIAN_JOBS": "two"}, "QINGJIAN_JOBS must be int"),
        ({"QINGJIAN_PORT": "70000"}, "port must lie in"),
        ({"QINGJIAN_CONFIG": "missing.toml"}, "missing.toml"),
    ],
)
def test_a_wrong_setting_stops_every_verb_with_exit_code_2(
    settings: dict[str, str], said: str, tmp_path: Path
) -> None:
    for arguments in (["settings"], ["scan", "-"]):
        ran = qingjian(*arguments, folder=tmp_path, settings=settings)
        assert ran.code == 2
        assert said in ran.err
        assert "Traceback" not in ran.err
