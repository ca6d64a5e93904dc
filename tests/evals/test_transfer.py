from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evals import toy

from qingjian.core.errors import UsageError
from qingjian.detectors.instruments.linear_train import Example
from qingjian.evals import transfer


@given(st.text(), st.integers(1, 20))
def test_the_part_of_a_text_depends_on_the_text_alone(text: str, parts: int) -> None:
    clean = text.encode("utf-8", "replace").decode()
    assert 0 <= transfer.part(clean, parts) < parts
    assert transfer.part(clean, parts) == transfer.part(clean, parts)


def test_about_one_in_five_is_held_out() -> None:
    held = sum(transfer.held_out(e) for e in toy.examples(1000))
    assert 150 <= held <= 250


def test_the_choice_of_rows_does_not_depend_on_their_order() -> None:
    rows = toy.rows(40)
    chosen = transfer.examples(rows, 10)
    assert len(chosen) == 10
    assert set(chosen) <= set(transfer.examples(rows))
    assert sorted(transfer.examples(rows[::-1], 10)) == sorted(chosen)


def test_few_rows_are_all_taken_in_their_order() -> None:
    rows = toy.rows(10)
    assert transfer.examples(rows, 10) == transfer.examples(rows) == toy.examples(10)


def test_a_model_is_fitted_on_rows_that_were_not_held_out() -> None:
    rows = toy.examples(200)
    model, held = transfer.fit(rows, 0.01, {"a": 1})
    assert held == [e for e in rows if transfer.held_out(e)]
    assert 0 < len(held) < len(rows)
    unseen = toy.examples(100, seed=9)
    scores = transfer.scores(model, unseen)
    truth = np.array([e.positive for e in unseen])
    assert ((scores >= 0) & (scores <= 1)).all()
    assert scores[truth].min() > scores[~truth].max()


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.2, 0.5, 0.999, 1.0])
def test_at_most_the_rate_of_untrue_rows_exceed_the_threshold(rate: float) -> None:
    rows = toy.examples(120)
    model, _ = transfer.fit(rows, 1.0, {})
    threshold = transfer.threshold_at(model, rows, rate)
    wrong = transfer.scores(model, [e for e in rows if not e.positive])
    assert (wrong > threshold).mean() <= rate
    assert threshold in wrong


def test_a_threshold_needs_an_untrue_row() -> None:
    model, _ = transfer.fit(toy.examples(60), 1.0, {})
    for rows in ([], [Example("领取大奖", True)]):
        with pytest.raises(UsageError, match="no untrue row"):
            transfer.threshold_at(model, rows, 0.1)


def test_each_source_is_judged_by_a_model_that_never_saw_it() -> None:
    sources = {name: toy.rows(60, seed) for seed, name in enumerate(("a", "b", "c"), 1)}
    judged = {**sources, "b_mapped": toy.rows(20, 8)}
    benign = [r for r in toy.rows(20, 9) if not r.positive]
    out = transfer.leave_one_out(sources, judged, benign, 0.01)
    assert [(one["left_out"], one["trained_on"], one["n"], one["positives"]) for one in out] == [
        ("a", ["b", "c"], 60, 30),
        ("b", ["a", "c"], 60, 30),
        ("b_mapped", ["a", "c"], 20, 10),
        ("c", ["a", "b"], 60, 30),
    ]
    for one in out:
        value = {name: triple[0] for name, triple in one["metrics"].items()}
        assert value["auroc"] == 1.0
        assert value["benign_findings"] <= 0.3
        assert all(len(triple) == 3 for triple in one["metrics"].values())
    assert out == transfer.leave_one_out(sources, judged, benign, 0.01)


def test_a_source_that_says_the_opposite_is_shown_as_such() -> None:
    turned = [r.__class__(r.item, not r.positive) for r in toy.rows(40, 4)]
    sources = {"a": toy.rows(60, 1), "b": toy.rows(60, 2), "turned": turned}
    out = transfer.leave_one_out(sources, {"turned": turned}, toy.rows(4), 0.01)
    assert [one["left_out"] for one in out] == ["turned"]
    assert out[0]["metrics"]["auroc"][0] == 0.0


def test_examples_are_read_with_their_labels(tmp_path: Path) -> None:
    path = toy.jsonl(
        tmp_path / "a.jsonl",
        [{"text": "坏", "label": 1}, {"text": "好", "label": 0}, {"text": "真", "label": "1"}],
    )
    assert transfer.read_examples(path) == [
        Example("坏", True),
        Example("好", False),
        Example("真", True),
    ]
    assert not any(e.positive for e in transfer.read_examples(path, needs_label=False))


@pytest.mark.parametrize("wrong", ["{", "", "[]", '{"text": "x"}', '{"label": 1}', "3"])
def test_a_wrong_example_is_told_with_its_line(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "x", "label": 1}\n' + wrong + "\n", "utf-8")
    with pytest.raises(UsageError) as caught:
        transfer.read_examples(path)
    assert caught.value.what.startswith(f"{path}:2: ")
    assert '"label"' in caught.value.hint
