"""
Detectors whose blind half is not written yet: they count as not measured, so no step of a policy
rests on them alone. The list may only shrink.
"""

from __future__ import annotations

WAITING: frozenset[str] = frozenset()
