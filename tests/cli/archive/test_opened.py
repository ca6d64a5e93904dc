from __future__ import annotations

import json
from pathlib import Path

from tests.archive.claims import SOURCE
from tests.cli.archive.test_import_ import lines
from tests.postgres import Server
from tests.process import qingjian


def test_the_option_wins_over_the_setting_and_the_setting_over_the_default(tmp_path: Path) -> None:
    path = lines(tmp_path, SOURCE)

    def taken_in(*db: str, **settings: str) -> None:
        ran = qingjian(
            "archive", "import", path, "--who", "li", *db, folder=tmp_path, settings=settings
        )
        assert ran.code == 0

    taken_in()
    assert (tmp_path / "qingjian.db").is_file()
    taken_in(QINGJIAN_DB="set.db")
    assert (tmp_path / "set.db").is_file()
    taken_in("--db", "sqlite:///named.db", QINGJIAN_DB="set2.db")
    assert (tmp_path / "named.db").is_file()
    assert not (tmp_path / "set2.db").exists()
    for db in ("named.db", "sqlite:///named.db"):
        told = qingjian("archive", "stats", "--db", db, "--json", folder=tmp_path).out
        assert json.loads(told)[0]["records"] == 1


def test_a_server_is_named_by_its_url(tmp_path: Path, server: Server) -> None:
    path = lines(tmp_path, {**SOURCE, "text": "春河路本周三停水"})
    with server.database() as name:
        db = {"QINGJIAN_DB": server.url(name), "XDG_CACHE_HOME": str(tmp_path / "cache")}
        ran = qingjian("archive", "import", path, "--who", "li", folder=tmp_path, settings=db)
        assert (ran.code, ran.err) == (0, "")
        told = qingjian("archive", "search", "春河路停水", "--json", folder=tmp_path, settings=db)
        assert [hit["kind"] for hit in json.loads(told.out)] == ["source"]
        told = qingjian("claim", "check", "春河路停水", "--json", folder=tmp_path, settings=db)
        assert "春河路本周三停水" in told.out
        told = qingjian("incident", "list", folder=tmp_path, settings=db)
        assert told.code == 0
    assert list((tmp_path / "cache" / "qingjian").iterdir()) != []
    gone = server.url_with_password("gone", "wrong-word")
    told = qingjian("archive", "stats", "--db", gone, folder=tmp_path)
    assert told.code == 2
    assert "password authentication failed" in told.err
    assert "wrong-word" not in told.err


def test_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    path = lines(tmp_path, SOURCE)
    ran = qingjian(
        "archive", "import", path, "--who", "li", "--db", "mysql://host/db", folder=tmp_path
    )
    assert (ran.code, "no database for mysql://" in ran.err) == (2, True)
