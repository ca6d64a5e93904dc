from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.desk import DAY_S
from tests.cases.kept import order

from qingjian.cases.case import Case, Task
from qingjian.cases.event import Event
from qingjian.cases.fold import apply
from qingjian.cases.order import CHANGES, MOST_ITEMS, Order, order_of, read
from qingjian.cases.queue import rank
from qingjian.cases.subject import Subject
from qingjian.core.errors import BadRow, UsageError

FILE = """
issuer = "某市网信办"
number = "〔2026〕12号"
basis = "网络安全法 第四十七条"
scope = "所列仿冒内容"
received_at = 2026-07-18T09:00:00+08:00
expires_at = 2026-08-18T09:00:00+08:00
steps = ["remove", "close"]

[[item]]
kind = "content"
id = "post-1"
owner = "user-9"

[[item]]
kind = "account"
id = "user-9"
"""


def test_an_order_is_read_with_its_times_as_they_are_meant() -> None:
    made = read(FILE)
    assert made.named == "某市网信办 〔2026〕12号（网络安全法 第四十七条）"
    assert made.received_at == 1_784_336_400.0
    assert made.due_at == made.received_at + DAY_S
    assert made.items == (Subject("content", "post-1", "user-9"), Subject("account", "user-9"))
    assert (made.steps, made.silence) == (("remove", "close"), "")
    assert order_of(made.row) == made


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('issuer = "某市网信办"', "", "lacks issuer"),
        ('number = "〔2026〕12号"', 'number = " "', "lacks number"),
        ('basis = "网络安全法 第四十七条"', "basis = 47", "lacks basis"),
        ('scope = "所列仿冒内容"', f'scope = "{"长" * 2001}"', "at most 2,000"),
        ("2026-07-18T09:00:00+08:00", "2026-07-18T09:00:00", "no time with its offset"),
        ("2026-08-18T09:00:00+08:00", '"2026-08-18"', "no time with its offset"),
        ("2026-08-18T09:00:00+08:00", "2027-08-18T09:00:00+08:00", "within 366 days"),
        ("2026-08-18T09:00:00+08:00", "2026-07-18T09:00:00+08:00", "within 366 days"),
        ("expires_at = 2026-08-18T09:00:00+08:00", "", "lacks expires_at"),
        ('steps = ["remove", "close"]', "steps = []", "asks for no step"),
        ('steps = ["remove", "close"]', 'steps = ["delist"]', "no step against content"),
        ('steps = ["remove", "close"]', 'steps = ["burn"]', "no step 'burn'"),
        ('id = "post-1"', 'id = "post-*"', "is a pattern"),
        ('id = "post-1"', 'pattern = "post"', "has kind, id"),
        ('kind = "account"', 'kind = "opinion"', "no kind of subject"),
        ('kind = "account"\nid = "user-9"', 'kind = "content"\nid = "post-1"', "twice"),
        ("steps =", 'words = "不得"\nsteps =', "no field 'words'"),
    ],
)
def test_what_an_order_lacks_or_may_not_hold_is_refused(old: str, new: str, told: str) -> None:
    assert old in FILE
    with pytest.raises(UsageError, match=told):
        read(FILE.replace(old, new))


def test_no_order_is_without_items_or_with_too_many_or_no_toml() -> None:
    for items in ([], [{"kind": "content", "id": f"p{n}"} for n in range(MOST_ITEMS + 1)]):
        with pytest.raises(UsageError, match="names each of its items"):
            order(0.0, items=items)
    with pytest.raises(BadRow, match="no TOML"):
        read("issuer = ")
    assert len(order(0.0, *(f"p{n}" for n in range(MOST_ITEMS))).items) == MOST_ITEMS


@given(st.text(max_size=300))
def test_any_text_is_an_order_or_refused_with_words(text: str) -> None:
    try:
        made = read(text)
    except (UsageError, BadRow) as error:
        assert error.what and error.hint
    else:
        assert isinstance(made, Order)


def waiting(due_at: float = 1e6) -> Case:
    return Case("c", Subject("content", "s", "o"), "2.4", 0.0, Task("review", 0.0, due_at))


def happened(case: Case, what: str, **data: Any) -> Case:
    assert what in CHANGES
    return apply(case, Event(2, "c", 1.0, "li", what, data))


def asked(case: Case, id: str, due_at: float) -> Case:
    said = {"named": "n", "steps": ["remove"], "expires_at": 9e6, "silence": ""}
    return happened(case, "ordered", order=id, due_at=due_at, **said)


times = st.floats(1.0, 2e6)


@given(own=times, first=times, second=times, ends=st.permutations(["o_1", "o_2"]))
def test_orders_bring_a_case_forward_and_when_they_are_over_it_is_as_before(
    own: float, first: float, second: float, ends: list[str]
) -> None:
    before = waiting(own)
    one = asked(before, "o_1", first)
    two = asked(one, "o_2", second)
    assert two.task is not None and two.task.due_at == min(own, first, second)
    assert rank(two) < rank(before) - 1e8
    assert rank(two) > rank(waiting()) - 1e9, "minors come first"
    left = happened(two, "order_over", order=ends[0])
    still = second if ends[0] == "o_1" else first
    assert left.task is not None and left.task.due_at == min(own, still)
    over = happened(left, "order_over", order=ends[1])
    assert over.task == before.task and rank(over) == rank(before)
    assert over.order("o_1") is None and len(over.orders) == 2


def test_an_appeal_against_an_order_waits_like_any_other() -> None:
    case = asked(waiting(), "o_1", 5.0)
    assert case.task is not None
    appealed = Case(**{**_fields(case), "task": Task("appeal", 0.0, 1e6)})
    assert rank(appealed) == rank(Case(**{**_fields(appealed), "orders": ()}))


def _fields(case: Case) -> dict[str, Any]:
    return {name: getattr(case, name) for name in case.__dataclass_fields__}
