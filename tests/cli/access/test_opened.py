from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest
from tests.needs import package
from tests.process import environment, qingjian

from qingjian.access.accounts import Accounts
from qingjian.access.person import Person
from qingjian.cli.access.opened import asked_password, named, tell
from qingjian.core.errors import UsageError
from qingjian.store.engine import open_store


def test_without_a_database_the_way_to_begin_is_told(tmp_path: Path) -> None:
    for call in (("user", "list"), ("key", "list"), ("key", "revoke", "k", "--who", "li")):
        ran = qingjian(*call, folder=tmp_path)
        assert (ran.code, ran.out) == (2, "")
        assert "no database at qingjian.db" in ran.err
        assert "qingjian user add NAME --role admin" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", [b"one line\n", b"one line\r\nand more\n", b"one line"])
def test_a_password_is_the_first_line_of_stdin(
    given: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "given").write_bytes(given)
    with (tmp_path / "given").open(newline="") as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert asked_password(True) == "one line"
        with pytest.raises(UsageError, match="no terminal"):
            asked_password(False)


def test_words_are_named_lifted_or_left() -> None:
    assert named(None) is None
    assert named(["-"]) == ()
    assert named(["a", "b"]) == ("a", "b")


def test_roles_and_reach_are_told_on_one_line() -> None:
    plain = Person("u_1", "li", "default", ("admin", "auditor"))
    assert tell(plain) == "admin, auditor"
    narrow = Person(
        *("u_1", "li", "default", ("reviewer",), ("a", "b"), ("account",), ("phone",)),
        granted=("sealed.read",),
    )
    assert tell(narrow) == (
        "reviewer; granted sealed.read; queues a, b; subjects account; masked phone"
    )


def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(tmp_path: Path) -> None:
    package("argon2")
    ours, theirs = pty.openpty()
    call = ("user", "add", "li", "--role", "admin", "--who", "li")
    ran = subprocess.Popen(
        [sys.executable, "-m", "qingjian", *call],
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(),
        start_new_session=True,
    )
    said = b""
    for _ in range(2):
        asked = b""
        while not asked.endswith(b": "):  # the space comes when the terminal shows nothing more
            assert select.select([ours], [], [], 30)[0], asked
            asked += os.read(ours, 1024)
        said += asked
        os.write(ours, "一句记得住的长长的密码话\n".encode())
    out, _ = ran.communicate(timeout=60)
    os.close(theirs)
    os.close(ours)
    assert (ran.returncode, out) == (0, b"li added: admin\n")
    assert said.count(b"assword") == 1 and b"Repeat" in said
    assert "一句" not in said.decode()
    kept = Accounts(open_store(str(tmp_path / "qingjian.db")))
    assert kept.sign_in("li", "一句记得住的长长的密码话")[0].name == "li"
