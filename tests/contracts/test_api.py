"""The API keeps its own document: no server error, and no answer that it does not describe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from tests.api.server import Server, serving

from qingjian.access.roles import PEOPLE_ONLY

EXAMPLES = 5
"""Of each route."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("fuzzed")
    with serving(folder, QINGJIAN_JOBS="1", QINGJIAN_REQUESTS_PER_S="10000") as made:
        made.user("all", "senior_reviewer", "publisher")
        made.key("feed", "integration", "senior_reviewer", "auditor", "policy_author")
        yield made


def examine(operation: Any, mode: GenerationMode, token: str) -> None:
    """Ask one route in many ways. Raises Unsatisfiable where nothing is wrong to ask."""

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def described(case: Any) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"},
            checks=[not_a_server_error, response_schema_conformance, status_code_conformance],
        )

    described()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: str(mode.value))
def test_every_answer_is_one_that_the_document_describes(
    server: Server, mode: GenerationMode
) -> None:
    api = schemathesis.openapi.from_url(f"{server.address}/api/v1/openapi.json")
    count = 0
    for found in api.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if (operation.path, operation.method) in (
            ("/scan/stream", "post"),
            ("/sessions", "delete"),
        ):
            continue  # a stream is no JSON; signing out would end the test
        count += 1
        people_only = operation.definition.raw["x-permission"] in PEOPLE_ONLY
        try:
            examine(operation, mode, server.tokens["all" if people_only else "feed"])
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, operation.label
    assert count >= 25
