from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.cases.desk import opened, row, seen

from qingjian.cases.event import START, link
from qingjian.cases.intake import Whose, sighting
from qingjian.cases.proof import Proof, named
from qingjian.cases.sql import Cases
from qingjian.core.errors import DamagedFile
from qingjian.store.engine import open_store
from qingjian.store.tables.case import EVENT, SNAPSHOT


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    return open_store(f"{tmp_path}/a.db")


@pytest.fixture
def cases(engine: sa.Engine) -> Cases:
    return Cases(engine)


def test_the_whole_chain_links_each_event_to_the_one_before(
    engine: sa.Engine, cases: Cases
) -> None:
    opened(cases, "p1")
    opened(cases, "p2")
    proof = Proof(engine, "default")
    seq, hash = proof.end()
    lines = list(proof.lines(seq))
    assert [one.seq for one in lines] == [1, 2, 3, 4]
    assert (lines[0].before, lines[-1].hash) == (START, hash)
    assert all(a.hash == b.before for a, b in pairwise(lines))
    assert all(link(one.before, one.body.encode()) == one.hash for one in lines)
    assert (seq, hash) == cases.verify()


def test_some_cases_come_with_the_hash_before_each_event(engine: sa.Engine, cases: Cases) -> None:
    opened(cases, "p1")
    second = opened(cases, "p2")
    cases.take_in([seen("p1", "user-9", scores={"text.scam": 0.5})])
    proof = Proof(engine, "default")
    whole = {one.seq: one for one in proof.lines(proof.end()[0])}
    assert list(proof.lines(proof.end()[0], [second.id])) == [whole[3], whole[4]]


def test_nothing_of_another_tenant_is_seen(engine: sa.Engine, cases: Cases) -> None:
    case = opened(cases)
    other = Proof(engine, "other")
    assert other.end() == (0, START)
    assert list(other.lines(0)) == []
    assert list(other.lines(9, [case.id])) == []
    assert other.mentioning(["post-1"]) == []
    assert list(other.snapshots([case.seen[0].item])) == [(case.seen[0].item, None)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (sa.update(EVENT).where(EVENT.c.seq == 2).values(body="[2,0]"), "event 2 was changed"),
        (sa.update(EVENT).where(EVENT.c.seq == 1).values(hash="0" * 64), "event 1 was changed"),
        (sa.delete(EVENT).where(EVENT.c.seq == 3), "event 3 is missing"),
        (sa.delete(EVENT).where(EVENT.c.seq == 4), "event 4 is missing"),
        (sa.delete(EVENT), "event 1 is missing"),
    ],
)
def test_a_chain_that_was_touched_is_not_read_on(
    engine: sa.Engine, cases: Cases, change: sa.Executable, said: str
) -> None:
    opened(cases, "p1")
    opened(cases, "p2")
    with engine.begin() as db:
        db.execute(change)
    proof = Proof(engine, "default")
    with pytest.raises(DamagedFile) as raised:
        list(proof.lines(proof.end()[0]))
    assert raised.value.what == said


def test_what_is_kept_is_given_and_what_is_gone_is_none(engine: sa.Engine, cases: Cases) -> None:
    one = opened(cases).seen[0]
    proof = Proof(engine, "default")
    assert dict(proof.snapshots([one.item, one.row]))[one.item] == cases.snapshot(one.item)
    with engine.begin() as db:
        db.execute(sa.delete(SNAPSHOT).where(SNAPSHOT.c.hash == one.item))
    told = dict(proof.snapshots([one.item, one.row]))
    assert (told[one.item], told[one.row]) == (None, cases.snapshot(one.row))


def test_more_hashes_than_one_statement_takes_are_given_in_order(engine: sa.Engine) -> None:
    hashes = [f"{n:064x}" for n in range(450)]
    assert [hash for hash, _ in Proof(engine, "default").snapshots(hashes)] == hashes


def test_events_name_runs_items_and_words_and_no_row_of_the_notice() -> None:
    h = "a" * 64
    assert list(named("found", {"row": h, "item": "", "words": h})) == [h, h]
    assert list(named("ruled", {"row": h, "reason": h})) == []
    assert list(named("reported", {"words": "no hash"})) == []


def test_cases_about_minors_are_known(engine: sa.Engine, cases: Cases) -> None:
    opened(cases, "p1")
    finding = {**row()["findings"][0], "serves": ["2.7.minor_unsuitable"]}
    about = opened(cases, "p2", findings=[finding])
    assert Proof(engine, "default").withheld() == {about.id: "minors"}


def kept(cases: Cases, id: str, text: str) -> str:
    """Take a text in and give the id of its case."""
    cases.take_in([sighting(row(id), Whose(item={"id": id, "text": text}))])
    return next(str(c["id"]) for c in cases.listed() if c["subject"] == id)


def test_a_word_is_found_as_subject_and_in_what_is_kept(engine: sa.Engine, cases: Cases) -> None:
    subject = kept(cases, "img-1", "没有编号")
    inside = kept(cases, "b", "看图\nimg-1，转发")
    other = kept(cases, "c", "img-10 和 my-img-1 和 ximg-1")
    proof = Proof(engine, "default")
    assert proof.mentioning(["img-1"]) == sorted([subject, inside])
    assert proof.mentioning(["img-10"]) == [other]
    assert proof.mentioning(["没有", "转发"]) == sorted([subject, inside])
    assert proof.mentioning(["img"]) == []
    assert proof.mentioning([]) == []


def test_a_word_with_letters_that_json_escapes_is_found(engine: sa.Engine, cases: Cases) -> None:
    id = kept(cases, "b", 'no. "7\\8" here')
    assert Proof(engine, "default").mentioning(['"7\\8"']) == [id]
