from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evals import toy
from tests.needs import ROOT
from tests.process import environment

from qingjian.core.errors import UsageError
from qingjian.core.registry import discover
from qingjian.detectors.instruments.linear import pack_linear, read_linear
from qingjian.detectors.instruments.linear_train import Example
from qingjian.evals.shipped import Crossed, crossed, reading, recipe, signalled
from qingjian.evals.transfer import scores

_PRINT_HASH = """
from qingjian.core.hashing import sha256
from qingjian.detectors.instruments.linear import pack_linear
from qingjian.evals.shipped import recipe
from tests.evals.toy import examples
from dataclasses import replace
model = recipe(examples(120), also=examples(40, 7), rate=0.01, penalty=0.01, about={"b": 1, "a": 2})
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
    assert (about["rows"], about["positives"], about["also"]) == (200, 100, 50)
    seen = crossed(rows, easy, 0.01)
    assert about["held_out"]["n"] == len(rows) == len(seen.truth)
    hit = [model.reading().score(raw) >= about["threshold"] for raw in seen.raw]
    told = np.array(hit)
    assert about["held_out"]["recall"] == round(float(told[seen.truth].mean()), 4)
    assert about["held_out"]["false_positive_rate"] <= 0.05
    assert about["doubt"] <= about["threshold"]


def test_rows_are_scored_by_models_that_never_saw_them() -> None:
    rows = [Example("领取大奖", True), *toy.examples(60, 3)]
    turned = [rows[0]._replace(positive=False), *rows[1:]]
    assert crossed(rows, (), 0.01).raw[0] == crossed(turned, (), 0.01).raw[0]


def test_a_channel_with_enough_rows_reads_scores_its_own_way() -> None:
    rows = [e._replace(channel="sms") for e in toy.examples(240, 1)]
    rows += [e._replace(channel="post") for e in toy.examples(20, 2)]
    model = recipe(rows, rate=0.05, penalty=0.01, about={})
    assert set(model.channels) == {"sms"}
    assert model.about["rows_of_channels"] == {
        "post": {"n": 20, "positives": 10},
        "sms": {"n": 240, "positives": 120},
    }
    assert model.reading("sms") == model.channels["sms"]
    assert model.reading("post") == model.reading(None) == model.reading("unheard of")
    again = read_linear(pack_linear(model), "here")
    assert again.channels == model.channels


@given(
    st.lists(st.tuples(st.floats(-3, 3), st.booleans()), min_size=4, max_size=60),
    st.sampled_from([0.0, 0.02, 0.3]),
)
def test_no_more_than_the_rate_of_untrue_rows_are_hits(
    rows: list[tuple[float, bool]], rate: float
) -> None:
    raw, truth = (np.array(part) for part in zip(*rows, strict=True))
    if truth.all() or not truth.any():
        return
    seen = Crossed(raw, truth.astype(bool), np.array([""] * len(raw)))
    made = reading(seen, rate)
    wrong = [made.score(x) for x in raw[~truth]]
    assert sum(score >= made.threshold for score in wrong) <= rate * len(wrong)
    assert made.doubt <= made.threshold


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
    rows = [Example("代过人脸活体，先过后付，飞机联系", True), Example("鲸鱼", False)]
    for one in discover().detectors.values():
        told = signalled(one.card, rows)
        assert [(e.text, e.positive) for e in told] == [(e.text, e.positive) for e in rows]
        assert bool(told[1].signals) is False
        if not one.card.signals:
            assert told == rows
