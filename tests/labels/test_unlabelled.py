from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PIL import Image
from tests import needs
from tests.labels.formats.samples import png

from qingjian.core.errors import DamagedFile, UsageError
from qingjian.core.ledger import Ledger
from qingjian.labels import label
from qingjian.labels.explicit.write import with_notice
from qingjian.labels.unlabelled import KEPT_DAYS, Copy, copies, export

NOON = 1_800_000_000.0


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "a.png"
    path.write_bytes(label.write(png.plain(), label.mark("p", "7")))
    return path


def asked(path: Path) -> Copy:
    return Copy(path, "user-81", "v3-2026", "editing")


def test_the_ledger_has_it_before_the_copy_is_there(labelled: Path, tmp_path: Path) -> None:
    log, out = tmp_path / "log.jsonl", tmp_path / "b.png"
    entry = export(asked(labelled), out, log, clock=lambda: NOON)
    assert out.read_bytes() == labelled.read_bytes()
    assert label.verify(labelled).verdict == "confirmed"
    assert dict(entry.data) == {
        "file": "a.png",
        "to": "user-81",
        "agreement": "v3-2026",
        "why": "editing",
        "producer": "p",
        "produce_id": "7",
        "sha256_file": hashlib.sha256(labelled.read_bytes()).hexdigest(),
        "sha256_copy": hashlib.sha256(out.read_bytes()).hexdigest(),
        "implicit": "kept",
        "keep_until": "2027-07-18T08:00:00Z",
    }
    assert KEPT_DAYS == 184
    assert Ledger(log).verify().entries == 1


def test_a_copy_is_found_by_its_digest(labelled: Path, tmp_path: Path) -> None:
    log, out = tmp_path / "log.jsonl", tmp_path / "b.png"
    export(asked(labelled), out, log, clock=lambda: NOON)
    export(asked(labelled), out, log, clock=lambda: NOON + 1)
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    assert [c["at"] for c in copies(log, digest)] == [
        "2027-01-15T08:00:00Z",
        "2027-01-15T08:00:01Z",
    ]
    assert list(copies(log, "0" * 64)) == []
    assert len(list(copies(log))) == 2


def test_a_ledger_that_was_touched_gives_no_copy(labelled: Path, tmp_path: Path) -> None:
    log, out = tmp_path / "log.jsonl", tmp_path / "b.png"
    export(asked(labelled), out, log)
    log.write_text(log.read_text().replace("user-81", "user-82"))
    out.unlink()
    with pytest.raises(DamagedFile):
        export(asked(labelled), out, log)
    assert not out.exists()


@pytest.mark.parametrize("field", ["to", "agreement", "why"])
def test_who_what_and_why_are_asked_for(field: str, labelled: Path, tmp_path: Path) -> None:
    words = {"to": "u", "agreement": "a", "why": "w", field: " "}
    with pytest.raises(UsageError, match=f"{field} is empty"):
        export(Copy(labelled, **words), tmp_path / "b.png", tmp_path / "log")
    assert not (tmp_path / "log").exists()


def test_a_file_without_a_label_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png.plain())
    with pytest.raises(UsageError, match="no label in its metadata"):
        export(asked(path), tmp_path / "b.png", tmp_path / "log")


def test_the_implicit_label_goes_when_it_is_asked_to(labelled: Path, tmp_path: Path) -> None:
    entry = export(asked(labelled), tmp_path / "b.png", tmp_path / "log", implicit=False)
    assert label.read(tmp_path / "b.png") == []
    assert entry.data["implicit"] == "removed"


def test_a_badge_is_seen_and_refused(labelled: Path, tmp_path: Path) -> None:
    needs.font()
    large = tmp_path / "large.png"
    Image.new("RGB", (240, 160), "teal").save(large)
    large.write_bytes(with_notice(large.read_bytes(), "large.png"))
    label.write_file(large, label.mark("p", "8"))
    with pytest.raises(UsageError, match="shows an explicit label"):
        export(asked(large), tmp_path / "b.png", tmp_path / "log")
    assert not (tmp_path / "log").exists()
