from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from tests.cases.desk import Hands, row
from tests.cases.policy import KNOWN, pack, text

from qingjian.batch.readers.meter import Meter
from qingjian.batch.readers.stored import rows as stored
from qingjian.cases import versions as acts
from qingjian.cases.policies import Policies
from qingjian.cases.sql import Cases
from qingjian.core.errors import ConfigError
from qingjian.flows.backtest import backtest
from qingjian.flows.ingest import ingest
from qingjian.flows.shadow import counted, known_of, watch
from qingjian.policy.facts import Facts, of_row
from qingjian.policy.flood import WINDOW

MEASURED = ("text.scam",)


def scored(id: str, score: float, do: str = "pass") -> dict[str, Any]:
    made = row(id, do, scores={"text.scam": score})
    if score < 0.3:
        made["findings"] = []
    return made


def taken(cases: Cases, policies: Policies, rows: Iterator[dict[str, Any]] | list[Any]) -> None:
    asked = watch(policies, "ugc", KNOWN, MEASURED)
    listed = [(str(n), one) for n, one in enumerate(rows)]
    for _ in ingest(cases, listed, lambda id: {}, "li", watch=asked):
        pass


def test_a_shadow_counts_and_changes_nothing(store: Engine) -> None:
    cases, policies = Cases(store), Policies(store)
    assert watch(policies, "ugc", KNOWN, MEASURED) is None
    one = policies.add(text("1", do="hold"), "li", KNOWN)
    policies.act(one.hash, "li", acts.shadow)
    rows = [scored("a", 0.9), scored("b", 0.1), scored("c", 0.9, "queue"), scored("d", 0.9, "hold")]
    taken(cases, policies, rows)
    taken(cases, policies, rows)  # they are known by now
    counts = policies.tally(one.hash)
    assert (counts.rows, counts.hits["scam"], dict(counts.steps)["hold"]) == (4, 3, 3)
    assert dict(counts.moved) == {("pass", "hold"): 1, ("queue", "hold"): 1}
    assert counts.ids["pass", "hold"] == ["a"]
    assert {c["subject"] for c in cases.listed()} == {"c", "d"}


@settings(max_examples=25)
@given(st.lists(st.floats(0, 1), max_size=40), st.floats(0, 1))
def test_a_shadow_counts_as_a_backtest_does(
    tmp_path_factory: pytest.TempPathFactory, scores: list[float], least: float
) -> None:
    rows = [scored(f"p{n}", round(s, 3)) for n, s in enumerate(scores)]
    file = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    file.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in rows))
    tried = pack("1", round(least, 3))
    tested = backtest(stored([str(file)], 10**6, Meter(0)), tried, MEASURED).pack
    runs = [(one["id"], of_row(one), "pass") for one in rows]
    counts = counted(tried, MEASURED, runs)
    assert counts.rows == len(rows)
    assert {s: n for s, n in tested.steps.items() if n} == {
        s: n for s, n in counts.steps.items() if n
    }
    (rule,) = tested.rules
    assert (rule.fired, rule.unknown) == (counts.hits["scam"], counts.unknown["scam"])
    assert counts.people == tested.need_person


def test_a_rule_that_lacks_its_detector_is_unknown() -> None:
    facts = Facts(frozenset(), {}, {})
    counts = counted(pack(), MEASURED, [("a", facts, "pass")])
    assert (counts.unknown["scam"], counts.hits["scam"]) == (1, 0)


def test_a_row_that_contradicts_itself_stops_nothing_and_is_counted(store: Engine) -> None:
    cases, policies = Cases(store), Policies(store)
    one = policies.add(text("1"), "li", KNOWN)
    policies.publish(one.hash, "wang")
    torn = row("b", scores={"text.gore": 0.5})
    taken(cases, policies, [scored("a", 0.9), torn])
    counts = policies.tally(one.hash)
    assert (counts.rows, counts.unread) == (1, 1)
    assert {c["subject"] for c in cases.listed()} == {"b"}


def flood(start: int, count: int, of: int) -> list[dict[str, Any]]:
    return [scored(f"p{start + n}", 0.9 if n < of else 0.1) for n in range(count)]


def test_a_live_rule_that_suddenly_fires_too_much_is_suspended_until_somebody_lets_it_in(
    tmp_path: Path,
) -> None:
    from qingjian.store.engine import open_store

    engine = open_store(str(tmp_path / "a.db"))
    cases, policies = Cases(engine, clock=Hands()), Policies(engine, clock=Hands())
    live = policies.add(text("1"), "li", KNOWN)
    beside = policies.add(text("2"), "li", KNOWN)
    policies.act(beside.hash, "li", acts.shadow)
    policies.publish(live.hash, "wang")
    taken(cases, policies, flood(0, WINDOW, 5))
    assert policies.get(live.hash).suspended == ()
    taken(cases, policies, flood(WINDOW, WINDOW, 400))
    assert policies.get(live.hash).suspended == ("scam",)
    assert policies.get(beside.hash).suspended == ()
    (event,) = [e for e in cases.events() if e.what == "policy_suspended"]
    assert event.data["hits"] == 400 and event.data["rows_before"] == WINDOW
    asked = watch(policies, "ugc", KNOWN, MEASURED)
    assert asked is not None and asked.suspended == {"scam"}
    taken(cases, policies, flood(2 * WINDOW, WINDOW, 400))
    counts = policies.tally(live.hash)
    assert (counts.hits["scam"], counts.floods["scam"]) == (805, 800)
    assert sum(e.what == "policy_suspended" for e in cases.events()) == 1
    policies.act(live.hash, "wang", lambda one: acts.resume(one, "scam", "a real campaign"))
    assert policies.get(live.hash).suspended == ()
    engine.dispose()


def test_a_version_whose_detector_is_gone_is_told(tmp_path: Path) -> None:
    from qingjian.store.engine import open_store

    policies = Policies(open_store(str(tmp_path / "a.db")))
    one = policies.add(text(), "li", KNOWN)
    policies.act(one.hash, "li", acts.shadow)
    with pytest.raises(ConfigError, match="ugc 1 cannot be used"):
        watch(policies, "ugc", {}, MEASURED)


def test_what_rules_name_of_an_item_is_taken_from_its_json() -> None:
    told = known_of({"kind": "text", "about": {"role": "user", "declared": True, "who": "x"}})
    assert told == {"role": "user", "channel": "", "audience": "", "kind": "text", "declared": True}
    assert known_of({"about": "nobody"})["role"] == ""
