from __future__ import annotations

from threading import Thread

import pytest
from sqlalchemy.engine import Engine
from tests.cases.desk import Hands, opened
from tests.cases.policy import KNOWN, text

from qingjian.cases import versions as acts
from qingjian.cases.event import OF_POLICIES
from qingjian.cases.policies import MOST_BYTES, Live, Policies, pack_of
from qingjian.cases.sql import Cases
from qingjian.core.errors import ConfigError, Conflict, NotAllowed, NotFound, UsageError

WHY = "tried for a week"


def test_a_version_lives_on_the_chain_of_the_cases(store: Engine) -> None:
    policies, cases = Policies(store, clock=Hands()), Cases(store, clock=Hands())
    opened(cases, "post-1")
    first = policies.add(text("1"), "li", KNOWN)
    second = policies.add(text("2", do="hold"), "li", KNOWN)
    assert policies.add(text("1"), "wang", KNOWN) == first
    assert policies.act(first.hash, "li", acts.shadow).state == "shadow"
    opened(cases, "post-2")
    policies.publish("ugc 1", "wang")
    policies.publish(second.hash[:8], "wang")
    assert policies.live("ugc") == Live(text("2", do="hold"), ())
    assert policies.rollback("ugc", "wang", WHY).hash == first.hash
    assert policies.live("ugc") == Live(text("1"), ())
    assert policies.live("prompt") is None
    assert [v.state for v in policies.all().values()] == ["live", "retired"]
    count, _ = cases.verify()
    told = [e.what for e in cases.events()]
    assert count == len(told) and told.count("policy_published") == 3
    stood = cases.listed()
    assert cases.rebuild() == 2
    assert cases.listed() == stood
    place = next(e.case for e in cases.events() if e.what in OF_POLICIES)
    with pytest.raises(NotFound):
        cases.get(place)


def test_what_is_unfit_is_not_kept(store: Engine) -> None:
    policies = Policies(store)
    long = text().replace('id = "scam"', f'id = "{"x" * 121}"')
    for wrong in (
        "x = ",
        text().replace("queue", "sing"),
        text().replace("scam.hit", "x.hit"),
        long,
    ):
        with pytest.raises(UsageError, match="unfit"):
            policies.add(wrong, "li", KNOWN)
    with pytest.raises(UsageError):
        policies.add("#" * (MOST_BYTES + 1), "li", KNOWN)
    with pytest.raises(UsageError, match="nobody"):
        policies.add(text(), " ", KNOWN)
    policies.add(text(), "li", KNOWN)
    with pytest.raises(Conflict, match="another text"):
        policies.add(text(least=0.9), "li", KNOWN)
    assert len(policies.all()) == 1


def test_its_author_does_not_publish_it_and_tenants_do_not_see_each_other(store: Engine) -> None:
    policies = Policies(store)
    one = policies.add(text(), "li", KNOWN)
    with pytest.raises(NotAllowed):
        policies.publish(one.hash, " LI")
    other = Policies(store, "other")
    assert other.all() == {} and other.live("ugc") is None
    with pytest.raises(NotFound):
        other.publish(one.hash, "wang")
    with pytest.raises(NotFound):
        other.text(one.hash)


def test_of_two_who_publish_at_once_one_wins(store: Engine) -> None:
    policies = Policies(store)
    hash = policies.add(text(), "li", KNOWN).hash
    refused = []

    def publish(who: str) -> None:
        try:
            policies.publish(hash, who)
        except Conflict as error:
            refused.append(error)

    threads = [Thread(target=publish, args=(who,)) for who in ("wang", "zhao", "qian")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 2
    assert policies.get(hash).state == "live"


def test_a_suspended_rule_decides_no_more() -> None:
    assert [r.id for r in pack_of(Live(text(), ()), KNOWN).rules] == ["scam"]
    assert pack_of(Live(text(), ("scam",)), KNOWN).rules == ()
    with pytest.raises(ConfigError, match="cannot be used"):
        pack_of(Live(text(), ()), {})
