from __future__ import annotations

from tests.api.door import Door

from qingjian.api import in_force
from qingjian.core.obligations import obligations
from qingjian.policy.load import shipped


def test_policies_are_those_that_ship_and_the_one_in_force(door: Door) -> None:
    told = door.ask("author", "GET", "/policies").json
    assert {p["name"] for p in told} == set(shipped())
    (ours,) = [p for p in told if p["in_force"]]
    assert ours["name"] == "ugc"
    assert ours["rules"]
    for policy in told:
        in_force.Policy.model_validate(policy)


def test_detectors_say_what_they_find_and_how_well(door: Door) -> None:
    told = {card["id"]: card for card in door.ask("author", "GET", "/detectors").json}
    assert "precision" in told["text.scam"]["quality"]
    assert told["text.prescription"]["reads"] == "text"
    for card in told.values():
        in_force.Card.model_validate(card)


def test_coverage_has_every_row_of_the_notice(door: Door) -> None:
    told = door.ask("auditor", "GET", "/coverage").json
    assert [row["id"] for row in told] == list(obligations())
    for row in told:
        in_force.Covered.model_validate(row)
