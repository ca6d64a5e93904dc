"""
What labels answer for in the notice.
"""

from __future__ import annotations

from qingjian.core.card import Workflow

WORKFLOWS = (
    Workflow(
        "label write",
        ("1.5.implicit_label",),
        "writes, repairs and propagates the label in a file's metadata",
        "qingjian.labels",
    ),
    Workflow(
        "label write --explicit",
        ("1.5.explicit_label", "1.5.label_function"),
        "writes the label people see or hear, and measures it back",
        "qingjian.labels",
    ),
    Workflow(
        "label verify",
        ("1.5.platform_detection",),
        "says confirmed, possible or suspected, on what basis, and what must be shown",
        "qingjian.labels",
    ),
)
