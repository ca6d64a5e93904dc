from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy.expressions import KNOWN, abouts, findings, found, ids, seen
from tests.policy.test_decide import fit_pack, pack_of, random_rules, random_scores

from qingjian.core.actions import ladder
from qingjian.core.errors import BadRow, NotFound, UsageError
from qingjian.core.types import About, Finding
from qingjian.flows.backtest import A_SCORE, THE_ITEM, alone, backtest
from qingjian.flows.outcome import Agreement
from qingjian.policy.decide import of_facts
from qingjian.policy.facts import Facts, Row, of_run
from qingjian.policy.rules import Pack, narrowed


@st.composite
def stored_rows(draw: st.DrawFn) -> list[Row]:
    """Give rows of several runs; what is known of items may be missing."""
    made = []
    for number in range(draw(st.integers(0, 8))):
        some: list[Finding] = draw(findings)
        facts = of_run(seen(some, draw(ids), draw(random_scores())[0], draw(abouts)))
        if draw(st.booleans()):
            facts = facts._replace(item=None)
        made.append(Row(f"i{number}", facts, 1.0))
    return made


LABELS = st.dictionaries(st.sampled_from(["i0", "i1", "i2", "x"]), st.booleans())


def usable(made: tuple[str, list[tuple[str, str]], tuple[str, ...]]) -> Pack:
    surface, rules, alone_ = made
    kept = [r for r in rules if not pack_of(surface, [r], exempt=True)[1]]
    pack, faults = pack_of(surface, kept, alone_, exempt=True)
    assert pack is not None and faults == []
    return pack


@settings(max_examples=150)
@given(
    random_rules(),
    stored_rows(),
    ids,
    st.dictionaries(st.sampled_from(["i0", "i1", "i2", "x"]), st.booleans()),
)
def test_everything_is_as_if_each_rule_were_asked_of_each_item(
    made: tuple[str, list[tuple[str, str]], tuple[str, ...]],
    rows: list[Row],
    measured: frozenset[str],
    labels: dict[str, bool],
) -> None:
    pack = usable(made)
    result = backtest(rows, pack, measured, labels=labels, examples=2)
    decisions = [of_facts(pack, row.facts, measured) for row in rows if row.facts]
    assert result.decided == len(rows)
    counted = {step: n for step, n in result.pack.steps.items() if n}
    assert counted == Counter(d.do for d in decisions)
    assert result.pack.need_person == sum(d.needs_person for d in decisions)
    for told, rule in zip(result.pack.rules, pack.rules, strict=True):
        assert rule.holds is not None
        answers = {row.id: rule.holds(row.facts) for row in rows if row.facts}
        fired = [id for id, answer in answers.items() if answer]
        assert (told.id, told.fired) == (rule.id, len(fired))
        assert told.examples == tuple(fired[:2])
        assert told.unknown == sum(answer is None for answer in answers.values())
        assert bool(told.missing) is bool(told.unknown)
        if labels:
            right = [id for id in fired if id in labels]
            agreed = (len(right), sum(labels[id] for id in right))
            assert told.agreement is not None
            assert (told.agreement.fired, told.agreement.right) == agreed
            assert told.agreement.labelled == sum(id in answers for id in labels)
    assert result.labels_unseen == sum(id not in {r.id for r in rows} for id in labels)


@given(random_rules(), random_rules(), stored_rows())
def test_what_changes_is_what_two_packs_decide_differently(
    made: tuple[str, list[tuple[str, str]], tuple[str, ...]],
    other: tuple[str, list[tuple[str, str]], tuple[str, ...]],
    rows: list[Row],
) -> None:
    pack = usable(made)
    rules = [(when, ladder(made[0])[-1]) for when, _ in other[1]]
    before = usable((made[0], rules, ()))
    result = backtest(rows, pack, KNOWN, before)
    both = [
        (of_facts(before, r.facts, KNOWN).do, of_facts(pack, r.facts, KNOWN).do)
        for r in rows
        if r.facts
    ]
    differ = Counter(pair for pair in both if pair[0] != pair[1])
    assert {(c.before, c.after): c.items for c in result.changes} == differ
    order = ladder(pack.surface).index
    assert all(c.stronger is (order(c.after) > order(c.before)) for c in result.changes)


def row(id: str, *detectors: str, ran: Any = KNOWN, took_ms: float = 1.0, **more: Any) -> Row:
    return Row(id, of_run(seen([found(d) for d in detectors], ran, **more)), took_ms)


def test_what_is_missing_is_told_with_how_often() -> None:
    pack = fit_pack(
        ("text.dose.hit", "hold"),
        ("text.scam.score >= 0.5", "queue"),
        ("text.scam.hit && item.role == 'user'", "note"),
    )
    scam = row("b", "text.scam", ran=["text.scam"])
    assert scam.facts is not None
    blind = Row("c", scam.facts._replace(item=None), 1.0)
    (dose, score, role) = backtest([row("a"), scam, blind, blind], pack, KNOWN).pack.rules
    assert (dose.unknown, dict(dose.missing)) == (3, {"text.dose": 3})
    assert (score.unknown, dict(score.missing)) == (4, {A_SCORE: 4})
    assert (role.unknown, dict(role.missing)) == (2, {THE_ITEM: 2})


@pytest.mark.parametrize("item", [{}, {"kind": "text"}])
def test_an_item_that_is_told_in_part_is_told_as_missing(item: dict[str, str | bool]) -> None:
    pack = fit_pack(("text.scam.hit && item.role == 'user'", "note"))
    scam = row("a", "text.scam").facts
    assert scam is not None
    (rule,) = backtest([Row("a", scam._replace(item=item), 1.0)], pack, KNOWN).pack.rules
    assert (rule.unknown, dict(rule.missing)) == (1, {THE_ITEM: 1})


def test_rows_that_are_none_and_items_that_were_not_read_are_counted_apart() -> None:
    pack = fit_pack(("text.scam.hit", "queue"))
    bad = [BadRow(f"f:{n}: no JSON") for n in range(50)]
    result = backtest([*bad, Row("u", None), row("a", "text.scam")], pack, KNOWN)
    assert (result.decided, result.not_read, result.bad) == (1, 1, 50)
    assert result.faults[0] == "f:0: no JSON" and len(result.faults) == 20
    assert result.pack.steps["queue"] == 1


def test_nothing_to_decide_has_no_median_and_no_share() -> None:
    result = backtest([], fit_pack(("text.scam.hit", "queue")), KNOWN, labels={"a": True})
    assert math.isnan(result.took_ms) and result.decided == 0
    assert result.pack.agreement == Agreement(0, 0, 0, 0)
    assert all(math.isnan(value) for value in result.pack.agreement.recall)


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=30))
def test_the_median_is_right_to_a_percent(times: list[float]) -> None:
    pack = fit_pack(("text.scam.hit", "queue"))
    result = backtest([row("a", took_ms=t) for t in times], pack, KNOWN)
    lower = sorted(times)[(len(times) - 1) // 2]
    assert result.took_ms == pytest.approx(lower, rel=0.01, abs=1e-4)


def test_precision_and_recall_count_an_unknown_violation_as_missed() -> None:
    pack = fit_pack(("text.scam.hit", "queue"))
    rows = [row("a", "text.scam"), row("b"), row("c", "text.scam"), row("d", ran=[])]
    labels = {"a": True, "b": False, "c": False, "d": True, "e": True}
    result = backtest(rows, pack, KNOWN, labels=labels)
    assert result.pack.agreement == result.pack.rules[0].agreement == Agreement(4, 2, 2, 1)
    assert result.pack.agreement.precision[0] == result.pack.agreement.recall[0] == 0.5
    assert result.labels_unseen == 1


def test_many_kinds_of_items_are_folded_without_loss() -> None:
    pack = fit_pack(("text.dose.hit && item.channel == 'c7'", "hold"), ("item.declared", "label"))

    def stream() -> Any:
        for n in range(5_000):
            yield row(f"i{n}", ran=["text.scam"], about=About(channel=f"c{n}", declared=n == 3))

    dose, declared = backtest(stream(), pack, KNOWN).pack.rules
    assert (dose.unknown, dict(dose.missing), dose.fired) == (1, {"text.dose": 1}, 0)
    assert (declared.fired, declared.examples) == (1, ("i3",))


def test_packs_of_other_ladders_cannot_be_compared() -> None:
    other, _ = pack_of("gateway", [("text.scam.hit", "refuse")])
    with pytest.raises(UsageError, match="content"):
        backtest([], fit_pack(("text.scam.hit", "queue")), KNOWN, other)


def test_a_pack_is_narrowed_to_named_rules_in_both() -> None:
    pack = fit_pack(("text.scam.hit", "queue"), ("text.dose.hit", "hold"), ("true", "note"))
    small = narrowed(pack, ["r2", "r1"])
    assert [r.id for r in small.rules] == ["r1", "r2"]
    assert small.by_detector == {"text.dose": (0,), "": (1,)}
    assert alone(pack, (), None) == (pack, None)
    ours, theirs = alone(small, ["r0"], pack)
    assert theirs is not None
    assert ([r.id for r in ours.rules], [r.id for r in theirs.rules]) == ([], ["r0"])
    with pytest.raises(NotFound) as caught:
        alone(pack, ["r9"], None)
    assert "r0, r1, r2" in caught.value.hint


def test_facts_of_an_item_that_is_not_told_do_not_mix_with_those_of_one_that_is() -> None:
    pack = fit_pack(("item.declared", "label"))
    known = of_run(seen(about=About(declared=True)))
    rows = [Row("a", known, 1.0), Row("b", known._replace(item=None), 1.0), Row("c", known, 1.0)]
    (rule,) = backtest(rows, pack, KNOWN).pack.rules
    assert (rule.fired, rule.unknown) == (2, 1)
    assert isinstance(known, Facts)
