from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from tests.cases.desk import DAY_S, Hands, opened

from qingjian.access.accounts import Accounts
from qingjian.cases.sql import Cases
from qingjian.cases.webhooks import KEPT_S, Delivery, Webhooks
from qingjian.core.errors import Conflict, NotFound, UsageError
from qingjian.store.tables.webhook import DELIVERY

URL = "https://platform.example/desk"


@pytest.fixture
def desk(store: Engine) -> tuple[Cases, Webhooks, Hands]:
    clock = Hands()
    return Cases(store, clock=clock), Webhooks(store, clock=clock), clock


def due(hooks: Webhooks, most: int = 100) -> list[Delivery]:
    hooks.enlist()
    return [one.delivery for one in hooks.take(most, {})]


def test_only_public_web_addresses_are_taken(desk: tuple[Cases, Webhooks, Hands]) -> None:
    hooks = desk[1]
    hosts = ("127.0.0.1", "[::1]:80", "169.254.169.254", "10.0.0.1", "localhost")
    for url in ("ftp://a.example/", "https://u:p@a.example/", *(f"http://{h}/" for h in hosts)):
        with pytest.raises(UsageError):
            hooks.add(url, [], "li")
    assert hooks.listed() == []
    hooks.add("http://10.0.0.1/", [], "li", inside=True)


def test_what_it_wants_is_checked_and_who_made_it_is_logged(
    store: Engine, desk: tuple[Cases, Webhooks, Hands]
) -> None:
    hooks = desk[1]
    with pytest.raises(UsageError, match="no event"):
        hooks.add(URL, ["disposition.begun"], "li")
    with pytest.raises(UsageError, match="nobody"):
        hooks.add(URL, [], " ")
    made, secret = hooks.add(URL, ["notice.sent", "case.ruled"], "li")
    assert hooks.listed() == [made]
    assert (made.events, made.made_by) == (("case.ruled", "notice.sent"), "li")
    hooks.remove(made.id, "wu")
    entries = Accounts(store).entries()
    assert [(e.what, e.who, e.of) for e in entries] == [
        ("webhook_added", "li", made.id),
        ("webhook_removed", "wu", made.id),
    ]
    assert secret not in str(entries)
    with pytest.raises(NotFound):
        hooks.remove(made.id, "wu")


def test_an_endpoint_is_told_from_when_it_was_made_unless_asked_for_more(
    desk: tuple[Cases, Webhooks, Hands],
) -> None:
    cases, hooks, _ = desk
    first = opened(cases, "post-1")
    made, _ = hooks.add(URL, ["case.opened"], "li")
    second = opened(cases, "post-2")
    assert [one.case for one in due(hooks)] == [second.id]
    assert due(hooks) == []
    assert hooks.replay_since(1, "li", made.id) == 2
    assert [one.case for one in due(hooks)] == [first.id, second.id]


def test_tenants_do_not_see_each_other(store: Engine) -> None:
    ours, theirs = Webhooks(store, "a"), Webhooks(store, "b")
    made, _ = ours.add(URL, ["case.opened"], "li")
    opened(Cases(store, "b"), "post-1")
    assert (due(ours), due(theirs), theirs.listed()) == ([], [], [])
    with pytest.raises(NotFound):
        theirs.resume(made.id, "li")
    with pytest.raises(NotFound):
        theirs.replay_since(1, "li", made.id)


def test_no_more_than_four_are_under_way_to_one_endpoint_and_one_where_nobody_is(
    desk: tuple[Cases, Webhooks, Hands],
) -> None:
    cases, hooks, clock = desk
    made, _ = hooks.add(URL, ["case.opened"], "li")
    for n in range(9):
        opened(cases, f"post-{n}")
    hooks.enlist()
    assert len(hooks.take(16, {made.id: 1})) == 3
    (one,) = hooks.take(1, {})
    assert hooks.record(one.delivery, 0, "no answer in 10 s") == "due"
    assert hooks.take(16, {}) == []
    clock.at += 5
    assert len(hooks.take(16, {})) == 1


def test_the_longer_nobody_answers_the_longer_it_rests(
    desk: tuple[Cases, Webhooks, Hands],
) -> None:
    cases, hooks, clock = desk
    hooks.add(URL, ["case.opened"], "li")
    for n in range(9):
        opened(cases, f"post-{n}")
    for rest in (5.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0):
        (one, *_) = due(hooks)
        hooks.record(one, 0, "unreachable: OSError")
        clock.at += rest - 0.01
        assert due(hooks) == []
        clock.at += 0.01


def test_a_replay_names_what_is_there(desk: tuple[Cases, Webhooks, Hands]) -> None:
    cases, hooks, _ = desk
    made, _ = hooks.add(URL, ["case.opened"], "li")
    opened(cases)
    (one,) = due(hooks)
    for wrong in ("", "x", made.id, f"{made.id}-999", f"{made.id}-{'9' * 40}"):
        with pytest.raises(NotFound):
            hooks.replay(wrong, "li")
    assert hooks.replay(one.id, "li") == 1
    hooks.record(one, 410)
    with pytest.raises(Conflict, match="switched off"):
        hooks.replay(one.id, "li")
    with pytest.raises(NotFound):
        hooks.replay_since(1, "li")
    hooks.remove(made.id, "li")
    assert hooks.record(one, 200) == "removed"


def test_what_was_sent_is_forgotten_after_thirty_days(
    store: Engine, desk: tuple[Cases, Webhooks, Hands]
) -> None:
    cases, hooks, clock = desk
    made, _ = hooks.add(URL, ["case.opened"], "li")
    opened(cases, "post-1")
    (one,) = due(hooks)
    assert hooks.record(one, 200) == "sent"
    clock.at += KEPT_S + DAY_S
    opened(cases, "post-2")
    hooks.enlist()
    assert hooks.counts() == {(made.id, "due"): 1}
    with store.connect() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(DELIVERY)) == 1
