"""
The OpenAPI document and its page: no script, nothing fetched from anywhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from qingjian.api.needs import NEEDS

SECURITY = "key"
_VERBS = ("get", "post", "delete")


def document(app: FastAPI) -> dict[str, Any]:
    """Give the document, each route with the permission it needs."""
    made = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    made["servers"] = [{"url": "/api/v1"}]
    made["components"]["securitySchemes"] = {
        SECURITY: {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key (`qingjian key add`), or the token of a session.",
        }
    }
    for path, verbs in made["paths"].items():
        for verb, told in verbs.items():
            needed = NEEDS[verb.upper(), path.replace("{id}", "{id}")]
            told["security"] = [] if needed == "nobody" else [{SECURITY: []}]
            told["x-permission"] = needed
    return made


def page(made: Mapping[str, Any]) -> str:
    """Give the page of a document."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(
        loader=PackageLoader("qingjian.api"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in _operations(made):
        groups.setdefault(one["tag"], []).append(one)
    models = made["components"]["schemas"]
    return env.get_template("docs.html").render(
        info=made["info"], groups=groups, models=models, style=style(), said=said
    )


@cache
def style() -> str:
    """Give the style sheet that stands inside the page."""
    return files("qingjian.api").joinpath("templates", "docs.css").read_text("utf-8")


def content_security_policy() -> str:
    """Give the policy to serve the page with: nothing runs, nothing is fetched."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


def said(schema: Mapping[str, Any]) -> str:
    """Give a schema in a few words: the name of a model, a type, a list of either."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for join in ("anyOf", "oneOf"):
        if join in schema:
            return " or ".join(dict.fromkeys(said(one) for one in schema[join]))
    if "enum" in schema or "const" in schema:
        return ", ".join(json.dumps(v) for v in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {said(schema.get('items', {}))}"
    return str(schema.get("type", "anything"))


def _operations(made: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path, verbs in made["paths"].items():
        for verb in _VERBS:
            if verb not in verbs:
                continue
            told = verbs[verb]
            body = told.get("requestBody", {}).get("content", {})
            good = {s: r for s, r in told["responses"].items() if s.startswith("2")}
            yield {
                "id": f"{verb}{path}".replace("/", "-").replace("{", "").replace("}", ""),
                "tag": told["tags"][0],
                "verb": verb.upper(),
                "path": f"/api/v1{path}",
                "summary": told["summary"],
                "words": told.get("description", ""),
                "needs": told["x-permission"],
                "parameters": told.get("parameters", []),
                "bodies": [(kind, *_body(one, made)) for kind, one in body.items()],
                "answers": [
                    (status, [said(c.get("schema", {})) for c in r.get("content", {}).values()])
                    for status, r in good.items()
                ],
                "errors": sorted(s for s in told["responses"] if not s.startswith("2")),
            }


def _body(content: Mapping[str, Any], made: Mapping[str, Any]) -> tuple[str, str]:
    """Give what a body is in words, and an example of it, empty without one."""
    schema = content["schema"]
    named = said(schema)
    for one in (schema, *schema.get("oneOf", ())):
        found = made["components"]["schemas"].get(said(one), one)
        if found.get("examples"):
            return named, json.dumps(found["examples"][0], ensure_ascii=False, indent=2)
    return named, ""
