"""The example of endpoints of others: its file fits its server, in both shapes of answers."""

from __future__ import annotations

import runpy
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path

from tests.process import EXAMPLES

from qingjian.core.types import Span, Text
from qingjian.engine.remote import remote_detector
from qingjian.engine.remotes import read_remotes


def test_the_file_fits_the_server(tmp_path: Path) -> None:
    handler = runpy.run_path(str(EXAMPLES / "remote" / "server.py"))["Handler"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    path = tmp_path / "remotes.toml"
    text = (EXAMPLES / "remote" / "remotes.toml").read_text("utf-8")
    path.write_text(text.replace(":8765", f":{server.server_port}"), "utf-8")
    try:
        places = {}
        for remote in read_remotes(path, {}):
            scan = remote_detector(remote).build()
            assert not scan(Text(body="今天天气好")).findings
            [one] = scan(Text(body="恭喜中奖")).findings
            assert one.evidence["rows"] == ("2.4.kin_fraud",)
            places[one.detector] = one.at
    finally:
        server.shutdown()
        server.server_close()
    assert places == {"remote.stand_in": Span(0, 4), "remote.stand_in_places": Span(2, 4)}
