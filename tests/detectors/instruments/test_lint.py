from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.detectors.instruments.packs import pack

from qingjian.core.clock import Clock
from qingjian.detectors.instruments.lexicon import Lexicon
from qingjian.detectors.instruments.lint import MOST_BENIGN, MOST_DAYS, Shared, Slot, Stands, lint
from qingjian.detectors.instruments.match import MOST_HITS
from qingjian.detectors.instruments.pack import Counter, Rule, Term, load_pack

SELLS = Rule("sells", ("tool", "trade"), 20, "{tool} {trade}")


def on(day: str) -> Clock:
    at = datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()
    return lambda: at


def test_slots_are_counted_by_form() -> None:
    care = lint(
        pack(
            [
                Term("换脸", "tool", ("gap", "split")),
                Term("ai", "tool", ("gap",)),
                Term("脱", "tool", ("gap", "pinyin")),
                Term("a price", "trade", expression=r"\d+元"),
                Term("加v", "trade"),
                Term("警方", "against.news"),
            ],
            [SELLS, Rule("alone", ("tool", "tool"), 5, "{tool}")],
            [Counter("news", "news", 0)],
        )
    )
    assert care.slots == (
        Slot("tool", 3, {"gap": 2, "pinyin": 1, "plain": 3, "split": 3}, True),
        Slot("trade", 2, {"plain": 1, "re": 1}, False),
        Slot("against.news", 1, {"plain": 1}, False),
    )
    assert care.spellings == 9
    assert (care.id, care.author, care.version) == ("text.trial", "tests", "2026-11-22")


@pytest.mark.parametrize(
    ("day", "age_days", "problems"),
    [
        ("2026-11-22", 0, ()),
        ("2027-11-22", MOST_DAYS, ()),
        ("2027-11-23", MOST_DAYS + 1, ("reviewed 366 days ago, 365 at most",)),
        ("2026-11-20", -2, ("reviewed 2 days ahead of today",)),
    ],
)
def test_a_pack_is_read_again_within_a_year(
    day: str, age_days: int, problems: tuple[str, ...]
) -> None:
    care = lint(pack([Term("换脸", "tool")]), clock=on(day))
    assert (care.age_days, care.problems) == (age_days, problems)
    assert care.reviewed == "2026-11-22"


def test_a_spelling_of_several_meanings_is_shown() -> None:
    care = lint(
        pack(
            [
                Term("换脸", "tool"),
                Term("換臉", "service"),
                Term("声音", "tool"),
                Term("声音", "tool"),
                Term("变脸", "tool", ("pinyin",)),
                Term("bianlian", "against.news"),
                Term("便脸", "tool", ("pinyin",)),
            ],
            [Rule("r", ("tool",), 20, "{tool}")],
            [Counter("news", "news", 0)],
        ),
        clock=on("2026-11-22"),
    )
    assert care.shared == (
        Shared("bianlian", ("against.news", "tool")),
        Shared("声音", ("tool", "tool")),
        Shared("换脸", ("service", "tool")),
    )
    assert care.problems == ()


def test_a_word_that_fills_every_slot_of_a_rule_is_shown() -> None:
    terms = [Term("换脸", "tool"), Term("換臉", "trade"), Term("代做", "intent")]
    three = Rule("three", ("tool", "trade", "intent"), 20, "{tool}")
    care = lint(pack(terms, [SELLS, three, Rule("one", ("tool",), 5, "{tool}")]))
    assert care.fills_alone == (("换脸", "sells"),)


def test_terms_that_stand_in_benign_texts_are_counted() -> None:
    made = pack(
        [Term("换脸", "tool"), Term("变脸", "tool"), Term("加v", "trade"), Term("去衣", "service")],
        [SELLS, Rule("offers", ("service",), 20, "{service}")],
    )
    benign = [
        *["今天天气很好"] * 996,
        "川剧变脸,变脸,換臉",
        "变脸加v",
        "一键去*衣",
        "去衣服店买件新的",
    ]
    care = lint(made, benign, on("2026-11-22"))
    assert (care.benign_texts, care.benign_found, care.not_looked_at) == (1000, 2, 0)
    assert care.benign == (
        Stands("变脸", "tool", 2, 0.002, False),
        Stands("加v", "trade", 1, 0.001, False),
        Stands("去衣", "service", 1, 0.001, True),
        Stands("换脸", "tool", 1, 0.001, False),
    )
    assert care.problems == ()


def test_a_term_that_alone_would_find_benign_texts_is_a_problem() -> None:
    made = pack([Term("去衣", "service")])
    benign = ["天气"] * 998 + ["去衣服店"] * 2
    (problem,) = lint(made, benign, on("2026-11-22")).problems
    assert problem == "去衣 of slot service stands in 0.20% of benign texts, 0.1% at most"
    assert lint(made, benign[:-1], on("2026-11-22")).problems != ()
    assert lint(made, benign[:-1] + ["天气"], on("2026-11-22")).problems == ()
    assert MOST_BENIGN == 0.001


def test_what_speaks_against_a_benign_finding_counts() -> None:
    made = pack(
        [Term("去衣", "service"), Term("警方", "against.news")],
        counters=[Counter("news", "news", 0)],
    )
    care = lint(made, ["警方说去衣软件"], on("2026-11-22"))
    assert care.benign_found == 0
    assert {s.slot for s in care.benign} == {"service", "against.news"}


def test_a_text_that_is_too_much_is_not_looked_at() -> None:
    care = lint(pack([Term("去", "s")]), ["去" * (MOST_HITS + 1), "去", "来"], on("2026-11-22"))
    assert (care.benign_texts, care.not_looked_at) == (2, 1)
    assert care.benign[0].share == 0.5


def test_examples_that_do_not_hold_are_problems() -> None:
    made = pack(
        [Term("换脸", "tool"), Term("加v", "trade")],
        [SELLS],
        examples={"hits": ("换脸加v", "换脸"), "misses": ("加v", "加v换脸")},
    )
    assert lint(made, clock=on("2026-11-22")).problems == (
        "example is not found: 换脸",
        "example is found: 加v换脸",
    )


@given(st.lists(st.text(st.sampled_from("换脸加微的"), max_size=8), max_size=20))
def test_shares_are_of_the_texts_looked_at(benign: list[str]) -> None:
    care = lint(pack([Term("换脸", "tool"), Term("加微", "trade")], [SELLS]), benign)
    assert care.benign_texts == len(benign)
    for one in care.benign:
        assert one.texts == sum(one.term in text for text in benign)
        assert one.share == one.texts / len(benign)


def shipped() -> list[str]:
    room = files("qingjian.detectors.text")
    packs = (f for f in room.iterdir() if f.name.endswith(".toml"))
    return sorted(f.name for f in packs if "[slots" in f.read_text("utf-8"))


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_pack_is_in_care(name: str) -> None:
    made = load_pack("qingjian.detectors.text", name)
    care = lint(made, clock=on(made.reviewed))
    assert care.problems == ()
    assert care.spellings == len(Lexicon(made).patterns)
    assert sum(slot.terms for slot in care.slots) == len(made.terms)
