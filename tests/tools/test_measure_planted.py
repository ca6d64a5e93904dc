from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest
from tests.needs import ROOT


@pytest.fixture(scope="module")
def tool() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        import measure_planted as made

        yield made


def test_planted_numbers_are_found_in_every_form_and_those_of_nobody_pass(
    tool: ModuleType,
) -> None:
    result = tool.measured(4)
    assert result["planted"]["n"] == 236
    assert result["planted"]["recall"][0] >= 0.99
    assert result["precision"] >= 0.98
    assert min(one["recall"][0] for one in result["by_kind"].values()) >= 0.95
    assert min(one["recall"][0] for one in result["by_form"].values()) >= 0.95


def test_what_is_not_found_is_counted(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = dict(tool.NUMBERS)
    kinds["qq"] = (lambda draw: "很久", kinds["qq"][1])
    monkeypatch.setattr(tool, "NUMBERS", kinds)
    result = tool.measured(2)
    assert result["by_kind"]["qq"]["recall"][0] == 0
    assert result["by_kind"]["phone"]["recall"][0] == 1
