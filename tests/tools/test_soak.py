from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.needs import ROOT
from tests.process import environment


@pytest.fixture(scope="module")
def soak() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        import soak as made

        yield made


def test_one_round_breaks_no_promise() -> None:
    ran = subprocess.run(
        [
            *(sys.executable, str(ROOT / "tools" / "soak.py")),
            *("--rounds", "1", "--seed", "5", "--files", "80", "--rows", "800"),
        ],
        env=environment(),
        capture_output=True,
        timeout=300,
        check=False,
    )
    result = json.loads(ran.stdout)
    assert result["faults"] == []
    assert ran.returncode == 0
    assert result["counts"]["damaged files"] == 80
    assert result["counts"]["rows under load"] == 801
    assert 0 < result["most_memory_bytes"] < 500_000_000
    assert len(result["code"]) == 64


def row(id: str, **changes: Any) -> dict[str, Any]:
    plain = {"id": id, "error": None, "ran": ["x"], "findings": [], "not_looked_at": []}
    return {**plain, **changes}


def test_broken_promises_are_told(
    soak: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = soak.Soak(tmp_path, 1, 1, 1)
    failed = {"what": "text.x", "reason": "failed: it broke"}
    rows = [
        row("a"),
        row("a", not_looked_at=[failed]),
        row("b", error={"code": "input", "what": "b: the item took more than 60 s"}),
    ]
    (tmp_path / "out.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows) + "torn")
    (tmp_path / "errors.txt").write_text("Traceback (most recent call last):")
    assert soak.sound(one, tmp_path, "here") == rows
    assert [fault.split(":")[1].strip() for fault in one.faults] == [
        "a traceback was printed",
        "an id stands twice",
        "a",
        "b",
    ]
    assert capsys.readouterr().err.count("broke: here") == 4


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], 3),
        ([row("a", ran=[])], 3),
        ([row("a")], 0),
        ([row("a", findings=[{"severity": "low"}, {"severity": "high"}])], 14),
        ([row("a", findings=[{"severity": "high"}]), row("b", error={"code": "row"})], 2),
    ],
)
def test_the_exit_code_follows_from_the_rows(
    soak: ModuleType, rows: list[dict[str, Any]], code: int
) -> None:
    assert soak.expected_code(rows) == code


def test_the_hash_is_of_names_and_bytes_of_the_code(
    soak: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soak, "ROOT", tmp_path)
    (tmp_path / "src").mkdir()
    seen = []
    for name, text in (("a.py", "1"), ("a.py", "2"), ("b.toml", "2")):
        (tmp_path / "src" / name).write_text(text)
        seen.append(soak.code_hash())
    (tmp_path / "src" / "__pycache__").mkdir()
    (tmp_path / "src" / "__pycache__" / "a.pyc").write_text("x")
    assert len(set(seen)) == 3
    assert soak.code_hash() == seen[-1]
