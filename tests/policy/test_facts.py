from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.expressions import abouts, findings, found, ids, seen
from tests.policy.test_decide import fit_pack, pack_of, random_rules, random_scores

from qingjian.batch.entry import Entry
from qingjian.batch.local import Judged
from qingjian.core.types import About, Decision, Finding, Scanned
from qingjian.policy.decide import decide, of_facts
from qingjian.policy.facts import named, of_row, of_run
from qingjian.reports.row import dumps, row


def stored(scanned: Scanned) -> dict[str, Any]:
    """Give the row of what was seen, as it is read again."""
    judged = Judged(Entry("a", scanned.item), scanned, Decision("pass"))
    made: dict[str, Any] = orjson.loads(dumps(row(judged, {})))
    return made


@given(
    random_rules(), findings, random_scores(), ids, ids, ids, abouts, st.booleans(), st.booleans()
)
def test_a_row_is_decided_as_the_run_it_tells_of(
    made: tuple[str, list[tuple[str, str]], tuple[str, ...]],
    some: list[Finding],
    scores: tuple[dict[str, float], dict[str, float]],
    ran: frozenset[str],
    abstained: frozenset[str],
    failed: frozenset[str],
    about: About,
    exempt: bool,
    tells_item: bool,
) -> None:
    surface, rules, alone = made
    usable = [r for r in rules if not pack_of(surface, [r], exempt=exempt)[1]]
    pack, _ = pack_of(surface, usable, alone, exempt)
    assert pack is not None
    scanned = seen(
        some, ran, scores[0], about, sorted(abstained - ran), sorted(failed - ran - abstained)
    )
    told = stored(scanned)
    live = of_run(scanned)
    if tells_item:
        told["item"] = live.item
        assert of_row(told) == live
        assert of_facts(pack, of_row(told), ran) == decide(pack, scanned, ran)
    else:
        assert of_row(told) == live._replace(item=None)
    if not any(rule.about for rule in pack.rules):
        assert of_facts(pack, of_row(told), ran) == decide(pack, scanned, ran)


def test_what_rules_may_name_is_counted() -> None:
    scanned = seen(
        [
            found("text.scam", "low"),
            found("text.scam", "medium"),
            found("text.scam", "info", "but"),
        ],
        ["text.scam", "image.badge"],
        {"text.scam": 0.25},
        About(role="author", channel="群聊", audience="minors", declared=True),
    )
    assert named(of_run(scanned)) == {
        "text": {
            "scam": {"hit": True, "count": 3, "unopposed": 2, "severity": 2, "score": 0.25},
        },
        "image": {"badge": {"hit": False, "count": 0, "unopposed": 0, "severity": 0}},
        "item": {
            "kind": "text",
            "role": "author",
            "channel": "群聊",
            "audience": "minors",
            "declared": True,
        },
    }


def test_a_detector_cannot_pass_itself_off_as_the_item() -> None:
    told = named(of_run(Scanned(seen().item, ran=seen(ran=()).ran)))
    assert told["item"]["role"] == ""
    odd = of_run(seen([found("item.role")], ["item.role"]))
    assert named(odd)["item"]["role"] == ""
    assert "item" not in named(odd._replace(item=None))


def test_a_row_that_does_not_tell_of_its_item_leaves_rules_on_it_unknown() -> None:
    pack = fit_pack(("text.scam.hit && item.role == 'user'", "hold"), ("text.scam.hit", "note"))
    facts = of_row(stored(seen([found("text.scam")], about=About(role="user"))))
    decision = of_facts(pack, facts, ())
    assert (decision.do, decision.unknown) == ("note", ("r0",))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scores": {"text.none": 0.5}}, ValueError),
        ({"scores": {"text.scam": "high"}}, TypeError),
        ({"scores": {"text.scam": True}}, TypeError),
        ({"findings": [{"detector": "text.none", "severity": "low", "against": []}]}, ValueError),
        ({"findings": [{"detector": "text.scam", "severity": "odd", "against": []}]}, ValueError),
        ({"findings": [{"detector": "text.scam"}]}, KeyError),
        ({"findings": [3]}, TypeError),
        ({"ran": None}, TypeError),
        ({"item": {"role": 3}}, TypeError),
        ({"item": {"declared": "yes"}}, TypeError),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(
    changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        of_row({**stored(seen()), **changes})
