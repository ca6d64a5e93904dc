"""
qingjian 清鉴: finds what AI is abused for, decides by written rules, proves what was seen.

    import qingjian as qj
    qj.scan("代过人脸活体，先过后付，飞机联系")
    qj.label.verify("picture.png")

`scan` and `label` are loaded when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qingjian.labels import label
    from qingjian.wiring import Result, scan

__all__ = ["Result", "label", "scan"]


def __getattr__(name: str) -> Any:
    """Load a Python door when it is first used."""
    if name == "label":
        from qingjian.labels import label

        return label
    if name in __all__:
        from qingjian import wiring

        return getattr(wiring, name)
    raise AttributeError(f"module 'qingjian' has no attribute {name!r}")
