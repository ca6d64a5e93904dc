from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from tests.needs import ROOT

from qingjian.cases import appeals, notices
from qingjian.cases.event import Draft


@pytest.fixture(scope="module")
def tool() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        import measure_cases as made

        yield made


def test_lives_and_accounts_keep_what_was_promised(tool: ModuleType, tmp_path: Path) -> None:
    told = tool.lives(12, 3, tmp_path)
    assert (told["kept"], told["broken"]) == (12, {})
    assert tool.accounts(12, 3, tmp_path)["right"] == 12


def test_a_promise_that_is_broken_is_seen(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept(*_: object, **__: object) -> list[Draft]:
        return []

    monkeypatch.setattr(appeals, "reversals", kept)
    monkeypatch.setattr(notices, "due", kept)
    told = tool.lives(12, 3, tmp_path)
    assert told["kept"] < 12
    assert {"stands after an overturn", "started untold"} <= told["broken"].keys()
