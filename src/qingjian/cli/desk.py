"""
`qingjian serve`: the API, and what an operator asks of a process.
"""

from __future__ import annotations

import signal
import socket
from typing import Annotated, Any

import typer

from qingjian.cli.archive.opened import Db

_DRAIN_S = 30


def serve(
    db: Db = "",
    host: Annotated[
        str, typer.Option("--host", help="Address to serve on; the setting by default.")
    ] = "",
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="Port to serve on; 0 is a free one."),
    ] = None,
) -> None:
    """
    Serve the API at /api/v1, with its page at /api/v1/docs, until Ctrl-C or SIGTERM.

    The tables of the database are made. A first key comes from `qingjian key add`. On SIGTERM no
    new request is taken, and those at work are answered.

    Examples:
        qingjian serve --db desk.db
        qingjian serve --db desk.db --host 0.0.0.0 --port 8080
    """
    from dataclasses import replace

    from qingjian.cli.archive.opened import url
    from qingjian.core.settings import load

    loaded = load().settings
    on = loaded.port if port is None else port
    settings = replace(loaded, db=url(db), host=host or loaded.host, port=on)
    try:
        import fastapi  # noqa: F401  it comes with an extra
    except ModuleNotFoundError:
        from qingjian.core.errors import MissingExtra

        raise MissingExtra("the API needs FastAPI", "pip install 'qingjian[server]'") from None
    import uvicorn

    from qingjian.api.app import application
    from qingjian.api.desk import Desk
    from qingjian.api.scanners import Scanners
    from qingjian.cli.serve import bound
    from qingjian.wiring import services

    built = services(settings)
    scanners = Scanners(built)  # before a thread or a connection is there to be forked
    try:
        desk = Desk(built, scanners)
        quiet: dict[str, Any] = {"log_level": "warning", "access_log": False}
        app = application(desk)
        config = uvicorn.Config(
            app, server_header=False, timeout_graceful_shutdown=_DRAIN_S, **quiet
        )
        listening = bound(settings.host, settings.port)
        typer.echo(f"serving: {_address(listening)}/api/v1/docs   (Ctrl-C ends it)")
        # uvicorn raises the signal again once it has drained: then there is no more to do
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, lambda *_: None)
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        scanners.close()


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
