"""
A platform drives the desk over HTTP: from a post to a ruling that falls on appeal, and the proof.

Usage: python examples/desk/desk.py [FOLDER]
Starts `qingjian serve` on a database in FOLDER, adds people and a key, and prints what happens.
"""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

QINGJIAN = [sys.executable, "-m", "qingjian"]
POST = "代 过 人 脸 活体，非本人可做，先过后付，飞机联系"
PEOPLE = {"rules": "reviewer", "agrees": "senior_reviewer", "judges": "senior_reviewer"}


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


def run(folder: Path, *words: str, given: str = "") -> str:
    """Run a verb on the database and give what it prints."""
    command = [*QINGJIAN, *words, "--db", str(folder / "desk.db")]
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


def main() -> None:
    """Serve, tell the story, and prove it from the database."""
    with tempfile.TemporaryDirectory() as own:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(own)
        serve = [*QINGJIAN, "serve", "--db", str(folder / "desk.db"), "--port", "0"]
        with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            said = re.search(r"http://[\w.:\[\]]+", server.stdout.readline())
            assert said is not None, "it does not serve"
            desk = Desk(said[0])
            try:
                enter(desk, folder)
                story(desk)
            finally:
                server.terminate()
        print("proven  ", run(folder, "case", "verify"))


if __name__ == "__main__":
    main()
