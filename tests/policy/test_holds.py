from __future__ import annotations

from typing import Any

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy.expressions import KNOWN, abouts, findings, fit, ids, seen, wild

from qingjian.core.types import Finding, Scanned
from qingjian.policy.facts import Counted, Facts, named, of_run
from qingjian.policy.when import read

SCORED = [id for id, scores in KNOWN.items() if scores]
_SCORES = st.sampled_from([0.0, 0.2, 0.5, 1.0])
_LEAF = st.one_of(
    st.sampled_from([*(f"{id}.hit" for id in KNOWN), "true", "false", "item.declared"]),
    st.builds(
        "{} {} {}".format,
        st.sampled_from(
            [f"{id}.{name}" for id in KNOWN for name in ("count", "unopposed", "severity")]
            + [f"{id}.score" for id in SCORED]
        ),
        st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
        st.sampled_from(["0", "1", "2", "0.5", "1.0", "0.2"]),
    ).filter(lambda made: not ("score" in made and made.endswith(" 2"))),  # never above 1
    st.builds(
        "{} {} {}".format,
        st.sampled_from(["0", "1", "0.5"]),
        st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
        st.sampled_from(["text.scam.count", "image.copy.score", "text.dose.severity"]),
    ),
    st.sampled_from(
        [
            "item.role == 'user'",
            "item.role != 'user'",
            "'群聊' == item.channel",
            "'群聊' != item.channel",
            "item.channel in ['群聊', \"b\"]",
            "item.audience in ['minors']",
            "item.kind in ['text', 'image']",
        ]
    ),
)
grammar = st.recursive(
    _LEAF,
    lambda part: st.one_of(
        st.builds("({} && {})".format, part, part),
        st.builds("({} || {})".format, part, part),
        st.builds("({} && {} || {})".format, part, part, part),
        part.map("!({})".format),
    ),
    max_leaves=8,
)
"""Every shape of the grammar, whether it softens or not."""


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Give facts of any run; scores may be missing, and so may all that is known of the item."""
    ran = draw(ids)
    scores = draw(st.dictionaries(st.sampled_from(SCORED), _SCORES))
    found: list[Finding] = draw(findings)
    made = of_run(seen(found, ran, scores, draw(abouts)))
    return made._replace(item=None) if draw(st.booleans()) else made


def by_cel(expression: str, told: dict[str, Any]) -> bool | None:
    """Give CEL's answer, None where it has none."""
    try:
        value = cel.compile(expression).execute(cel.Context(told))
    except (KeyError, RuntimeError, TypeError, ValueError):
        return None
    assert isinstance(value, bool)
    return value


@settings(max_examples=500)
@given(st.one_of(grammar, grammar, fit, wild), facts())
def test_an_expression_holds_where_cel_says_so(expression: str, known: Facts) -> None:
    said = read(expression)
    if said.faults:
        return
    assert said.holds is not None
    assert said.holds(known) is by_cel(expression, named(known))


@given(grammar)
def test_every_shape_of_the_grammar_can_be_read(expression: str) -> None:
    assert read(expression).faults == ()


NOTHING: Facts = of_run(Scanned(seen().item))


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("text.dose.hit", None),
        ("!text.dose.hit", None),
        ("text.dose.hit || true", True),
        ("true || text.dose.hit", True),
        ("text.dose.hit || false", None),
        ("text.dose.hit && false", False),
        ("false && text.dose.hit", False),
        ("text.dose.hit && true", None),
        ("text.dose.count != 1", None),
        ("text.scam.score != 1", None),
    ],
)
def test_what_did_not_run_is_unknown_unless_the_rest_settles_it(
    expression: str, holds: bool | None
) -> None:
    asked = read(expression).holds
    assert asked is not None
    assert asked(NOTHING) is holds


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "==", "!="])
def test_a_score_that_is_no_number_is_compared_as_cel_does(sign: str) -> None:
    known = Facts(frozenset({"text.scam"}), {"text.scam": Counted(1, 1, 3)}, {})
    known = known._replace(scores={"text.scam": float("nan")}, item={"role": ""})
    expression = f"text.scam.score {sign} 0.5"
    asked = read(expression).holds
    assert asked is not None
    assert asked(known) is by_cel(expression, named(known))
