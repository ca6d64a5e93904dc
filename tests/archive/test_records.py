from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.engine import Engine
from tests.archive.claims import CLAIM, SOURCE, made, numbered

from qingjian.archive.records import LOT, Records
from qingjian.core.errors import NotFound, UsageError


@pytest.fixture
def records(store: Engine) -> Records:
    return Records(store, lambda: 7.0)


def entered(
    records: Records, *entries: object, who: str = "li", batch: str = "b"
) -> dict[str, int]:
    [told] = records.enter(entries, who, batch)  # type: ignore[arg-type]  # what the tests make
    return dict(told)


def test_a_claim_waits_for_a_second_person_and_a_source_does_not(records: Records) -> None:
    claim, source = made(CLAIM), made(SOURCE)
    assert entered(records, claim, source) == {"entered": 2, "known": 0}
    assert records.get(claim.id).state == "pending"
    assert records.get(source.id).state == "approved"
    with pytest.raises(UsageError, match="second person"):
        records.approve([claim.id], "li")
    assert records.approve(["b"], "wang") == 1
    held = records.get(claim.id)
    assert (held.state, held.entered_by, held.batch) == ("approved", "li", "b")
    assert records.approve([claim.id], "wang") == 0
    assert [h.id for h in records.approved("claim")] == [claim.id]


def test_every_version_is_kept_with_who_and_when(records: Records) -> None:
    claim = made(CLAIM)
    entered(records, claim)
    records.approve([claim.id], "wang")
    records.retract([claim.id], "zhao", "the publisher withdrew it")
    told = [(v["what"], v["who"], v["at"], v["reason"]) for v in records.history(claim.id)]
    assert told == [
        ("entered", "li", 7.0, ""),
        ("approved", "wang", 7.0, ""),
        ("retracted", "zhao", 7.0, "the publisher withdrew it"),
    ]
    assert records.get(claim.id).state == "retracted"
    assert records.retract([claim.id], "zhao", "again") == 0
    assert records.counts() == {("claim", "retracted"): 1}


def test_the_same_content_changes_nothing_and_other_content_waits_again(records: Records) -> None:
    claim = made(CLAIM)
    entered(records, claim)
    records.approve([claim.id], "wang")
    assert entered(records, claim, claim) == {"known": 2}
    assert records.get(claim.id).state == "approved"
    assert entered(records, made(CLAIM, quote="另一句话。"), who="qian") == {
        "changed": 1,
        "known": 0,
    }
    held = records.get(claim.id)
    assert (held.state, held.row["quote"], held.entered_by) == ("pending", "另一句话。", "qian")
    with pytest.raises(UsageError, match="qian entered"):
        records.approve([claim.id], "qian")


def test_lots_are_numbered_without_gaps(records: Records) -> None:
    many = numbered(LOT + 5)
    lots = list(records.enter(iter(many), "li", "b"))
    assert [dict(lot)["entered"] for lot in lots] == [LOT, 5]
    assert [h.seq for h in records.after(0)] == list(range(1, LOT + 6))
    assert [h.seq for h in records.after(LOT, 3)] == [LOT + 1, LOT + 2, LOT + 3]
    assert records.newest() == LOT + 5
    assert records.approve(["b"], "wang") == LOT + 5


def test_nobody_and_nothing_are_refused(records: Records) -> None:
    with pytest.raises(UsageError, match="nobody"):
        list(records.enter([made(CLAIM)], " ", "b"))
    with pytest.raises(NotFound, match="no record and no batch"):
        records.approve(["nothing"], "wang")
    with pytest.raises(NotFound, match="no record"):
        records.get("nothing")
    with pytest.raises(UsageError, match="reason"):
        records.retract(["nothing"], "wang", "  ")
    assert records.newest() == 0
    assert records.history("nothing") == []


def test_names_that_the_tables_cannot_hold_are_refused(records: Records) -> None:
    with pytest.raises(UsageError, match="200"):
        entered(records, made(CLAIM), who="l" * 201)
    with pytest.raises(UsageError, match="64"):
        entered(records, made(CLAIM), batch="b" * 65)
    entered(records, made(CLAIM), who="李" * 200, batch="批" * 64)
    assert records.newest() == 1


def test_retractions_and_changes_are_told_with_the_row_before_oldest_first(
    records: Records,
) -> None:
    claim, source = made(CLAIM), made(SOURCE)
    entered(records, claim, source)
    records.approve([claim.id], "wang")
    entered(records, made(CLAIM, quote="另一句话。"), who="qian")
    records.approve([claim.id], "wang")
    records.retract([source.id, claim.id], "zhao", "withdrawn")
    told = records.changes()
    assert [(c.seq, c.at, c.who, c.what, c.reason, c.record) for c in told] == [
        (4, 7.0, "qian", "changed", "", claim.id),
        (6, 7.0, "zhao", "retracted", "withdrawn", source.id),
        (7, 7.0, "zhao", "retracted", "withdrawn", claim.id),
    ]
    assert [c.before["quote"] for c in told] == [CLAIM["quote"], "", "另一句话。"]
    assert records.changes(what=["changed"]) == told[:1]
    assert records.changes(told[-1].seq) == []


def test_many_changes_come_in_lots(records: Records) -> None:
    entered(records, *numbered(25))
    records.retract(["b"], "wang", "withdrawn")
    seen, after = [], 0
    while lot := records.changes(after, most=10):
        assert len(lot) <= 10
        seen += lot
        after = lot[-1].seq
    assert [c.seq for c in seen] == list(range(26, 51))
    assert {c.record for c in seen} == {e.id for e in numbered(25)}


def test_what_expired_between_two_days_is_told(records: Records) -> None:
    days = ("2026-07-01", "2026-07-02", "2026-07-03", "")
    made_ = [made(SOURCE, text=f"第{n}号通报。", expires_at=day) for n, day in enumerate(days)]
    gone = made(SOURCE, text="撤回的通报。", expires_at="2026-07-02")
    waiting = made(CLAIM, expires_at="2026-07-02")
    entered(records, *made_, gone, waiting)
    records.retract([gone.id], "wang", "withdrawn")

    def expired(since: int, on: int, **more: int) -> list[str]:
        told = records.expired(date(2026, 7, on), date(2026, 7, since), **more)
        return [held.id for held in told]

    one, two, three, _ = (e.id for e in made_)
    assert expired(1, 3) == [one, two], "on its last day a record is in use"
    assert expired(2, 9) == [two, three]
    assert expired(3, 3) == expired(4, 9) == []
    assert expired(1, 9, most=2) == [one, two]
    assert expired(1, 9, after_seq=records.get(two).seq) == [three]
