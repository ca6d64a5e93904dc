"""
The API in this process: a small desk with people and keys, asked as a server would ask it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.types import ASGIApp

from qingjian.access.person import EVERYTHING, Reach
from qingjian.api.app import application
from qingjian.api.desk import Desk
from qingjian.api.scanners import Scanners
from qingjian.core.settings import Settings
from qingjian.wiring import services

V1 = "/api/v1"
DETECTORS = ("text.kin_fraud", "text.scam", "text.illicit_tool_promotion")
KIN = "妈，我手机坏了，这是我新号，先加这个微信，急用钱，转我五千"
TOOL = "代过人脸活体，先过后付，飞机联系"
PLAIN = "今天天气不错，我们去公园散步吧。"
USERS = {
    "reviewer": ("reviewer",),
    "second": ("reviewer",),
    "senior": ("senior_reviewer",),
    "judge": ("senior_reviewer",),
    "admin": ("admin",),
    "author": ("policy_author",),
    "publisher": ("publisher",),
    "auditor": ("auditor",),
    "sealed": ("sealed_reviewer",),
}
PASSWORD = "correct horse battery staple"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Its body as JSON."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of its error."""
        return str(self.json["error"]["code"])


def called(
    app: ASGIApp,
    method: str,
    path: str,
    parts: Sequence[bytes] = (b"",),
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Call an application with one request."""
    path, _, query = path.partition("?")
    listed = [(k.lower().encode(), v.encode("latin-1")) for k, v in (headers or {}).items()]
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": quote(path).encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"desk"), *listed],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    left = [
        {"type": "http.request", "body": part, "more_body": n < len(parts)}
        for n, part in enumerate(parts, 1)
    ]
    sent: list[Mapping[str, Any]] = []

    async def run() -> None:
        over = asyncio.Event()

        async def receive() -> Any:
            if left:
                return left.pop(0)
            await over.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                over.set()

        await app(scope, receive, send)

    asyncio.run(run())
    start = sent[0]
    body = b"".join(m.get("body", b"") for m in sent[1:])
    told = {k.decode(): v.decode("latin-1") for k, v in start["headers"]}
    return Answer(start["status"], told, body)


@dataclass
class Door:
    """
    A desk and who may ask it.

    Args:
        tokens: of people and keys, by name.
    """

    desk: Desk
    app: ASGIApp
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        who: str,
        method: str,
        path: str,
        value: Any = None,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask under /api/v1 as somebody; `value` goes as JSON."""
        told = dict(headers or {})
        if who:
            told["authorization"] = f"Bearer {self.tokens[who]}"
        if value is not None:
            body = json.dumps(value, ensure_ascii=False).encode()
            told.setdefault("content-type", "application/json")
        where = path if path in ("/healthz", "/readyz", "/metrics") else V1 + path
        return called(self.app, method, where, (body,), told)

    def user(self, name: str, *roles: str, reach: Reach = EVERYTHING) -> str:
        """Add a user with a session and give the name."""
        accounts = self.desk.accounts
        accounts.add_user(name, PASSWORD, roles, "root", reach)
        self.tokens[name] = accounts.sign_in(name, PASSWORD)[1]
        return name

    def key(self, name: str, *roles: str, reach: Reach = EVERYTHING) -> str:
        """Add a key and give its name."""
        self.tokens[name] = self.desk.accounts.add_key(name, roles, "root", reach)[1]
        return name

    def case(self, id: str, text: str = KIN, owner: str = "user-9") -> str:
        """Have a text scanned and stored and give the case that it opened."""
        item = {"id": id, "text": text, "about": {"who": owner}}
        stored = self.ask("feed", "POST", "/scan?store=true", item)
        assert stored.json["stored"]["opened"] == 1, stored.body
        (row,) = self.ask("reviewer", "GET", f"/cases?subject={quote(id)}").json["cases"]
        return str(row["id"])

    def ruled(self, id: str, *steps: str, who: str = "reviewer") -> str:
        """Rule on a new case of a subject and give the case."""
        case = self.case(id)
        assert self.ask(who, "POST", f"/cases/{case}/claim").status == 200
        made = self.ask(who, "POST", f"/cases/{case}/rulings", ruling(*steps))
        assert made.status == 200, made.body
        return case


def ruling(*steps: str) -> dict[str, Any]:
    """Give the body of a ruling with these steps."""
    return {
        "row": "house_rule",
        "ground": "规则 3.1",
        "reason": "冒充亲友，以换号为由要钱",
        "steps": [{"step": step} for step in steps],
    }


@contextmanager
def opened(folder: Path, **settings: Any) -> Iterator[Door]:
    """Give a desk of a new database, with one scanner and nobody in it."""
    named = {"db": str(folder / "desk.db"), "jobs": 1, "requests_per_s": 10_000.0, **settings}
    built = services(Settings(**named), DETECTORS)
    scanners = Scanners(built)
    try:
        desk = Desk(built, scanners)
        yield Door(desk, application(desk))
    finally:
        scanners.close()
