from __future__ import annotations

import pytest
import sqlalchemy as sa
from tests.api.door import Door, opened

from qingjian.api.app import PREFIX


def test_health_is_told_without_a_key(door: Door) -> None:
    for path in ("/healthz", "/readyz"):
        answer = door.ask("", "GET", path)
        assert (answer.status, answer.body) == (200, b"ok\n")


def test_nobody_is_ready_without_scanners_or_a_database(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path_factory.mktemp("ready")) as door:
        assert door.ask("", "GET", "/readyz").status == 200
        gone = sa.create_engine("sqlite:////nowhere/at/all.db")
        with monkeypatch.context() as patch:
            patch.setitem(vars(door.desk.services), "store", gone)
            answer = door.ask("", "GET", "/readyz")
            assert (answer.status, answer.code) == (503, "unavailable")
    answer = door.ask("", "GET", "/readyz")
    assert (answer.status, answer.code) == (503, "unavailable")


def test_every_answer_has_the_headers_of_the_house(door: Door) -> None:
    for path in ("/healthz", "/docs", "/whoami", "/nowhere"):
        answer = door.ask("", "GET", path)
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["cache-control"] == "no-store"


def test_beside_the_api_there_is_nothing(door: Door) -> None:
    from tests.api.door import called

    for path in ("/", "/api", PREFIX, f"{PREFIX}/", "/cases"):
        answer = called(door.app, "GET", path)
        assert answer.status == 404
        assert answer.code == "no_route"
