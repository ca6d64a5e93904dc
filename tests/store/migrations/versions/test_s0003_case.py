from __future__ import annotations

from qingjian.store.migrations.versions import s0003_case as step


def test_the_step_keeps_its_place() -> None:
    assert (step.revision, step.down_revision) == ("0003", "0002")
