from __future__ import annotations

from tests.api.door import TOOL, Door


def lines(door: Door) -> dict[str, float]:
    page = door.ask("auditor", "GET", "/metrics")
    assert page.headers["content-type"].startswith("text/plain; version=0.0.4")
    told = [line.rpartition(" ") for line in page.body.decode().splitlines() if line[0] != "#"]
    return {name: float(value) for name, _, value in told}


def test_routes_detectors_and_queues_are_counted(door: Door) -> None:
    case = door.case("metrics-1")
    before = lines(door)
    door.ask("feed", "POST", "/scan", {"id": "metrics-2", "text": TOOL})
    door.ask("reviewer", "GET", f"/cases/{case}")
    door.ask("reviewer", "GET", "/nowhere/metrics-1")
    after = lines(door)
    more = {name: value - before.get(name, 0) for name, value in after.items()}
    assert more['qingjian_requests_total{method="POST",route="/scan",status="200"}'] == 1
    assert more['qingjian_requests_total{method="GET",route="/cases/{id}",status="200"}'] == 1
    assert more['qingjian_requests_total{method="any",route="none",status="404"}'] == 1
    assert more['qingjian_request_seconds_count{method="POST",route="/scan"}'] == 1
    assert more['qingjian_items_found_total{detector="text.illicit_tool_promotion"}'] == 1
    assert sum(v for k, v in after.items() if k.startswith("qingjian_cases{")) >= 1


def test_no_content_and_no_id_is_told(door: Door) -> None:
    case = door.case("metrics-3", owner="somebody-3")
    page = door.ask("auditor", "GET", "/metrics").body.decode()
    assert not [word for word in ("metrics-3", "somebody-3", "转我", case) if word in page]


def test_only_queues_in_reach_are_told(door: Door) -> None:
    from qingjian.access.person import Reach

    door.case("metrics-4")
    far = door.user("metrics-far", "auditor", reach=Reach(queues=("1.1",)))
    assert b"qingjian_cases{" not in door.ask(far, "GET", "/metrics").body
