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


def test_orders_are_counted_for_whoever_sees_all_of_the_work(door: Door) -> None:
    from qingjian.access.person import Reach

    at = door.desk.cases.clock()
    text = {"issuer": "某市网信办", "number": "〔2026〕9号", "basis": "第四十七条", "scope": "所列"}
    times = {"received_at": at, "expires_at": at + 1e6}
    rest = {"steps": ["remove"], "items": [{"kind": "content", "id": "metrics-5"}]}
    before = lines(door).get('qingjian_orders{state="open"}', 0)
    assert door.ask("senior", "POST", "/orders", {**text, **times, **rest}).status == 200
    assert lines(door)['qingjian_orders{state="open"}'] == before + 1
    far = door.user("metrics-part", "auditor", reach=Reach(queues=("other",)))
    assert b"qingjian_orders{" not in door.ask(far, "GET", "/metrics").body


def test_no_content_and_no_id_is_told(door: Door) -> None:
    case = door.case("metrics-3", owner="somebody-3")
    page = door.ask("auditor", "GET", "/metrics").body.decode()
    assert not [word for word in ("metrics-3", "somebody-3", "转我", case) if word in page]


def test_only_queues_in_reach_are_told(door: Door) -> None:
    from qingjian.access.person import Reach

    door.case("metrics-4")
    far = door.user("metrics-far", "auditor", reach=Reach(queues=("1.1",)))
    assert b"qingjian_cases{" not in door.ask(far, "GET", "/metrics").body
