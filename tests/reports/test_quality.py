from __future__ import annotations

import pytest

from qingjian.core.registry import discover
from qingjian.evals import results
from qingjian.evals.evasions import EVASIONS
from qingjian.reports import quality

MADE = {
    "sets": [
        {
            "set": results.BLIND,
            "n": 300,
            "positives": 100,
            "metrics": {"precision": [0.934, 0.9, 0.96], "auroc": [None, None, None]},
            "rates": {"precision_at_1%": 0.25, "reviews_per_100000_at_1%": 3700.5},
        }
    ],
    "shipped": [
        {
            "set": "telecom5",
            "n": 11553,
            "metrics": {"ece": [0.02, 0.01, 0.03]},
            "note": "a | note",
            "trained_shipped_weights": True,
        }
    ],
    "evasions": {"n": 100, "recall": 0.8, **{name: [0.9, 0.8, 1.0] for name in EVASIONS}},
}


@pytest.fixture
def only_scam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "read", lambda id: MADE if id == "text.scam" else None)
    monkeypatch.setattr(results, "stale", lambda id, card, result: "")


@pytest.mark.usefixtures("only_scam")
def test_every_detector_stands_there_and_what_is_not_measured_says_so() -> None:
    page = quality.markdown(discover())
    for id in discover().detectors:
        assert f"| `{id}` |" in page
    assert "| `text.prescription` | not measured |" in page
    assert "| `text.scam` | 300 (100) | 0.93 (0.90–0.96) | – | – | – | 3,700 | 0.25 |" in page


@pytest.mark.usefixtures("only_scam")
def test_sets_that_trained_the_weights_are_marked() -> None:
    page = quality.markdown(discover())
    assert r"| a \| note **(trained the weights)** |" in page
    assert "| `text.scam` | 100 | " + " | ".join(["0.90"] * len(EVASIONS)) + " |" in page


def test_a_result_that_is_stale_is_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "read", lambda id: MADE)
    monkeypatch.setattr(results, "stale", lambda id, card, result: "changed")
    assert "0.93" not in quality.markdown(discover())
