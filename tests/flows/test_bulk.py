from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from tests.cases.desk import GROUND, REASON, ROW, seen

from qingjian.cases import acts, appeals
from qingjian.cases.case import Case
from qingjian.cases.intake import Sighting, Whose, sighting
from qingjian.cases.sql import Cases
from qingjian.core.errors import NotFound, UsageError
from qingjian.core.types import Note
from qingjian.flows import bulk

SAID = acts.Ground(ROW, GROUND, REASON, facts="发来转账要求")
LIMIT = [acts.Asked("limit_distribution", 3)]
OFFER = "代过人脸活体，先过后付，飞机联系"


def offer(id: str, text: str) -> Sighting:
    from tests.cases.desk import row

    item = {"id": id, "text": text, "about": {"who": f"owner-{id}"}}
    return sighting(row(id), Whose(owner=f"owner-{id}", item=item))


def ids_of(cases: Cases) -> list[str]:
    return [str(row["id"]) for row in cases.listed(most=1_000)]


def test_cases_nearly_the_same_are_found_nearest_first(store: Engine) -> None:
    cases = Cases(store)
    cases.take_in([offer("a", OFFER), offer("b", OFFER + "！"), offer("c", OFFER + "，老客户优惠")])
    cases.take_in([offer("d", "明天下午去公园放风筝"), seen("e")])
    (first,) = [c["id"] for c in cases.listed() if c["subject"] == "a"]
    found = bulk.alike(cases, str(first), 0.5)
    assert [one.subject for one in found] == ["b", "c"]
    assert found[0].share == 1.0 and found[0].text == OFFER + "！"
    assert bulk.alike(cases, str(first), 0.9) == found[:1]
    bare = cases.report("content", "f", "owner", "user-2", "看看这个")
    with pytest.raises(NotFound, match="no text"):
        bulk.alike(cases, bare)


def test_each_case_gets_its_own_ruling_and_one_call_takes_all_back(store: Engine) -> None:
    cases = Cases(store)
    cases.take_in([seen(f"p{n}", f"owner-{n}") for n in range(8)])
    ids = ids_of(cases)
    other = ids.pop()
    cases.act(ids[0], "wang", lambda c, at: acts.claim(c, "wang", at))
    read = bulk.sample(ids, "li")
    made = list(bulk.rule(cases, ids, "li", SAID, LIMIT, read))
    refused = [one for one in made if isinstance(one, Note)]
    ruled = [one for one in made if isinstance(one, Case)]
    assert [one.what for one in refused] == [ids[0]]
    assert len(ruled) == 6 and cases.get(other).rulings == ()
    batch = bulk.batch_of(ids, "li")
    for one in ruled:
        assert one.rulings[0].told["batch"] == batch
        assert [n["to"] for n in one.notices if n["sent"]] == [one.subject.owner]
    cases.act(
        ruled[0].id,
        ruled[0].subject.owner,
        lambda c, at: appeals.file(c, c.subject.owner, REASON, at),
    )
    assert all(d.state == "active" for d in cases.get(ruled[1].id).dispositions)
    back = list(bulk.undo(cases, batch, "li", "another offer"))
    assert {one.id for one in back if isinstance(one, Case)} == {one.id for one in ruled}
    assert all(d.state == "reversed" for one in ruled for d in cases.get(one.id).dispositions)
    assert list(bulk.undo(cases, batch, "li", "another offer"))
    with pytest.raises(NotFound):
        list(bulk.undo(cases, "b_0", "li", "another offer"))
    cases.verify()


def test_a_heavy_step_waits_for_a_second_person_in_each(store: Engine) -> None:
    cases = Cases(store)
    cases.take_in([seen(f"p{n}") for n in range(2)])
    ids = ids_of(cases)
    asked = [acts.Asked("block_hash")]
    made = list(bulk.rule(cases, ids, "li", SAID, asked, bulk.sample(ids, "li")))
    assert all(isinstance(one, Case) and one.rulings[0].state == "held" for one in made)


def test_without_the_sample_nothing_is_ruled_on(store: Engine) -> None:
    cases = Cases(store)
    cases.take_in([seen(f"p{n}") for n in range(8)])
    ids = ids_of(cases)
    read = bulk.sample(ids, "li")
    for wrong in ([], read[:-1], [*read, "x"], bulk.sample(ids, "wang")):
        if sorted(wrong) == read:
            continue
        with pytest.raises(UsageError, match="not read"):
            list(bulk.rule(cases, ids, "li", SAID, LIMIT, wrong))
    assert all(cases.get(id).rulings == () for id in ids)
    for many in ([], [str(n) for n in range(bulk.MOST + 1)]):
        with pytest.raises(UsageError, match="a batch has"):
            bulk.sample(many, "li")


@given(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=30), st.text(max_size=5))
def test_the_sample_is_of_the_ids_and_the_same_in_any_order(ids: list[str], who: str) -> None:
    ids = [id.encode("utf-8", "replace").decode() for id in ids]
    who = who.encode("utf-8", "replace").decode()
    drawn = bulk.sample(ids, who)
    assert set(drawn) <= set(ids) and len(drawn) == min(bulk.SAMPLE, len(set(ids)))
    assert bulk.sample(reversed(ids), who) == drawn
    assert bulk.batch_of([*ids, ids[0]], who) == bulk.batch_of(ids, who)
