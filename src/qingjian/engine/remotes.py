"""
Endpoints of others that judge text, as the operator's TOML file describes them.

Nothing is asked unless the setting `remotes` names such a file. The file holds no key: it names the
variable that does.
"""

from __future__ import annotations

import json
import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from qingjian.core.errors import ConfigError
from qingjian.core.hashing import sha256
from qingjian.core.obligations import HOUSE_RULE, obligations
from qingjian.core.types import SEVERITIES, Severity

TEXT = "{text}"
"""What stands in a request where the text goes, as a whole string."""
UNITS = ("code_points", "utf16", "bytes")
_MOST_MS = 9_000
_KEYS: Mapping[str, type] = {
    **{"url": str, "http": bool, "key_env": str, "key_header": str, "key_form": str},
    **{"timeout_ms": int, "longest": int, "finds": str, "request": dict, "answer": dict},
    "labels": dict,
}
_PLACES = ("at", "label", "score", "start", "end", "unit")


@dataclass(frozen=True, slots=True)
class Mapped:
    """What one label of an endpoint means here; `at_least` is the lowest score that counts."""

    severity: Severity
    rows: tuple[str, ...]
    at_least: float


@dataclass(frozen=True, slots=True)
class Shape:
    """
    Where in the JSON of an answer what is stated lies.

    Args:
        at: dotted path to an object of labels to scores, or to a list of objects or labels.
        label, score, start, end: names of fields in an object of the list.
        unit: what places count: code_points, utf16 or bytes of UTF-8.
    """

    at: str
    label: str = "label"
    score: str = "score"
    start: str = "start"
    end: str = "end"
    unit: str = "code_points"


@dataclass(frozen=True, slots=True)
class Remote:
    """
    One endpoint.

    Args:
        name: what it is called; its detector is `remote.NAME`.
        url: where a text is posted.
        request: JSON that is sent, with `{text}` where the text goes.
        shape: where the answer says what.
        labels: what its labels mean; others are passed over.
        header, key: name and value of the header with the key; an empty key sends none.
        timeout_ms: for the whole answer.
        longest: most characters of a text that is sent.
        finds: one line for the card.
        version: changes with the description.
    """

    name: str
    url: str
    request: Mapping[str, Any]
    shape: Shape
    labels: Mapping[str, Mapped]
    header: str = "Authorization"
    key: str = field(default="", repr=False)
    timeout_ms: int = 2_000
    longest: int = 8_000
    finds: str = ""
    version: str = "1"


def read_remotes(path: Path, environ: Mapping[str, str] | None = None) -> tuple[Remote, ...]:
    """Give the endpoints a file describes. Raises ConfigError."""
    environ = os.environ if environ is None else environ
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}", "remotes names a TOML file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}", "the file must be TOML in UTF-8") from None
    told = raw.get("remote")
    if set(raw) != {"remote"} or not isinstance(told, dict) or not told:
        raise ConfigError(f"{path}: no endpoint is described", "write tables [remote.NAME]")
    named = ((f"{path}: remote.{name}", name, one) for name, one in told.items())
    return tuple(_remote(where, name, one, environ) for where, name, one in named)


def _remote(where: str, name: str, raw: Any, environ: Mapping[str, str]) -> Remote:
    _known(where, raw, tuple(_KEYS))
    for key, type_ in _KEYS.items():
        if key in raw and type(raw[key]) is not type_:
            raise ConfigError(f"{where}: {key} must be {type_.__name__}", f"it is {raw[key]!r}")
    missing = [key for key in ("url", "request", "answer", "labels") if not raw.get(key)]
    if missing:
        raise ConfigError(f"{where}: no {missing[0]}", "see docs/remote.md")
    if not 0 < raw.get("timeout_ms", 2_000) <= _MOST_MS:
        raise ConfigError(f"{where}: timeout_ms must lie in 1 … {_MOST_MS}", "of one answer")
    if raw.get("longest", 1) < 1:
        raise ConfigError(f"{where}: longest must be 1 or more", "in characters")
    if not _places(raw["request"]):
        raise ConfigError(f"{where}: the request has no place for a text", f'write "{TEXT}" there')
    _address(where, raw["url"], raw.get("http", False))
    described = json.dumps(raw, sort_keys=True, default=str).encode()
    return Remote(
        name,
        raw["url"],
        raw["request"],
        _shape(where, raw["answer"]),
        {label: _mapped(f"{where}.labels.{label}", one) for label, one in raw["labels"].items()},
        _header(where, raw.get("key_header", "Authorization")),
        _key(where, raw, environ),
        raw.get("timeout_ms", 2_000),
        raw.get("longest", 8_000),
        raw.get("finds", "") or f"what the endpoint {name} states about a text",
        sha256(described)[:12],
    )


def _known(where: str, raw: Any, names: tuple[str, ...]) -> None:
    if not isinstance(raw, dict):
        raise ConfigError(f"{where} must be a table", f"with {', '.join(names)}")
    unknown = next((key for key in raw if key not in names), None)
    if unknown is not None:
        raise ConfigError(f"{where}: no field {unknown!r}", f"one of: {', '.join(names)}")


def _places(request: Any) -> int:
    if isinstance(request, dict):
        return sum(map(_places, request.values()))
    if isinstance(request, list):
        return sum(map(_places, request))
    return int(request == TEXT)


def _address(where: str, url: str, http: bool) -> None:
    """Refuse what is no address, holds a password, or would send texts in the open."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ConfigError(f"{where}: url is no address", "write https://HOST/PATH") from None
    plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in ("http", "https") or not host or not plain:
        raise ConfigError(f"{where}: url is no address", "write https://HOST/PATH")
    if parts.username is not None or parts.password is not None:
        raise ConfigError(f"{where}: url holds a name or password", "name its variable in key_env")
    if parts.scheme == "http" and not http and not _loopback(host):
        hint = "use https, or write http = true to allow it"
        raise ConfigError(f"{where}: texts would go over the net unencrypted", hint)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _shape(where: str, raw: Mapping[str, Any]) -> Shape:
    _known(f"{where}.answer", raw, _PLACES)
    if not all(isinstance(value, str) for value in raw.values()) or "at" not in raw:
        raise ConfigError(f"{where}.answer: fields are names", "at is a path, results.0.scores")
    shape = Shape(**raw)
    if shape.unit not in UNITS:
        raise ConfigError(f"{where}.answer: no unit {shape.unit!r}", f"one of: {', '.join(UNITS)}")
    return shape


def _mapped(where: str, raw: Any) -> Mapped:
    _known(where, raw, ("severity", "rows", "at_least"))
    severity = next((s for s in SEVERITIES if s == raw.get("severity", "medium")), None)
    if severity is None:
        raise ConfigError(f"{where}: no such severity", f"one of: {', '.join(SEVERITIES)}")
    rows = raw.get("rows", [HOUSE_RULE])
    known = isinstance(rows, list) and rows
    if not known or any(row != HOUSE_RULE and row not in obligations() for row in rows):
        raise ConfigError(f"{where}: rows must be rows of the notice", "`qingjian coverage`")
    least = raw.get("at_least", 0.5)
    if type(least) not in (int, float) or not math.isfinite(least):
        raise ConfigError(f"{where}: at_least must be a number", f"it is {least!r}")
    return Mapped(severity, tuple(rows), float(least))


def _header(where: str, name: str) -> str:
    if not name.isascii() or not name.replace("-", "").isalnum():
        raise ConfigError(f"{where}: key_header is no name of a header", f"it is {name!r}")
    return name


def _key(where: str, raw: Mapping[str, Any], environ: Mapping[str, str]) -> str:
    """Give the header's value; what is refused is never told, as it may be the key."""
    name = raw.get("key_env", "")
    if not name:
        return ""
    key = environ.get(name, "")
    if not key or not key.isascii() or not key.isprintable():
        raise ConfigError(f"{where}: the variable {name} holds no key", "set it to the key alone")
    form = raw.get("key_form", "Bearer {key}")
    if "{key}" not in form or not form.isascii() or not form.isprintable():
        raise ConfigError(f"{where}: key_form has no {{key}}", 'write "Bearer {key}"')
    return str(form.replace("{key}", key))
