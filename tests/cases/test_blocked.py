from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine
from tests.cases.desk import Hands, opened

from qingjian.cases.blocked import Blocklist, blocked, digest_of
from qingjian.cases.sql import Cases
from qingjian.core.errors import Conflict, NotAllowed, NotFound, UsageError
from qingjian.core.hashing import sha256

FILE = sha256(b"a harmless picture of a red square")
WHY = "spoke with whoever it shows"
NEAR = "dhash:0f1e2d3c4b5a6978"


def test_a_hash_finds_copies_once_another_person_agreed_until_it_is_taken_back(
    store: Engine,
) -> None:
    hashes, cases = Blocklist(store, clock=Hands()), Cases(store, clock=Hands())
    opened(cases)
    assert (hashes.last(), hashes.approved()) == (0, frozenset())
    one, ticket = hashes.submit(FILE.upper(), NEAR, "li")
    assert (one.state, one.sha256, hashes.approved()) == ("waiting", FILE, frozenset())
    with pytest.raises(NotAllowed):
        hashes.approve(one.id, " LI", WHY)
    agreed = hashes.approve(one.id, "wu", WHY)
    assert (agreed.state, agreed.judged_by, hashes.last()) == ("approved", "wu", one.id + 1)
    assert hashes.check(FILE) == [agreed] == hashes.check(sha256(b"x"), NEAR.upper())
    assert hashes.check(sha256(b"x")) == hashes.check(sha256(b"x"), "dhash:0") == []
    with pytest.raises(Conflict):
        hashes.refuse(one.id, "wu", WHY)
    with pytest.raises(NotFound):
        hashes.withdraw("0" * 32)
    assert hashes.withdraw(f" {ticket} ").state == "withdrawn"
    assert hashes.check(FILE) == [] and hashes.counts() == {"withdrawn": 1}
    with pytest.raises(Conflict):
        hashes.withdraw(ticket)
    assert Blocklist(store, "other").all() == {}
    stood = cases.listed()
    assert cases.rebuild() == 1 and cases.listed() == stood and cases.verify()


def test_whose_ticket_it_is_takes_back_ones_own_and_nobody_elses(store: Engine) -> None:
    hashes = Blocklist(store)
    (one, ticket), (other, _) = hashes.submit(FILE), hashes.submit(FILE)
    hashes.approve(one.id, "wu", WHY)
    hashes.refuse(other.id, "wu", "handed in twice")
    again, _ = hashes.submit(FILE)
    hashes.approve(again.id, "wu", WHY)
    hashes.withdraw(ticket)
    assert hashes.approved() == {FILE} and hashes.check(FILE)[0].id == again.id


def test_what_is_kept_is_no_ticket_and_no_name(store: Engine) -> None:
    _, ticket = Blocklist(store).submit(FILE)
    (event,) = Cases(store).events()
    assert event.who == "public" and set(event.data) == {"sha256", "perceptual", "ticket"}
    assert ticket not in str(event) and event.data["ticket"] == sha256(ticket.encode())


def test_what_is_no_hash_is_refused(store: Engine) -> None:
    hashes = Blocklist(store)
    for wrong in ("", "0" * 63, "g" * 64, "a picture", "0" * 64 + "\n0"):
        with pytest.raises(UsageError, match="64 hex"):
            hashes.submit(wrong)
    with pytest.raises(UsageError, match="no bytes"):
        hashes.submit(sha256(b""))
    for wrong in ("0f1e", "dhash:", "dhash:xyz", "dhash:" + "0" * 65, "li@example.org"):
        with pytest.raises(UsageError, match="no perceptual"):
            hashes.submit(FILE, wrong)
    with pytest.raises(NotFound):
        hashes.approve(7, "wu", WHY)
    hashes.submit(FILE)
    with pytest.raises(Conflict, match="wait"):
        hashes.submit(FILE, most=1)
    assert digest_of(f" {FILE.upper()}\n") == FILE and blocked([]) == {}
