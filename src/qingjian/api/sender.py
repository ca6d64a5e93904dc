"""
One POST to somebody else's server: bounded in time, followed nowhere, let in nowhere private.

The address that is checked is the one that is connected to, so a name that changes what it means
in between gains nothing. Proxies of the environment are not asked.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Event, Timer
from urllib.parse import urlsplit

from qingjian.core.address import private, web
from qingjian.core.errors import UsageError
from qingjian.flows.deliver import NoAnswer


@dataclass(frozen=True, slots=True)
class Sender:
    """
    Sends messages of webhooks.

    Args:
        inside: whether addresses of this machine and of private networks will do.
        timeout_s: for the connection, and again from there to the head of the answer, in seconds;
            how long a name is looked up is the resolver's to say.
    """

    inside: bool = False
    timeout_s: float = 10.0

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send a body and give the status of the answer, which is not read. Raises NoAnswer."""
        try:
            host = web(url)
            parts = urlsplit(url)
            secure = parts.scheme == "https"
            port = parts.port or (443 if secure else 80)
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            with self._connected(host, port) as (plain, late):
                own = _trusted().wrap_socket(plain, server_hostname=host) if secure else plain
                connection = http.client.HTTPConnection(host, port)
                connection.default_port = 443 if secure else 80  # the header Host leaves it away
                connection.sock = own
                try:
                    connection.request("POST", path, body, {**headers, "Connection": "close"})
                    return connection.getresponse().status
                except (OSError, http.client.HTTPException):
                    if late.is_set():
                        raise TimeoutError from None
                    raise
                finally:
                    connection.close()
        except TimeoutError:
            raise NoAnswer(f"no answer in {self.timeout_s:g} s") from None
        except UsageError as error:
            raise NoAnswer(error.what) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswer(f"unreachable: {type(error).__name__}") from None

    @contextmanager
    def _connected(self, host: str, port: int) -> Iterator[tuple[socket.socket, Event]]:
        """Give a connection that is cut when the time is over, and whether it was."""
        plain, late = self._opened(host, port), Event()

        def cut() -> None:
            late.set()
            try:
                socket.socket.shutdown(ends, socket.SHUT_RDWR)
            except OSError:
                return  # it was closed already

        with plain, plain.dup() as ends:  # wrapping for TLS takes the first one away
            timer = Timer(self.timeout_s, cut)
            timer.daemon = True
            timer.start()
            try:
                yield plain, late
            finally:
                timer.cancel()

    def _opened(self, host: str, port: int) -> socket.socket:
        """Connect to the first address of a host that lets us. Raises NoAnswer."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        allowed = [one for one in found if self.inside or not private(str(one[4][0]))]
        if not allowed:
            raise NoAnswer("the address is private")
        failed: OSError | None = None
        for family, kind, protocol, _, address in allowed[:2]:
            made = socket.socket(family, kind, protocol)
            made.settimeout(self.timeout_s / 2 if len(allowed) > 1 else self.timeout_s)
            try:
                made.connect(address)
            except OSError as error:
                made.close()
                failed = error
                continue
            made.settimeout(self.timeout_s)
            return made
        raise failed or NoAnswer("the name has no address")


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
