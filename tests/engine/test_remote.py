from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.engine.vendor import SAID, Vendor, vendor

from qingjian.core.errors import Abstain
from qingjian.core.types import Finding, Span, Text
from qingjian.engine.judge import NoAnswer
from qingjian.engine.remote import FAILURES, MOST_BYTES, REST_S, Breaker, read_answer
from qingjian.engine.remote import remote_detector as detector
from qingjian.engine.remotes import Remote, read_remotes

BODY = '你好 🙂 "引号" {text}'


@pytest.fixture
def server() -> Iterator[Vendor]:
    with vendor() as told:
        yield told


@pytest.fixture
def remote(server: Vendor, tmp_path: Path) -> Remote:
    [one] = read_remotes(server.described(tmp_path), {"TRIAL_KEY": "s3cret"})
    return one


def findings(remote: Remote, text: str = BODY) -> tuple[Finding, ...]:
    return detector(remote).build()(Text(body=text)).findings


def test_what_is_stated_becomes_a_finding(server: Vendor, remote: Remote) -> None:
    [one] = findings(remote)
    assert one.why == "the endpoint trial states `sexual` with 0.93"
    assert one.at == Span(0, len(BODY))
    assert one.evidence == {"label": "sexual", "rows": ("2.3.sexual_text",), "raw": 0.93}
    assert (one.detector, one.severity, one.score) == ("remote.trial", "high", None)
    assert server.asked == [{"input": [BODY], "model": "trial"}]
    assert server.keys == ["Bearer s3cret"]


def test_severity_is_the_labels_own(server: Vendor, remote: Remote) -> None:
    server.says = lambda asked: {"results": [{"category_scores": {"fraud": True, "sexual": False}}]}
    [one] = findings(remote)
    assert (one.severity, one.why) == ("low", "the endpoint trial states `fraud`")
    assert "raw" not in one.evidence


def test_its_card_serves_the_rows_of_its_labels(remote: Remote) -> None:
    card = detector(remote).card
    assert (card.id, card.severity, card.scoring) == ("remote.trial", "high", False)
    assert card.serves == ("2.3.sexual_text", "house_rule")


@pytest.mark.parametrize(
    ("unit", "start", "end"), [("code_points", 3, 4), ("utf16", 3, 5), ("bytes", 7, 11)]
)
def test_places_are_read_in_their_unit(remote: Remote, unit: str, start: int, end: int) -> None:
    listed = replace(remote, shape=replace(remote.shape, at="labels", unit=unit))
    said = [{"label": "fraud", "score": 1, "start": start, "end": end}, "sexual"]
    first, second = read_answer(listed, BODY, json.dumps({"labels": said}).encode())
    assert (first.at, BODY[3:4]) == (Span(3, 4), "🙂")
    assert (second.label, second.at) == ("sexual", Span(0, len(BODY)))


@pytest.mark.parametrize(
    ("start", "end"), [(3, 3), (-1, 2), (0, 10_000), (True, 2), ("0", 2), (0, None), (0.0, 1)]
)
def test_a_place_that_is_none_is_malformed(remote: Remote, start: Any, end: Any) -> None:
    said = [{"label": "fraud", "score": 1, "start": start, "end": end}]
    for unit in ("code_points", "utf16", "bytes"):
        listed = replace(remote, shape=replace(remote.shape, at="labels", unit=unit))
        with pytest.raises(NoAnswer, match="a place"):
            read_answer(listed, BODY, json.dumps({"labels": said}).encode())


def test_a_place_within_a_character_is_malformed(remote: Remote) -> None:
    said = json.dumps({"labels": [{"label": "fraud", "start": 4, "end": 5}]}).encode()
    for unit in ("utf16", "bytes"):
        listed = replace(remote, shape=replace(remote.shape, at="labels", unit=unit))
        with pytest.raises(NoAnswer, match="within a character"):
            read_answer(listed, BODY, said)


def scores(value: str) -> bytes:
    return b'{"results": [{"category_scores": {"sexual": %s}}]}' % value.encode()


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b'{"results": []}', b"[" * 50_000, b"\xff\xfe\x00"]
    + [scores(v) for v in ("NaN", "Infinity", "1e999", '"0.9"', "null", "[]", "9" * 400)]
    + [b'{"results": [{"category_scores": 1}]}', b'{"results": [{"category_scores": [1]}]}']
    + [b'{"x": "' + b"x" * MOST_BYTES + b'"}'],
)
def test_what_is_no_answer_abstains(server: Vendor, remote: Remote, raw: bytes) -> None:
    server.raw = raw
    with pytest.raises(Abstain, match=r"^malformed: "):
        findings(replace(remote, timeout_ms=5_000))


@pytest.mark.parametrize("status", [201, 302, 401, 429, 500])
def test_a_refusal_abstains_and_is_not_followed(
    server: Vendor, remote: Remote, status: int
) -> None:
    server.status = status
    with pytest.raises(Abstain, match=f"^refused: HTTP {status}$"):
        findings(remote)
    assert len(server.asked) == 1


def test_an_answer_that_drips_is_given_up_in_time(server: Vendor, remote: Remote) -> None:
    server.pause_s = 0.06
    server.raw = json.dumps(SAID).encode() + b" " * 1_000
    started = time.monotonic()
    with pytest.raises(Abstain, match=r"^slow: nothing whole in 0\.2 s"):
        findings(replace(remote, timeout_ms=200))
    assert time.monotonic() - started < 1


def test_headers_that_drip_are_given_up_in_time(remote: Remote) -> None:
    with socket.create_server(("127.0.0.1", 0)) as slow:

        def drip() -> None:
            taken, _ = slow.accept()
            with taken:
                taken.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                try:
                    for _ in range(100):
                        taken.sendall(b"x")
                        time.sleep(0.02)
                except OSError:
                    return

        threading.Thread(target=drip, daemon=True).start()
        url = f"http://127.0.0.1:{slow.getsockname()[1]}/"
        started = time.monotonic()
        with pytest.raises(Abstain, match=r"^slow: "):
            findings(replace(remote, url=url, timeout_ms=150))
        assert time.monotonic() - started < 1


def test_nobody_there_abstains_and_after_five_nobody_is_asked(remote: Remote) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    scan = detector(replace(remote, url=f"http://127.0.0.1:{port}/")).build()
    for _ in range(FAILURES):
        with pytest.raises(Abstain, match=r"^unreachable: ConnectionRefusedError"):
            scan(Text(body="一"))
    with pytest.raises(Abstain, match=r"^not asked: it failed 5 times"):
        scan(Text(body="一"))


def test_a_breaker_rests_then_tries_once() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(FAILURES - 1):
        breaker.count(failed=True)
    breaker.count(failed=False)
    for _ in range(FAILURES):
        breaker.check()
        breaker.count(failed=True)
    with pytest.raises(Abstain):
        breaker.check()
    now[0] = REST_S
    breaker.check()
    breaker.count(failed=True)
    with pytest.raises(Abstain):
        breaker.check()
    now[0] = 2 * REST_S
    breaker.count(failed=False)
    breaker.check()
    breaker.count(failed=True)
    breaker.check()


def test_an_empty_or_a_too_long_text_is_not_sent(server: Vendor, remote: Remote) -> None:
    assert findings(remote, "") == ()
    with pytest.raises(Abstain, match="too long: more than 100 characters"):
        findings(remote, "字" * 101)
    assert server.asked == []
