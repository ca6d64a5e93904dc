from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import orjson
import pytest
from sqlalchemy.engine import Engine
from tests.cases.desk import GROUND, REASON, ROW, opened, row
from tests.cases.ring import SAME, member, ring

from qingjian.cases import acts, appeals
from qingjian.cases.case import Case
from qingjian.cases.history import histories
from qingjian.cases.intake import Whose, sighting
from qingjian.cases.message import TYPES, message
from qingjian.cases.proof import Proof
from qingjian.cases.sql import Cases
from qingjian.core.errors import BadRow, Conflict, NotAllowed, UsageError
from qingjian.core.types import Note
from qingjian.flows import bulk, clusters
from qingjian.flows.ingest import ingest
from qingjian.reports.evidence.export import Maker, Wanted, export
from qingjian.reports.statement import Statements

SAID = acts.Ground(ROW, GROUND, REASON)
MUTE = [acts.Asked("mute", 7)]
LISTED = [
    member("acct-a", {"why": "与 acct-b 同时发帖", "with": ["acct-a", "acct-b", "firm-c"]}),
    member("acct-b", SAME),
    member("acct-c", SAME, owner="firm-c"),
]
NAMES = {"acct-a": ("acct-a",), "acct-b": ("acct-b",), "acct-c": ("acct-c", "firm-c")}


def claimed(cases: Cases, case: Case, who: str = "li") -> None:
    cases.act(case.id, who, lambda one, at: acts.claim(one, who, at))


def test_each_member_has_a_case_a_notice_and_an_appeal_of_its_own(store: Engine) -> None:
    cases = Cases(store)
    case = ring(cases, LISTED)
    claimed(cases, case)
    batch, made = clusters.rule(cases, case.id, "li", SAID, MUTE)
    own = [one for one in made if isinstance(one, Case)]
    assert [(c.subject.id, c.subject.owner) for c in own] == [
        ("acct-a", "acct-a"),
        ("acct-b", "acct-b"),
        ("acct-c", "firm-c"),
    ]
    assert all(c.cluster == case.id and c.rulings[0].told["batch"] == batch for c in own)
    assert all([n["to"] for n in c.notices if n["sent"]] == [c.subject.owner] for c in own)
    assert (cases.get(case.id).state, len(cases.get(case.id).severed)) == ("closed", 3)
    filed = cases.act(
        own[2].id, "firm-c", lambda c, at: appeals.file(c, "firm-c", "不是我们发的内容", at)
    )
    assert filed.state == "appeal" and cases.get(own[0].id).state == "closed"
    back = list(bulk.undo(cases, batch, "li", "it was a news story"))
    assert {c.id for c in back if isinstance(c, Case)} == {c.id for c in own}
    stood = cases.listed()
    cases.rebuild()
    assert cases.listed() == stood and cases.verify()


def test_nothing_of_one_members_case_names_another(store: Engine, tmp_path: Path) -> None:
    cases = Cases(store)
    case = ring(cases, LISTED)
    claimed(cases, case)
    _, made = clusters.rule(cases, case.id, "li", SAID, MUTE)
    by_id = {h.case.id: h for h in histories(store, cases.tenant)}
    statements = Statements(cases.snapshot)
    for one in (c for c in made if isinstance(c, Case)):
        told = {}
        for event in cases.events(one.id):
            words = event.data.get("words", "")
            text = cases.snapshot(words).decode() if words else ""
            assert event.what != "noticed" or text
            if event.what in TYPES:
                told[f"webhook {event.seq}"] = message(event, one, text).decode()
            told[f"event {event.seq}"] = str(event.data) + text
        stated = statements.of(by_id[one.id], one.rulings[0])
        assert isinstance(stated, dict), stated
        told["statement"] = str(stated)
        path = tmp_path / f"{one.id}.zip"
        export(Proof(store, cases.tenant), Wanted((one.id,)), path, Maker("1", {}, 0.0))
        with ZipFile(path) as zip:
            told |= {name: zip.read(name).decode() for name in zip.namelist()}
            assert sum(name.startswith("snapshots/") for name in zip.namelist()) >= 3
        told["case"] = str(one)
        others = [n for id, names in NAMES.items() if id != one.subject.id for n in names]
        found = [(where, n) for where, text in told.items() for n in others if n in text]
        assert found == []


def test_only_what_can_be_taken_back_and_in_words_that_name_nobody(store: Engine) -> None:
    cases = Cases(store)
    case = ring(cases, LISTED)
    with pytest.raises(Conflict, match="not claimed"):
        clusters.rule(cases, case.id, "li", SAID, MUTE)
    claimed(cases, case)
    for step in ("close", "ban_reregister", "clear_followers"):
        with pytest.raises(UsageError, match="no step to begin with"):
            clusters.rule(cases, case.id, "li", SAID, [*MUTE, acts.Asked(step)])
    with pytest.raises(UsageError, match="takes a step"):
        clusters.rule(cases, case.id, "li", SAID, [])
    named = acts.Ground(ROW, GROUND, "跟着 firm-c 发帖")
    with pytest.raises(UsageError, match="name a member"):
        clusters.rule(cases, case.id, "li", named, MUTE)
    with pytest.raises(Conflict, match="cluster of 3"):
        cases.act(case.id, "li", lambda c, at: acts.rule(c, "li", SAID, MUTE, at))
    assert len(cases.listed()) == 1, "nothing was opened"
    plain = opened(cases)
    claimed(cases, plain)
    with pytest.raises(UsageError, match="no members"):
        clusters.rule(cases, plain.id, "li", SAID, MUTE)
    cases.act(case.id, "li", lambda c, at: acts.rule(c, "li", SAID, [], at))
    assert cases.get(case.id).state == "closed"


def test_a_member_with_an_open_case_is_refused_and_ruled_on_later(store: Engine) -> None:
    cases = Cases(store)
    other = cases.report("account", "acct-b", "acct-b", "user-2", "看看这个账号")
    case = ring(cases, [*LISTED, member("shop-1", SAME, kind="listing")])
    claimed(cases, case)
    _, made = clusters.rule(cases, case.id, "li", SAID, MUTE)
    refused = {n.what: n.reason for n in made if isinstance(n, Note)}
    assert set(refused) == {"account acct-b", "listing shop-1"}
    assert other in refused["account acct-b"] and "no step" in refused["listing shop-1"]
    assert cases.get(case.id).state == "review"
    claimed(cases, cases.get(other))
    cases.act(other, "li", lambda c, at: acts.rule(c, "li", SAID, [], at))
    _, again = clusters.rule(cases, case.id, "li", SAID, [acts.Asked("warn")])
    assert [c.subject.id for c in again if isinstance(c, Case)] == ["acct-b", "shop-1"]
    assert cases.get(case.id).state == "closed"
    with pytest.raises(NotAllowed):
        cases.act(other, "x", lambda c, at: appeals.file(c, "x", "不是我们发的内容", at))
    cases.act(case.id, "wu", lambda c, at: acts.reopen(c, REASON, at))
    claimed(cases, case)
    with pytest.raises(Conflict, match="already"):
        clusters.rule(cases, case.id, "li", SAID, MUTE)


def test_broken_off_it_goes_on_and_rules_on_nobody_twice(store: Engine) -> None:
    cases = Cases(store)
    case = ring(cases, LISTED)
    claimed(cases, case)
    first = clusters._ruled(cases, case, case.members["account", "acct-a"], "li", SAID, MUTE)
    assert isinstance(first, Case)
    clusters._own(cases, case, case.members["account", "acct-b"], "li")
    _, made = clusters.rule(cases, case.id, "li", SAID, MUTE)
    assert [len(c.rulings) for c in made if isinstance(c, Case)] == [1, 1, 1]
    assert len(cases.listed()) == 4


def test_members_come_with_the_row_or_the_item_and_only_of_a_cluster(store: Engine) -> None:
    cases = Cases(store)
    (told,) = ingest(cases, [("1", row("r1", members=LISTED))], lambda id: {}, "li")
    assert told.told["opened"] == 1
    item = {"id": "r2", "text": "x", "members": LISTED}
    list(ingest(cases, [("1", row("r2"))], lambda id: item, "li"))
    by_id = {c["subject"]: cases.get(str(c["id"])) for c in cases.listed()}
    assert {c.subject.kind for c in by_id.values()} == {"cluster"}
    assert by_id["r1"].members == by_id["r2"].members
    kept = cases.snapshot(by_id["r2"].seen[0].item)
    assert b"acct-a" in kept and "发帖".encode() not in kept
    assert orjson.loads(kept)["members"][0]["evidence"] == by_id["r1"].seen[0].members[0].evidence
    (told,) = ingest(cases, [("1", row("r3", members=LISTED))], lambda id: {}, "li", "account")
    assert "only a cluster" in told.refused[0].reason
    with pytest.raises(BadRow, match="a list"):
        sighting(row("r4", members={}), Whose("cluster"))
