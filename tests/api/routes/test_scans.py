from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator
from tests.api.door import KIN, PLAIN, TOOL, V1, Answer, Door, called
from tests.needs import ROOT

from qingjian.access.person import Reach

SCHEMA = json.loads((ROOT / "docs" / "reference" / "contract.schema.json").read_text("utf-8"))
ROW = Draft202012Validator(SCHEMA)


def streamed(door: Door, *parts: bytes) -> Answer:
    told = {"authorization": f"Bearer {door.tokens['feed']}"}
    return called(door.app, "POST", f"{V1}/scan/stream", parts, told)


def test_one_item_gives_its_row_and_a_list_the_list_in_order(door: Door) -> None:
    row = door.ask("feed", "POST", "/scan", {"id": "a", "text": TOOL}).json
    assert list(ROW.iter_errors(row)) == []
    assert row["findings"]
    rows = door.ask("feed", "POST", "/scan", [{"text": PLAIN}, {"id": "b", "text": 7}]).json
    assert [r["id"] for r in rows] == ["item#1", "b"]
    assert [bool(r["error"]) for r in rows] == [False, True]
    assert [f for r in rows for f in ROW.iter_errors(r)] == []


def test_an_item_alone_that_cannot_be_read_is_an_error(door: Door) -> None:
    items: list[object] = [{"id": "a"}, {"id": "a", "path": "/etc/passwd"}, [], "text", 7]
    for item in items:
        refused = door.ask("feed", "POST", "/scan", item)
        assert refused.status == 422
    assert door.ask("feed", "POST", "/scan", body=b"{").status == 400
    assert door.ask("feed", "POST", "/scan", [{"text": "a"}] * 1_001).status == 413


def test_a_scan_keeps_nothing_unless_it_is_asked_to(door: Door) -> None:
    item = {"id": "scans-1", "text": KIN, "about": {"who": "user-9"}, "reach": 1_200}
    door.ask("feed", "POST", "/scan", item)
    assert door.ask("reviewer", "GET", "/cases?subject=scans-1").json["cases"] == []
    quiet = {"id": "scans-2", "text": PLAIN}
    made = door.ask("feed", "POST", "/scan?store=true", [item, quiet]).json
    assert [row["id"] for row in made["rows"]] == ["scans-1", "scans-2"]
    counts = {"opened": 1, "joined": 0, "quiet": 1, "known": 0, "refused": []}
    assert made["stored"] == counts
    (row,) = door.ask("reviewer", "GET", "/cases?subject=scans-1").json["cases"]
    assert row["owner"] == "user-9"
    case = door.ask("reviewer", "GET", f"/cases/{row['id']}?events=1").json
    assert case["reach"] == 1_200
    assert {e["who"] for e in case["history"]} == {"key:feed"}
    again = door.ask("feed", "POST", "/scan?store=true", [item, quiet]).json
    assert again["stored"]["known"] == 2


def test_storing_needs_the_permission_to_take_in(door: Door) -> None:
    item = {"id": "scans-3", "text": KIN}
    assert door.ask("reviewer", "POST", "/scan", item).status == 200
    refused = door.ask("reviewer", "POST", "/scan?store=true", item)
    assert (refused.status, refused.code) == (403, "not_allowed")


@pytest.mark.parametrize("items", [{"text": KIN}, [{"id": "x", "text": KIN}] * 2])
def test_what_is_stored_has_an_id_of_its_own(door: Door, items: object) -> None:
    refused = door.ask("feed", "POST", "/scan?store=true", items)
    assert (refused.status, refused.code) == (422, "invalid")


def test_what_cannot_be_a_subject_is_refused_and_the_rest_is_kept(door: Door) -> None:
    items = [{"id": "y" * 201, "text": KIN}, {"id": "scans-4", "text": KIN}, {"id": "scans-5"}]
    stored = door.ask("feed", "POST", "/scan?store=true", items).json["stored"]
    assert stored["opened"] == 1
    assert [one["id"] for one in stored["refused"]] == ["y" * 201, "scans-5"]


def test_a_large_body_is_read_beside_the_loop(door: Door) -> None:
    items = [{"id": f"{n}", "text": PLAIN * 20} for n in range(200)]
    rows = door.ask("feed", "POST", "/scan", items).json
    assert [row["id"] for row in rows] == [f"{n}" for n in range(200)]


def test_hidden_fields_are_not_in_rows(door: Door) -> None:
    key = door.key("scans-blind", "integration", reach=Reach(masked=("evidence",)))
    shown = door.ask(key, "POST", "/scan", {"text": TOOL})
    assert shown.json["findings"]
    assert b"evidence" not in shown.body


def test_a_stream_gives_a_row_a_line_in_order(door: Door) -> None:
    items = [{"id": f"{n}", "text": TOOL if n % 2 else PLAIN} for n in range(150)]
    body = b"\n".join(json.dumps(item).encode() for item in items)
    answer = streamed(door, body[:1_000], body[1_000:1_005], body[1_005:], b"\n\n")
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert "content-length" not in answer.headers
    rows = [json.loads(line) for line in answer.body.splitlines()]
    assert [row["id"] for row in rows] == [item["id"] for item in items]
    assert [f for row in rows for f in ROW.iter_errors(row)] == []


def test_a_line_that_is_no_item_is_a_row_with_its_error(door: Door) -> None:
    large = json.dumps({"text": "x" * 6_000_001}).encode()
    lines = [b"{", b"\xff", large, json.dumps({"text": PLAIN}).encode(), b'{"path": "a"}']
    answer = streamed(door, b"\n".join(lines))
    rows = [json.loads(line) for line in answer.body.splitlines()]
    assert [row["id"] for row in rows] == [f"line#{n}" for n in range(1, 6)]
    codes = [row["error"]["code"] if row["error"] else "" for row in rows]
    assert codes == ["row", "encoding", "too_large", "", "row"]
