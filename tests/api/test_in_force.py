from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError
from tests.api.door import Door
from tests.api.routes.test_policies import text
from tests.api.test_answers import lacking

from qingjian.api import in_force

PLATFORM = {"url": "https://93.184.215.14/desk"}


def test_what_is_told_of_versions_and_endpoints_is_whole(door: Door) -> None:
    version = door.ask("author", "POST", "/policies/versions", text("whole")).json
    path = f"/policies/versions/{version['hash']}"
    endpoint = door.ask("feed", "POST", "/webhooks", PLATFORM).json
    told: list[tuple[type[BaseModel], dict[str, object]]] = [
        (in_force.Version, version),
        (in_force.VersionText, door.ask("author", "GET", path).json),
        (in_force.Tally, door.ask("author", "GET", f"{path}/tally").json),
        (in_force.NewEndpoint, endpoint),
        (in_force.Policy, door.ask("author", "GET", "/policies").json[0]),
        (in_force.Card, door.ask("author", "GET", "/detectors").json[0]),
    ]
    door.ask("feed", "DELETE", f"/webhooks/{endpoint['id']}")
    for model, answer in told:
        model.model_validate(answer)
        assert lacking(model, answer) == set()


def test_what_is_not_described_is_not_taken() -> None:
    with pytest.raises(ValidationError):
        in_force.Due.model_validate({"due": 1, "more": 2})
