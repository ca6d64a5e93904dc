from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies import mixed

from qingjian.core.errors import UsageError
from qingjian.detectors.instruments import linear_train as room
from qingjian.detectors.instruments.grams import grams_of
from qingjian.detectors.instruments.linear import Linear, pack_linear
from qingjian.detectors.instruments.linear_train import Example, calibrate, train

FRAUD = ("积分清零请登录", "先交保证金再放款", "点链接领取补贴", "转到安全账户")
HONEST = ("会议改到下午三点", "快递放在门口了", "晚上一起吃饭吗", "生日快乐祝你平安")
FILLER = "今天我们大家看见山水花草云月风雨"


def rows(seed: int, n: int = 40) -> list[Example]:
    random = Random(seed)
    made = []
    for i in range(n):
        words = "".join(random.choices(FILLER, k=random.randint(0, 12)))
        core = random.choice(FRAUD if i % 2 else HONEST)
        made.append(Example(words[:5] + core + words[5:], bool(i % 2)))
    return made


def raws(model: Linear, examples: list[Example]) -> dict[bool, list[float]]:
    return {
        kind: [model.raw(e.grams)[0] for e in examples if e.positive is kind]
        for kind in (True, False)
    }


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_what_can_be_told_apart_is_told_apart(seed: int) -> None:
    model = train(rows(seed), penalty=0.1, about={})
    seen, unseen = raws(model, rows(seed)), raws(model, rows(seed + 1))
    assert min(seen[True]) > 0 > max(seen[False])
    assert min(unseen[True]) > max(unseen[False])


def test_the_same_rows_give_the_same_bytes() -> None:
    def made() -> bytes:
        return pack_linear(calibrate(train(rows(1), about={"set": "own"}), rows(2)))

    assert made() == made()
    assert made() != pack_linear(calibrate(train(rows(3), about={"set": "own"}), rows(2)))


def test_what_it_was_trained_on_is_written_into_it() -> None:
    model = calibrate(train(rows(1), about={"set": "own"}), rows(2))
    assert dict(model.about) == {"set": "own"}


def test_n_grams_that_never_stood_in_a_row_weigh_nothing() -> None:
    model = train(rows(1), about={})
    assert not model.weights[grams_of("鲸鱼潜艇").index[:2]].any()
    assert model.judge(grams_of("积分清零请登录")).known == pytest.approx(13 / 14)


def test_a_higher_penalty_gives_smaller_weights() -> None:
    weak, strong = (train(rows(1), penalty=p, about={}) for p in (0.01, 10.0))
    assert np.linalg.norm(strong.weights) < np.linalg.norm(weak.weights)


def test_no_more_steps_are_taken_than_asked_for() -> None:
    first, settled = train(rows(1), steps=1, about={}), train(rows(1), about={})
    assert not np.array_equal(first.weights, settled.weights)
    assert pack_linear(train(rows(1), steps=400, about={})) == pack_linear(settled)


def test_a_rare_class_weighs_as_much_as_a_common_one() -> None:
    few = [Example(FRAUD[0], True), *(Example(h, False) for h in HONEST * 20)]
    model = train(few, penalty=0.1, about={})
    assert model.raw(grams_of(FRAUD[0]))[0] > 0


def test_a_fact_beside_the_text_is_learnt() -> None:
    examples = [
        Example("同一句话", i % 2 == 1, frozenset({"rule.sells"} if i % 2 else {"slot.news"}))
        for i in range(20)
    ]
    model = train(examples, penalty=0.1, about={})
    assert model.signals["rule.sells"] > 0 > model.signals["slot.news"]
    assert set(model.signals) == {"rule.sells", "slot.news"}
    assert min(raws(model, examples)[True]) > max(raws(model, examples)[False])


@given(st.lists(mixed, min_size=2, max_size=6))
@settings(max_examples=15)
def test_any_texts_of_both_classes_train_and_calibrate(texts: list[str]) -> None:
    examples = [Example(t, i % 2 == 0) for i, t in enumerate(texts)]
    model = calibrate(train(examples, about={}), examples)
    assert np.isfinite(model.weights).all()
    assert all(0 <= model.judge(e.grams).score <= 1 for e in examples)


@pytest.mark.parametrize("examples", [[], [Example("a", True)], [Example("a", False)] * 3])
def test_a_class_that_is_missing_is_told(examples: list[Example]) -> None:
    with pytest.raises(UsageError, match="both classes"):
        train(examples, about={})
    with pytest.raises(UsageError, match="both classes"):
        calibrate(train(rows(1), about={}), examples)


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_calibration_keeps_the_order(seed: int) -> None:
    model = train(rows(seed), about={})
    fitted = calibrate(model, rows(seed + 1))
    assert fitted.platt[0] > 0
    assert fitted.weights is model.weights
    both = sorted((model.raw(e.grams)[0], fitted.judge(e.grams).score) for e in rows(seed + 2))
    scores = [score for _, score in both]
    assert scores == sorted(scores)


def test_calibration_puts_the_classes_on_their_sides_and_is_never_certain() -> None:
    model = train(rows(1), penalty=0.1, about={})
    held_out = rows(2, 8)
    fitted = calibrate(model, held_out)
    scores = {
        kind: [fitted.judge(e.grams).score for e in held_out if e.positive is kind]
        for kind in (True, False)
    }
    assert np.mean(scores[True]) > 0.5 > np.mean(scores[False])
    assert all(0.01 < score < 0.99 for kind in scores.values() for score in kind)


def test_calibration_turns_round_a_model_that_is_wrong_way_round() -> None:
    model = train([Example(e.text, not e.positive) for e in rows(1)], about={})
    assert calibrate(model, rows(2)).platt[0] < 0


@given(st.integers(0, 10_000), st.integers(1, 6))
@settings(max_examples=20)
def test_the_minimum_of_a_bowl_is_found(seed: int, n: int) -> None:
    random = np.random.default_rng(seed)
    base = random.normal(size=(n, n))
    curve, goal = base @ base.T + np.eye(n), random.normal(size=n)

    def bowl(x: room.Vector) -> tuple[float, room.Vector]:
        away = x - goal
        return float(away @ curve @ away), 2 * curve @ away

    assert room._lbfgs(bowl, np.zeros(n), 200) == pytest.approx(goal, abs=1e-2)


def test_at_the_minimum_nothing_moves() -> None:
    def flat(x: room.Vector) -> tuple[float, room.Vector]:
        return 1.0, np.zeros_like(x)

    assert room._lbfgs(flat, np.ones(2), 50).tolist() == [1.0, 1.0]


def test_a_step_that_never_helps_ends_the_search() -> None:
    def wrong(x: room.Vector) -> tuple[float, room.Vector]:
        return float(np.abs(x).sum()), -np.ones_like(x)

    assert room._lbfgs(wrong, np.zeros(2), 50).tolist() == [0.0, 0.0]
