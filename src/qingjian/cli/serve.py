"""
Serve a finished report on this machine.
"""

from __future__ import annotations

import errno
import socket
from pathlib import Path

from qingjian.core.errors import UsageError


def serve_report(report: Path, rows: Path, host: str, port: int) -> None:
    """
    Serve `report` at /, its rows at /report.jsonl and /healthz, until Ctrl-C.

    Raises UsageError when the address is taken.
    """
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import FileResponse, PlainTextResponse, Response
    from starlette.routing import Route

    from qingjian.reports.html import content_security_policy

    guard = {
        "Content-Security-Policy": content_security_policy(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }

    async def page(request: Request) -> Response:
        return FileResponse(report, media_type="text/html; charset=utf-8", headers=guard)

    async def lines(request: Request) -> Response:
        return FileResponse(rows, media_type="application/x-ndjson; charset=utf-8", headers=guard)

    async def healthy(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    port = _free(host, port)
    name = f"[{host}]" if ":" in host else host
    print(f"serving: http://{name}:{port}/   (Ctrl-C ends it)", flush=True)
    app = Starlette(
        routes=[Route("/", page), Route("/report.jsonl", lines), Route("/healthz", healthy)]
    )
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


def bound(host: str, port: int) -> socket.socket:
    """Give a socket that listens, on a free port for 0. Raises UsageError when there is none."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # an answer's head and body are sent apart: else the body waits 40 ms for word of the head
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except OSError as error:
        listening.close()
        taken = error.errno == errno.EADDRINUSE
        what = (
            f"{host}:{port} is taken"
            if taken
            else f"cannot serve on {host}:{port}: {error.strerror}"
        )
        raise UsageError(what, "choose another with --port or QINGJIAN_PORT") from None
    listening.set_inheritable(True)
    return listening


def _free(host: str, port: int) -> int:
    """Give the port to serve on, a free one for 0. Raises UsageError when there is none."""
    with bound(host, port) as probe:
        return int(probe.getsockname()[1])
