from __future__ import annotations

from pathlib import Path

from tests.api.door import TOOL, Door, opened

from qingjian.api import in_force

RULE = """
[[rule]]
id = "tools"
when = "text.illicit_tool_promotion.hit"
do = "{do}"
row = "1.2.promotion"
because = "It offers a tool to pass checks."
"""


def text(number: str, do: str = "queue") -> dict[str, str]:
    head = f'name = "ugc"\nversion = "{number}"\nauthor = "somebody"\nsurface = "content"\n'
    return {"text": head + RULE.format(do=do)}


def peopled(door: Door) -> None:
    for name, role in (("author", "policy_author"), ("publisher", "publisher"), ("both", "")):
        door.user(name, *([role] if role else ["policy_author", "publisher"]))
    door.key("feed", "integration")


def test_a_policy_is_tried_published_and_rolled_back_while_the_desk_serves(tmp_path: Path) -> None:
    with opened(tmp_path) as door:
        peopled(door)
        made = [
            door.ask("author", "POST", "/policies/versions", text(number, do)).json
            for number, do in (("1", "queue"), ("2", "hold"))
        ]
        first, second = (f"/policies/versions/{one['hash']}" for one in made)
        assert door.ask("author", "POST", f"{second}/shadow").json["state"] == "shadow"
        assert door.desk.renew()
        item = {"id": "post-1", "text": TOOL}
        door.ask("feed", "POST", "/scan?store=true", item)
        tallied = door.ask("author", "GET", f"{second}/tally").json
        in_force.Tally.model_validate(tallied)
        assert (tallied["rows"], tallied["steps"]) == (1, {"hold": 1})
        assert tallied["rules"] == [{"id": "tools", "fired": 1, "unknown": 0}]
        for number, path in (("1", first), ("2", second)):
            assert door.ask("publisher", "POST", f"{path}/publish").json["state"] == "live"
            assert door.desk.renew() and not door.desk.renew()
            row = door.ask("feed", "POST", "/scan", item).json
            assert row["decision"]["policy"] == f"ugc {number}"
        asked = {"name": "ugc", "reason": "held too many"}
        assert door.ask("publisher", "POST", "/policies/rollback", asked).json["number"] == "1"
        assert door.desk.renew()
        assert door.ask("feed", "POST", "/scan", item).json["decision"]["policy"] == "ugc 1"
        gone = door.ask("publisher", "POST", f"{first}/retire", {"reason": "tried enough"})
        assert gone.json["state"] == "retired"
        assert door.desk.renew()
        assert door.ask("feed", "POST", "/scan", item).json["decision"]["policy"] != "ugc 1"
        listed = door.ask("author", "GET", "/policies/versions").json
        for one in listed:
            in_force.Version.model_validate(one)
        assert [one["state"] for one in listed] == ["retired", "retired"]


def test_nobody_publishes_their_own_and_what_is_unfit_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as door:
        peopled(door)
        made = door.ask("both", "POST", "/policies/versions", text("1")).json
        path = f"/policies/versions/{made['hash']}"
        shown = door.ask("both", "GET", path).json
        in_force.VersionText.model_validate(shown)
        assert shown["text"] == text("1")["text"]
        refused = door.ask("both", "POST", f"{path}/publish")
        assert (refused.status, refused.code) == (403, "not_allowed")
        unfit = door.ask("both", "POST", "/policies/versions", text("2", "sing"))
        assert (unfit.status, unfit.code) == (400, "usage")
        asked = {"rule": "tools", "reason": "looked at fifty"}
        assert door.ask("both", "POST", f"{path}/resume", asked).status == 404
