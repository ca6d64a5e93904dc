"""
qingjian 清鉴: finds what AI is abused for, decides by written rules, proves what was seen.

    import qingjian as qj
    qj.scan("代过人脸活体，先过后付，飞机联系")

`scan` is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qingjian.wiring import Result, scan

__all__ = ["Result", "scan"]


def __getattr__(name: str) -> Any:
    """Load the Python door when it is first used."""
    if name in __all__:
        from qingjian import wiring

        return getattr(wiring, name)
    raise AttributeError(f"module 'qingjian' has no attribute {name!r}")
