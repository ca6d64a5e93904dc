from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from tests.evals import toy
from tests.needs import ROOT
from tests.process import environment

from qingjian.core.errors import UsageError
from qingjian.core.registry import discover
from qingjian.detectors.instruments.linear import pack_linear, read_linear
from qingjian.detectors.instruments.linear_train import Example
from qingjian.evals.shipped import recipe, signalled
from qingjian.evals.transfer import held_out, scores

_PRINT_HASH = """
from qingjian.core.hashing import sha256
from qingjian.detectors.instruments.linear import pack_linear
from qingjian.evals.shipped import recipe
from tests.evals.toy import examples
from dataclasses import replace
model = recipe(examples(120), also=examples(40, 7), rate=0.01, penalty=0.01, about={"b": 1, "a": 2})
model.about.pop("trained_at")
print(sha256(pack_linear(model)))
"""


def test_the_same_rows_give_the_same_bytes_in_any_process() -> None:
    hashes = set()
    for seed in ("0", "1", "4242"):
        ran = subprocess.run(
            [sys.executable, "-c", _PRINT_HASH],
            cwd=ROOT,
            env=environment(PYTHONHASHSEED=seed, PYTHONPATH=str(ROOT)),
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        hashes.add(ran.stdout.strip())
    assert len(hashes) == 1


def test_a_model_says_what_it_was_made_of_and_how_it_did_on_rows_held_out() -> None:
    rows, easy = toy.examples(200), toy.examples(50, 7)
    model = recipe(rows, also=easy, rate=0.05, penalty=0.01, about={"detector": "text.made"})
    about = model.about
    assert about["detector"] == "text.made"
    assert (about["rows"], about["positives"], about["penalty"]) == (250, 125, 0.01)
    held = [e for e in rows if held_out(e)]
    score = scores(model, held)
    truth = np.array([e.positive for e in held])
    assert about["held_out"]["n"] == len(held)
    assert about["held_out"]["recall"] == round(
        float((score[truth] > about["threshold"]).mean()), 4
    )
    assert about["held_out"]["false_positive_rate"] <= 0.05


def test_a_model_is_the_same_after_it_was_packed() -> None:
    model = recipe(toy.examples(120), rate=0.01, penalty=0.01, about={})
    back = read_linear(pack_linear(model), "here")
    assert back.about.items() >= model.about.items()
    unseen = toy.examples(20, 5)
    assert np.allclose(scores(back, unseen), scores(model, unseen), atol=0.02)


@pytest.mark.parametrize("label", [True, False])
def test_rows_of_one_class_train_nothing(label: bool) -> None:
    rows = [e for e in toy.examples(100) if e.positive is label]
    with pytest.raises(UsageError):
        recipe(rows, rate=0.01, penalty=0.01, about={})


def test_rows_get_the_signals_that_the_model_weighs_and_no_others() -> None:
    rows = [Example("代过人脸活体，先过后付，飞机联系", True), Example("明天开会", False)]
    for one in discover().detectors.values():
        told = signalled(one.card, rows)
        assert [(e.text, e.positive) for e in told] == [(e.text, e.positive) for e in rows]
        assert bool(told[1].signals) is False
        if not one.card.signals:
            assert told == rows
