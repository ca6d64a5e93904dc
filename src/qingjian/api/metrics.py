"""
Counts and latencies for Prometheus: routes, detectors and queues, never content or ids.
"""

from __future__ import annotations

import time
from collections import Counter as Count
from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qingjian.reports.sink import Line

ROUTE = "qingjian.route"
"""Where the route of a request stands in its scope, as it is written in the table of needs."""
_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """What one process has counted."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "qingjian_requests",
            "Requests by route and status.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "qingjian_request_seconds",
            "Time until a request was answered whole.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.items = Counter(
            "qingjian_items_scanned",
            "Items scanned by the step that the policy asks for; error: it could not be read.",
            ("do",),
            registry=self._registry,
        )
        self.findings = Counter(
            "qingjian_items_found",
            "Items with an unopposed finding, by detector.",
            ("detector",),
            registry=self._registry,
        )
        self._cases = Gauge(
            "qingjian_cases",
            "Cases that wait, by queue and what they wait for.",
            ("queue", "state"),
            registry=self._registry,
        )
        self._orders = Gauge(
            "qingjian_orders",
            "Orders of authorities: open, expired, closed.",
            ("state",),
            registry=self._registry,
        )
        self._reports = Gauge(
            "qingjian_authority_reports",
            "Reports to authorities: due, late, submitted.",
            ("state",),
            registry=self._registry,
        )

        self.copies = Counter(
            "qingjian_copies_found",
            "Items and uploads that are copies of what a victim had blocked.",
            registry=self._registry,
        )
        self._hashes = Gauge(
            "qingjian_blocked_hashes",
            "Hashes that victims handed in, by state.",
            ("state",),
            registry=self._registry,
        )

    def scanned(self, lines: Iterable[Line]) -> None:
        """Count what came of items."""
        steps: Count[str] = Count()
        found: Count[str] = Count()
        for line in lines:
            steps[line.do or ("error" if line.error else "none")] += 1
            found.update(line.found)
        for do, count in steps.items():
            self.items.labels(do).inc(count)
        for detector, count in found.items():
            self.findings.labels(detector).inc(count)

    def page(
        self,
        cases: Mapping[tuple[str, str], int],
        hashes: Mapping[str, int],
        reports: Mapping[str, int] | None = None,
        orders: Mapping[str, int] | None = None,
    ) -> bytes:
        """Give everything in Prometheus' text form, with how cases, hashes and the rest stand."""
        for state in ("waiting", "approved", "refused", "withdrawn"):
            self._hashes.labels(state).set(hashes.get(state, 0))
        self._cases.clear()
        for (queue, state), count in cases.items():
            if state != "closed":
                self._cases.labels(queue, state).set(count)
        for gauge, counts in ((self._reports, reports), (self._orders, orders)):
            gauge.clear()
            for word, count in (counts or {}).items():
                gauge.labels(word).set(count)
        return generate_latest(self._registry)


class Measured:
    """Counts and times the requests to an application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and count it; a route that is not there is `none`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        since = time.perf_counter()

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        scope[ROUTE] = ["none"]
        try:
            await self._app(scope, receive, sent)
        finally:
            method = scope["method"] if scope[ROUTE][0] != "none" else "any"
            took = time.perf_counter() - since
            self._metrics.requests.labels(method, scope[ROUTE][0], str(status)).inc()
            self._metrics.seconds.labels(method, scope[ROUTE][0]).observe(took)
