"""
The one permission that each route needs.

Every route stands here, or the application is not made; the test of privileges is made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from qingjian.access.roles import Permission

Need = Permission | Literal["nobody", "anybody"]
"""`nobody`: no key is asked for. `anybody`: any key or session that holds."""

NEEDS: Mapping[tuple[str, str], Need] = {
    ("GET", "/openapi.json"): "nobody",
    ("GET", "/docs"): "nobody",
    ("POST", "/sessions"): "nobody",
    ("DELETE", "/sessions"): "anybody",
    ("GET", "/whoami"): "anybody",
    ("POST", "/scan"): "scan",
    ("POST", "/scan/stream"): "scan",
    ("POST", "/label/read"): "label",
    ("POST", "/label/verify"): "label",
    ("POST", "/label/write"): "label",
    ("GET", "/cases"): "case.read",
    ("GET", "/cases/{id}"): "case.read",
    ("GET", "/cases/{id}/snapshots/{hash}"): "content.read",
    ("POST", "/cases/claim"): "case.claim",
    ("POST", "/cases/{id}/claim"): "case.claim",
    ("POST", "/cases/{id}/release"): "case.claim",
    ("POST", "/cases/{id}/skip"): "case.claim",
    ("POST", "/cases/{id}/snooze"): "case.claim",
    ("POST", "/cases/{id}/seal"): "case.claim",
    ("POST", "/cases/{id}/sealed-report"): "sealed.view",
    ("POST", "/cases/{id}/rulings"): "case.decide",
    ("POST", "/cases/{id}/reopen"): "case.decide",
    ("POST", "/cases/{id}/lift"): "case.decide",
    ("POST", "/cases/{id}/approve"): "case.approve",
    ("POST", "/cases/{id}/refuse"): "case.approve",
    ("POST", "/cases/{id}/appeals"): "appeal.file",
    ("POST", "/cases/{id}/judgement"): "case.appeal.judge",
    ("POST", "/complaints"): "complaint.file",
    ("GET", "/subjects/{kind}/{id}"): "subject.read",
    ("GET", "/orders"): "order.read",
    ("POST", "/orders"): "order.enter",
    ("GET", "/orders/{id}"): "order.read",
    ("POST", "/orders/{id}/close"): "order.enter",
    ("GET", "/authority-reports"): "case.read",
    ("GET", "/authority-reports/{id}"): "content.read",
    ("POST", "/authority-reports/{id}/draft"): "case.decide",
    ("POST", "/authority-reports/{id}/approve"): "case.approve",
    ("POST", "/authority-reports/{id}/submit"): "case.decide",
    ("GET", "/policies"): "policy.read",
    ("GET", "/policies/versions"): "policy.read",
    ("POST", "/policies/versions"): "policy.write",
    ("GET", "/policies/versions/{hash}"): "policy.read",
    ("GET", "/policies/versions/{hash}/tally"): "policy.read",
    ("POST", "/policies/versions/{hash}/shadow"): "policy.write",
    ("POST", "/policies/versions/{hash}/publish"): "policy.publish",
    ("POST", "/policies/versions/{hash}/retire"): "policy.publish",
    ("POST", "/policies/versions/{hash}/resume"): "policy.publish",
    ("POST", "/policies/rollback"): "policy.publish",
    ("GET", "/detectors"): "policy.read",
    ("GET", "/coverage"): "report.read",
    ("GET", "/holds"): "audit.read",
    ("POST", "/holds"): "hold.manage",
    ("POST", "/holds/{id}/lift"): "hold.manage",
    ("POST", "/blocked"): "nobody",
    ("POST", "/blocked/withdraw"): "nobody",
    ("POST", "/blocked/check"): "scan",
    ("GET", "/blocked"): "hash.review",
    ("POST", "/blocked/{id}/approve"): "hash.review",
    ("POST", "/blocked/{id}/refuse"): "hash.review",
    ("GET", "/webhooks"): "webhook.manage",
    ("POST", "/webhooks"): "webhook.manage",
    ("GET", "/webhooks/dead"): "webhook.manage",
    ("POST", "/webhooks/replay"): "webhook.manage",
    ("POST", "/webhooks/{id}/replay"): "webhook.manage",
    ("POST", "/webhooks/{id}/resume"): "webhook.manage",
    ("DELETE", "/webhooks/{id}"): "webhook.manage",
    ("GET", "/audit/verify"): "audit.read",
    ("GET", "/audit/events"): "audit.read",
}
STORES: Permission = "ingest"
"""What a scan needs beside, when it is to be kept."""
SEALED_CASES: Permission = "sealed.view"
"""What a sealed case needs beside, whatever is done in it but an appeal."""
SEALED_CONTENTS: Permission = "sealed.read"
"""What the contents of a sealed case need beside that; it is granted to one person by another."""
METRICS: Permission = "report.read"
"""What /metrics needs, which stands beside the API."""
