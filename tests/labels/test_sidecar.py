from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.errors import DamagedFile, Vanished
from qingjian.core.types import ByteRange
from qingjian.labels import sidecar
from qingjian.labels.gb45438 import marks_of, written
from qingjian.labels.mark import Mark

MARK = Mark("gb45438", "1", {"ContentProducer": "甲", "ProduceID": "1f"})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "山水 a.txt"
    path.write_bytes(b"x" * 3_000_000)
    return path


def test_it_stands_beside_its_file(file: Path) -> None:
    assert sidecar.path_of(file) == file.parent / "山水 a.txt.aigc.json"
    assert sidecar.path_of(Path("a")) == Path("a.aigc.json")


@pytest.mark.parametrize("wrapped", [False, True])
def test_it_says_the_label_and_the_file(file: Path, wrapped: bool) -> None:
    side = sidecar.written(written(MARK, wrapped), file)
    assert json.loads(side) == {
        "AIGC": json.loads(written(MARK, False)),
        "File": {
            "Name": "山水 a.txt",
            "Sha256": hashlib.sha256(b"x" * 3_000_000).hexdigest(),
            "Bytes": 3_000_000,
        },
    }
    assert len(json.loads(side)["AIGC"]) == 7
    (mark,) = marks_of(sidecar.held(side, file))
    assert (mark.label, mark.fields["ContentProducer"]) == ("1", "甲")
    assert mark.place == "sidecar"
    assert [each.id for each in mark.deviations] == ["field.charset"]
    assert isinstance(mark.at, ByteRange)
    assert side[mark.at.start : mark.at.end].startswith(b'"AIGC": {')


@pytest.mark.parametrize("data", [b"", b"y" * 3_000_000, b"x" * 3_000_001])
def test_another_file_is_a_deviation(file: Path, data: bytes) -> None:
    side = sidecar.written(written(MARK, False), file)
    file.write_bytes(data)
    (mark,) = marks_of(sidecar.held(side, file))
    assert mark.deviations[0].id == "sidecar.digest"


@pytest.mark.parametrize("about", ["", ', "File": 1', ', "File": {}', ', "File": {"Sha256": 1}'])
def test_a_sidecar_of_no_file_is_a_deviation(file: Path, about: str) -> None:
    side = '{"AIGC": {"Label": "1"}' + about + "}"
    (mark,) = marks_of(sidecar.held(side.encode(), file))
    assert mark.deviations[0].id == "sidecar.digest"


@pytest.mark.parametrize(
    "side",
    [b"", b"{", b"[]", b"{}", b'{"aigc": {"Label": "1"}}', b'{"AIGC": {}', b" " * 4_000_001]
    + [b'{"AIGC": 1, "x": ' + b"[" * 9000 + b"]" * 9000 + b"}"],
    ids=lambda side: side[:12].decode(),
)
def test_a_damaged_sidecar_is_called_so(file: Path, side: bytes) -> None:
    with pytest.raises(DamagedFile, match=r"byte|deep"):
        list(sidecar.held(side, file))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(Vanished, match="cannot be read"):
            sidecar.written("{}", path)
        with pytest.raises(Vanished, match="cannot be read"):
            list(sidecar.held(b'{"AIGC": {"Label": "1"}, "File": {"Sha256": ""}}', path))


@given(st.integers(0, 400), st.binary(max_size=5))
def test_any_change_is_read_or_called_damaged(at: int, new: bytes) -> None:
    here = Path(__file__)
    side = sidecar.written(written(MARK, False), here)
    try:
        list(sidecar.held(side[:at] + new + side[at + len(new) :], here))
    except DamagedFile as error:
        assert error.what
