from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from tests.archive.claims import CLAIM, EVENT, SOURCE, made

from qingjian.archive.entry import Entry
from qingjian.archive.incidents import LOT, Incidents
from qingjian.archive.records import Records
from qingjian.archive.watched import MOST_LETTERS, Verdict, post
from qingjian.core.errors import UsageError
from qingjian.core.registry import discover
from qingjian.core.types import Finding, Note, Scanned, Text
from qingjian.engine.run import Engine
from qingjian.flows.incident import CHECKS, Rechecked, judged, recheck
from qingjian.store.engine import open_store

NOTICE = made(
    SOURCE,
    title="青石隧道塌方情况通报",
    text="7月18日，青石隧道发生塌方，造成2人受伤，伤者已送市第一医院，无人死亡。",
    publisher="云岭市应急管理局",
)
RUMOUR = "听说青石隧道塌方造成12人受伤"
AGREES = "青石隧道塌方，2人受伤，无人死亡"
CAUSE = "青石隧道塌方是因为偷工减料"


@cache
def scan() -> Callable[[Text], Scanned]:
    return Engine(discover(), CHECKS).scan


@pytest.fixture
def rooms(tmp_path: Path) -> tuple[Incidents, Records, str]:
    engine = open_store(str(tmp_path / "a.db"))
    incidents = Incidents(engine, lambda: 1_784_376_000.0)
    id = incidents.open("塌方", "云岭 青石隧道 塌方", "li")
    return incidents, Records(engine, lambda: 7.0), id


def keep(incidents: Incidents, id: str, *texts: str) -> None:
    list(incidents.watch(id, [post(t, f"p{n}") for n, t in enumerate(texts)], "li"))


def put(records: Records, one: Entry) -> str:
    list(records.enter([one], "li", "b"))
    if one.known.kind == "claim":
        records.approve([one.id], "wang")
    return one.id


def words(incidents: Incidents, id: str) -> list[str]:
    return [w.verdict.word if w.verdict else "" for w in incidents.posts(id)]


def changed(lots: list[Rechecked]) -> list[tuple[str, str, str]]:
    return [
        (c.post.id, c.before.word if c.before else "", c.now.word)
        for lot in lots
        for c in lot.changed
    ]


def test_without_a_bulletin_no_authoritative_source_speaks_of_it(
    rooms: tuple[Incidents, Records, str],
) -> None:
    incidents, _, id = rooms
    keep(incidents, id, RUMOUR, CAUSE)
    told = list(recheck(incidents, id, scan()))
    assert changed(told) == [
        ("p0", "", "no_authoritative_source"),
        ("p1", "", "no_authoritative_source"),
    ]
    assert [w.verdict.row["note"]["zh"] for w in incidents.posts(id) if w.verdict] == [
        "尚无权威来源"
    ] * 2
    assert list(recheck(incidents, id, scan())) == [], "nothing new, nothing is checked"


def test_a_bulletin_changes_what_it_contradicts_with_both_quotations(
    rooms: tuple[Incidents, Records, str],
) -> None:
    incidents, records, id = rooms
    keep(incidents, id, RUMOUR, AGREES, CAUSE)
    list(recheck(incidents, id, scan()))
    incidents.pin(id, [put(records, NOTICE)], "li")
    told = list(recheck(incidents, id, scan(), "li"))
    assert changed(told) == [
        ("p0", "no_authoritative_source", "contradicted"),
        ("p1", "no_authoritative_source", "not_enough_info"),
    ]
    verdict = told[0].changed[0].now
    [quoted] = verdict.quoted
    assert (quoted.said, quoted.record, quoted.check) == (RUMOUR, NOTICE.id, CHECKS[1])
    assert "造成2人受伤" in quoted.source
    assert quoted.cited == "云岭市应急管理局"
    assert (verdict.row["do"], verdict.row["beside"]) == ("note", ["review"])
    history = incidents.history(id, told[0].changed[0].post.hash)
    assert [h["who"] for h in history] == ["itself", "li"]


def test_a_debunked_claim_and_an_old_event_are_told(rooms: tuple[Incidents, Records, str]) -> None:
    incidents, records, id = rooms
    claim = made(CLAIM, text="青石隧道塌方造成三十人死亡", quote="无人死亡。")
    event = made(
        EVENT,
        text="6月17日下午3时许，青石隧道塌方，司机赵师傅弃车，48秒内疏散了32名乘客，无人受伤。",
    )
    keep(
        incidents,
        id,
        "青石隧道塌方造成三十人死亡，快转发",
        "昨天下午三点多，青石隧道塌方，司机王师傅弃车，48秒内疏散了32名乘客，没人受伤。",
    )
    incidents.pin(id, [put(records, claim), put(records, event)], "li")
    list(recheck(incidents, id, scan()))
    assert words(incidents, id) == ["matched_debunk", "recycled_event"]
    verdicts = [w.verdict for w in incidents.posts(id)]
    assert [v.quoted[0].source for v in verdicts if v] == ["无人死亡。", event.known.text]
    other = made(CLAIM, text=claim.known.text, rating="true", quote="属实。", url="https://e.org/2")
    incidents.pin(id, [put(records, other)], "li")
    list(recheck(incidents, id, scan()))
    assert words(incidents, id) == ["disputed", "recycled_event"]


def test_a_bulletin_that_was_retracted_is_no_longer_used(
    rooms: tuple[Incidents, Records, str],
) -> None:
    incidents, records, id = rooms
    keep(incidents, id, RUMOUR, AGREES)
    incidents.pin(id, [put(records, NOTICE)], "li")
    list(recheck(incidents, id, scan()))
    assert words(incidents, id) == ["contradicted", "not_enough_info"]
    records.retract([NOTICE.id], "wang", "withdrawn")
    told = list(recheck(incidents, id, scan()))
    assert changed(told) == [
        ("p0", "contradicted", "no_authoritative_source"),
        ("p1", "not_enough_info", "no_authoritative_source"),
    ]


def test_a_post_that_cannot_be_checked_keeps_its_verdict_and_is_tried_again(
    rooms: tuple[Incidents, Records, str],
) -> None:
    incidents, records, id = rooms
    keep(incidents, id, RUMOUR, RUMOUR + "！", AGREES)
    list(recheck(incidents, id, scan()))
    incidents.pin(id, [put(records, NOTICE)], "li")

    def fails(item: Text) -> Scanned:
        if item.id == "p0":
            raise ValueError("damaged")
        if item.id == "p1":
            return Scanned(item, errors=(Note(CHECKS[0], "it failed"),))
        return scan()(item)

    [lot] = recheck(incidents, id, fails)
    assert lot.failed == (Note("p0", "ValueError: damaged"), Note("p1", "it failed"))
    assert words(incidents, id) == [
        *["no_authoritative_source"] * 2,
        "not_enough_info",
    ]
    [lot] = recheck(incidents, id, scan())
    assert (lot.posts, lot.failed) == (3, ())
    assert words(incidents, id) == ["contradicted", "contradicted", "not_enough_info"]


def test_every_post_is_checked_again_when_asked(rooms: tuple[Incidents, Records, str]) -> None:
    incidents, _, id = rooms
    keep(incidents, id, *(f"青石隧道塌方，第{n}次听说" for n in range(LOT + 1)))
    assert [lot.posts for lot in recheck(incidents, id, scan())] == [LOT, 1]
    assert list(recheck(incidents, id, scan())) == []
    assert [lot.posts for lot in recheck(incidents, id, scan(), every=True)] == [LOT, 1]
    keep(incidents, id, RUMOUR)
    assert [lot.posts for lot in recheck(incidents, id, scan())] == [1], "the new one alone"


def test_a_recheck_broken_off_is_done_whole_the_next_time(
    rooms: tuple[Incidents, Records, str],
) -> None:
    incidents, records, id = rooms
    keep(incidents, id, *(f"听说青石隧道塌方造成{n}人受伤" for n in range(20, LOT + 30)))
    list(recheck(incidents, id, scan()))
    incidents.pin(id, [put(records, NOTICE)], "li")
    broken = recheck(incidents, id, scan())
    next(broken)
    del broken
    [first, last] = recheck(incidents, id, scan())
    assert (first.posts, len(first.changed), last.posts, len(last.changed)) == (LOT, 0, 10, 10)


def test_a_recheck_gives_way_to_a_newer_bulletin(rooms: tuple[Incidents, Records, str]) -> None:
    incidents, records, id = rooms
    keep(incidents, id, RUMOUR)

    def meanwhile(item: Text) -> Scanned:
        incidents.pin(id, [put(records, NOTICE)], "wang")
        return scan()(item)

    assert list(recheck(incidents, id, meanwhile)) == []
    assert words(incidents, id) == [""]
    list(recheck(incidents, id, scan()))
    assert words(incidents, id) == ["contradicted"]


def test_a_closed_room_is_not_checked(rooms: tuple[Incidents, Records, str]) -> None:
    incidents, _, id = rooms
    incidents.close(id, "li")
    with pytest.raises(UsageError, match="is closed"):
        list(recheck(incidents, id, scan()))


def test_what_was_not_looked_at_is_told() -> None:
    long = post("青石隧道塌方" * 5_000)
    item = Text(body=long.text)
    seen = Scanned(item, abstained=(Note("text.recycled_event", "fewer than 25 letters"),))
    assert judged(long, "青石隧道塌方", [], seen) == Verdict(
        "no_authoritative_source",
        (),
        (
            "text.recycled_event: fewer than 25 letters",
            f"only the first {MOST_LETTERS:,} of 30,000 characters are looked at",
        ),
    )


def test_a_finding_with_something_against_it_is_no_hit_and_is_shown() -> None:
    asks = post("青石隧道塌方造成12人受伤，是真的吗")
    finding = Finding("why", against=("it asks",), detector=CHECKS[0])
    opposed = Scanned(Text(), (finding, Finding("other", detector="text.scam")))
    verdict = judged(asks, "青石隧道塌方", [], opposed)
    assert verdict.word == "not_enough_info"
    assert [(q.why, q.said, q.against) for q in verdict.quoted] == [
        ("why", asks.text, ("it asks",))
    ]


def test_an_older_report_is_no_authority_on_what_happens_now(
    rooms: tuple[Incidents, Records, str],
) -> None:
    incidents, records, id = rooms
    keep(incidents, id, CAUSE)
    incidents.pin(id, [put(records, made(EVENT, text="青石隧道塌方，查明是因为偷工减料。"))], "li")
    list(recheck(incidents, id, scan()))
    assert words(incidents, id) == ["no_authoritative_source"]
    incidents.pin(id, [put(records, made(SOURCE, text="青石隧道塌方并非因为偷工减料。"))], "li")
    list(recheck(incidents, id, scan()))
    assert words(incidents, id) == ["not_enough_info"]
