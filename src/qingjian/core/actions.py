"""
The ladders: one ordered list of actions per surface; a decision is the highest step asked for.

Source: DESIGN section 1, `Decision`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qingjian.core.errors import ConfigError

LADDERS: Mapping[str, tuple[str, ...]] = {
    "content": ("pass", "note", "label", "queue", "limit", "hold", "remove"),
    "gateway": ("pass", "note", "mask", "rewrite", "answer", "refuse", "stop"),
    "product": ("pass", "ask", "hold", "reject", "delist"),
    "corpus": ("keep", "redact", "quarantine", "drop"),
}
SIDE_EFFECTS = ("notify", "contact", "review")
"""Outside every order: they may be asked for beside a step."""


def ladder(surface: str) -> tuple[str, ...]:
    """Give the steps of a surface, softest first. Raises ConfigError for an unknown surface."""
    try:
        return LADDERS[surface]
    except KeyError:
        raise ConfigError(
            f"no ladder for surface {surface!r}", f"one of: {', '.join(LADDERS)}"
        ) from None


def strongest(surface: str, steps: Iterable[str]) -> str:
    """Give the highest of `steps` on the surface's ladder; the softest step when there is none."""
    order = ladder(surface)
    return max(steps, key=order.index, default=order[0])
