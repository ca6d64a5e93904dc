"""
One frozen `Settings`: defaults, then a TOML file, then `QINGJIAN_*`; each value knows its origin.

The file is `$QINGJIAN_CONFIG`, else `qingjian.toml` in the working folder, else none.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from qingjian.core.errors import ConfigError

PREFIX = "QINGJIAN_"
LEAST_RETENTION_DAYS = 184
"""Six months: logs of networks, and of what was given out without a label."""


def _setting(default: Any, means: str) -> Any:
    return field(default=default, metadata={"means": means})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting there is; units stand in the names."""

    policy: str = _setting("", "policy pack by name or file; empty: the surface's own pack")
    surface: str = _setting("ugc", "what is judged: ugc, prompt, answer, listing or corpus")
    weights: str = _setting(
        "", "folder with weights of one's own, text.scam.model for one; empty: those that ship"
    )
    db: str = _setting(
        "",
        "database of the archive that texts are held against, and of the cases: a file or "
        "postgresql://USER@HOST/NAME; empty: none is asked",
    )
    tenant: str = _setting("default", "whose cases, users and keys; others' are never seen")
    lang: str = _setting("zh", "in which owners and reporters are told: zh or en")
    jobs: int = _setting(0, "worker processes; 0: one per core")
    max_item_bytes: int = _setting(6_000_000, "largest item that is read, in bytes")
    max_child_items: int = _setting(1000, "most child items taken out of one item")
    max_depth: int = _setting(4, "how deep items may lie in items")
    budget_ms: float = _setting(
        30_000.0, "time for one item over all detectors, checked between detectors, in ms"
    )
    item_timeout_s: float = _setting(
        10.0, "after this the worker is killed and the detector abstains, in seconds"
    )
    lists: str = _setting("", "folder with word lists of one's own, NAME.toml; empty: none")
    remotes: str = _setting(
        "", "TOML file of endpoints of others that judge texts; empty: nothing is sent to any"
    )
    judge_url: str = _setting(
        "", "endpoint asked about findings in doubt, http://127.0.0.1:8001/v1; empty: nobody"
    )
    judge_model: str = _setting("", "name of the model there")
    judge_form: str = _setting("json", "what it answers: json, qwen3guard or llama_guard")
    judge_key_file: str = _setting("", "file with the key of the endpoint; empty: none")
    judge_timeout_s: float = _setting(5.0, "time for one answer, in seconds")
    judge_calls: int = _setting(1000, "most questions of one process")
    judge_stream: int = _setting(0, "1: ask for a stream")
    max_body_bytes: int = _setting(
        32_000_000, "largest body of a request to the API, in bytes; a stream of rows has no end"
    )
    requests_per_s: float = _setting(
        500.0, "requests a second of one key or user of the API; above it HTTP 429"
    )
    request_timeout_s: float = _setting(
        60.0, "time for one request to the API until its answer begins, in seconds"
    )
    authority_report_days: int = _setting(
        5,
        "an authority is told of a step that has to be reported within so many days; the "
        "operator's own figure, the law names none",
    )
    webhook_private: int = _setting(
        0, "1: webhooks may also go to this machine and to private networks"
    )
    retention_days: int = _setting(
        184, "how long contents are kept after the last that happened in their case; 184 at least"
    )
    sealed_contents: str = _setting(
        "hash", "what is kept of sealed cases: hash, or sealed: encrypted by sealed_key_file"
    )
    sealed_key_file: str = _setting("", "file with the key of sealed contents, 64 hex digits")
    sealed_report_hours: float = _setting(
        24.0, "how long after it was sealed a case is to be reported to an authority"
    )
    flood_factor: float = _setting(
        10.0,
        "a live rule that fires more than so many times its usual share is suspended; 0: never",
    )
    host: str = _setting("127.0.0.1", "address that reports, console and API are served on")
    port: int = _setting(8000, "port that reports, console and API are served on")

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        for name in (
            "max_item_bytes",
            "max_child_items",
            "max_depth",
            "budget_ms",
            "item_timeout_s",
            "max_body_bytes",
            "requests_per_s",
            "request_timeout_s",
            "sealed_report_hours",
        ):
            if not getattr(self, name) > 0:
                raise ConfigError(f"{name} must be above 0", f"it is {getattr(self, name)!r}")
        if self.retention_days < LEAST_RETENTION_DAYS:
            told = f"retention_days must be {LEAST_RETENTION_DAYS} or more"
            raise ConfigError(told, "logs and what was decided on are kept six months")
        if self.sealed_contents not in ("hash", "sealed"):
            said = f"it is {self.sealed_contents!r}"
            raise ConfigError("sealed_contents must be hash or sealed", said)
        if not self.flood_factor >= 0:
            raise ConfigError("flood_factor must be 0 or more", f"it is {self.flood_factor!r}")
        if not 0 < self.authority_report_days <= 366:
            told = f"it is {self.authority_report_days!r}"
            raise ConfigError("authority_report_days must lie in 1 … 366", told)
        if self.jobs < 0:
            raise ConfigError("jobs must be 0 or more", f"it is {self.jobs!r}")
        if self.lang not in ("zh", "en"):
            raise ConfigError("lang must be zh or en", f"it is {self.lang!r}")
        if not 0 < len(self.tenant) <= 64:
            raise ConfigError("tenant has 1 to 64 characters", f"it is {self.tenant!r}")
        if not 0 <= self.port <= 65535:
            raise ConfigError("port must lie in 0 … 65535", f"it is {self.port!r}")


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and for each name the place its value came from."""

    settings: Settings
    origins: Mapping[str, str]


def load(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Loaded:
    """
    Give the settings in force.

    Args:
        environ: variables, `os.environ` by default.
        folder: where `qingjian.toml` is looked for, the working folder by default.

    Raises ConfigError for an unknown name or a value that does not fit its type.
    """
    environ = os.environ if environ is None else environ
    types: dict[str, type] = {f.name: type(f.default) for f in fields(Settings)}
    values: dict[str, Any] = {}
    origins = dict.fromkeys(types, "default")
    file = environ.get(PREFIX + "CONFIG")
    path = Path(file) if file else (folder or Path.cwd()) / "qingjian.toml"
    if file or path.is_file():
        for name, value in _table(path).items():
            _known(name, types, f"{path}")
            if types[name] is float and type(value) is int:
                value = float(value)
            if type(value) is not types[name]:
                raise ConfigError(
                    f"{path}: {name} must be {types[name].__name__}", f"it is {value!r}"
                )
            values[name], origins[name] = value, str(path)
    for key, text in environ.items():
        if key.startswith(PREFIX) and key not in (PREFIX + "CONFIG", PREFIX + "REQUIRE_ALL"):
            name = key.removeprefix(PREFIX).lower()
            _known(name, types, key)
            try:
                values[name] = types[name](text)
            except ValueError:
                raise ConfigError(
                    f"{key} must be {types[name].__name__}", f"it is {text!r}"
                ) from None
            origins[name] = key
    return Loaded(Settings(**values), origins)


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path}: {error.strerror}", "QINGJIAN_CONFIG names a file that can be read"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}", "the file must be TOML in UTF-8") from None


def _known(name: str, types: Mapping[str, type], where: str) -> None:
    if name not in types:
        raise ConfigError(f"{where}: no setting {name!r}", f"one of: {', '.join(sorted(types))}")
