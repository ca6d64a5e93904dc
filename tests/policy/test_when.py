from __future__ import annotations

from itertools import product
from typing import Any

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy.expressions import KNOWN, fit, soup, wild

from qingjian.policy.when import DEEPEST, FACTS, LONGEST, monotone, problems, read

REFUSED_ANYWHERE = [
    "text.scam.hit ? false : true",
    "item.declared ? text.scam.hit : !text.scam.hit",
    "(text.scam.hit) ? false : true",
    "[text.scam.hit].all(x, !x)",
    "[1].all(x, text.scam.count < x)",
    "[1].exists(x, text.scam.count < x)",
    "[1].exists_one(x, text.scam.count > 0)",
    "[1].map(x, text.scam.hit) == [false]",
    "[text.scam.hit].filter(x, x) == []",
    "size([1].filter(x, text.scam.hit)) == 0",
    "size(text) > 1",
    "text.size() > 1",
    "has(text.scam.hit)",
    "has(text.scam)",
    "!has(text.scam.hit)",
    "1 - text.scam.count > 0",
    "text.scam.count - 2 * text.scam.count >= 0",
    "-text.scam.count > -1",
    "0 - text.scam.score >= 0",
    "text.scam.count * -1 > -1",
    "text.scam.count % 2 > 0",
    "1 / text.scam.count > 0",
    "text.scam.count + 1 > 1",
    "text.scam.count > 0 == false",
    "text.scam.count > 0 != true",
    "false == text.scam.count > 0",
    "(text.scam.count > 0) == false",
    "false == (text.scam.count > 0)",
    "(text.scam.hit) != true",
    "text.scam.hit == false",
    "false == text.scam.hit",
    "text.scam.hit == item.declared",
    "item.declared == text.scam.hit",
    "item.declared == (text.scam.hit || text.dose.hit)",
    "text.scam.hit in [false]",
    "text.scam.hit in []",
    "text.scam.count in [0]",
    "!(text.scam.count in [0])",
    "item.role == item.channel",
    "item.role == text.scam.hit",
    "item.role < 'a'",
    "1 == item.role",
    "0 < item.role",
    "text.scam.count > 'a'",
    "'a' == text.scam.count",
    "count > 0",
    "text.count > 0",
    "0 in [text.scam.count]",
    "item.role in [text.scam.hit]",
    "text.dose.count > text.scam.count",
    "text.scam.count < text.dose.count",
    "text['scam'].hit == false",
    "text['scam']['hit'] ? false : true",
    "{'a': text.scam.hit}.a == false",
    "{text.scam.hit: 'a'}[false] == 'a'",
    "string(text.scam.hit) == 'false'",
    "int(text.scam.hit) < 1",
    "bool('true') != text.scam.hit",
    "text.scam.hit.string() == 'false'",
    "item.role.matches('a') == text.scam.hit",
    "dyn(text.scam.hit) == false",
    "type(text.scam.count) == int",
    "text . scam . hit == false",
    "text.\nscam.hit == false",
    ".text.scam.hit == false",
    "text.?scam.?hit.orValue(false) == false",
    "text.scam.hit // == false",
    "text.scam.hit // ||\n== false",
    "text.`scam`.hit == false",
    "item.kind == '''text''' == text.scam.hit",
    "item.kind == r'text' != text.scam.hit",
    "item.role == 'a' 'b'",
    "item.role == '\\'' || !text.scam.hit || '' == '",
    'item.role == """ || !text.scam.hit || """',
    "cel.bind(x, text.scam.hit, !x)",
    "text.scam.count > 1u",
    "text.scam.count > 0x1",
    "text.scam.count > 1e3",
    "text.scam.count > .5",
    "text.scam.count >\u00a00",
    "text.scam.hit \uff06\uff06 true",
    "text.scam.hit; true",
    "text.scam.count",
    "text.scam.hit > 0",
    "text.scam.severity > 'low'",
    "text.scam.hit &&",
    "&& text.scam.hit",
    "(text.scam.hit",
    "text.scam.hit)",
    "()",
    "text.scam",
    "text.scam.hit.hit",
    "scam.hit",
    "item",
    "item.role",
    "item.name == 'a'",
    "item.role.hit",
    "item.a.hit",
    "item.a.count > 0",
    "item.role > 'a'",
    "item.role == 1",
    "item.declared == 'yes'",
    "item.declared == true",
    "!item.role == 'user'",
    "!text.scam.count > 0",
    "!0 < text.scam.count",
    "!'user' == item.role",
    "!!item.kind in ['text']",
    "!0",
    "item.channel in []",
    "item.channel in ['a',]",
    "item.channel in 'a'",
    "item.channel in ['a' 'b']",
    "item.channel in ['a'",
    "0 < text.scam.hit",
    "0 < text.scam",
    "item.channel in [1]",
    "'a' == 'a'",
    "1 < 2",
    "null",
    "in",
    "'text'",
    "",
    " \t\n",
]
SOFTENS = [
    "!text.scam.hit",
    "! text.scam.hit",
    "!!text.scam.hit",
    "!(text.scam.hit)",
    "!((text.scam.hit))",
    "!(item.declared || text.scam.hit)",
    "!(item.declared && !(text.scam.count > 0))",
    "item.declared && !text.scam.hit",
    "text.dose.hit || (item.declared && !(text.scam.hit || false))",
    "text.scam.count == 0",
    "text.scam.count != 1",
    "text.scam.count < 1",
    "text.scam.count <= 1",
    "text.scam.severity <= 2",
    "text.scam.score < 0.5",
    "0 == text.scam.count",
    "1 != text.scam.count",
    "1 > text.scam.count",
    "1 >= text.scam.unopposed",
    "text.dose.hit && 0.5 > text.scam.score",
    "(text.scam.count < 1)",
]
NEVER_SOFTENS = [
    "text.scam.hit",
    "(text.scam.hit)",
    "text.scam.hit && text.dose.hit || image.copy.score >= 0.9",
    "text.scam.count > 0 && (item.role == 'user' || item.role == 'author')",
    "3 <= text.scam.unopposed || 0.5 < text.scam.score",
    "!item.declared && text.scam.hit",
    "!(item.declared || item.role == 'assistant') && text.scam.hit",
    "item.role != 'assistant' && text.scam.hit",
    "item.kind in ['text', \"document\"] && text.scam.severity >= 3",
    "item.channel == '群聊' && text.scam.hit",
    "text.scam.hit\n  || text.dose.hit\n",
    "true",
]


@pytest.mark.parametrize("expression", REFUSED_ANYWHERE)
def test_what_is_not_in_the_grammar_is_a_fault_even_of_an_exempt_rule(expression: str) -> None:
    assert problems(read(expression), KNOWN)
    assert monotone(expression)


@pytest.mark.parametrize("expression", SOFTENS)
def test_what_more_findings_make_false_is_told_with_its_column(expression: str) -> None:
    assert problems(read(expression), KNOWN) == []
    told = monotone(expression)
    assert told
    assert all(t.startswith("column ") for t in told)


@pytest.mark.parametrize("expression", NEVER_SOFTENS)
def test_what_only_grows_is_let_through(expression: str) -> None:
    assert problems(read(expression), KNOWN) == []
    assert monotone(expression) == []


@pytest.mark.parametrize(
    ("expression", "column"),
    [
        ("item.declared && !text.scam.hit", 18),
        ("text.dose.hit || text.scam.count < 1", 18),
        ("true &&\n1 > text.scam.count", 13),
        ("text.scam.hit ? false : true", 15),
        ("text.none.hit", 1),
        ("true || text.none.count > 1", 9),
        ("true || text.dose.score > 0.1", 9),
        ("text.scam.severity > 4", 22),
        ("item.role == 'usr'", 14),
        ("text.scam.hit && (true", 23),
    ],
)
def test_the_column_is_that_of_the_fault(expression: str, column: int) -> None:
    said = read(expression)
    told = [*problems(said, KNOWN), *said.softens]
    assert [t.split(":")[0] for t in told] == [f"column {column}"]


@pytest.mark.parametrize(
    ("expression", "wrong"),
    [
        ("text.none.hit", "no detector 'text.none'"),
        ("text.dose.score > 0.1", "text.dose states facts and has no score"),
        ("text.scam.score >= 85", "score is never above 1"),
        ("85 <= text.scam.score", "score is never above 1"),
        ("text.scam.severity > 3.5", "severity is never above 3"),
        ("item.kind == 'txt'", "item.kind is one of text, document"),
        ("item.role in ['user', 'bot']", "item.role is one of user, assistant, author"),
        ("text.scam.shit", "cannot stand here"),
        ("text.scam.sum > 1", "count, unopposed, severity, score"),
        ("item.roll == 'user'", "item.kind, item.role, item.channel, item.audience, item.declared"),
        ("text.scam.hit ! true", "'!' cannot stand here; wanted `&&`, `||` or the end"),
        ("text.scam.hit # x", "'#' is not part of the language"),
    ],
)
def test_a_fault_says_what_is_wrong_and_what_would_be_right(expression: str, wrong: str) -> None:
    assert any(wrong in p for p in problems(read(expression), KNOWN))


def test_every_unknown_detector_is_told_at_once() -> None:
    told = problems(read("text.none.hit || text.nix.hit && text.scam.hit"), KNOWN)
    assert [t.split("no detector ")[1] for t in told] == ["'text.none'", "'text.nix'"]


def test_the_empty_role_is_nobodys() -> None:
    assert problems(read("item.role == ''"), KNOWN) == []
    assert problems(read("item.kind == ''"), KNOWN) != []


@pytest.mark.parametrize("opening", ["(", "!", "!("])
def test_depth_is_bounded_before_cel_sees_it(opening: str) -> None:
    def nested(times: int) -> str:
        return opening * times + "item.declared" + ")" * (opening.count("(") * times)

    most = DEEPEST // len(opening)
    assert read(nested(most)).faults == ()
    assert cel.compile(nested(most)) is not None
    assert "deeper than" in read(nested(most + 1)).faults[0]
    assert "deeper than" in read(nested(LONGEST // 30)).faults[0]


def test_length_is_bounded() -> None:
    fits = "item.declared".ljust(LONGEST)
    assert read(fits).faults == ()
    assert read(fits + " ").faults == (f"column {LONGEST + 1}: longer than {LONGEST} characters",)


def test_facts_and_detectors_are_those_named() -> None:
    said = read("text.scam.hit && (image.copy.score > 0.5 || text.scam.count > 1) || item.declared")
    assert [(f.detector, f.name) for f in said.facts] == [
        ("text.scam", "hit"),
        ("image.copy", "score"),
        ("text.scam", "count"),
    ]
    assert said.detectors == ("text.scam", "image.copy")
    assert {f.name for f in said.facts} <= set(FACTS)


@pytest.mark.parametrize(
    ("expression", "idle"),
    [
        ("text.scam.hit", False),
        ("text.scam.count > 0", False),
        ("text.scam.count >= 1", False),
        ("0 < text.scam.count", False),
        ("text.scam.hit && item.declared", False),
        ("item.declared && (text.scam.hit || text.dose.hit)", False),
        ("text.scam.hit || item.declared", True),
        ("text.scam.count >= 0", True),
        ("0 <= text.scam.count", True),
        ("text.scam.count >= 0.0", True),
        ("!text.scam.hit", True),
        ("text.scam.count < 1", True),
        ("item.declared", True),
        ("true", True),
    ],
)
def test_idle_is_what_may_hold_while_detectors_say_nothing(expression: str, idle: bool) -> None:
    assert read(expression).idle is idle


def _worlds() -> list[dict[str, Any]]:
    """Give contexts over a small grid; each detector says nothing, something opposed, or a hit."""
    levels = (
        {"hit": False, "count": 0, "unopposed": 0, "severity": 0},
        {"hit": False, "count": 1, "unopposed": 0, "severity": 0},
        {"hit": True, "count": 2, "unopposed": 1, "severity": 1},
        {"hit": True, "count": 4, "unopposed": 3, "severity": 3},
    )
    scores = (0.0, 0.5, 0.5, 1.0)
    worlds = []
    for chosen in product(range(4), repeat=len(KNOWN)):
        world: dict[str, Any] = {"": chosen}
        for (id, scoring), level in zip(KNOWN.items(), chosen, strict=True):
            family, _, name = id.partition(".")
            facts: dict[str, Any] = dict(levels[level])
            if scoring:
                facts["score"] = scores[level]
            world.setdefault(family, {})[name] = facts
        worlds.append(world)
    return worlds


WORLDS = _worlds()
ITEMS = [
    {"kind": "text", "role": "user", "channel": "群聊", "audience": "minors", "declared": True},
    {"kind": "document", "role": "", "channel": "", "audience": "", "declared": False},
]


def _softens(program: Any, item: dict[str, Any]) -> bool:
    """Try every step up of one detector, with CEL itself."""
    holds: dict[tuple[int, ...], bool] = {}
    for world in WORLDS:
        context = {k: v for k, v in world.items() if k}
        value = program.execute(cel.Context({**context, "item": item}))
        assert isinstance(value, bool)
        holds[world[""]] = value
    return any(
        value and not holds[(*at[:i], at[i] + 1, *at[i + 1 :])]
        for at, value in holds.items()
        for i in range(len(at))
        if at[i] < 3
    )


@settings(max_examples=100)
@given(st.one_of(fit, wild, soup))
def test_what_is_let_through_compiles_gives_a_truth_value_and_never_softens(text: str) -> None:
    said = read(text)
    if problems(said, KNOWN):
        return
    program = cel.compile(text)
    softens = any(_softens(program, item) for item in ITEMS)
    assert not (softens and not said.softens)


@given(fit)
def test_everything_built_from_growing_parts_is_let_through(text: str) -> None:
    assert problems(read(text), KNOWN) == []
    assert monotone(text) == []


@given(st.text(max_size=40))
def test_any_text_is_answered(text: str) -> None:
    said = read(text)
    assert isinstance(said.faults, tuple)
    if not said.faults:
        assert cel.compile(text) is not None


@given(st.one_of(fit, wild))
def test_space_between_words_changes_nothing(text: str) -> None:
    said, spread = read(text), read(f"  {text}\n")
    assert bool(said.faults) == bool(spread.faults)
    assert (said.idle, said.detectors) == (spread.idle, spread.detectors)


def test_the_check_on_cel_itself_sees_a_negation() -> None:
    assert _softens(cel.compile("!text.scam.hit || text.dose.hit"), ITEMS[0])
    assert not _softens(cel.compile("text.scam.hit"), ITEMS[0])
