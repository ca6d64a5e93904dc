"""
Detector `remote.NAME`: what an endpoint of others states about a text, as findings.

Findings repeat what was stated and claim nothing more; its scores are kept as `raw`, since nobody
here calibrated them. Whatever goes wrong is an abstention with its reason. Each question has its
own connection, so that forked workers share none.
"""

from __future__ import annotations

import http.client
import json
import math
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from qingjian.core.card import Card
from qingjian.core.errors import Abstain
from qingjian.core.registry import MOST_FINDINGS, Detector
from qingjian.core.types import SEVERITIES, Finding, Scan, Scored, Severity, Span, Text, found
from qingjian.engine.judge import NoAnswer
from qingjian.engine.remotes import TEXT, Mapped, Remote

MOST_BYTES = 1_000_000
FAILURES = 5
REST_S = 30.0


class Breaker:
    """Asks nothing for a while after failures in a row, then tries once; one a process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._failed, self._until = clock, 0, 0.0

    def check(self) -> None:
        """Raises Abstain while it rests."""
        if self._clock() < self._until:
            raise Abstain(f"not asked: it failed {FAILURES} times in a row and rests")

    def count(self, failed: bool) -> None:
        """Take in how a question ended."""
        self._failed = self._failed + 1 if failed else 0
        if self._failed >= FAILURES:
            self._until = self._clock() + REST_S


@dataclass(frozen=True, slots=True)
class _Stated:
    label: str
    score: float | None
    at: Span


@dataclass(frozen=True)
class RemoteDetector(Detector[Text]):
    """A detector whose findings have the severity of the label that was stated."""

    severities: Mapping[str, Severity]

    def build(self, **params: Any) -> Callable[[Text], Scored]:
        """Give the scan, as `Detector.build` does."""
        scan = super().build(**params)

        def stamped(item: Text) -> Scored:
            seen = scan(item)
            kept = (
                replace(f, severity=self.severities[str(f.evidence["label"])])
                for f in seen.findings
            )
            return Scored(seen.score, tuple(kept))

        return stamped


def remote_detector(remote: Remote) -> RemoteDetector:
    """Give the detector of an endpoint."""
    rows = (row for one in remote.labels.values() for row in one.rows)
    card = Card(
        id=f"remote.{remote.name}",
        reads=Text,
        serves=tuple(dict.fromkeys(rows)),
        severity=max((one.severity for one in remote.labels.values()), key=SEVERITIES.index),
        finds=remote.finds,
        limits=(
            "repeats what an endpoint states, whose workings are not known here",
            "abstains when the endpoint does not answer, not in time or not in form",
            "texts leave this machine",
        ),
        source="the operator's file of endpoints",
        cost_us=1_000 * remote.timeout_ms,
        version=remote.version,
    )
    severities = {label: one.severity for label, one in remote.labels.items()}
    return RemoteDetector(card, lambda: _scan(remote), severities)


def _scan(remote: Remote) -> Scan[Text]:
    breaker = Breaker()

    def scan(item: Text) -> Iterator[Finding]:
        if not item.body:
            return
        if len(item.body) > remote.longest:
            raise Abstain(f"too long: more than {remote.longest:,} characters")
        breaker.check()
        try:
            stated = read_answer(remote, item.body, ask(remote, item.body))
        except NoAnswer as failed:
            breaker.count(failed=True)
            raise Abstain(str(failed)) from None
        breaker.count(failed=False)
        for one in stated:
            yield _finding(remote, one)

    return scan


def _finding(remote: Remote, stated: _Stated) -> Finding:
    mapped = remote.labels[stated.label]
    words = f"the endpoint {remote.name} states `{stated.label}`"
    raw = {} if stated.score is None else {"raw": stated.score}
    if stated.score is not None:
        words += f" with {stated.score:g}"
    return found(words, stated.at, label=stated.label, rows=mapped.rows, evidence=raw)


def ask(remote: Remote, text: str) -> bytes:
    """Post a text and give the answer's bytes. Raises NoAnswer."""
    parts = urlsplit(remote.url)
    seconds = remote.timeout_ms / 1000
    until = time.monotonic() + seconds
    host = str(parts.hostname)
    connection = (
        http.client.HTTPSConnection(
            host, parts.port, timeout=seconds, context=ssl.create_default_context()
        )
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=seconds)
    )
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if remote.key:
        headers[remote.header] = remote.key
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    body = json.dumps(_filled(remote.request, text), default=str).encode()
    slow = f"slow: nothing whole in {seconds:g} s"
    watch: threading.Timer | None = None
    try:
        connection.connect()
        watch = threading.Timer(max(until - time.monotonic(), 0), _shut, (connection.sock,))
        watch.daemon = True
        watch.start()
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise NoAnswer(f"refused: HTTP {answer.status}")
        data = answer.read(MOST_BYTES + 1)
    except (OSError, http.client.HTTPException) as error:
        late = isinstance(error, TimeoutError) or time.monotonic() >= until
        raise NoAnswer(slow if late else f"unreachable: {type(error).__name__}") from None
    finally:
        if watch is not None:
            watch.cancel()
        connection.close()
    if time.monotonic() >= until:
        raise NoAnswer(slow)
    if len(data) > MOST_BYTES:
        raise NoAnswer(f"malformed: more than {MOST_BYTES:,} bytes")
    return data


def _shut(sock: socket.socket) -> None:
    """End a connection whose time is over, however slowly it still drips."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # closed already


def _filled(request: Any, text: str) -> Any:
    if isinstance(request, Mapping):
        return {key: _filled(value, text) for key, value in request.items()}
    if isinstance(request, list):
        return [_filled(value, text) for value in request]
    return text if request == TEXT else request


def _no_number(name: str) -> float:
    raise ValueError(name)


def read_answer(remote: Remote, text: str, data: bytes) -> tuple[_Stated, ...]:
    """Give what an answer states with labels that mean something here. Raises NoAnswer."""
    try:
        at: Any = json.loads(data, parse_constant=_no_number)
        for step in remote.shape.at.split("."):
            at = at[int(step)] if isinstance(at, list) else at[step]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise NoAnswer(f"malformed: no JSON with {remote.shape.at}") from None
    pairs: list[tuple[str, Mapping[str, Any]]]
    if isinstance(at, dict):
        pairs = [(label, {remote.shape.score: score}) for label, score in at.items()]
    elif isinstance(at, list):
        pairs = [_listed(remote, one) for one in at]
    else:
        raise NoAnswer(f"malformed: {remote.shape.at} is neither object nor list")
    stated = (
        _stated(remote, remote.labels[label], label, told, text)
        for label, told in pairs
        if label in remote.labels
    )
    return tuple(one for one in stated if one)[: MOST_FINDINGS + 1]


def _listed(remote: Remote, one: Any) -> tuple[str, Mapping[str, Any]]:
    told = {remote.shape.label: one} if isinstance(one, str) else one
    label = told.get(remote.shape.label) if isinstance(told, dict) else None
    if not isinstance(label, str):
        raise NoAnswer("malformed: an entry without a label")
    return label, told


def _stated(
    remote: Remote, mapped: Mapped, label: str, told: Mapping[str, Any], text: str
) -> _Stated | None:
    """Give what is stated, None below the lowest score that counts; yes or no has no score."""
    score = told.get(remote.shape.score, True)
    if isinstance(score, bool):
        return _Stated(label, None, _span(remote, told, text)) if score else None
    if not isinstance(score, int | float) or not -1e9 < score < 1e9 or not math.isfinite(score):
        raise NoAnswer("malformed: a score that is no number")
    if score < mapped.at_least:
        return None
    return _Stated(label, float(score), _span(remote, told, text))


def _span(remote: Remote, told: Mapping[str, Any], text: str) -> Span:
    """Give the place in code points; the whole text where none is stated."""
    start, end = told.get(remote.shape.start), told.get(remote.shape.end)
    if start is None and end is None:
        return Span(0, len(text))
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        raise NoAnswer("malformed: a place that is none")
    coding = {"utf16": "utf-16-le", "bytes": "utf-8"}.get(remote.shape.unit)
    if coding:
        size = 2 if remote.shape.unit == "utf16" else 1
        data = text.encode(coding)
        try:
            before, inside = data[: start * size], data[start * size : end * size]
            beyond = end * size > len(data)
            start, end = len(before.decode(coding)), len((before + inside).decode(coding))
        except UnicodeDecodeError:
            raise NoAnswer("malformed: a place within a character") from None
        if beyond:
            raise NoAnswer("malformed: a place beyond the text")
    if end > len(text):
        raise NoAnswer("malformed: a place beyond the text")
    return Span(start, end)
