from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.cases.desk import row
from tests.labels.formats.samples import png

from qingjian.cases.intake import Whose, sighting
from qingjian.cases.proof import Proof
from qingjian.cases.sql import Cases
from qingjian.core.errors import DamagedFile, UsageError
from qingjian.flows import trace as flow
from qingjian.flows.trace import Sought, sought, trace
from qingjian.labels import label
from qingjian.labels.unlabelled import Copy, export
from qingjian.store.engine import open_store


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    return open_store(f"{tmp_path}/a.db")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "a.png"
    path.write_bytes(label.write(png.plain(), label.mark("p", "img-7")))
    return path


def test_a_number_is_traced_as_it_is_and_a_file_by_label_and_hashes(picture: Path) -> None:
    assert sought("img-7") == Sought(("img-7",))
    told = sought(str(picture))
    assert told.ids == ("img-7",)
    assert told.hashes[0] == hashlib.sha256(picture.read_bytes()).hexdigest()
    assert [m.fields["ContentProducer"] for m in told.marks] == ["p"]
    other = picture.with_name("b.png")
    other.write_bytes(label.write(picture.read_bytes(), label.mark("q", "img-8")))
    again = sought(str(other))
    assert (again.ids, again.hashes[0] == told.hashes[0]) == (("img-8",), False)
    assert again.hashes[-1] == told.hashes[-1], "what the label does not change"


def test_a_file_that_carries_no_labels_is_traced_by_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(b"\x00\x01")
    assert sought(str(path)) == Sought((), (hashlib.sha256(b"\x00\x01").hexdigest(),))


def test_nothing_is_not_traced_and_a_damaged_file_says_so(picture: Path) -> None:
    with pytest.raises(UsageError):
        sought("  ")
    picture.write_bytes(picture.read_bytes()[:-20])
    with pytest.raises(DamagedFile):
        sought(str(picture))


def test_copies_are_found_by_number_and_by_either_hash(picture: Path, tmp_path: Path) -> None:
    log, copy = tmp_path / "log.jsonl", tmp_path / "copy.png"
    export(Copy(picture, "u81", "v3", "for TV"), copy, log, implicit=False)
    for asked in ("img-7", str(picture), str(copy)):
        [(where, entry)] = trace(sought(asked), [log], None, None, "wu").copies
        assert (where, entry["to"]) == (str(log), "u81")
    assert trace(sought("img-8"), [log], None, None, "wu").copies == ()
    log.write_bytes(log.read_bytes().replace(b"for TV", b"for me"))
    with pytest.raises(DamagedFile):
        trace(sought("img-7"), [log], None, None, "wu")


def test_each_case_that_is_read_says_who_read_it_and_no_other(engine: sa.Engine) -> None:
    cases, proof = Cases(engine), Proof(engine, "default")
    for id, text in (("p1", "看 img-7"), ("p2", "img-70")):
        cases.take_in([sighting(row(id), Whose(item={"id": id, "text": text}))])
    [case] = trace(sought("img-7"), (), cases, proof, "wu").cases
    assert case.subject.id == "p1"
    last = list(cases.events())[-1]
    assert (last.case, last.who, last.what) == (case.id, "wu", "viewed")
    assert last.data == {"trace": ["img-7"]}
    assert cases.verify()[0] == 5


def test_nobody_reads_unnamed_or_without_end(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, proof = Cases(engine), Proof(engine, "default")
    with pytest.raises(UsageError, match="nobody says who"):
        trace(sought("x"), (), cases, proof, " ")
    cases.take_in([sighting(row(id), Whose(item={"text": "x"})) for id in ("p1", "p2")])
    monkeypatch.setattr(flow, "MOST_CASES", 1)
    with pytest.raises(UsageError, match="2 cases mention it"):
        trace(sought("x"), (), cases, proof, "wu")
    assert cases.verify()[0] == 4, "nothing was read, nothing was written"
