from __future__ import annotations

import json
from pathlib import Path

from tests.needs import package
from tests.process import Ran, qingjian

package("argon2")
GOOD = "correct horse battery\n"


def user(folder: Path, *words: str, stdin: str = "") -> Ran:
    return qingjian("user", *words, folder=folder, stdin=stdin.encode())


def add(folder: Path, name: str, role: str, *words: str, password: str = GOOD) -> Ran:
    call = ("add", name, "--role", role, "--who", "root", "--password-stdin", *words)
    return user(folder, *call, stdin=password)


def test_users_are_added_listed_and_deactivated(tmp_path: Path) -> None:
    ran = add(tmp_path, "Li Min", "admin")
    assert (ran.code, ran.out, ran.err) == (0, "li min added: admin\n", "")
    made = json.loads(add(tmp_path, "wang", "reviewer", "--queue", "fraud", "--json").out)
    assert (made["name"], made["roles"], made["queues"]) == ("wang", ["reviewer"], ["fraud"])
    assert user(tmp_path, "deactivate", "wang", "--who", "li").code == 0
    assert user(tmp_path, "list").out.splitlines() == [
        "li min  admin",
        "wang  reviewer; queues fraud  deactivated",
    ]
    told = json.loads(user(tmp_path, "list", "--json").out)
    assert [(one["name"], one["active"]) for one in told] == [("li min", True), ("wang", False)]
    assert "password" not in str(told)
    ran = user(tmp_path, "deactivate", "li min", "--who", "li")
    assert (ran.code, "'li min' is the last admin" in ran.err) == (2, True)


def test_roles_and_reach_are_set_and_lifted(tmp_path: Path) -> None:
    add(tmp_path, "li", "admin")
    add(tmp_path, "wang", "reviewer", "--queue", "fraud", "--mask", "phone")

    def roles(*words: str) -> Ran:
        return user(tmp_path, "roles", "wang", "--who", "li", *words)

    ran = roles("--role", "auditor", "--role", "publisher", "--subject-kind", "account")
    told = "wang: publisher, auditor; queues fraud; subjects account; masked phone\n"
    assert (ran.code, ran.out) == (0, told)
    ran = roles("--queue", "-", "--mask", "-", "--grant", "sealed.read", "--json")
    now = json.loads(ran.out)
    assert (now["queues"], now["masked"], now["granted"]) == ([], [], ["sealed.read"])
    assert now["subject_kinds"] == ["account"]
    for words, said in (
        ((), "nothing to set"),
        (("--role", "-"), "a role is missing"),
        (("--role", "boss"), "no role 'boss'"),
        (("--grant", "case.decide"), "is not granted to one person"),
    ):
        ran = roles(*words)
        assert (ran.code, ran.out, said in ran.err) == (2, "", True)


def test_a_password_is_set_and_one_too_short_is_not(tmp_path: Path) -> None:
    ran = add(tmp_path, "li", "admin", password="short\n")
    assert (ran.code, "12 to 1,024 characters" in ran.err) == (2, True)
    add(tmp_path, "li", "admin")
    call = ("password", "li", "--who", "li", "--password-stdin")
    ran = user(tmp_path, *call, stdin="another long password\n")
    assert (ran.code, "all sessions are over" in ran.out) == (0, True)
    assert user(tmp_path, *call, stdin="short\n").code == 2
    ran = user(tmp_path, "password", "li", "--who", "li", stdin="another long password\n")
    assert (ran.code, "--password-stdin" in ran.err) == (2, True)
    ran = user(tmp_path, "password", "nobody", "--who", "li")
    assert (ran.code, "no user 'nobody'" in ran.err) == (2, True)


def test_without_users_nothing_is_listed(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    assert user(tmp_path, "list", "--db", "a.db").out == "there is no user\n"
