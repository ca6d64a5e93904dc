from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path

import pytest
from tests.browser import pictured
from tests.process import environment, qingjian, spawned

from qingjian.cli.serve import bound
from qingjian.reports.html import content_security_policy


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve the report of one small example until the end, and give its address."""
    posts = folder / "examples" / "posts"
    posts.mkdir(parents=True, exist_ok=True)
    (posts / "a.txt").write_text("代过人脸活体，先过后付，飞机联系", "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "qingjian", "demo", "--serve", *arguments],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.match(r"serving: (http://\S+/) ", line):
                _wait(found[1])
                yield found[1], process
                break
        else:
            pytest.fail(f"it never served: {process.communicate()[1]}")
    finally:
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _wait(address: str) -> None:
    for _ in range(200):
        try:
            get(address + "healthz")
        except urllib.error.URLError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"nobody answers at {address}")


def get(address: str) -> tuple[int, Message, bytes]:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("served"), "--port", "0") as (at, _):
        yield at


def test_it_says_that_it_is_well(address: str) -> None:
    status, headers, body = get(address + "healthz")
    assert (status, body) == (200, b"ok\n")
    assert headers["content-type"].startswith("text/plain")


def test_the_report_is_served_with_a_policy_that_lets_nothing_run(address: str) -> None:
    status, headers, body = get(address)
    assert status == 200
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["content-security-policy"] == content_security_policy()
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert body.startswith(b"<!doctype html>")
    assert "代过人脸" in body.decode()


def test_the_rows_are_served_too(address: str) -> None:
    status, headers, body = get(address + "report.jsonl")
    assert status == 200
    assert headers["content-type"].startswith("application/x-ndjson")
    assert body.count(b"\n") == 1


@pytest.mark.parametrize("path", ["index.html", "../report/index.html", "%2e%2e/etc/passwd", "x"])
def test_nothing_else_is_served(address: str, path: str) -> None:
    assert get(address + path)[0] == 404


def test_it_listens_on_this_machine_alone(address: str) -> None:
    assert address.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_browser_shows_it_under_its_policy_without_complaint(
    address: str, tmp_path: Path, width: int
) -> None:
    picture = tmp_path / "served.png"
    assert pictured(address, width, dark=False, picture=picture) == []
    assert picture.stat().st_size > 10_000


def test_a_port_that_is_taken_is_told_and_the_other_goes_on(address: str, tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    port = address.rstrip("/").rpartition(":")[2]
    ran = qingjian("demo", "--serve", "--port", port, folder=tmp_path)
    assert ran.code == 2
    assert f"127.0.0.1:{port} is taken" in ran.err
    assert "--port or QINGJIAN_PORT" in ran.err
    assert "serving:" not in ran.out
    assert "Traceback" not in ran.err
    assert get(address + "healthz")[0] == 200


def test_an_address_that_is_not_ours_is_told(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    ran = spawned("demo", "--serve", "--host", "192.0.2.1", "--port", "0", folder=tmp_path)
    assert ran.code == 2
    assert "cannot serve on 192.0.2.1" in ran.err


def test_the_port_is_a_setting_and_an_interrupt_ends_it(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    with serving(tmp_path, "--port", str(free)) as (at, process):
        assert at == f"http://127.0.0.1:{free}/"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert process.returncode in (0, 130, -signal.SIGINT)
        assert "Traceback" not in said


def test_an_answers_body_does_not_wait_for_word_of_its_head() -> None:
    with (
        bound("127.0.0.1", 0) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
