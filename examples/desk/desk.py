"""
A platform drives the desk over HTTP: from a post to a ruling that falls on appeal, and the proof.

Usage: python examples/desk/desk.py [FOLDER]
Starts `qingjian serve` on a database in FOLDER, adds people and a key, and prints what happens.
Messages of the desk are received here and verified by a library of others; a stricter rule is
tried on what was scanned, run in shadow, published by somebody else, and rolled back.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from standardwebhooks.webhooks import Webhook

QINGJIAN = [sys.executable, "-m", "qingjian"]
POST = "代 过 人 脸 活体，非本人可做，先过后付，飞机联系"
PEOPLE = {
    "rules": "reviewer",
    "agrees": "senior_reviewer",
    "judges": "senior_reviewer",
    "writes": "policy_author",
    "publishes": "publisher",
}
POLICY = """
name = "ugc"
version = "{version}"
author = "the platform"
surface = "content"

[[rule]]
id = "illicit-tool-offer"
when = "text.illicit_tool_promotion.hit && text.illicit_tool_promotion.score >= 0.5"
do = "{do}"
row = "1.2.promotion"
because = "The post offers a tool to pass checks of identity."
"""
MOST_S = 60.0


class Desk:
    """The API, asked by several people."""

    def __init__(self, address: str) -> None:
        self.address = f"{address}/api/v1"
        self.tokens: dict[str, str] = {}

    def ask(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """Give the answer to `who`, an error's answer too."""
        head = {"content-type": "application/json"}
        if who:
            head["authorization"] = f"Bearer {self.tokens[who]}"
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.address + path, data, head, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)


class Inbox(ThreadingHTTPServer):
    """Where the desk's messages arrive."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Post)
        self.got: list[tuple[bytes, dict[str, str]]] = []

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}/desk"


class Post(BaseHTTPRequestHandler):
    """Keeps a message and says that it did."""

    def do_POST(self) -> None:
        """Keep it."""
        body = self.rfile.read(int(self.headers["content-length"]))
        assert isinstance(self.server, Inbox)
        self.server.got.append((body, {k.lower(): v for k, v in self.headers.items()}))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def receiving() -> Iterator[Inbox]:
    """Receive messages until the block ends."""
    with Inbox() as inbox:
        Thread(target=inbox.serve_forever, daemon=True).start()
        yield inbox
        inbox.shutdown()


def until(done: Callable[[], Any]) -> Any:
    """Ask again until there is an answer, and give it."""
    last = time.monotonic() + MOST_S
    while not (answer := done()):
        assert time.monotonic() < last, "it takes too long"
        time.sleep(0.2)
    return answer


def run(folder: Path, *words: str, given: str = "", db: bool = True) -> str:
    """Run a verb, on the database or without, and give what it prints."""
    command = [*QINGJIAN, *words, *(("--db", str(folder / "desk.db")) if db else ())]
    ran = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def enter(desk: Desk, folder: Path) -> None:
    """Add three people and the platform's key; people sign in."""
    for name, role in PEOPLE.items():
        password = secrets.token_urlsafe(12)
        words = ("--role", role, "--who", "root", "--password-stdin")
        run(folder, "user", "add", name, *words, given=f"{password}\n")
        session = desk.ask("", "POST", "/sessions", {"name": name, "password": password})
        desk.tokens[name] = session["token"]
    desk.tokens["feed"] = run(
        folder, "key", "add", "feed", "--role", "integration", "--who", "root"
    )


def story(desk: Desk) -> None:
    """Work one post, from what is found in it to the judgement of the appeal."""
    post = {"id": "post-1", "text": POST, "about": {"who": "user-9", "role": "author"}}
    scanned = desk.ask("feed", "POST", "/scan?store=true", post)
    print("stored  ", scanned["stored"])

    case = desk.ask("rules", "POST", "/cases/claim")
    at = f"/cases/{case['id']}"
    print("claimed ", case["subject"]["id"], "in queue", case["queue"])
    ruling = {
        **{"row": "1.2.goods", "ground": "社区规则3.1", "reason": "售卖绕过人脸核验的服务"},
        "steps": [{"step": "remove"}, {"step": "block_hash"}],
    }
    print("ruled   ", desk.ask("rules", "POST", f"{at}/rulings", ruling)["state"], "is waited for")
    print("refused ", desk.ask("rules", "POST", f"{at}/claim")["error"]["what"])

    desk.ask("agrees", "POST", f"{at}/claim")
    approved = desk.ask("agrees", "POST", f"{at}/approve")
    print("approved", [d["state"] for d in approved["dispositions"]])
    print("told    ", [n["to"] for n in approved["notices"] if n["sent"]])

    objection = {"words": "我只是转发别人的内容", "on_behalf_of": "user-9"}
    desk.ask("feed", "POST", f"{at}/appeals", objection)
    desk.ask("judges", "POST", f"{at}/claim")
    judged = {"outcome": "overturned", "reason": "转发属实，原决定撤销"}
    closed = desk.ask("judges", "POST", f"{at}/judgement", judged)
    print("judged  ", closed["appeals"][0]["state"], [d["state"] for d in closed["dispositions"]])


def told(inbox: Inbox, secret: str) -> None:
    """Verify what the desk told the platform, by a library of others."""
    types = ["case.opened", "case.ruled", "disposition.started", "disposition.reversed"]

    def arrived() -> list[str]:
        got = [Webhook(secret).verify(body, headers)["type"] for body, headers in inbox.got]
        return got if set(types) <= set(got) else []

    print("webhooks", [one for one in until(arrived) if one in types])


def policies(desk: Desk, folder: Path) -> None:
    """Try a stricter rule, let it run in shadow, publish it and roll it back."""
    posts = [{"id": f"trial-{n}", "text": POST} for n in range(3)]
    rows = desk.ask("feed", "POST", "/scan", posts)
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (folder / "next.toml").write_text(POLICY.format(version="2", do="hold"), "utf-8")
    asked = ("policy", "backtest", str(folder / "next.toml"), "--on", str(folder / "rows.jsonl"))
    tested = json.loads(run(folder, *asked, "--against", "ugc", "--json", db=False))
    print("tried   ", [f"{c['from']} > {c['to']}: {c['items']}" for c in tested["changes"]])

    paths = {}
    for version, do in (("1", "queue"), ("2", "hold")):
        text = {"text": POLICY.format(version=version, do=do)}
        made = desk.ask("writes", "POST", "/policies/versions", text)
        paths[version] = f"/policies/versions/{made['hash']}"
    desk.ask("writes", "POST", f"{paths['2']}/shadow")
    count = iter(range(10_000))

    def shadowed() -> Any:
        desk.ask("feed", "POST", "/scan?store=true", {"id": f"shadow-{next(count)}", "text": POST})
        tally = desk.ask("writes", "GET", f"{paths['2']}/tally")
        return tally if tally["rows"] else None

    print("shadow  ", [f"{m['was']} > {m['now']}" for m in until(shadowed)["moved"]])

    def in_force(version: str) -> Any:
        row = desk.ask("feed", "POST", "/scan", {"id": "asked", "text": POST})
        return row["decision"] if row["decision"]["policy"] == f"ugc {version}" else None

    refused = desk.ask("writes", "POST", f"{paths['1']}/publish")
    print("author  ", refused["error"]["what"])
    for version in ("1", "2"):
        desk.ask("publishes", "POST", f"{paths[version]}/publish")
        print("live    ", version, until(lambda version=version: in_force(version))["do"])
    back = {"name": "ugc", "reason": "held too many innocent posts"}
    desk.ask("publishes", "POST", "/policies/rollback", back)
    print("rolled  ", until(lambda: in_force("1"))["do"])


def main() -> None:
    """Serve, tell the story, and prove it from the database."""
    with tempfile.TemporaryDirectory() as own:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(own)
        serve = [*QINGJIAN, "serve", "--db", str(folder / "desk.db"), "--port", "0"]
        inside = {**os.environ, "QINGJIAN_WEBHOOK_PRIVATE": "1"}
        with (
            receiving() as inbox,
            subprocess.Popen(serve, stdout=subprocess.PIPE, text=True, env=inside) as server,
        ):
            assert server.stdout is not None
            said = re.search(r"http://[\w.:\[\]]+", server.stdout.readline())
            assert said is not None, "it does not serve"
            desk = Desk(said[0])
            try:
                enter(desk, folder)
                endpoint = desk.ask("feed", "POST", "/webhooks", {"url": inbox.url})
                story(desk)
                told(inbox, endpoint["secret"])
                policies(desk, folder)
            finally:
                server.terminate()
        print("proven  ", run(folder, "case", "verify"))


if __name__ == "__main__":
    main()
