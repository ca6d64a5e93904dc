from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from tests.cases.decided import appealed, ruled
from tests.cases.desk import DAY_S, REASON, Hands, opened, row, seen

from qingjian.cases import sealed
from qingjian.cases.case import Case
from qingjian.cases.history import histories
from qingjian.cases.intake import Sighting, Whose, sighting
from qingjian.cases.message import message
from qingjian.cases.proof import Proof
from qingjian.cases.retention import Retention
from qingjian.cases.runs import quiet
from qingjian.cases.safe import Safe
from qingjian.cases.sql import Cases
from qingjian.cases.wanted import Wanted
from qingjian.core.errors import Conflict, NotFound, UsageError
from qingjian.flows import bulk
from qingjian.flows.replay import Bench, replay
from qingjian.reports import rulings
from qingjian.reports.evidence.export import WITHHELD, Maker, export
from qingjian.reports.evidence.export import Wanted as Zipped
from qingjian.reports.statement import NotExported, Statements
from qingjian.store.tables.case import SNAPSHOT
from qingjian.store.tables.sealed import CONTENT

KEY = Safe(bytes(32), 2.0)
WORDS = "一张无害的红色方块，只给测试用"
"""What stands for sealed contents in these tests."""


def flagged(id: str = "post-1", **other: Any) -> Sighting:
    item = {"id": id, "text": WORDS, "about": {"who": "user-9"}, "sealed": True}
    return sighting(row(id, **other), Whose(owner="user-9", item=item))


def case_of(cases: Cases, subject: str) -> Case:
    (one,) = [c for c in cases.listed() if c["subject"] == subject]
    return cases.get(str(one["id"]))


def everything(store: Engine) -> bytes:
    """Give whatever stands in any table, as bytes one after the other."""
    found = []
    with store.connect() as db:
        for table in sa.inspect(store).get_table_names():
            for line in db.execute(sa.text(f'SELECT * FROM "{table}"')):
                found += [bytes(v) if isinstance(v, bytes) else str(v).encode() for v in line]
    return b"\n".join(found)


def test_a_flag_seals_from_the_first_and_nothing_of_it_is_kept(store: Engine) -> None:
    cases = Cases(store)
    opened(cases, "post-0", severity="high")
    cases.take_in([flagged(do="pass")])
    case = case_of(cases, "post-1")
    assert case.sealed is not None and (case.queue, case.state) == ("sealed", "review")
    assert cases.listed()[0]["subject"] == "post-1", "it comes before all"
    assert WORDS.encode() not in everything(store)
    for hash in (case.seen[0].row, case.seen[0].item):
        with pytest.raises(NotFound, match="is sealed"):
            cases.snapshot(hash)
        with pytest.raises(NotFound, match="no snapshot"):
            cases.look(case.id, "wu", hash)
    assert cases.take_in([flagged(do="pass")])["known"] == 1
    stood = cases.listed()
    cases.rebuild()
    assert cases.listed() == stood and cases.verify()


@pytest.mark.parametrize(
    ("where", "hides"),
    [
        ({"sealed": True}, True),
        ({"sealed": "yes"}, True),
        ({"sealed": False}, False),
        ({"findings": [{**row()["findings"][0], "evidence": {"sealed": True}}]}, True),
    ],
)
def test_the_row_or_a_finding_may_say_so(where: dict[str, Any], hides: bool) -> None:
    one = sighting(row(do="pass", **where), Whose())
    assert (one.sealed, one.asks) == (hides, hides)


def test_what_somebody_seals_leaves_all_that_is_read(store: Engine, tmp_path: Path) -> None:
    cases = Cases(store, safe=KEY)
    cases.take_in([sighting(row(), Whose(owner="user-9", item={"id": "p", "text": WORDS}))])
    case = ruled(cases, case_of(cases, "post-1"), "remove", facts=WORDS[:6])
    assert WORDS in bulk.text_of(cases, case)
    case = cases.seal(case.id, "li", REASON)
    with pytest.raises(Conflict):
        cases.seal(case.id, "li", REASON)
    assert bulk.text_of(cases, case) == ""
    assert list(quiet(store, "default")) == []
    assert Proof(store, "default").mentioning([WORDS]) == []
    bench = Bench({}, lambda _: "", lambda *_: {})
    assert [r.missing for r in replay(cases, case, bench)] == [("the case is sealed",)]
    (history,) = histories(store, "default")
    told = Statements(cases.snapshot).of(history, case.rulings[0])
    assert isinstance(told, NotExported) and "sealed" in told.reason
    assert {r["reason"] for r in rulings.rows([history])} == {"sealed"}
    event = next(e for e in cases.events(case.id) if e.what == "started")
    assert b'"sealed":true' in message(event, case)
    path = tmp_path / "a.zip"
    export(Proof(store, "default"), Zipped((case.id,)), path, Maker("1", {}, 0.0))
    with ZipFile(path) as zip:
        assert not [n for n in zip.namelist() if n.startswith("snapshots/")]
        assert WITHHELD["sealed"] in zip.read("absent.jsonl").decode()
    assert WORDS.encode() not in everything(store), "the safe is encrypted"


def test_the_safe_gives_out_and_says_who_looked(store: Engine) -> None:
    cases = Cases(store, safe=KEY)
    cases.take_in([flagged()])
    case = case_of(cases, "post-1")
    assert WORDS.encode() in cases.look(case.id, "wu", case.seen[0].item)
    (event,) = [e for e in cases.events(case.id) if e.what == "viewed"]
    assert (event.who, event.data) == ("wu", {"snapshot": case.seen[0].item})
    other = opened(cases, "post-2")
    for id, hash in ((other.id, case.seen[0].item), (case.id, "0" * 64)):
        with pytest.raises(NotFound):
            cases.look(id, "wu", hash)


def test_what_comes_later_of_the_same_is_sealed_too(store: Engine) -> None:
    cases = Cases(store)
    cases.take_in([flagged()])
    seals = case_of(cases, "post-1")
    cases.take_in([seen("post-1", do="limit")])
    joined = cases.get(seals.id)
    assert len(joined.seen) == 2 and joined.queue == "sealed"
    cases.take_in([seen("post-1", do="pass", scores={"x": 1})])
    copy = {"id": "post-1", "text": WORDS, "about": {"who": "user-9"}, "sealed": True}
    cases.take_in([sighting(row("post-3", do="pass"), Whose(item={**copy, "sealed": 0}))])
    cases.take_in([sighting(row("post-2", do="pass"), Whose(item=copy))])
    assert case_of(cases, "post-2").sealed is not None
    with store.connect() as db:
        kept = db.scalars(sa.select(SNAPSHOT.c.body).where(SNAPSHOT.c.kind != "words")).all()
    assert [b for b in kept if b"post-1" in bytes(b) and WORDS.encode() not in bytes(b)] == []


def test_minors_who_join_do_not_unseal(store: Engine) -> None:
    cases = Cases(store)
    cases.take_in([flagged()])
    finding = {**row()["findings"][0], "serves": ["2.7.minors_mode"]}
    cases.take_in([sighting(row("post-1", findings=[finding]), Whose())])
    assert case_of(cases, "post-1").queue == "sealed"


def test_the_clock_of_the_report_begins_and_stops(store: Engine) -> None:
    clock = Hands()
    cases = Cases(store, clock=clock, safe=KEY)
    case = cases.seal(opened(cases).id, "li", REASON)
    assert case.sealed is not None and case.task is not None
    assert case.sealed.due_at == case.task.due_at == clock.at + 2 * 3_600
    for to, number in (("", "7"), ("police", " "), ("police", "x" * 201)):
        with pytest.raises(UsageError):
            sealed.reported(case, to, number)
    told = cases.act(case.id, "wu", lambda c, _: sealed.reported(c, "police", "7"))
    assert told.sealed is not None and (told.sealed.to, told.sealed.number) == ("police", "7")
    assert (told.sealed.told_at, told.sealed.told_by) == (clock.at, "wu")
    with pytest.raises(Conflict, match="already"):
        sealed.reported(told, "police", "7")
    with pytest.raises(Conflict, match="not sealed"):
        sealed.reported(opened(cases, "post-2"), "police", "7")
    with pytest.raises(UsageError):
        sealed.seal(opened(cases, "post-3"), "no", 0.0, 1.0)


def test_the_owner_is_told_without_the_contents_and_may_appeal(store: Engine) -> None:
    cases = Cases(store)
    cases.take_in([flagged()])
    case = ruled(cases, case_of(cases, "post-1"), "remove", facts=WORDS)
    (notice,) = [n for n in case.notices if n["sent"]]
    words = cases.snapshot(notice["words"]).decode()
    assert "内容已封存" in words and WORDS not in words
    assert case.rulings[0].told["facts"] == ""
    assert appealed(cases, case).state == "appeal"


def test_who_asks_without_sealed_ones_is_given_none(store: Engine) -> None:
    cases = Cases(store)
    cases.take_in([flagged()])
    assert cases.claim("li", Wanted(sealed=False)) is None
    assert cases.listed(Wanted(sealed=False)) == []
    claimed = cases.claim("li", Wanted(queues=("sealed",)))
    assert claimed is not None and claimed.sealed is not None


def test_the_safe_is_emptied_when_its_time_is_over(store: Engine) -> None:
    clock = Hands()
    cases, kept = Cases(store, clock=clock, safe=KEY), Retention(store, clock=clock)
    cases.take_in([flagged()])
    case = ruled(cases, case_of(cases, "post-1"))
    clock.at += 183 * DAY_S
    kept.purge()
    assert cases.look(case.id, "wu", case.seen[0].item)
    clock.at += 186 * DAY_S
    kept.purge(dry=True)
    with store.connect() as db:
        assert db.scalar(sa.select(sa.func.count(CONTENT.c.body))) == 2
    kept.purge()
    with store.connect() as db:
        assert db.scalar(sa.select(sa.func.count(CONTENT.c.body))) == 0
        assert db.scalar(sa.select(sa.func.count(CONTENT.c.hash))) == 2
    assert [e.what for e in cases.events()][-1] == "contents_purged" and cases.verify()
