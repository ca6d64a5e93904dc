"""
What an endpoint is told of an event of a case, and how that is signed.

Pure: an event and its case give the same bytes each time, so a message that is sent again is the
same message. Source of the form: the specification of Standard Webhooks.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

import orjson

from qingjian.cases.case import Case, Disposition, Ruling
from qingjian.cases.event import MACHINE, Event
from qingjian.core.clock import iso

TYPES: Mapping[str, str] = {
    "opened": "case.opened",
    "ruled": "case.ruled",
    "started": "disposition.started",
    "reversed": "disposition.reversed",
    "expired": "disposition.expired",
    "appealed": "appeal.filed",
    "judged": "appeal.judged",
    "noticed": "notice.sent",
}
"""What a message about an event is called; of other events nobody is told."""
PREFIX = "whsec_"


def new_secret() -> str:
    """Give a secret to sign with: 256 random bits in base64 after `whsec_`."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def message(event: Event, case: Case, words: str = "") -> bytes:
    """
    Give the body of a message.

    Nobody who reviews is named in it, and nothing of what was looked at stands in it.

    Args:
        case: as it stood after the event.
        words: the text of a notice; empty where it is kept no longer.
    """
    subject = {"kind": case.subject.kind, "id": case.subject.id}
    data: dict[str, Any] = {"case": case.id, "seq": event.seq, "subject": subject}
    data |= {"sealed": True} if case.sealed else {}
    data |= {"owner": case.subject.owner, "queue": case.queue, **_more(event, case, words)}
    whole = {"type": TYPES[event.what], "timestamp": iso(event.at), "data": data}
    return orjson.dumps(whole)


def headers(secret: str, id: str, at: float, body: bytes) -> dict[str, str]:
    """Give the headers of a message that is sent at a time, in UTC epoch seconds."""
    stamp = str(int(at))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.digest(key, f"{id}.{stamp}.".encode() + body, "sha256")
    return {
        "content-type": "application/json",
        "user-agent": "qingjian",
        "webhook-id": id,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


def _more(event: Event, case: Case, words: str) -> dict[str, Any]:
    """Give what messages of this kind tell beside the case."""
    said = event.data
    if event.what == "ruled":
        ruling = case.rulings[said["number"] - 1]
        steps = [_step(d) for d in case.dispositions if d.ruling == ruling.number]
        return {"ruling": _ruling(ruling), "steps": steps}
    if event.what in ("started", "reversed", "expired"):
        one = case.disposition(said["id"])
        assert one is not None  # its event stands on the chain
        return {"step": _step(one), "ruling": _ruling(case.rulings[one.ruling - 1])}
    if event.what in ("appealed", "judged"):
        appeal = case.appeals[said["number"] - 1]
        kept = ("number", "ruling", "state", "reason")
        return {"appeal": {name: getattr(appeal, name) for name in kept}}
    if event.what == "noticed":
        return {"notice": {"to": said["to"], "about": said["about"], "text": words}}
    return {}


def _step(one: Disposition) -> dict[str, Any]:
    ends = iso(one.ends_at) if one.ends_at is not None else None
    times = {"starts_at": iso(one.starts_at), "ends_at": ends}
    return {"id": one.id, "step": one.step, "state": one.state, **times, "reason": one.reason}


def _ruling(one: Ruling) -> dict[str, Any]:
    kept = ("number", "outcome", "state", "row", "ground", "reason")
    automated = bool(one.told.get("automated")) or one.who == MACHINE
    return {**{name: getattr(one, name) for name in kept}, "automated": automated}
