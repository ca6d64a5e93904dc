from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.archive.claims import CLAIM, SOURCE
from tests.archive.readers.test_claimreview import REVIEW
from tests.archive.readers.test_notice import NOTICE

from qingjian.archive.entry import Entry, Refused
from qingjian.archive.readers import files
from qingjian.core.errors import NotFound


def test_every_form_is_read_by_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "a.jsonld").write_text(json.dumps(REVIEW), "utf-8")
    (tmp_path / "b.json").write_text(json.dumps([REVIEW]), "utf-8")
    (tmp_path / "c.jsonl").write_text(json.dumps(SOURCE, ensure_ascii=False), "gb18030")
    (tmp_path / "d.md").write_text(NOTICE, "utf-16")
    header = ",".join(CLAIM)
    (tmp_path / "e.CSV").write_text(header + "\n" + ",".join(CLAIM.values()), "utf-8-sig")
    (tmp_path / "no.txt").write_text("nothing", "utf-8")
    found = files.listed([tmp_path])
    assert [p.name for p in found] == ["a.jsonld", "b.json", "c.jsonl", "d.md", "e.CSV"]
    told = [one for path in found for one in files.read(path)]
    assert all(isinstance(one, Entry) for one in told), told


def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    bad = {
        "odd.xml": b"<a/>",
        "cut.md": NOTICE.encode()[:-2],
        "binary.json": bytes(range(256)) * 9,
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    for name in (*bad, "gone.md"):
        [one] = files.read(tmp_path / name)
        assert isinstance(one, Refused)
        assert name in one.where
    with pytest.raises(NotFound, match="nowhere"):
        files.listed([tmp_path / "nowhere"])


def test_a_file_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 100)
    (tmp_path / "a.md").write_text(NOTICE * 9, "utf-8")
    [one] = files.read(tmp_path / "a.md")
    assert isinstance(one, Refused)
    assert one.reason == "too_large"
