from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import needs

from qingjian.core.errors import MissingExtra
from qingjian.labels.explicit import font

FONT = needs.font()


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    font._installed.cache_clear()
    yield
    font._installed.cache_clear()


@pytest.mark.parametrize("height", [1, 5, 12, 40, 333])
def test_capital_letters_are_as_high_as_asked(height: int) -> None:
    _, top, _, bottom = font.sized(height, "AI生成").getbbox("AI")
    assert height <= bottom - top <= height * 1.1 + 2


def test_without_a_font_the_error_tells_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(font, "_FOLDERS", (str(tmp_path), str(tmp_path / "none")))
    monkeypatch.delenv("QINGJIAN_FONT", raising=False)
    with pytest.raises(MissingExtra, match="no font with Chinese") as raised:
        font.chinese_font()
    assert "fonts-noto-cjk" in raised.value.hint
    shutil.copy(FONT, tmp_path / "wqy-zenhei.ttc")
    assert font.chinese_font() == tmp_path / "wqy-zenhei.ttc"


def test_a_named_font_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = tmp_path / f"mine{FONT.suffix}"
    shutil.copy(FONT, named)
    monkeypatch.setenv("QINGJIAN_FONT", str(named))
    assert font.chinese_font() == named
    assert font.sized(20, "AI生成").path == str(named)


def test_a_named_font_that_is_no_file_or_no_font(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QINGJIAN_FONT", str(tmp_path / "none.ttf"))
    with pytest.raises(MissingExtra, match="which is no file"):
        font.sized(10)
    broken = tmp_path / "broken.ttc"
    broken.write_bytes(b"ttcf" + bytes(40))
    monkeypatch.setenv("QINGJIAN_FONT", str(broken))
    with pytest.raises(MissingExtra, match="cannot be read"):
        font.sized(10)


def test_a_character_the_font_lacks_is_told() -> None:
    with pytest.raises(MissingExtra, match="has no character \U000e1234"):
        font.sized(10, "AI生成\U000e1234")


def test_the_forms_of_mainland_china_are_taken() -> None:
    if FONT.name != "NotoSansCJK-Regular.ttc":
        pytest.skip("needs Noto Sans CJK as a collection")
    assert font.sized(10).getname()[0] == "Noto Sans CJK SC"
