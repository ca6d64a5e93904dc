from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from threading import Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from tests.archive.claims import CLAIM, EVENT, SOURCE, made

from qingjian.archive.entry import Entry
from qingjian.archive.incidents import LOT, Incidents
from qingjian.archive.records import Records
from qingjian.archive.watched import Post, Verdict, post
from qingjian.core.errors import NotFound, UsageError
from qingjian.store.tables.incident import ENTRY

DAY = 86_400.0
ABOUT = "云岭 青石隧道 塌方"


class Hands:
    """A clock that is set by hand; it begins on 2026-07-18."""

    at = 1_784_332_800.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def engine(store: Engine) -> Engine:
    return store


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def incidents(engine: Engine, clock: Hands) -> Incidents:
    return Incidents(engine, clock)


@pytest.fixture
def records(engine: Engine, clock: Hands) -> Records:
    return Records(engine, clock)


def put(records: Records, *entries: Entry) -> list[str]:
    list(records.enter(entries, "li", "b"))
    return [e.id for e in entries]


def watched(incidents: Incidents, id: str, posts: Iterable[Post]) -> Counter[str]:
    return sum(incidents.watch(id, posts, "li"), Counter())


def log(engine: Engine) -> list[tuple[str, str, str]]:
    with engine.connect() as db:
        return [(r.what, r.who, r.of) for r in db.execute(sa.select(ENTRY).order_by(ENTRY.c.seq))]


def test_a_room_is_opened_under_a_short_id_of_its_name_and_time(
    incidents: Incidents, clock: Hands
) -> None:
    first = incidents.open(" 青石隧道塌方 ", ABOUT, "li")
    assert first.startswith("20260718-")
    assert len(first) == 15
    again = incidents.open("青石隧道塌方", ABOUT, "li", days=3)
    assert again != first, "the same name at the same time is another room"
    assert [i.id for i in incidents.listed()] == [first, again]
    one = incidents.show(first)
    assert (one.name, one.about, one.days, one.opened_by) == ("青石隧道塌方", ABOUT, 14, "li")
    assert (one.opened_at, one.last_at, one.closed_at) == (clock.at, clock.at, None)


@pytest.mark.parametrize(
    ("name", "about", "who", "days", "said"),
    [
        ("", ABOUT, "li", 14, "a name has"),
        ("n" * 201, ABOUT, "li", 14, "a name has"),
        ("n", "", "li", 14, "nothing tells"),
        ("n", "的了", "li", 14, "nothing tells"),
        ("n", "塌方" * 60, "li", 14, "nothing tells"),
        ("n", ABOUT, " ", 14, "nobody"),
        ("n", ABOUT, "li", 0, "days"),
        ("n", ABOUT, "li", 366, "days"),
    ],
)
def test_what_is_no_room_is_refused(
    incidents: Incidents, name: str, about: str, who: str, days: int, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        incidents.open(name, about, who, days)
    assert incidents.listed() == []


def test_only_records_in_use_are_pinned_and_all_or_none(
    incidents: Incidents, records: Records
) -> None:
    id = incidents.open("n", ABOUT, "li")
    source, claim, gone, old = put(
        records,
        made(SOURCE),
        made(CLAIM),
        made(SOURCE, text="已撤回的通报。"),
        made(SOURCE, text="已过期的通报。", expires_at="2026-07-17"),
    )
    records.retract([gone], "wang", "withdrawn")
    for bad in (claim, gone, old):
        with pytest.raises(UsageError, match=f"{bad} is not in use"):
            incidents.pin(id, [source, bad], "li")
    with pytest.raises(NotFound, match="no record nothing"):
        incidents.pin(id, [source, "nothing"], "li")
    assert incidents.bulletins(id) == []
    records.approve([claim], "wang")
    assert incidents.pin(id, [source, claim, source], "li") == [source, claim]
    assert incidents.pin(id, [claim, source], "li") == [], "once is enough"
    [event] = put(records, made(EVENT))
    assert incidents.pin(id, [event], "li") == [event], "an older report shows an old event"
    assert [b.held.id for b in incidents.bulletins(id)] == [source, claim, event]
    assert incidents.show(id).bulletins == 3
    assert [k.id for k in incidents.basis(id).known] == [source, claim, event]


def test_a_bulletin_that_goes_out_of_use_stays_and_is_no_longer_used(
    incidents: Incidents, records: Records, clock: Hands
) -> None:
    id = incidents.open("n", ABOUT, "li")
    one, two = put(
        records, made(SOURCE), made(SOURCE, text="次日失效的通报。", expires_at="2026-07-18")
    )
    incidents.pin(id, [one, two], "li")
    before = incidents.basis(id)
    records.retract([one], "wang", "withdrawn")
    after = incidents.basis(id)
    assert [k.id for k in after.known] == [two]
    assert after.fingerprint != before.fingerprint
    assert after.pinned == before.pinned
    clock.at += DAY
    assert incidents.basis(id).known == ()
    assert [(b.held.id, b.used) for b in incidents.bulletins(id)] == [(one, False), (two, False)]


def test_posts_that_match_are_kept_once_by_their_words(incidents: Incidents) -> None:
    id = incidents.open("n", ABOUT, "li")
    posts = [
        post("青石隧道塌方了", "p1", 5.0),
        post("青石隧道塌方了 ", "p2", 6.0),
        post("今天天气不错", "p3"),
        post("云岭那边塌方啦", "p4"),
    ]
    assert watched(incidents, id, posts) == Counter(kept=2, known=1, other=1)
    assert watched(incidents, id, posts) == Counter(kept=0, known=3, other=1)
    assert [(w.post.id, w.post.at, w.verdict) for w in incidents.posts(id)] == [
        ("p2", 6.0, None),
        ("p4", None, None),
    ]
    assert incidents.show(id).posts == 2


def test_two_who_watch_the_same_at_once_keep_each_post_once(
    incidents: Incidents, engine: Engine
) -> None:
    id = incidents.open("n", ABOUT, "li")
    posts = [post(f"青石隧道塌方现场消息之{n}") for n in range(2 * LOT)]
    told: list[Counter[str]] = []
    both = [Thread(target=lambda: told.append(watched(incidents, id, posts))) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sum(told, Counter()) == Counter(kept=len(posts), known=len(posts))
    kept = [of for what, _, of in log(engine) if what == "post"]
    assert sorted(kept) == sorted(p.hash for p in posts)


def test_another_spelling_matches_where_one_is_given(engine: Engine) -> None:
    one = Incidents(engine, spelling=lambda text: text.replace("雲嶺", "云岭"))
    id = one.open("n", "云岭 塌方", "li")
    assert watched(one, id, [post("雲嶺塌方了")])["kept"] == 1
    assert one.posts(id)[0].post.text == "雲嶺塌方了", "what was written is kept"


def test_posts_come_in_lots(incidents: Incidents) -> None:
    id = incidents.open("n", ABOUT, "li")
    many = (post(f"青石隧道塌方，第{n}次听说") for n in range(LOT + 5))
    assert [dict(t) for t in incidents.watch(id, many, "li")] == [
        {"other": 0, "kept": LOT, "known": 0},
        {"other": 0, "kept": 5, "known": 0},
    ]
    lot = incidents.posts(id)
    assert len(lot) == LOT
    assert len(incidents.posts(id, lot[-1].seq)) == 5
    assert incidents.posts(id, incidents.posts(id, lot[-1].seq)[-1].seq) == []


def test_only_verdicts_that_changed_are_written_and_all_are_kept(incidents: Incidents) -> None:
    id = incidents.open("n", ABOUT, "li")
    watched(incidents, id, [post("青石隧道塌方了")])
    [(_, one, _)] = incidents.posts(id)
    basis = incidents.basis(id)
    none, other = Verdict("no_authoritative_source"), Verdict("contradicted")
    assert incidents.checked(id, {one.hash: none}, basis, "li") == {one.hash: None}
    assert incidents.checked(id, {one.hash: none}, basis, "li") == {}
    assert incidents.checked(id, {one.hash: other}, basis, "li") == {one.hash: none}
    assert incidents.posts(id)[0].verdict == other
    told = [v["row"]["verdict"] for v in incidents.history(id, one.hash)]
    assert told == ["no_authoritative_source", "contradicted"]


def test_verdicts_on_older_bulletins_are_not_written(
    incidents: Incidents, records: Records
) -> None:
    id = incidents.open("n", ABOUT, "li")
    watched(incidents, id, [post("青石隧道塌方了")])
    [(_, one, _)] = incidents.posts(id)
    basis = incidents.basis(id)
    incidents.pin(id, put(records, made(SOURCE)), "wang")
    assert incidents.checked(id, {one.hash: Verdict("disputed")}, basis, "li") is None
    assert incidents.posts(id)[0].verdict is None


def test_it_knows_which_posts_were_checked_against_what_is_pinned(
    incidents: Incidents, records: Records
) -> None:
    id = incidents.open("n", ABOUT, "li")
    basis = incidents.basis(id)
    assert incidents.unchecked(id, basis) == 0
    incidents.covered(id, basis, 7, "li")
    assert incidents.unchecked(id, basis) == 7
    incidents.pin(id, put(records, made(SOURCE)), "li")
    assert incidents.unchecked(id, incidents.basis(id)) == 0


def test_it_closes_itself_and_writes_so_with_the_next_write(
    incidents: Incidents, engine: Engine, clock: Hands
) -> None:
    id = incidents.open("n", ABOUT, "li", days=2)
    opened = clock.at
    clock.at = opened + DAY
    watched(incidents, id, [post("青石隧道塌方了")])
    clock.at = opened + 3 * DAY - 1
    assert incidents.show(id).closed_at is None, "the post was the last that came"
    clock.at = opened + 5 * DAY
    one = incidents.show(id)
    assert (one.closed_at, one.closed_by) == (opened + 3 * DAY, "itself")
    assert "closed" not in [what for what, _, _ in log(engine)], "reading writes nothing"
    for _ in range(2):
        with pytest.raises(UsageError, match=f"{id} is closed"):
            watched(incidents, id, [post("青石隧道又塌方了")])
    assert [(what, who) for what, who, _ in log(engine)].count(("closed", "itself")) == 1
    assert incidents.show(id) == one
    assert incidents.show(id).posts == 1


def test_a_closed_room_refuses_every_write_and_opening_again_is_a_new_one(
    incidents: Incidents, records: Records, engine: Engine, clock: Hands
) -> None:
    id = incidents.open("n", ABOUT, "li")
    basis = incidents.basis(id)
    incidents.close(id, "wang")
    assert (incidents.show(id).closed_at, incidents.show(id).closed_by) == (clock.at, "wang")
    [source] = put(records, made(SOURCE))
    before = log(engine)
    for write in (
        lambda: incidents.pin(id, [source], "li"),
        lambda: watched(incidents, id, [post("青石隧道塌方")]),
        lambda: incidents.checked(id, {}, basis, "li"),
        lambda: incidents.covered(id, basis, 1, "li"),
        lambda: incidents.close(id, "li"),
    ):
        with pytest.raises(UsageError, match="is closed"):
            write()
    assert log(engine) == before
    assert incidents.open("n", ABOUT, "li") != id


def test_an_unknown_room_is_told(incidents: Incidents) -> None:
    for ask in (
        lambda: incidents.show("nothing"),
        lambda: incidents.basis("nothing"),
        lambda: incidents.pin("nothing", [], "li"),
        lambda: watched(incidents, "nothing", []),
        lambda: incidents.close("nothing", "li"),
    ):
        with pytest.raises(NotFound, match="no incident nothing"):
            ask()
