from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from tests.labels.formats.samples import gif, png
from tests.needs import ROOT
from tests.process import environment

from qingjian.labels.carriers import names


@pytest.fixture(scope="module")
def soak() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        import soak_labels as made

        yield made


@pytest.mark.timeout(600)
def test_twenty_thousand_damaged_files_break_no_promise(tmp_path: Path) -> None:
    ran = subprocess.run(
        [
            *(sys.executable, str(ROOT / "tools" / "soak_labels.py")),
            *("--files", "20000", "--seed", "3", "--processes", "2", "--faults", str(tmp_path)),
        ],
        env=environment(),
        cwd=tmp_path,
        capture_output=True,
        timeout=500,
        check=False,
    )
    result = json.loads(ran.stdout)
    assert result["faults"] == []
    assert ran.returncode == 0
    assert result["files"] == 20_000
    assert 0 < result["most_memory_bytes"] <= result["most_memory_bytes_allowed"]
    assert len(result["code"]) == 64
    assert set(result["carriers"]) == set(names())
    for name, outcomes in result["carriers"].items():
        assert sum(outcomes.values()) >= 20_000 // len(names()), name
        assert outcomes["labelled"] > 50, name


def test_the_same_seed_gives_the_same_files(soak: ModuleType) -> None:
    samples = {"png": [png.plain()], "gif": [gif.plain(), gif.plain()[:50]]}

    def files(seed: int) -> list[bytes]:
        return [soak.damaged("gif", samples, random.Random(f"{seed}/{n}")) for n in range(300)]

    assert files(1) == files(1) != files(2)
    assert len(set(files(1))) > 200


def test_whole_damaged_and_foreign_files_have_their_outcomes(soak: ModuleType) -> None:
    whole = gif.plain()
    assert soak.attempted("gif", whole) == "labelled"
    assert soak.attempted("gif", whole[:-5]) == "damaged"
    assert soak.attempted("json", b"[1]") == "no place"


def test_a_promise_that_breaks_is_told(soak: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(name: str, data: bytes) -> str:
        raise ValueError(f"{name} of {len(data)} bytes")

    monkeypatch.setattr(soak, "attempted", wrong)
    told = soak.answer("gif", 7, b"GIF")
    assert (told.carrier, told.number, told.outcome) == ("gif", 7, "fault")
    assert told.fault == "ValueError: gif of 3 bytes"


def test_a_file_that_takes_long_is_told(soak: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(name: str, data: bytes) -> str:
        while True:
            pass

    monkeypatch.setattr(soak, "attempted", endless)
    monkeypatch.setattr(soak, "MOST_SECONDS", 0.05)
    assert soak.answer("gif", 1, b"GIF").fault == "TooSlow: more than 0.05 s of CPU time"


def test_a_file_that_takes_much_memory_is_told(
    soak: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soak, "MOST_MEMORY_BYTES", 1)
    assert soak.answer("gif", 1, gif.plain()).fault.endswith(" bytes of memory")


def test_a_fault_is_kept_with_its_file(
    soak: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(soak, "_samples", {"gif": [gif.plain()]})
    monkeypatch.setattr(soak, "MOST_MEMORY_BYTES", 1)
    answers, most = soak._block((5, 0, 3, tmp_path / "kept"))
    assert [answer.number for answer in answers] == [0, 1, 2]
    assert most > 1
    kept = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert kept == ["5_0_gif.bin", "5_1_gif.bin", "5_2_gif.bin"]
