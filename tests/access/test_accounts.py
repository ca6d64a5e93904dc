from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from tests.access.hands import Hands
from tests.needs import package

from qingjian.access.accounts import SESSION_S, Accounts
from qingjian.access.person import Person, Reach, may
from qingjian.core.errors import NotFound, SignInRefused, TooManyTries, UsageError
from qingjian.store.engine import open_store
from qingjian.store.tables import METADATA

package("argon2")
DAY = 86_400.0
GOOD = "correct horse battery"
OTHER = "一句别人猜不到的长长的话"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_store(str(tmp_path / "a.db"))


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def accounts(engine: Engine, clock: Hands) -> Accounts:
    return Accounts(engine, clock)


def log(accounts: Accounts) -> list[tuple[str, str]]:
    return [(entry.what, entry.who) for entry in accounts.entries()]


def wrong(accounts: Accounts, name: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused, match="name or password is wrong"):
            accounts.sign_in(name, "not the password")


def test_a_user_is_added_listed_and_signs_in(accounts: Accounts, clock: Hands) -> None:
    reach = Reach(("fraud", "fraud"), ("account",), ("phone",))
    li = accounts.add_user(" Li Min ", GOOD, ["reviewer", "admin"], "root", reach)
    assert li == Person(
        *(li.id, "li min", "default", ("admin", "reviewer")),
        *(("fraud",), ("account",), ("phone",)),
    )
    assert accounts.user("LI MIN") == li
    assert accounts.listed_users() == [li]
    person, token = accounts.sign_in("li min", GOOD)
    assert person == accounts.session(token) == li
    assert log(accounts) == [("added", "root"), ("signed_in", "li min")]
    clock.at += SESSION_S - 1
    assert accounts.session(token) == li
    clock.at += 1
    with pytest.raises(SignInRefused, match="the session is over"):
        accounts.session(token)


def test_a_name_that_is_taken_is_refused_in_its_tenant_alone(
    accounts: Accounts, engine: Engine, clock: Hands
) -> None:
    accounts.add_user("li", GOOD, ["admin"], "root")
    with pytest.raises(UsageError, match="there is a user 'li'"):
        accounts.add_user("LI", OTHER, ["auditor"], "root")
    other = Accounts(engine, clock, "other")
    other.add_user("li", OTHER, ["admin"], "root")
    _, token = other.sign_in("li", OTHER)
    assert accounts.session(token).tenant == "other", "a token tells its tenant itself"
    assert [u.tenant for u in accounts.listed_users()] == ["default"]
    assert log(accounts) == [("added", "root")]


@pytest.mark.parametrize(
    ("name", "password", "role", "who", "said"),
    [
        ("", GOOD, "admin", "root", "a name has"),
        ("li", "too short", "admin", "root", "a password has"),
        ("li", GOOD, "boss", "root", "no role"),
        ("li", GOOD, "integration", "root", "a role of keys"),
        ("li", GOOD, "admin", " ", "nobody says"),
    ],
)
def test_what_is_no_user_is_refused_whole(
    accounts: Accounts, name: str, password: str, role: str, who: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        accounts.add_user(name, password, [role], who)
    assert (accounts.listed_users(), accounts.entries()) == ([], [])


def test_who_is_not_there_is_refused_as_who_has_another_password(accounts: Accounts) -> None:
    accounts.add_user("li", GOOD, ["admin"], "root")
    accounts.add_user("wang", GOOD, ["auditor"], "root")
    accounts.deactivate("wang", "li")
    told = set()
    for name, password in (("li", OTHER), ("nobody", GOOD), ("wang", GOOD), ("\x00", GOOD)):
        with pytest.raises(SignInRefused) as refused:
            accounts.sign_in(name, password)
        told.add((refused.value.what, refused.value.hint, refused.value.http_status))
    assert len(told) == 1


def test_ten_wrong_passwords_lock_a_name_also_for_the_right_one(
    accounts: Accounts, clock: Hands
) -> None:
    accounts.add_user("li", GOOD, ["admin"], "root")
    wrong(accounts, "li", 10)
    wrong(accounts, "nobody", 10)
    for name in ("Li", "nobody"):
        with pytest.raises(TooManyTries):
            accounts.sign_in(name, GOOD)
    assert log(accounts) == [("added", "root"), ("locked", "li")]
    clock.at += 15 * 60
    assert accounts.sign_in("li", GOOD)[0].name == "li"
    wrong(accounts, "li", 9)
    accounts.sign_in("li", GOOD)


def test_a_new_password_ends_the_sessions_and_the_lock(accounts: Accounts) -> None:
    accounts.add_user("li", GOOD, ["admin"], "root")
    _, token = accounts.sign_in("li", GOOD)
    wrong(accounts, "li", 10)
    accounts.set_password("li", OTHER, "root")
    with pytest.raises(SignInRefused):
        accounts.session(token)
    wrong(accounts, "li", 1)
    assert accounts.sign_in("li", OTHER)[0].name == "li"
    with pytest.raises(UsageError, match="12 to"):
        accounts.set_password("li", "short", "root")
    with pytest.raises(NotFound, match="no user 'nobody'"):
        accounts.set_password("nobody", OTHER, "root")
    assert ("password", "root") in log(accounts)


def test_roles_and_reach_are_set_at_once_and_hold_in_running_sessions(accounts: Accounts) -> None:
    accounts.add_user("li", GOOD, ["admin"], "root")
    accounts.add_user("wang", GOOD, ["reviewer"], "li", Reach(("fraud",)))
    _, token = accounts.sign_in("wang", GOOD)
    wang = accounts.set_roles("wang", "li", roles=["auditor"])
    assert (wang.roles, wang.queues) == (("auditor",), ("fraud",)), "what is not named stays"
    assert not may(accounts.session(token), "case.decide")
    wang = accounts.set_roles("wang", "li", reach=Reach((), ("account",)))
    assert (wang.roles, wang.queues, wang.subject_kinds) == (("auditor",), (), ("account",))
    last = accounts.entries()[-1]
    reach = {"queues": [], "subject_kinds": ["account"], "masked": []}
    assert (last.what, last.who, last.of, last.row) == ("roles", "li", wang.id, reach)


def test_what_is_sealed_is_granted_by_another_person(accounts: Accounts) -> None:
    accounts.add_user("li", GOOD, ["admin"], "root")
    with pytest.raises(UsageError, match="nobody grants something to themselves"):
        accounts.set_roles("li", " LI ", granted=["sealed.read"])
    assert not may(accounts.user("li"), "sealed.read")
    assert may(accounts.set_roles("li", "wang", granted=["sealed.read"]), "sealed.read")
    assert not may(accounts.set_roles("li", "li", granted=[]), "sealed.read"), "giving up is free"


def test_nobody_takes_the_role_for_sealed_cases(accounts: Accounts) -> None:
    accounts.add_user("li", GOOD, ["admin"], "root")
    both = ["admin", "sealed_reviewer"]
    with pytest.raises(UsageError, match="nobody grants something to themselves"):
        accounts.set_roles("li", " LI ", roles=both)
    assert not may(accounts.user("li"), "sealed.view")
    assert may(accounts.set_roles("li", "wang", roles=both), "sealed.view")
    assert not may(accounts.user("li"), "sealed.read"), "the contents are granted apart"
    assert accounts.set_roles("li", "li", roles=both).roles == ("admin", "sealed_reviewer")


def test_the_last_admin_stays(accounts: Accounts, engine: Engine, clock: Hands) -> None:
    accounts.add_user("li", GOOD, ["admin"], "root")
    accounts.add_key("ci", ["admin"], "li")
    Accounts(engine, clock, "other").add_user("zhao", GOOD, ["admin"], "root")
    for last in ("alone", "after another left"):
        with pytest.raises(UsageError, match="'li' is the last admin"):
            accounts.deactivate("li", "root")
        with pytest.raises(UsageError, match="'li' is the last admin"):
            accounts.set_roles("li", "root", roles=["auditor"])
        if last == "alone":
            accounts.add_user("wang", GOOD, ["admin"], "li")
            accounts.deactivate("wang", "li")
    accounts.set_roles("li", "root", roles=["admin", "auditor"])
    accounts.add_user("sun", GOOD, ["admin"], "li")
    accounts.deactivate("li", "sun")
    assert [(u.name, u.active) for u in accounts.listed_users()] == [
        ("li", False),
        ("sun", True),
        ("wang", False),
    ]


def test_who_is_deactivated_is_out_at_once_and_for_good(accounts: Accounts) -> None:
    accounts.add_user("li", GOOD, ["admin"], "root")
    accounts.add_user("wang", GOOD, ["reviewer"], "li")
    _, token = accounts.sign_in("wang", GOOD)
    accounts.deactivate("wang", "li")
    with pytest.raises(SignInRefused):
        accounts.session(token)
    assert not accounts.user("wang").active
    with pytest.raises(UsageError, match="'wang' is not active"):
        accounts.deactivate("wang", "li")
    with pytest.raises(UsageError, match="not active"):
        accounts.set_password("wang", OTHER, "li")
    with pytest.raises(UsageError, match="not active"):
        accounts.set_roles("wang", "li", roles=["admin"])
    with pytest.raises(UsageError, match="there is a user"):
        accounts.add_user("wang", OTHER, ["reviewer"], "li")


def test_a_session_is_ended_by_signing_out_and_others_are_not(accounts: Accounts) -> None:
    accounts.add_user("li", GOOD, ["admin"], "root")
    first, second = (accounts.sign_in("li", GOOD)[1] for _ in range(2))
    accounts.sign_out(first)
    accounts.sign_out("qjs_nothing")
    with pytest.raises(SignInRefused):
        accounts.session(first)
    assert accounts.session(second).name == "li"
    with pytest.raises(SignInRefused):
        accounts.session("")


def test_a_key_acts_in_its_reach_until_it_expires(accounts: Accounts, clock: Hands) -> None:
    made, token = accounts.add_key("Crawler", ["integration"], "li", Reach(("fraud",)), days=2)
    person = accounts.key(token)
    assert person == made.person
    assert (person.name, person.kind, person.roles) == ("crawler", "key", ("integration",))
    assert (made.added_at, made.expires_at) == (clock.at, clock.at + 2 * DAY)
    assert may(person, "ingest") and not may(person, "case.decide")
    clock.at += DAY
    accounts.key(token)
    assert [k.used_on for k in accounts.listed_keys()] == ["2026-11-23"]
    clock.at += DAY
    with pytest.raises(SignInRefused, match="does not hold"):
        accounts.key(token)
    assert [k.person.active for k in accounts.listed_keys()] == [False]


def test_a_key_is_revoked_once_and_another_of_its_name_goes_on(accounts: Accounts) -> None:
    (old, first), (_, second) = (accounts.add_key("ci", ["integration"], "li") for _ in range(2))
    assert [k.used_on for k in accounts.listed_keys()] == ["", ""]
    accounts.revoke(old.person.id, "wang")
    for token in (first, second[:-1], "", "qj_" + "a" * 43):
        with pytest.raises(SignInRefused):
            accounts.key(token)
    assert accounts.key(second).name == "ci"
    with pytest.raises(UsageError, match="revoked before"):
        accounts.revoke(old.person.id, "wang")
    with pytest.raises(NotFound, match="no key 'nothing'"):
        accounts.revoke("nothing", "wang")
    assert [e.what for e in accounts.entries()] == ["key_added", "key_added", "key_revoked"]
    assert [e.seq for e in accounts.entries(after=2)] == [3]


@pytest.mark.parametrize(("days", "role"), [(0, "auditor"), (3_651, "auditor"), (1, "boss")])
def test_what_is_no_key_is_refused(accounts: Accounts, days: int, role: str) -> None:
    with pytest.raises(UsageError):
        accounts.add_key("ci", [role], "li", days=days)
    assert accounts.listed_keys() == []


def test_reading_a_key_is_one_query_by_its_primary_key(accounts: Accounts, engine: Engine) -> None:
    _, token = accounts.add_key("ci", ["integration"], "li")
    accounts.key(token)
    asked: list[tuple[str, object]] = []
    sa.event.listen(
        engine, "before_cursor_execute", lambda *a: asked.append((str(a[2]), a[3])), named=False
    )
    accounts.key(token)
    [(statement, values)] = [one for one in asked if not one[0].startswith("BEGIN")]
    with engine.connect() as db:
        plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()  # type: ignore[arg-type]  # as the driver got them
    assert "SEARCH access_key USING INDEX" in str(plan)
    assert "SCAN" not in str(plan)


def test_no_secret_is_kept_in_any_table(accounts: Accounts, engine: Engine) -> None:
    accounts.add_user("li", GOOD, ["admin"], "root")
    _, key = accounts.add_key("ci", ["integration"], "li")
    _, session = accounts.sign_in("li", GOOD)
    accounts.set_password("li", OTHER, "li")
    accounts.sign_in("li", OTHER)
    with engine.connect() as db:
        tables = [t for name, t in METADATA.tables.items() if name.startswith("access_")]
        kept = json.dumps([[*row] for t in tables for row in db.execute(sa.select(t))], default=str)
        log = json.dumps([[*row] for row in db.execute(sa.select(METADATA.tables["access_entry"]))])
    assert not any(secret in kept for secret in (GOOD, key, session, json.dumps(OTHER)[1:-1]))
    assert "argon2" in kept and "argon2" not in log
