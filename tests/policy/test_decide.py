from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy.expressions import KNOWN, abouts, findings, fit, found, ids, seen, wild

from qingjian.core.actions import LADDERS, ladder
from qingjian.core.types import About, Finding, Scanned
from qingjian.policy.decide import decide
from qingjian.policy.facts import named, of_run
from qingjian.policy.load import parse
from qingjian.policy.rules import Pack

HEAD = 'name = "own"\nversion = "7"\nauthor = "me"\n'


def pack_of(
    surface: str, rules: list[tuple[str, str]], alone: tuple[str, ...] = (), exempt: bool = False
) -> tuple[Pack | None, list[str]]:
    """Give the pack of (when, do) pairs, named r0, r1, …, and its faults."""
    lines = [HEAD, f'surface = "{surface}"', f"without_person = {list(alone)}"]
    for number, (when, do) in enumerate(rules):
        lines += ["[[rule]]", f'id = "r{number}"', f"when = '''{when}'''", f'do = "{do}"']
        lines += ['row = "house_rule"', 'because = "so"', f"exempt = {str(exempt).lower()}"]
    return parse("\n".join(lines), "own.toml", KNOWN)


def fit_pack(*rules: tuple[str, str], alone: tuple[str, ...] = (), exempt: bool = False) -> Pack:
    pack, faults = pack_of("content", list(rules), alone, exempt)
    assert pack is not None
    assert faults == []
    return pack


@st.composite
def random_rules(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]], tuple[str, ...]]:
    surface = draw(st.sampled_from(list(LADDERS)))
    steps = st.sampled_from(LADDERS[surface])
    expression = st.one_of(fit, fit, wild).filter(lambda text: "'''" not in text)
    rules = draw(st.lists(st.tuples(expression, steps), min_size=1, max_size=5))
    alone = draw(st.sets(steps))
    return surface, rules, tuple(alone)


@st.composite
def random_scores(draw: st.DrawFn) -> tuple[dict[str, float], dict[str, float]]:
    """Give scores, and scores nowhere lower."""
    low = {
        id: draw(st.sampled_from([0.0, 0.2, 0.5, 1.0])) for id, scores in KNOWN.items() if scores
    }
    return low, {id: max(s, draw(st.sampled_from([0.0, 0.5, 1.0]))) for id, s in low.items()}


@settings(max_examples=200)
@given(random_rules(), findings, findings, random_scores(), ids, abouts)
def test_more_findings_never_soften_a_decision(
    made: tuple[str, list[tuple[str, str]], tuple[str, ...]],
    some: list[Finding],
    further: list[Finding],
    scores: tuple[dict[str, float], dict[str, float]],
    ran: frozenset[str],
    about: About,
) -> None:
    surface, rules, alone = made
    usable = [r for r in rules if not pack_of(surface, [r])[1]]
    pack, faults = pack_of(surface, usable, alone)
    assert pack is not None
    assert faults == []
    before = decide(pack, seen(some, ran, scores[0], about), KNOWN)
    after = decide(pack, seen([*some, *further], ran, scores[1], about), KNOWN)
    order = ladder(surface)
    assert order.index(after.do) >= order.index(before.do)
    assert set(after.rules) >= set(before.rules)


def test_an_exempt_rule_may_soften_and_the_law_above_would_see_it() -> None:
    pack = fit_pack(
        ("text.scam.hit && !image.badge.hit", "hold"), ("text.scam.hit", "note"), exempt=True
    )
    assert decide(pack, seen([found("text.scam")]), KNOWN).do == "hold"
    assert decide(pack, seen([found("text.scam"), found("image.badge")]), KNOWN).do == "note"


def _asked_one_by_one(pack: Pack, scanned: Scanned) -> tuple[str, ...]:
    """Ask CEL every rule, without the index."""
    said = cel.Context(named(of_run(scanned)))
    holding = []
    for rule in pack.rules:
        try:
            value: Any = cel.compile(rule.when).execute(said)
        except (KeyError, RuntimeError, TypeError):
            continue
        if value is True:
            holding.append(rule.id)
    return tuple(holding)


@given(random_rules(), findings, random_scores(), ids, abouts, st.booleans())
def test_the_index_leaves_out_no_rule_that_holds(
    made: tuple[str, list[tuple[str, str]], tuple[str, ...]],
    some: list[Finding],
    scores: tuple[dict[str, float], dict[str, float]],
    ran: frozenset[str],
    about: About,
    exempt: bool,
) -> None:
    surface, rules, alone = made
    usable = [r for r in rules if not pack_of(surface, [r], exempt=exempt)[1]]
    pack, _ = pack_of(surface, usable, alone, exempt)
    assert pack is not None
    scanned = seen(some, ran, scores[0], about)
    decision = decide(pack, scanned, KNOWN)
    holding = _asked_one_by_one(pack, scanned)
    assert decision.rules == holding
    steps = [r.do for r in pack.rules if r.id in holding]
    order = ladder(surface)
    assert decision.do == max(steps, key=order.index, default=order[0])


@given(random_rules(), findings, random_scores(), ids, ids, st.booleans())
def test_no_step_is_automatic_unless_named_and_all_it_rests_on_is_measured(
    made: tuple[str, list[tuple[str, str]], tuple[str, ...]],
    some: list[Finding],
    scores: tuple[dict[str, float], dict[str, float]],
    ran: frozenset[str],
    measured: frozenset[str],
    exempt: bool,
) -> None:
    surface, rules, alone = made
    usable = [r for r in rules if not pack_of(surface, [r], exempt=exempt)[1]]
    pack, _ = pack_of(surface, usable, alone, exempt)
    assert pack is not None
    decision = decide(pack, seen(some, ran, scores[0]), measured)
    if decision.do == ladder(surface)[0]:
        assert not decision.needs_person
        return
    pushing = [r for r in pack.rules if r.id in decision.rules and r.do == decision.do]
    proven = any(set(r.detectors) <= measured for r in pushing)
    assert decision.needs_person is not (decision.do in alone and proven)


def test_a_step_on_an_unmeasured_detector_needs_a_person() -> None:
    pack = fit_pack(("text.scam.hit", "note"), alone=("note",))
    scanned = seen([found("text.scam")])
    assert decide(pack, scanned, set()).needs_person
    assert decide(pack, scanned, {"text.dose"}).needs_person
    assert not decide(pack, scanned, {"text.scam"}).needs_person


def test_a_step_nobody_may_take_alone_needs_a_person_however_well_measured() -> None:
    pack = fit_pack(("text.scam.hit", "hold"), alone=("note",))
    assert decide(pack, seen([found("text.scam")]), KNOWN).needs_person


def test_one_proven_rule_carries_the_step_and_a_weaker_one_does_not() -> None:
    rules = (("text.scam.hit", "label"), ("text.dose.hit", "label"), ("image.copy.hit", "note"))
    pack = fit_pack(*rules, alone=("note", "label"))
    both = seen([found("text.scam"), found("text.dose")])
    assert not decide(pack, both, {"text.dose"}).needs_person
    weaker = seen([found("text.scam"), found("image.copy")])
    assert decide(pack, weaker, {"image.copy"}).needs_person


@pytest.mark.parametrize("surface", LADDERS)
def test_nothing_found_is_the_softest_step_of_each_ladder(surface: str) -> None:
    pack, _ = pack_of(surface, [("text.scam.hit", ladder(surface)[-1])])
    assert pack is not None
    nothing = decide(pack, seen(), KNOWN)
    assert (nothing.do, nothing.rules, nothing.needs_person) == (ladder(surface)[0], (), False)
    assert nothing.policy == "own 7"
    hit = decide(pack, seen([found("text.scam")]), KNOWN)
    assert (hit.do, hit.rules) == (ladder(surface)[-1], ("r0",))


def test_the_strongest_step_wins_and_every_rule_that_asked_is_told_in_order() -> None:
    pack = fit_pack(
        ("text.scam.hit", "queue"),
        ("text.scam.count > 1", "remove"),
        ("text.scam.count > 0", "note"),
        ("text.dose.hit", "hold"),
    )
    decision = decide(pack, seen([found("text.scam")] * 2), KNOWN)
    assert (decision.do, decision.rules) == ("remove", ("r0", "r1", "r2"))


def test_an_opposed_finding_counts_but_is_no_hit() -> None:
    pack = fit_pack(
        ("text.scam.hit", "hold"),
        ("text.scam.unopposed > 0", "limit"),
        ("text.scam.count > 0", "note"),
    )
    decision = decide(pack, seen([found("text.scam", "info", "a warning")]), KNOWN)
    assert (decision.do, decision.rules) == ("note", ("r2",))


@pytest.mark.parametrize("where", ["abstained", "errors"])
def test_what_did_not_run_is_unknown_neither_true_nor_false(where: str) -> None:
    pack = fit_pack(
        ("text.dose.hit", "hold"),
        ("!text.dose.hit", "remove"),
        ("text.dose.hit || text.scam.hit", "note"),
        ("text.dose.hit && item.declared", "limit"),
        exempt=True,
    )
    missing: Mapping[str, Any] = {where: ["text.dose"]}
    decision = decide(pack, seen([found("text.scam")], ["text.scam"], **missing), KNOWN)
    assert (decision.do, decision.rules) == ("note", ("r2",))
    assert decision.unknown == ("r0", "r1")


def test_a_family_of_which_nothing_ran_is_unknown_too() -> None:
    pack = fit_pack(("image.badge.hit", "hold"), ("!image.badge.hit", "remove"), exempt=True)
    decision = decide(pack, seen([], [], abstained=["image.badge"]), KNOWN)
    assert (decision.do, decision.unknown) == ("pass", ("r0", "r1"))


def test_a_score_that_is_not_there_is_unknown() -> None:
    pack = fit_pack(("text.scam.score >= 0.5", "hold"))
    scanned = seen([found("text.scam")])
    assert decide(pack, scanned, KNOWN).unknown == ("r0",)
    scored = seen([found("text.scam")], scores={"text.scam": 0.5})
    assert decide(pack, scored, KNOWN).do == "hold"


def test_a_score_speaks_without_any_finding() -> None:
    pack = fit_pack(("text.scam.score > 0.3", "note"))
    assert decide(pack, seen(scores={"text.scam": 0.4}), KNOWN).do == "note"
    assert decide(pack, seen(scores={"text.scam": 0.3}), KNOWN).do == "pass"


def test_a_rule_on_silence_is_asked_when_exempt() -> None:
    pack = fit_pack(("!image.badge.hit && item.declared", "hold"), exempt=True)
    assert decide(pack, seen(about=About(declared=True)), KNOWN).do == "hold"
    assert (
        decide(pack, seen([found("image.badge")], about=About(declared=True)), KNOWN).do == "pass"
    )


def test_a_rule_about_the_item_alone_is_asked_of_every_item() -> None:
    pack = fit_pack(("item.role == 'assistant' && item.declared", "label"), alone=("label",))
    assert decide(pack, seen(about=About(role="assistant", declared=True)), set()).do == "label"
    assert decide(pack, seen(about=About(role="assistant")), set()).do == "pass"
