from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from tests.labels.formats.samples import png

from qingjian.core.errors import InputError
from qingjian.labels import label, sidecar
from qingjian.labels.mark import Mark
from qingjian.labels.provenance import (
    codec_of,
    held_of,
    limits_of,
    marks_of,
    opened,
    signatures_of,
)

PNG = label.write(png.plain(), label.mark("p", "7"))


def test_bytes_and_files_are_opened_alike(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    for source, at in ((PNG, None), (path, path), (str(path), path)):
        with opened(source) as (data, where):
            assert (data[0:], where) == (PNG, at)


def test_everything_a_file_holds_comes_with_its_carrier() -> None:
    codec, entries = held_of(PNG, None, "")
    assert codec is codec_of(PNG, "") is not None
    (mark,) = marks_of(codec, entries, PNG)
    assert mark.fields["ProduceID"] == "7"
    assert signatures_of([mark], PNG, codec, ()) == ["none"]


def test_what_stands_beside_a_file_counts_too(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"words")
    assert held_of(b"words", path, "") == (None, [])
    label.write_file(path, label.mark("p", "8"))
    codec, (entry,) = held_of(b"words", path, "")
    assert codec is None
    assert entry.place == "sidecar"
    other = tmp_path / "b.xyz"
    other.write_bytes(b"\x00")
    with pytest.raises(InputError):
        held_of(b"\x00", other, "")
    sidecar.path_of(other).write_bytes(sidecar.path_of(path).read_bytes())
    assert held_of(b"\x00", other, "")[0] is None


def test_what_a_signature_does_not_show_is_said() -> None:
    mark = Mark("gb45438", "1", {"ReservedCode1": "QJ1.a.b.c.d"})
    assert list(limits_of([mark], ["valid"])) == []
    (said,) = limits_of([mark], ["unpinned"])
    assert "integrity only" in said


def test_what_cannot_be_looked_into_is_not_clean() -> None:
    document, whole = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    document.save(whole, encryption=pikepdf.Encryption(owner="o", user="u"))
    seen = label.verify(whole.getvalue())
    assert (seen.verdict, seen.carrier) == ("unsupported", "pdf")
    assert "encrypted" in seen.basis[0]
    compound = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    seen = label.verify(compound, "a.docx")
    assert seen.verdict == "unsupported"
    assert "encrypted" in seen.basis[0]
