from __future__ import annotations

from sqlalchemy.engine import Engine
from tests.cases.decided import appealed, judged, ruled
from tests.cases.desk import GROUND, REASON, ROW, opened
from tests.cases.ring import SAME, member, ring

from qingjian.cases import acts, siblings
from qingjian.cases.sql import Cases
from qingjian.flows import clusters

SAID = acts.Ground(ROW, GROUND, REASON)


def severed(cases: Cases) -> dict[str, str]:
    """Rule on a cluster of three, two of them by the same evidence; give cases by member."""
    case = ring(cases, [member("a-1", SAME), member("b-2", SAME), member("c-3", {"why": "另一段"})])
    cases.act(case.id, "li", lambda one, at: acts.claim(one, "li", at))
    clusters.rule(cases, case.id, "li", SAID, [acts.Asked("mute", 7)])
    return {one.id: one.case for one in cases.get(case.id).severed}


def test_one_overturned_opens_those_by_the_same_evidence_once(store: Engine) -> None:
    cases = Cases(store)
    of = severed(cases)
    judged(cases, appealed(cases, cases.get(of["a-1"])), "overturned")
    other = cases.get(of["b-2"])
    assert (other.state, cases.get(of["c-3"]).state, cases.get(of["a-1"]).state) == (
        "review",
        "closed",
        "closed",
    )
    assert [d.state for d in other.dispositions] == ["active"], "people decide what follows"
    (event,) = [e for e in cases.events(other.id) if e.what == "reopened"]
    assert event.data["reason"] == siblings.WHY and list(other.again) == event.data["shared"]
    assert not any(name in str(event.data) for name in ("a-1", of["a-1"]))
    kept = ruled(cases, other, "mute", who="wu fang")
    judged(cases, appealed(cases, kept), "overturned")
    assert cases.get(of["b-2"]).state == "closed"
    assert cases.get(of["a-1"]).state == "review", "it falls the other way round, too"
    ruled(cases, cases.get(of["a-1"]), "mute", who="wu fang")
    cases.act(of["b-2"], "li", lambda c, at: acts.reopen(c, REASON, at, overturns=2))
    assert cases.get(of["a-1"]).state == "closed", "once for the same evidence"
    stood = cases.listed()
    cases.rebuild()
    assert cases.listed() == stood and cases.verify()


def test_upheld_opens_nothing_and_a_ruling_that_falls_does(store: Engine) -> None:
    cases = Cases(store)
    of = severed(cases)
    judged(cases, appealed(cases, cases.get(of["a-1"])), "upheld")
    assert cases.get(of["b-2"]).state == "closed"
    cases.act(of["a-1"], "wu", lambda c, at: acts.reopen(c, REASON, at, overturns=1))
    assert cases.get(of["b-2"]).state == "review"


def test_one_that_is_under_appeal_stays_under_appeal(store: Engine) -> None:
    cases = Cases(store)
    of = severed(cases)
    appealed(cases, cases.get(of["b-2"]))
    judged(cases, appealed(cases, cases.get(of["a-1"])), "partly", "1.1")
    assert cases.get(of["b-2"]).state == "appeal" and cases.get(of["b-2"]).again == ()


def test_a_case_of_no_cluster_opens_no_other(store: Engine) -> None:
    cases = Cases(store)
    one, other = opened(cases, "p1"), opened(cases, "p2")
    for case in (one, other):
        ruled(cases, case, "remove")
    judged(cases, appealed(cases, cases.get(one.id)), "overturned")
    assert cases.get(other.id).state == "closed"
    assert siblings.evidence_of(one) == frozenset({one.seen[0].item})
