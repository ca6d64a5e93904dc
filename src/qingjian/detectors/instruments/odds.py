"""
Weights of facts: read from a file beside a detector, summed to the logarithm of odds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from qingjian.core.errors import ConfigError

Facts = dict[str, float]
"""Facts by name, each a number of about 0 to 2; `bias` is 1."""


def odds(facts: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Give the weighed sum of facts; one without a weight counts nothing."""
    return sum(weights.get(name, 0.0) * value for name, value in facts.items())


def read_weights(package: str, name: str) -> dict[str, float]:
    """Give the weights that a package holds. Raises ConfigError."""
    try:
        text = (files(package) / name).read_text("utf-8")
        return {str(k): float(v) for k, v in tomllib.loads(text)["weights"].items()}
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{package}/{name}: no weights: {error}") from None
