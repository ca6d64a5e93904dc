"""
Versions of a policy for tests, on the detectors that `tests.cases.desk` finds something with.
"""

from __future__ import annotations

from qingjian.policy.load import parse
from qingjian.policy.rules import Pack

KNOWN = {"text.scam": True, "text.gore": True}


def text(number: str = "1", least: float = 0.5, do: str = "queue", name: str = "ugc") -> str:
    """Give a policy that asks for a step where a scam has at least a score."""
    return f"""
name = "{name}"
version = "{number}"
author = "somebody"
surface = "content"

[[rule]]
id = "scam"
when = "text.scam.hit && text.scam.score >= {least}"
do = "{do}"
row = "2.4.kin_fraud"
because = "It asks for money by pretence."
"""


def pack(number: str = "1", least: float = 0.5, do: str = "queue") -> Pack:
    """Give the same as a pack."""
    made, faults = parse(text(number, least, do), "own.toml", KNOWN)
    assert made is not None and not faults
    return made
