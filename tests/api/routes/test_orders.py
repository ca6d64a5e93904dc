from __future__ import annotations

from typing import Any

from tests.api.door import Door, ruling

from qingjian.access.person import Reach


def order(door: Door, *ids: str, **other: object) -> dict[str, Any]:
    at = door.desk.cases.clock()
    items = [{"kind": "content", "id": id, "owner": "user-9"} for id in ids]
    named = {
        "issuer": "某市网信办",
        "number": f"〔2026〕{ids[0]}",
        "basis": "网络安全法 第四十七条",
    }
    times = {"received_at": at, "expires_at": at + 1e6}
    return {**named, **times, "scope": "所列内容", "steps": ["remove"], "items": items, **other}


def test_an_order_is_entered_ruled_on_by_a_person_and_closed(door: Door) -> None:
    made = door.ask("admin", "POST", "/orders", order(door, "orders-1", "orders-2"))
    assert (made.status, made.json["state"], made.json["entered_by"]) == (200, "open", "admin")
    id, case = made.json["id"], made.json["cases"][0]
    assert door.ask("auditor", "GET", f"/orders/{id}").json == made.json
    assert id in {one["id"] for one in door.ask("senior", "GET", "/orders").json}
    seen = door.ask("reviewer", "GET", f"/cases/{case}").json
    assert (seen["source"], seen["orders"][0]["id"]) == ("order", id)
    door.ask("reviewer", "POST", f"/cases/{case}/claim")
    ruled = {**ruling("remove"), "ground": id, "facts": "页面仿冒官方账号"}
    told = door.ask("reviewer", "POST", f"/cases/{case}/rulings", ruled).json
    assert told["rulings"][0]["ground"].startswith("某市网信办 〔2026〕orders-1")
    closed = door.ask("senior", "POST", f"/orders/{id}/close", {"reason": "发文机关已经撤回"})
    assert (closed.json["state"], closed.json["closed_by"]) == ("closed", "senior")
    assert id not in {one["id"] for one in door.ask("senior", "GET", "/orders").json}
    assert id in {one["id"] for one in door.ask("senior", "GET", "/orders?all=1").json}


def test_what_is_no_order_is_refused_with_what_to_do(door: Door) -> None:
    for other, status in (
        ({"items": [{"kind": "content", "id": "post-*"}]}, 400),
        ({"steps": ["delist"]}, 400),
        ({"expires_at": 1.0}, 400),
        ({"pattern": "x"}, 422),
        ({"items": []}, 422),
    ):
        refused = door.ask("admin", "POST", "/orders", order(door, "orders-3", **other))
        assert refused.status == status and refused.json["error"]["what"]
    assert door.ask("admin", "GET", "/orders/o_0").status == 404


def test_whoever_sees_a_part_of_the_work_sees_no_order(door: Door) -> None:
    who = door.user("orders-part", "senior_reviewer", reach=Reach(subject_kinds=("content",)))
    for method, path, body in (
        ("GET", "/orders", None),
        ("GET", "/orders/o_0", None),
        ("POST", "/orders", order(door, "orders-4")),
        ("POST", "/orders/o_0/close", {"reason": "发文机关已经撤回"}),
    ):
        refused = door.ask(who, method, path, body)
        assert (refused.status, refused.code) == (403, "not_allowed")
