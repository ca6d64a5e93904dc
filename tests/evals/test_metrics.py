from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from qingjian.evals import metrics

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

RATES = (0.0, 0.01, 0.125, 0.25, 0.5, 1.0)


@st.composite
def judged(draw: st.DrawFn, least: int = 0) -> tuple[Bools, Floats]:
    """Give truth and scores of some rows; scores tie often."""
    rows = draw(
        st.lists(
            st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.5, 0.9, 1.0])),
            min_size=least,
            max_size=40,
        )
    )
    truth = np.array([t for t, _ in rows], dtype=bool)
    return truth, np.array([s for _, s in rows], dtype=float)


def same(value: float, expected: Fraction | float | None) -> bool:
    return math.isnan(value) if expected is None else abs(value - float(expected)) < 1e-12


def share(good: int, all_: int) -> Fraction | None:
    return Fraction(good, all_) if all_ else None


@given(judged())
def test_shares_are_those_counted_row_by_row(rows: tuple[Bools, Floats]) -> None:
    truth, hit = rows[0], rows[1] >= 0.5
    both = sum(1 for t, h in zip(truth, hit, strict=True) if t and h)
    precision = share(both, int(hit.sum())) if truth.any() else None
    assert same(metrics.precision(truth, hit), precision)
    assert same(metrics.recall(truth, hit), share(both, int(truth.sum())))
    wrong = sum(1 for t, h in zip(truth, hit, strict=True) if h and not t)
    assert same(metrics.false_positive_rate(truth, hit), share(wrong, int((~truth).sum())))


@given(judged())
def test_auroc_is_the_share_of_pairs_in_order_ties_half(rows: tuple[Bools, Floats]) -> None:
    truth, score = rows
    pairs = [(a, b) for a in score[truth] for b in score[~truth]]
    points = [Fraction(1) if a > b else Fraction(int(a == b), 2) for a, b in pairs]
    expected = sum(points, Fraction()) / len(pairs) if pairs else None
    assert same(metrics.auroc(truth, score), expected)


@given(judged(least=1))
def test_auroc_looks_at_the_order_alone_and_turns_round_with_it(
    rows: tuple[Bools, Floats],
) -> None:
    truth, score = rows
    value = metrics.auroc(truth, score)
    if math.isnan(value):
        assert truth.all() or not truth.any()
        return
    assert metrics.auroc(truth, np.exp(3 * score)) == value
    assert math.isclose(metrics.auroc(truth, -score), 1 - value, abs_tol=1e-12)
    assert math.isclose(metrics.auroc(~truth, score), 1 - value, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("truth", "score", "value"),
    [
        ([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4], 1.0),
        ([0, 0, 1, 1], [0.4, 0.3, 0.2, 0.1], 0.0),
        ([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5], 0.5),
        ([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4], 0.75),
        ([1, 0, 1], [0.5, 0.5, 0.9], 0.75),
    ],
)
def test_auroc_of_cases_worked_out_by_hand(
    truth: list[int], score: list[float], value: float
) -> None:
    assert metrics.auroc(np.array(truth, dtype=bool), np.array(score)) == value


@given(judged(), st.sampled_from(RATES))
def test_recall_at_a_rate_is_the_best_of_all_thresholds(
    rows: tuple[Bools, Floats], rate: float
) -> None:
    truth, score = rows
    best: Fraction | None = None
    if truth.any() and not truth.all():
        for threshold in [-1.0, *score]:
            hit = score > threshold
            if int((hit & ~truth).sum()) <= Fraction(str(rate)) * int((~truth).sum()):
                caught = Fraction(int((hit & truth).sum()), int(truth.sum()))
                best = max(caught, best or Fraction())
    assert same(metrics.recall_at(truth, score, rate), best)


def test_recall_at_one_percent_of_cases_worked_out_by_hand() -> None:
    truth = np.array([True] * 4 + [False] * 200)
    score = np.array([0.99, 0.8, 0.7, 0.1] + [0.9, 0.75, 0.74] + [0.0] * 197)
    assert metrics.recall_at(truth, score) == 0.5
    assert metrics.recall_at(truth, score, 0.0) == 0.25
    assert metrics.recall_at(truth, score, 0.005) == 0.5
    assert metrics.recall_at(truth, score, 0.015) == 1.0


@given(judged(), st.sampled_from([1, 2, 5, 10]))
def test_calibration_error_is_the_weighted_gap_of_each_bin(
    rows: tuple[Bools, Floats], bins: int
) -> None:
    truth, score = rows
    inside: dict[int, list[tuple[bool, float]]] = {}
    for t, s in zip(truth, score, strict=True):
        inside.setdefault(min(int(s * bins), bins - 1), []).append((bool(t), float(s)))
    expected = sum(
        len(b) / len(truth) * abs(sum(s for _, s in b) / len(b) - sum(t for t, _ in b) / len(b))
        for b in inside.values()
    )
    assert same(metrics.ece(truth, score, bins), expected if len(truth) else None)


def test_calibration_error_of_cases_worked_out_by_hand() -> None:
    truth = np.array([True, False, True, True])
    assert metrics.ece(truth, np.array([1.0, 0.0, 1.0, 1.0])) == 0.0
    assert metrics.ece(truth, np.array([0.0, 1.0, 0.0, 0.0])) == 1.0
    assert math.isclose(metrics.ece(truth, np.array([0.75] * 4)), 0.0)
    assert math.isclose(metrics.ece(truth, np.array([0.95, 0.05, 0.95, 0.95])), 0.05)


@given(judged(least=1))
def test_an_interval_is_in_order_within_the_range_and_always_the_same(
    rows: tuple[Bools, Floats],
) -> None:
    truth, score = rows
    first = metrics.with_interval(metrics.auroc, truth, score)
    assert str(first) == str(metrics.with_interval(metrics.auroc, truth, score))
    value, low, high = first
    assert same(value, None if math.isnan(metrics.auroc(truth, score)) else metrics.auroc(*rows))
    if not math.isnan(low):
        assert 0 <= low <= high <= 1


def test_an_interval_of_no_rows_and_of_a_measure_never_defined_is_not_known() -> None:
    empty = np.array([], dtype=bool)
    assert all(math.isnan(x) for x in metrics.with_interval(metrics.recall, empty, empty))
    one_class = np.array([True, True])
    assert all(math.isnan(x) for x in metrics.with_interval(metrics.auroc, one_class, one_class))


def test_a_measure_that_cannot_vary_has_no_width() -> None:
    all_right = np.array([True] * 50)
    assert metrics.with_interval(metrics.recall, all_right, all_right) == (1.0, 1.0, 1.0)


def test_draws_where_a_measure_is_undefined_are_left_out() -> None:
    truth = np.array([True] + [False] * 9)
    value, low, high = metrics.with_interval(metrics.recall, truth, truth)
    assert (value, low, high) == (1.0, 1.0, 1.0)


def test_intervals_narrow_with_rows_and_agree_with_the_normal_one() -> None:
    random = np.random.default_rng(7)
    widths = []
    for n in (100, 1600):
        truth = np.ones(n, dtype=bool)
        hit = random.random(n) < 0.8
        value, low, high = metrics.with_interval(metrics.recall, truth, hit)
        half = 1.96 * (value * (1 - value) / n) ** 0.5
        assert math.isclose(value - low, half, rel_tol=0.15)
        assert math.isclose(high - value, half, rel_tol=0.15)
        widths.append(high - low)
    assert math.isclose(widths[0] / widths[1], 4, rel_tol=0.3)


def test_about_19_of_20_intervals_hold_the_truth() -> None:
    random = np.random.default_rng(11)
    held = 0
    for _ in range(60):
        hit = random.random(200) < 0.7
        _, low, high = metrics.with_interval(lambda h: float(h.mean()), hit.astype(float))
        held += low <= 0.7 <= high
    assert held >= 53


@pytest.mark.parametrize(
    ("recall", "wrong", "reviews", "precision"),
    [
        (1.0, 0.0, {"0.1%": 100.0, "1%": 1000.0}, {"0.1%": 1.0, "1%": 1.0}),
        (0.5, 0.01, {"0.1%": 1049.0, "1%": 1490.0}, {"0.1%": 0.0477, "1%": 0.3356}),
        (0.0, 0.5, {"0.1%": 49950.0, "1%": 49500.0}, {"0.1%": 0.0, "1%": 0.0}),
    ],
)
def test_rates_are_what_a_team_would_see_of_100000_items(
    recall: float, wrong: float, reviews: dict[str, float], precision: dict[str, float]
) -> None:
    told = metrics.rates(recall, wrong)
    assert {k: told[f"reviews_per_100000_at_{k}"] for k in reviews} == reviews
    assert {k: told[f"precision_at_{k}"] for k in precision} == precision


def test_rates_agree_with_counting_the_items() -> None:
    told = metrics.rates(0.8, 0.02)
    true, untrue = 1000, 99_000
    caught, wrong = true * 8 // 10, untrue * 2 // 100
    assert told["reviews_per_100000_at_1%"] == caught + wrong
    assert told["precision_at_1%"] == round(caught / (caught + wrong), 4)


def test_rates_without_any_hit_have_no_precision() -> None:
    told = metrics.rates(0.0, 0.0)
    assert told["reviews_per_100000_at_1%"] == 0
    assert math.isnan(told["precision_at_0.1%"])
    assert math.isnan(metrics.rates(math.nan, 0.1)["reviews_per_100000_at_1%"])
