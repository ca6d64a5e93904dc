from __future__ import annotations

import pytest

from qingjian.core.errors import ConfigError
from qingjian.detectors.instruments.odds import odds, read_weights


def test_odds_are_the_weighed_sum_of_facts() -> None:
    assert odds({"bias": 1.0, "left": 0.5, "unknown": 9.0}, {"bias": -1.0, "left": 4.0}) == 1.0
    assert odds({}, {"bias": 1.0}) == 0.0


@pytest.mark.parametrize("name", ["contradicted_figure.toml", "recycled_event.toml"])
def test_the_weights_that_ship_are_read(name: str) -> None:
    weights = read_weights("qingjian.detectors.text", name)
    assert weights["common"] > 0


@pytest.mark.parametrize("name", ["scam.toml", "absent.toml"])
def test_a_file_without_weights_is_named(name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name}: no weights"):
        read_weights("qingjian.detectors.text", name)
