from __future__ import annotations

import signal
from pathlib import Path

from tests.api.server import ended, serving
from tests.process import qingjian, spawned


def test_it_makes_the_database_says_where_it_is_and_ends_on_an_interrupt(tmp_path: Path) -> None:
    with serving(tmp_path, QINGJIAN_JOBS="1") as server:
        assert server.ask("", "GET", "/readyz").status == 200
        assert (tmp_path / "desk.db").is_file()
        assert server.address.startswith("http://127.0.0.1:")
        port = server.address.rpartition(":")[2]
        ran = qingjian("serve", "--db", "other.db", "--port", port, folder=tmp_path)
        assert ran.code == 2
        assert f"127.0.0.1:{port} is taken" in ran.err
        assert "serving:" not in ran.out
        server.process.send_signal(signal.SIGINT)
        code, said = ended(server.process)
    assert code == 0, said
    assert said == ""


def test_a_database_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_bytes(b"no database" * 100)
    ran = spawned("serve", "--db", "desk.db", "--port", "0", folder=tmp_path)
    assert ran.code == 2
    assert "desk.db cannot be opened" in ran.err
    assert "Traceback" not in ran.err
