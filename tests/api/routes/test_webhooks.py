from __future__ import annotations

from pathlib import Path

from standardwebhooks.webhooks import Webhook
from tests.api.door import Door, opened
from tests.flows.receiver import receiving

from qingjian.api import in_force
from qingjian.api.sender import Sender
from qingjian.cases.webhooks import RETRIES_S
from qingjian.flows.deliver import deliver

PLATFORM = {"url": "https://93.184.215.14/desk", "events": ["disposition.started"]}


def peopled(door: Door) -> None:
    door.user("reviewer", "reviewer")
    door.user("admin", "admin")
    door.key("feed", "integration")


def test_an_endpoint_is_added_listed_and_removed(door: Door) -> None:
    made = door.ask("feed", "POST", "/webhooks", PLATFORM)
    assert made.status == 200
    in_force.NewEndpoint.model_validate(made.json)
    assert made.json["secret"].startswith("whsec_")
    assert made.json["made_by"] == "key:feed"
    (listed,) = [
        e for e in door.ask("admin", "GET", "/webhooks").json if e["id"] == made.json["id"]
    ]
    in_force.Endpoint.model_validate(listed)
    assert (listed["events"], listed["active"]) == (["disposition.started"], True)
    gone = f"/webhooks/{made.json['id']}"
    assert door.ask("admin", "DELETE", gone).json == {"done": True}
    assert door.ask("admin", "DELETE", gone).status == 404


def test_what_is_no_public_address_or_no_event_is_refused(door: Door) -> None:
    for wrong in ({"url": "http://127.0.0.1/x"}, {**PLATFORM, "events": ["case.sung"]}):
        refused = door.ask("feed", "POST", "/webhooks", wrong)
        assert (refused.status, refused.code) == (400, "usage")


def test_a_message_arrives_signed_and_is_sent_again_on_demand(tmp_path: Path) -> None:
    with opened(tmp_path, webhook_private=1) as door, receiving(200) as receiver:
        peopled(door)
        made = door.ask("admin", "POST", "/webhooks", {"url": receiver.url}).json
        case = door.ruled("hooked-1", "limit_distribution")
        hooks, post = door.desk.services.webhooks, Sender(inside=True)
        sent = deliver(hooks, post)["sent"]
        assert sent == len(receiver.got) > 0
        for one in receiver.got:
            assert Webhook(made["secret"]).verify(one.body, one.headers)["data"]["case"] == case
        message = {"message": receiver.got[0].headers["webhook-id"]}
        assert door.ask("admin", "POST", "/webhooks/replay", message).json == {"due": 1}
        again = door.ask("admin", "POST", f"/webhooks/{made['id']}/replay", {"since": 1})
        assert again.json == {"due": sent}
        assert deliver(hooks, post)["sent"] == sent
        assert receiver.got[sent].body == receiver.got[0].body


def test_one_that_went_away_is_switched_on_again_and_what_is_dead_is_listed(
    tmp_path: Path,
) -> None:
    with opened(tmp_path, webhook_private=1) as door, receiving(500) as receiver:
        peopled(door)
        wanted = {"url": receiver.url, "events": ["case.opened"]}
        made = door.ask("admin", "POST", "/webhooks", wanted).json
        door.case("hooked-2")
        hooks, post = door.desk.services.webhooks, Sender(inside=True)
        clock = hooks.clock
        later = 0.0
        for wait_s in (*RETRIES_S, 0.0):
            hooks.clock = lambda later=later: clock() + later  # type: ignore[misc]  # a lambda with a default
            deliver(hooks, post)
            later += wait_s + 1
        (dead,) = door.ask("admin", "GET", "/webhooks/dead").json
        in_force.Dead.model_validate(dead)
        assert (dead["endpoint"], dead["tries"], dead["last"]) == (made["id"], 8, "HTTP 500")
        receiver.status = [410]
        door.case("hooked-3")
        deliver(hooks, post)
        assert not door.ask("admin", "GET", "/webhooks").json[0]["active"]
        assert door.ask("admin", "POST", f"/webhooks/{made['id']}/resume").json == {"done": True}
        assert door.ask("admin", "GET", "/webhooks").json[0]["active"]
