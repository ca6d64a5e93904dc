from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from qingjian.core.errors import ConfigError
from qingjian.core.settings import Settings, load

NAMES = [f.name for f in dataclasses.fields(Settings)]
OTHER = {
    "policy": "strict",
    "surface": "prompt",
    "weights": "mine",
    "lists": "lists",
    "remotes": "remotes.toml",
    "db": "archive.db",
    "jobs": 3,
    "max_item_bytes": 5,
    "max_child_items": 6,
    "max_depth": 7,
    "budget_ms": 8.5,
    "item_timeout_s": 9.5,
    "judge_url": "http://127.0.0.1:1/v1",
    "judge_model": "m",
    "judge_form": "qwen3guard",
    "judge_key_file": "key",
    "judge_timeout_s": 1.5,
    "judge_calls": 2,
    "judge_stream": 1,
    "max_body_bytes": 1_000,
    "requests_per_s": 3.5,
    "request_timeout_s": 4.5,
    "tenant": "other",
    "lang": "en",
    "authority_report_days": 10,
    "webhook_private": 1,
    "retention_days": 365,
    "sealed_contents": "sealed",
    "sealed_key_file": "key",
    "sealed_report_hours": 1.5,
    "flood_factor": 2.5,
    "host": "localhost",
    "port": 0,
}


def toml(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_every_setting_says_what_it_means() -> None:
    assert all(f.metadata["means"] for f in dataclasses.fields(Settings))
    assert set(OTHER) == set(NAMES)


def test_without_file_and_variables_everything_is_default(tmp_path: Path) -> None:
    loaded = load({}, tmp_path)
    assert loaded.settings == Settings()
    assert loaded.origins == dict.fromkeys(NAMES, "default")


@pytest.mark.parametrize("name", NAMES)
def test_a_variable_wins_over_the_file_and_the_file_over_the_default(
    name: str, tmp_path: Path
) -> None:
    value, key = OTHER[name], f"QINGJIAN_{name.upper()}"
    written = f'"{value}"' if isinstance(value, str) else str(value)
    path = toml(tmp_path / "qingjian.toml", f"{name} = {written}\n")
    from_file = load({}, tmp_path)
    assert getattr(from_file.settings, name) == value
    assert from_file.origins == {**dict.fromkeys(NAMES, "default"), name: str(path)}

    default = getattr(Settings(), name)
    if default == "":
        default = "ugc"
    from_variable = load({key: str(default)}, tmp_path)
    assert getattr(from_variable.settings, name) == default
    assert from_variable.origins[name] == key


def test_the_named_file_is_read_instead_of_the_one_in_the_folder(tmp_path: Path) -> None:
    toml(tmp_path / "qingjian.toml", "jobs = 1\nport = 1\n")
    named = toml(tmp_path / "other.toml", "jobs = 2\n")
    loaded = load({"QINGJIAN_CONFIG": str(named)}, tmp_path)
    assert (loaded.settings.jobs, loaded.settings.port) == (2, 8000)
    assert loaded.origins["jobs"] == str(named)


def test_the_working_folder_and_the_real_variables_are_taken_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml(tmp_path / "qingjian.toml", "jobs = 4\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QINGJIAN_CONFIG", raising=False)
    monkeypatch.setenv("QINGJIAN_PORT", "9")
    loaded = load()
    assert (loaded.settings.jobs, loaded.settings.port) == (4, 9)


def test_a_whole_number_will_do_where_a_fraction_is_asked(tmp_path: Path) -> None:
    toml(tmp_path / "qingjian.toml", "budget_ms = 5\n")
    value = load({}, tmp_path).settings.budget_ms
    assert type(value) is float and value == 5.0


def test_variables_of_others_and_the_switch_of_the_tests_are_left_alone(tmp_path: Path) -> None:
    variables = {"PATH": "/bin", "OTHER_JOBS": "x", "QINGJIAN_REQUIRE_ALL": "1"}
    assert load(variables, tmp_path).settings == Settings()


@pytest.mark.parametrize(
    "line",
    [
        'jobs = "2"',
        "jobs = 2.0",
        "jobs = true",
        "policy = 1",
        'budget_ms = "5"',
        "budget_ms = true",
    ],
)
def test_a_file_with_a_value_of_another_type_is_refused(line: str, tmp_path: Path) -> None:
    path = toml(tmp_path / "qingjian.toml", line + "\n")
    with pytest.raises(ConfigError, match="must be") as caught:
        load({}, tmp_path)
    assert str(path) in caught.value.what and line.partition(" ")[0] in caught.value.what


@pytest.mark.parametrize(
    ("key", "text"), [("JOBS", "two"), ("JOBS", ""), ("PORT", "1.5"), ("BUDGET_MS", "soon")]
)
def test_a_variable_that_is_no_number_is_refused(key: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"QINGJIAN_{key} must be") as caught:
        load({f"QINGJIAN_{key}": text}, tmp_path)
    assert repr(text) in caught.value.hint


def test_an_unknown_name_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"QINGJIAN_JOBZ: no setting 'jobz'") as caught:
        load({"QINGJIAN_JOBZ": "1"}, tmp_path)
    assert "jobs" in caught.value.hint
    toml(tmp_path / "qingjian.toml", "[scan]\njobs = 1\n")
    with pytest.raises(ConfigError, match=r"qingjian\.toml: no setting 'scan'"):
        load({}, tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        *["max_item_bytes", "max_child_items", "max_depth", "budget_ms", "item_timeout_s"],
        *["max_body_bytes", "requests_per_s", "request_timeout_s"],
    ],
)
@pytest.mark.parametrize("value", ["0", "-1"])
def test_a_limit_that_lets_nothing_through_is_refused(
    name: str, value: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=f"{name} must be above 0"):
        load({f"QINGJIAN_{name.upper()}": value}, tmp_path)


@pytest.mark.parametrize("name", ["budget_ms", "item_timeout_s"])
def test_not_a_number_is_no_limit(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="above 0"):
        load({f"QINGJIAN_{name.upper()}": "nan"}, tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [("jobs", "-1"), ("port", "-1"), ("port", "65536"), ("authority_report_days", "0")],
)
def test_a_value_out_of_range_is_refused(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"{name} must") as caught:
        load({f"QINGJIAN_{name.upper()}": value}, tmp_path)
    assert value in caught.value.hint


def test_a_named_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file") as caught:
        load({"QINGJIAN_CONFIG": str(tmp_path / "no.toml")}, tmp_path)
    assert "QINGJIAN_CONFIG" in caught.value.hint
    with pytest.raises(ConfigError, match="Is a directory"):
        load({"QINGJIAN_CONFIG": str(tmp_path)}, tmp_path)


@pytest.mark.parametrize("data", [b"jobs =", b"policy = '\xff'"], ids=["TOML", "UTF-8"])
def test_a_file_that_is_not_what_it_should_be_is_told(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "qingjian.toml").write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        load({}, tmp_path)
    assert caught.value.hint == "the file must be TOML in UTF-8"
