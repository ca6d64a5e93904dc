"""What every carrier's module promises: one suite, run on all."""

from __future__ import annotations

import importlib
import json
import pkgutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import needs
from tests.labels.carriers import (
    LABEL,
    XMP_APP1,
    itxt,
    jpeg_file,
    labels,
    markdown_file,
    png_file,
    segment,
    xmp,
)

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange, Span
from qingjian.labels import formats
from qingjian.labels.formats import jpeg, markdown, png
from qingjian.labels.mark import Codec, Mark

Write = Callable[[Mapping[str, str]], bytes]


def write_png(fields: Mapping[str, str]) -> bytes:
    return png_file(itxt(xmp(fields)))


def write_deflated_png(fields: Mapping[str, str]) -> bytes:
    return png_file(itxt(xmp(fields), deflated=True))


def write_jpeg(fields: Mapping[str, str]) -> bytes:
    return jpeg_file(segment(0xE1, XMP_APP1 + xmp(fields)))


CODECS: list[tuple[Codec, Write]] = [
    (png, write_png),
    (png, write_deflated_png),
    (jpeg, write_jpeg),
    (markdown, markdown_file),
]
UNLABELLED = {
    png.name: png_file(),
    jpeg.name: jpeg_file(),
    markdown.name: "---\ntitle: 说说 AIGC\n---\n正文。\n".encode(),
}
each = pytest.mark.parametrize(
    ("codec", "write"), CODECS, ids=lambda x: getattr(x, "__name__", str(x)).rsplit(".")[-1]
)


def try_read(codec: Codec, data: bytes) -> list[Mark] | None:
    """Give the marks, or None where the reader calls the bytes damaged; anything else fails."""
    try:
        return codec.read(data)
    except DamagedFile:
        return None


def fields(mark: Mark) -> dict[str, str]:
    return {"Label": mark.label, **mark.fields}


def test_every_format_is_held_to_the_contract() -> None:
    modules = {m.name for m in pkgutil.iter_modules(formats.__path__)}
    assert {codec.name for codec, _ in CODECS} == modules
    for name in modules:
        assert importlib.import_module(f"qingjian.labels.formats.{name}").name == name


@each
def test_a_format_knows_its_own_files_and_no_others(codec: Codec, write: Write) -> None:
    assert codec.knows(write(LABEL)[:16])
    assert all(s == s.lower() and s.startswith(".") for s in codec.suffixes)
    for other, data in UNLABELLED.items():
        assert codec.knows(data[:16]) is (other == codec.name)
    assert not codec.knows(b"")


@each
@given(label=labels)
def test_the_label_that_is_written_is_the_one_that_is_read(
    codec: Codec, write: Write, label: dict[str, str]
) -> None:
    (mark,) = codec.read(write(label))
    assert fields(mark) == label
    assert mark.scheme == "gb45438"
    missing = {
        f"{name} is missing" for name in ("ContentProducer", "ProduceID") if not label.get(name)
    }
    unknown = set() if label["Label"] in ("1", "2", "3") else {"Label is none of 1, 2, 3"}
    assert set(mark.deviations) == missing | unknown


@each
def test_the_place_holds_the_label(codec: Codec, write: Write) -> None:
    data = write(LABEL)
    (mark,) = codec.read(data)
    if isinstance(mark.at, Span):
        place = data.decode()[mark.at.start : mark.at.end]
        assert place.startswith("AIGC:")
        assert LABEL["ProduceID"] in place
    else:
        assert isinstance(mark.at, ByteRange)
        without = data[: mark.at.start] + data[mark.at.end :]
        assert codec.read(without) == []
        assert without == UNLABELLED[codec.name]


@each
def test_a_file_without_a_label_has_no_mark(codec: Codec, write: Write) -> None:
    assert codec.read(UNLABELLED[codec.name]) == []
    assert codec.read(write({k: v for k, v in LABEL.items() if k != "Label"})) == []


@each
def test_a_file_cut_short_is_refused_or_says_no_more_than_the_whole(
    codec: Codec, write: Write
) -> None:
    data = write(LABEL)
    whole = codec.read(data)
    refused = 0
    for end in range(len(data)):
        marks = try_read(codec, data[:end])
        refused += marks is None
        assert marks is None or marks == whole[: len(marks)]
    if codec is not markdown:  # a text may end anywhere
        assert refused > len(data) // 2


@each
@given(data=st.data())
def test_changed_bytes_are_read_or_called_damaged_and_nothing_else(
    codec: Codec, write: Write, data: st.DataObject
) -> None:
    file = bytearray(write(LABEL))
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(file) - 1))
        file[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    try_read(codec, bytes(file))


@each
@given(junk=st.binary(max_size=300))
def test_junk_after_the_first_bytes_is_read_or_called_damaged(
    codec: Codec, write: Write, junk: bytes
) -> None:
    assert not try_read(codec, write(LABEL)[:8] + junk)


@each
@given(end=st.binary(max_size=100))
def test_bytes_after_the_end_change_nothing(codec: Codec, write: Write, end: bytes) -> None:
    data = write(LABEL)
    assert codec.read(data + (b"\n" if codec is markdown else b"") + end) == codec.read(data)


@each
def test_reading_twice_gives_the_same(codec: Codec, write: Write, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(write(LABEL))
    assert codec.read(path.read_bytes()) == codec.read(path.read_bytes())
    assert path.read_bytes() == write(LABEL)


def by_exiftool(path: Path) -> dict[str, str]:
    """Give the fields of the label as exiftool reads them."""
    run = subprocess.run(
        [needs.tool("exiftool"), "-j", "-G1", "-XMP:all", str(path)],
        capture_output=True,
        check=True,
        timeout=60,
    )
    (seen,) = json.loads(run.stdout)
    (value,) = (v for k, v in seen.items() if k.rpartition(":")[2].lower() == "aigc")
    told: dict[str, str] = json.loads(value) if isinstance(value, str) else value
    return told


@pytest.mark.parametrize("form", ["element", "attribute"])
@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_exiftool_reads_the_same_label(form: str, suffix: str, tmp_path: Path) -> None:
    packet = xmp(LABEL, form)
    codec, data = (
        (png, png_file(itxt(packet, deflated=True)))
        if suffix == ".png"
        else (jpeg, jpeg_file(segment(0xE1, XMP_APP1 + packet)))
    )
    path = tmp_path / f"file{suffix}"
    path.write_bytes(data)
    (mark,) = codec.read(data)
    assert by_exiftool(path) == fields(mark) == LABEL


def test_exiftool_reads_the_same_label_in_a_real_export() -> None:
    exports = sorted(needs.shared("data", "media_wild").glob("doubao*.png"))
    assert exports
    for path in exports:
        (mark,) = png.read(path.read_bytes())
        assert by_exiftool(path) == fields(mark)


def test_a_real_export_is_labelled_and_the_others_are_not() -> None:
    for path in sorted(needs.shared("data", "media_wild").glob("*.png")):
        marks = png.read(path.read_bytes())
        if path.name.startswith("doubao"):
            (mark,) = marks
            assert (mark.label, mark.deviations) == ("1", ())
            assert mark.fields["ContentProducer"] == "001191110102MACQD9K64010000"
        else:
            assert marks == []


def test_labels_as_found_in_public_files_are_read() -> None:
    rows = needs.shared("data", "labels_wild.jsonl").read_text("utf-8").splitlines()
    texts = [row for row in map(json.loads, rows) if row["container"].startswith("md/yaml")]
    assert texts
    for row in texts:
        (mark,) = markdown.read(row["raw"].encode())
        assert mark.at is not None
        assert mark.label in row["raw"]
        assert mark.fields["ContentProducer"] in row["raw"]
        assert "ReserveCode1" not in mark.fields
        assert bool(mark.deviations) is (mark.label != "1" or "ReserveCode1" in row["raw"])
