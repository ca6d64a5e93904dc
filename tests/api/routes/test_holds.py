from __future__ import annotations

from tests.api.door import Door

from qingjian.api import in_force

HELD = {"target": "owner:user-holds", "reason": "the police asked"}


def test_a_hold_is_placed_listed_and_lifted_by_another_person(door: Door) -> None:
    made = door.ask("senior", "POST", "/holds", HELD)
    assert made.status == 200
    in_force.Hold.model_validate(made.json)
    path = f"/holds/{made.json['id']}/lift"
    why = {"reason": "the case is closed"}
    refused = door.ask("senior", "POST", path, why)
    assert (refused.status, refused.code) == (403, "not_allowed")
    assert door.ask("judge", "POST", path, why).json["lifted_by"] == "judge"
    listed = door.ask("auditor", "GET", "/holds").json
    assert [h["lifted_by"] for h in listed if h["value"] == "user-holds"] == ["judge"]
    assert door.ask("senior", "POST", "/holds", {**HELD, "target": "opinion:x"}).status == 400
