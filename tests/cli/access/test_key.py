from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.process import Ran, qingjian

from qingjian.access.accounts import Accounts
from qingjian.core.errors import SignInRefused
from qingjian.store.engine import open_store


def key(folder: Path, *words: str) -> Ran:
    return qingjian("key", *words, folder=folder)


def test_a_key_is_printed_once_works_and_is_revoked(tmp_path: Path) -> None:
    ran = key(tmp_path, "add", "crawler", "--role", "integration", "--who", "li")
    assert ran.code == 0
    assert re.fullmatch(r"qj_[A-Za-z0-9_-]{43}\n", ran.out)
    token = ran.out.strip()
    kept = Accounts(open_store(str(tmp_path / "qingjian.db")))
    assert "never used; holds until revoked" in key(tmp_path, "list").out
    person = kept.key(token)
    assert person.roles == ("integration",)
    assert ran.err == f"id {person.id}; the key is not shown again\n"
    listed = key(tmp_path, "list").out
    assert f"{person.id}  crawler  integration; used on 20" in listed
    assert token not in listed
    ran = key(tmp_path, "revoke", person.id, "--who", "li")
    assert (ran.code, ran.out) == (0, f"{person.id} revoked\n")
    with pytest.raises(SignInRefused):
        kept.key(token)
    assert "; revoked 20" in key(tmp_path, "list").out
    ran = key(tmp_path, "revoke", person.id, "--who", "li")
    assert (ran.code, "revoked before" in ran.err) == (2, True)


def test_machines_get_the_key_with_what_is_listed_of_it(tmp_path: Path) -> None:
    words = ("--role", "auditor", "--queue", "fraud", "--days", "30", "--who", "li", "--json")
    made = json.loads(key(tmp_path, "add", "Yearly audit", *words).out)
    assert made.pop("key").startswith("qj_")
    assert (made["name"], made["queues"], made["revoked_at"]) == ("yearly audit", ["fraud"], None)
    assert made["expires_at"] == made["added_at"] + 30 * 86_400
    assert json.loads(key(tmp_path, "list", "--json").out) == [made]
    assert "; holds until 20" in key(tmp_path, "list").out


def test_an_expired_key_is_told(tmp_path: Path) -> None:
    engine = open_store(str(tmp_path / "qingjian.db"))
    Accounts(engine, lambda: 0.0).add_key("old", ["auditor"], "li", days=1)
    assert "expired 1970-01-02T00:00:00Z" in key(tmp_path, "list").out


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    ran = key(tmp_path, "add", "ci", "--role", "integration", "--days", "0", "--who", "li")
    assert (ran.code, ran.out, "1 to 3,650 days" in ran.err) == (2, "", True)
    assert key(tmp_path, "list").out == "there is no key\n"
    assert key(tmp_path, "revoke", "nothing", "--who", "li").code == 2
