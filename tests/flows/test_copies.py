from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.cases.desk import row

from qingjian.cases.intake import Whose, sighting
from qingjian.core.actions import LADDERS
from qingjian.core.hashing import sha256
from qingjian.core.types import Image, Item, Text
from qingjian.flows.copies import RULE, STEPS, copied, marked

RED = b"a harmless red square"
NAME = sha256(RED)


def test_a_copy_is_told_by_its_bytes_wherever_they_are(tmp_path: Path) -> None:
    file = tmp_path / "red.png"
    file.write_bytes(RED)
    found = [Text(body=RED.decode()), Image(source=RED), Image(source=file)]
    assert [copied(one, {NAME}) for one in found] == [NAME] * 3
    assert copied(None, {NAME}, file) == NAME
    assert copied(Text(body="other", source=RED), {NAME}) == NAME


def test_what_is_no_copy_or_cannot_be_read_is_none(tmp_path: Path) -> None:
    others: list[Item | None] = [Text(body="a red square"), Image(source=tmp_path / "gone"), None]
    assert [copied(one, {NAME}) for one in others] == [""] * 3
    assert copied(None, {NAME}, tmp_path) == copied(Text(body=RED.decode()), ()) == ""


@pytest.mark.parametrize(
    ("surface", "had", "do"),
    [
        ("content", "pass", "queue"),
        ("content", "remove", "remove"),
        ("gateway", "pass", "refuse"),
        ("product", "ask", "hold"),
        ("corpus", "drop", "drop"),
    ],
)
def test_at_least_people_get_to_look(surface: str, had: str, do: str) -> None:
    made = marked(row(do=had), NAME, surface, "ugc 1")
    assert (made["decision"]["do"], made["decision"]["needs_person"]) == (do, True)
    assert RULE in made["decision"]["rules"] and len(made["findings"]) == 2
    assert STEPS.keys() == LADDERS.keys()


def test_a_copy_that_could_not_be_read_opens_a_case_all_the_same() -> None:
    fault = {"code": "damaged", "what": "it is cut short", "hint": ""}
    bare: dict[str, Any] = row(decision=None, findings=[], error=fault)
    made = marked(bare, NAME, "content", "ugc 1")
    assert made["not_looked_at"] == [{"what": "post-1", "reason": "it is cut short"}]
    one = sighting(made, Whose())
    assert (one.asks, one.seen.do, one.seen.policy) == (True, "queue", "ugc 1")
    assert one.seen.detectors == {"blocked.hash": ""} and one.step == ""
