from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.api.door import Door

from qingjian.api.document import content_security_policy, said
from qingjian.api.needs import NEEDS


@pytest.fixture(scope="module")
def document(door: Door) -> dict[str, Any]:
    made: dict[str, Any] = door.ask("", "GET", "/openapi.json").json
    return made


def test_every_route_says_what_it_does_needs_and_answers(document: dict[str, Any]) -> None:
    for path, verbs in document["paths"].items():
        for verb, told in verbs.items():
            assert told["summary"] and told["description"], path
            assert told["x-permission"] == NEEDS[verb.upper(), path]
            assert told["security"] == ([] if told["x-permission"] == "nobody" else [{"key": []}])
            good = [r for s, r in told["responses"].items() if s[0] == "2"]
            assert good
            for status in ("400", "401", "403", "404", "409", "413", "422", "429", "500"):
                content = told["responses"][status]["content"]["application/json"]["schema"]
                assert content == {"$ref": "#/components/schemas/Fault"}


def test_examples_are_what_their_models_ask(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    count = 0
    for name, schema in schemas.items():
        for example in schema.get("examples", ()):
            count += 1
            whole = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
            assert list(Draft202012Validator(whole).iter_errors(example)) == [], name
    assert count >= 10


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for path, verbs in document["paths"].items():
        body = verbs.get("post", {}).get("requestBody")
        if body is None or path.startswith("/label"):
            continue
        (content,) = body["content"].values()
        schema = content["schema"]
        found = schemas[said(schema)] if "$ref" in schema else schema.get("oneOf", [schema])[0]
        assert found["examples"], path


def test_the_page_shows_every_route_and_fetches_nothing(
    door: Door, document: dict[str, Any]
) -> None:
    page = door.ask("", "GET", "/docs")
    text = page.body.decode()
    assert page.headers["content-security-policy"] == content_security_policy()
    for path, verbs in document["paths"].items():
        for verb in verbs:
            assert f"{verb.upper()} /api/v1{path}" in text
    assert "<script" not in text
    assert re.findall(r'(?:src|href)="(?!#)([^"]*)"', text) == ["/api/v1/openapi.json"]
    assert re.findall(r'href="#([^"]+)"', text)
    for anchor in re.findall(r'href="#([^"]+)"', text):
        assert f'id="{anchor}"' in text


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"$ref": "#/components/schemas/Case"}, "Case"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
        ({"type": "array", "items": {"type": "integer"}}, "list of integer"),
        ({"enum": ["a", "b"]}, '"a", "b"'),
        ({"const": 1}, "1"),
        ({}, "anything"),
    ],
)
def test_schemas_are_told_in_words(schema: dict[str, Any], words: str) -> None:
    assert said(schema) == words
