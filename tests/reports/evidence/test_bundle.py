from __future__ import annotations

import json
from typing import Any

import pytest

from qingjian.core.errors import DamagedFile
from qingjian.reports.evidence.bundle import KNOWN, Manifest, read, readme

MADE = Manifest(
    tenant="default",
    made_at=1.5,
    tool="0.1.0",
    detectors={"text.scam": "1"},
    scope="cases",
    content=True,
    counts={"events": 2, "cases": 1, "snapshots": 0, "absent": 0},
    head={"seq": 2, "hash": "a" * 64},
    cases=("c1",),
    files={"events.jsonl": "b" * 64},
)


def test_a_manifest_is_read_back_as_it_was_written() -> None:
    assert read(MADE.written()) == MADE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b'{"contract": 2}',
        b'{"contract": 1}',
        b'{"contract": 1, "cases": 3}',
        b"[" * 5000,
        b"\xff",
    ],
)
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(DamagedFile, match=r"manifest\.json"):
        read(data)


@pytest.mark.parametrize(
    "change",
    [
        {"counts": {"events": -1, "cases": 0, "snapshots": 0, "absent": 0}},
        {"counts": {"events": True, "cases": 0, "snapshots": 0, "absent": 0}},
        {"counts": {}},
        {"head": {"seq": "2", "hash": "x"}},
        {"head": None},
        {"cases": [1]},
        {"files": []},
        {"scope": "some"},
        {"content": "yes"},
        {"tenant": 7},
        {"more": 1},
    ],
)
def test_a_field_of_another_kind_is_refused(change: dict[str, Any]) -> None:
    raw = json.loads(MADE.written())
    with pytest.raises(DamagedFile, match=r"manifest\.json"):
        read(json.dumps({**raw, **change}).encode())


def test_only_known_names_belong() -> None:
    good = ("manifest.json", "events.jsonl", "absent.jsonl", "README.txt", "snapshots/" + "a" * 64)
    assert all(KNOWN.fullmatch(name) for name in good)
    odd = ("../events.jsonl", "/etc/x", "snapshots/", "snapshots/../" + "a" * 61, "Events.jsonl")
    assert not any(KNOWN.fullmatch(name) for name in odd)


def test_the_auditor_is_told_in_both_languages() -> None:
    text = readme().decode()
    assert "手工核验" in text and "Checking by hand" in text
    assert text.count("sha256sum -c --quiet") == 2
