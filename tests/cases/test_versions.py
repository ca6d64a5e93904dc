from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.cases import versions as acts
from qingjian.cases.event import Draft, Event
from qingjian.cases.versions import Version, live, place, versions
from qingjian.core.errors import Conflict, NotAllowed, NotFound, QingjianError, UsageError

A, B, C = ("a" * 64, "b" * 64, "ab" * 32)
WHY = "tried for a week"


def events(drafts: Iterable[tuple[str, Draft]]) -> list[Event]:
    return [
        Event(n, place(d.data["version"]), float(n), who, d.what, d.data)
        for n, (who, d) in enumerate(drafts, 1)
    ]


def added(hash: str, number: str = "1", name: str = "ugc") -> Draft:
    named = {"surface": "content", "name": name, "number": number, "words": hash}
    return Draft("policy_added", {"version": hash, **named})


BOTH = [("li", added(A, "1")), ("li", added(B, "2"))]


def test_a_version_runs_in_shadow_decides_and_makes_room_for_the_next() -> None:
    told = list(BOTH)
    told += [("li", d) for d in acts.shadow(versions(events(told))[A])]
    assert versions(events(told))[A].state == "shadow"
    for hash in (A, B):
        told += [("wang", d) for d in acts.publish(versions(events(told))[hash], "wang", 7)]
    stand = versions(events(told))
    assert (stand[A].state, stand[B].state) == ("retired", "live")
    assert (stand[B].published_by, stand[B].live_at, stand[B].label) == ("wang", 5.0, "ugc 2")
    told += [("wang", d) for d in acts.rollback(stand, "ugc", WHY)]
    again = versions(events(told))
    assert (again[A].state, again[B].state) == ("live", "retired")
    (back,) = acts.rollback(again, "ugc", WHY)
    assert back.data["version"] == B and back.data["instead_of"] == A


def test_what_may_not_be_done_is_refused() -> None:
    stand = versions(events([*BOTH, ("wang", Draft("policy_published", {"version": A}))]))
    with pytest.raises(NotAllowed):
        acts.publish(stand[B], "li", 0)
    with pytest.raises(Conflict):
        acts.publish(stand[A], "wang", 0)
    with pytest.raises(Conflict):
        acts.shadow(stand[A])
    with pytest.raises(NotFound):
        acts.rollback(stand, "ugc", WHY)
    with pytest.raises(NotFound):
        acts.resume(stand[A], "scam", WHY)
    with pytest.raises(UsageError):
        acts.retire(stand[A], "no")
    gone = versions(events([*BOTH, ("li", acts.retire(stand[B], WHY)[0])]))
    with pytest.raises(Conflict):
        acts.retire(gone[B], WHY)
    with pytest.raises(Conflict, match="retired"):
        acts.publish(gone[B], "wang", 0)


def test_a_rule_is_suspended_and_let_in_again() -> None:
    told = [*BOTH, ("qingjian", Draft("policy_suspended", {"version": A, "rule": "scam"}))]
    stand = versions(events(told))
    assert stand[A].suspended == ("scam",)
    told += [("wang", d) for d in acts.resume(stand[A], "scam", WHY)]
    assert versions(events(told))[A].suspended == ()


def test_a_version_is_named_by_hash_letters_or_label() -> None:
    known = versions(events([("li", added(A)), ("li", added(C, "2"))]))
    for named in (A, A[:8], "ugc 1"):
        assert acts.chosen(known, named).hash == A
    for unknown in ("aaaaaaa", "ugc", "ugc 3", ""):
        with pytest.raises(NotFound):
            acts.chosen(known, unknown)
    twin = A[:10] + "f" * 54
    both = versions(events([("li", added(A)), ("li", added(twin, "2"))]))
    with pytest.raises(UsageError, match="begins 2"):
        acts.chosen(both, A[:8])


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["shadow", "publish", "retire", "rollback"]),
        st.sampled_from([A, B, C]),
        st.sampled_from(["li", "wang"]),
    ),
    max_size=12,
)


@given(STEPS)
def test_one_is_live_at_most_and_its_author_never_made_it_so(
    steps: list[tuple[str, str, str]],
) -> None:
    told = [*BOTH, ("wang", added(C, "1", "house"))]
    for what, hash, who in steps:
        stand = versions(events(told))
        one = stand[hash]
        try:
            if what == "rollback":
                drafts = acts.rollback(stand, one.name, WHY)
            elif what == "publish":
                drafts = acts.publish(one, who, 0)
            else:
                drafts = acts.shadow(one) if what == "shadow" else acts.retire(one, WHY)
        except QingjianError:
            continue
        told += [(who, draft) for draft in drafts]
        now = versions(events(told))
        for name in ("ugc", "house"):
            lives = [v for v in now.values() if v.name == name and v.state == "live"]
            assert len(lives) <= 1
            assert live(now, name) == (lives[0] if lives else None)
        changed: Version = now[hash]
        if what == "publish":
            assert changed.state == "live" and changed.author != changed.published_by
