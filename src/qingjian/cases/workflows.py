"""
What cases answer for in the notice.
"""

from __future__ import annotations

from qingjian.core.card import Workflow

WORKFLOWS = (
    Workflow(
        "case",
        ("0.rectification",),
        "rules on contents, accounts, MCNs, products and services: a ground and a reason for each "
        "step, a second person for the heavy ones, notice, appeal, and back where it falls",
        "qingjian.cases",
    ),
    Workflow(
        "case credit",
        ("1.4.account_management",),
        "adds up what was ruled against an account, lets it expire, and suggests steps to people",
        "qingjian.cases",
    ),
    Workflow(
        "bot",
        ("1.4.api_auto_reply",),
        "keeps the inventory of accounts that answer by themselves, their audits, and tells who "
        "answers through an API, or like a machine, and is not in it",
        "qingjian.cases",
    ),
)
