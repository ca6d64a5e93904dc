from __future__ import annotations

import pytest
import sqlalchemy as sa
from tests.api.door import Door, opened

from qingjian.access.person import Reach
from qingjian.store.tables.case import EVENT


def test_the_chain_is_proven_and_told_event_by_event(door: Door) -> None:
    door.case("audit-1")
    proof = door.ask("auditor", "GET", "/audit/verify").json
    seen: list[int] = []
    after = 0
    while True:
        page = door.ask("auditor", "GET", f"/audit/events?after={after}&most=7").json
        assert len(page["events"]) <= 7
        seen += [event["seq"] for event in page["events"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == list(range(1, proof["events"] + 1))
    assert len(proof["head"]) == 64


def test_events_out_of_reach_are_left_out_and_the_rest_goes_on(door: Door) -> None:
    case = door.case("audit-2")
    last = door.ask("auditor", "GET", "/audit/verify").json["events"]
    far = door.user("audit-far", "auditor", reach=Reach(queues=("1.1",)))
    page = door.ask(far, "GET", "/audit/events?most=1").json
    assert (page["events"], page["next"]) == ([], 1)
    queue = door.ask("reviewer", "GET", f"/cases/{case}").json["queue"]
    near = door.user("audit-near", "auditor", reach=Reach(queues=(queue,)))
    told = door.ask(near, "GET", f"/audit/events?after={last - 2}&most=1000").json
    assert case in {event["case"] for event in told["events"]}


def test_a_changed_event_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    with opened(tmp_path_factory.mktemp("audit")) as door:
        door.key("feed", "integration")
        door.user("reviewer", "reviewer")
        door.user("auditor", "auditor")
        door.case("audit-3")
        with door.desk.services.store.begin() as db:
            body = sa.func.replace(EVENT.c.body, "audit-3", "audit-4")
            db.execute(sa.update(EVENT).where(EVENT.c.seq == 1).values(body=body))
        broken = door.ask("auditor", "GET", "/audit/verify")
        assert (broken.status, broken.code) == (422, "damaged")
        assert "event 1 was changed" in broken.json["error"]["what"]
