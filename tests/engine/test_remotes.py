from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.vendor import DESCRIBED

from qingjian.core.errors import ConfigError
from qingjian.engine.remotes import Mapped, read_remotes

WHOLE = DESCRIBED.format(url="https://vendor.example/v1", at="scores", more="")
KEY = {"TRIAL_KEY": "s3cret"}


def written(folder: Path, text: str) -> Path:
    path = folder / "remotes.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_file_gives_its_endpoints(tmp_path: Path) -> None:
    [one] = read_remotes(written(tmp_path, WHOLE), KEY)
    assert (one.name, one.url, one.timeout_ms) == ("trial", "https://vendor.example/v1", 400)
    assert one.key == "Bearer s3cret"
    assert one.labels == {
        "sexual": Mapped("high", ("2.3.sexual_text",), 0.5),
        "fraud": Mapped("low", ("house_rule",), 0.5),
    }
    assert "s3cret" not in repr(one)


def test_another_description_is_another_version_and_another_key_is_not(tmp_path: Path) -> None:
    [first] = read_remotes(written(tmp_path, WHOLE), KEY)
    [rekeyed] = read_remotes(written(tmp_path, WHOLE), {"TRIAL_KEY": "other"})
    [changed] = read_remotes(written(tmp_path, WHOLE.replace("= 0.5", "= 0.6")), KEY)
    assert first.version == rekeyed.version != changed.version


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("https://vendor.example", "http://vendor.example", "unencrypted"),
        ("https://vendor.example", "https://me:s3cret@vendor.example", "name or password"),
        ("https://vendor.example", "ftp://vendor.example", "no address"),
        ("https://vendor.example", "https://vendor.example:x", "no address"),
        ("https://vendor.example", "https://vendor.example/a b", "no address"),
        ('"{text}"', '"text"', "no place for a text"),
        ("timeout_ms = 400", "timeout_ms = 60000", "timeout_ms must lie"),
        ("timeout_ms = 400", "timeout_ms = true", "timeout_ms must be int"),
        ("longest", "longer", "no field 'longer'"),
        ("2.3.sexual_text", "9.9.none", "rows must be rows of the notice"),
        ("at_least = 0.5", "at_least = nan", "at_least must be a number"),
        ('"high"', '"worst"', "no such severity"),
        ('"scores"', '"scores", unit = "ells"', "no unit 'ells'"),
        ("[remote.trial]", "key_header = 1\n[remote.trial]", "no endpoint is described"),
        ('"TRIAL_KEY"', '"NO_KEY"', "the variable NO_KEY holds no key"),
        ("key_env", 'key_form = "s3cret"\nkey_env', "key_form has no"),
        ("[remote", "[[remote", "remotes.toml: "),
    ],
)
def test_what_does_not_fit_is_refused_without_the_key(
    tmp_path: Path, was: str, becomes: str, told: str
) -> None:
    assert was in WHOLE
    with pytest.raises(ConfigError, match=told) as refused:
        read_remotes(written(tmp_path, WHOLE.replace(was, becomes)), KEY)
    assert "s3cret" not in f"{refused.value!r} {refused.value.hint}"


@pytest.mark.parametrize("key", ["", "two\nlines", "schlüssel"])
def test_a_key_that_is_none_is_refused_and_not_told(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigError, match="holds no key") as refused:
        read_remotes(written(tmp_path, WHOLE), {"TRIAL_KEY": key})
    assert not key or key not in f"{refused.value!r} {refused.value.hint}"


def test_http_is_for_this_machine_or_where_it_is_allowed(tmp_path: Path) -> None:
    near = WHOLE.replace("https://vendor.example", "http://127.0.0.1:1")
    far = WHOLE.replace("https:", "http:").replace("timeout_ms", "http = true\ntimeout_ms")
    for text in (near, near.replace("127.0.0.1", "[::1]"), far):
        [one] = read_remotes(written(tmp_path, text), KEY)
        assert one.url.startswith("http:")


def test_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read_remotes(tmp_path / "gone.toml", {})
