"""What every carrier's module promises: one suite, run on all."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.labels.formats import samples

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange, Span
from qingjian.labels import formats
from qingjian.labels.carriers import carrier, codec, names
from qingjian.labels.gb45438 import FIELDS, fields_of, marks_of, written
from qingjian.labels.mark import Codec, Mark
from qingjian.labels.payload import unlabelled_digest
from qingjian.labels.splice import Stored, applied

FIRST = Mark(
    "gb45438",
    "1",
    {
        "ContentProducer": "001191110102MACQD9K64010000",
        "ProduceID": "cc75f5e99aae4210960acb722f10974e",
    },
)
SECOND = Mark(
    "gb45438",
    "2",
    {
        "ContentProducer": "某公司 <&>\"'",
        "ProduceID": "2",
        "ReservedCode1": "x" * 700,
        "ContentPropagator": "传播者",
        "PropagateID": "p-1",
        "ReservedCode2": "%}]]>",
    },
)
END = b"\x00bytes after the end\xff" * 3


def sample(name: str) -> Any:
    """Give the sample module of a carrier."""
    return importlib.import_module(f"{samples.__name__}.{name}")


_PLAIN: dict[str, bytes] = {}


def plain(name: str) -> bytes:
    """Give the small unlabelled file of a carrier; it is made once."""
    if name not in _PLAIN:
        _PLAIN[name] = sample(name).plain()
    return _PLAIN[name]


def labelled(name: str, mark: Mark = FIRST, data: bytes | None = None) -> bytes:
    """Give the sample, or other bytes, with a mark."""
    each = codec(name)
    file = plain(name) if data is None else data
    return applied(file, each.write(file, written(mark, each.wrapped)))


def marks(name: str, data: bytes) -> list[Mark]:
    return marks_of(codec(name).held(data))


def fields(mark: Mark) -> dict[str, str]:
    return {name: mark.label if name == "Label" else mark.fields.get(name, "") for name in FIELDS}


def said(name: str, data: bytes) -> list[dict[str, str]]:
    return [fields(mark) for mark in marks(name, data)]


each = pytest.mark.parametrize("name", names())


def test_every_carrier_has_a_sample_and_the_contract() -> None:
    modules = {m.name for m in pkgutil.iter_modules(formats.__path__)}
    assert {m.name for m in pkgutil.iter_modules(samples.__path__)} == modules == set(names())
    assert len(modules) >= 24


@each
def test_a_carrier_says_what_it_is(name: str) -> None:
    module: Codec = codec(name)
    assert module.name == name
    assert module.suffixes
    assert all(s == s.lower() and s.startswith(".") for s in module.suffixes)
    assert module.place
    assert module.source
    assert isinstance(module.wrapped, bool)
    assert isinstance(module, ModuleType)
    assert inspect.getdoc(module)


@each
def test_files_are_known_by_their_bytes_or_their_suffix(name: str) -> None:
    suffix = codec(name).suffixes[0]
    for data in (plain(name), labelled(name)):
        found = carrier(data, f"file{suffix}")
        assert found is not None
        assert found.name == name
        if not codec(name).text:
            bare = carrier(data)
            assert bare is not None
            assert bare.name == name
    assert not codec(name).knows(b"")


@each
def test_the_last_mark_written_is_the_one_mark_read(name: str) -> None:
    data = labelled(name)
    assert said(name, data) == [fields(FIRST)]
    again = labelled(name, SECOND, data)
    assert said(name, again) == [fields(SECOND)]
    assert said(name, labelled(name, FIRST, again)) == [fields(FIRST)]


@each
def test_a_mark_in_its_place_has_no_deviation_of_place(name: str) -> None:
    (mark,) = marks(name, labelled(name))
    assert mark.deviations == ()
    assert mark.place
    assert isinstance(mark.at, Span | ByteRange)
    assert mark.at.start < mark.at.end


@each
def test_writing_twice_is_writing_once(name: str) -> None:
    once = labelled(name, SECOND)
    assert labelled(name, SECOND, once) == once


@each
def test_taking_the_mark_away_leaves_none(name: str) -> None:
    module = codec(name)
    data = labelled(name)
    bare = applied(data, module.write(data, None))
    assert marks(name, bare) == []
    assert sample(name).content(bare) == sample(name).content(plain(name))
    assert applied(bare, module.write(bare, None)) == bare


@each
def test_the_digest_is_the_same_whatever_the_label_says(name: str) -> None:
    first, second = labelled(name, FIRST), labelled(name, SECOND)
    other = labelled(name, FIRST, second)
    digests = {unlabelled_digest(data, codec(name)) for data in (first, second, other)}
    assert len(digests) == 1


@each
def test_a_file_without_a_label_has_no_mark_and_nothing_to_take_away(name: str) -> None:
    assert marks(name, plain(name)) == []
    assert applied(plain(name), codec(name).write(plain(name), None)) == plain(name)


@each
def test_content_and_other_metadata_stay(name: str) -> None:
    module = sample(name)
    for mark in (FIRST, SECOND):
        data = labelled(name, mark)
        assert module.content(data) == module.content(plain(name))
        assert module.other(data) == module.other(plain(name))


@each
def test_an_independent_tool_reads_the_same_label(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"file{codec(name).suffixes[0]}"
    for mark in (FIRST, SECOND):
        path.write_bytes(labelled(name, mark))
        told = sample(name).crossread(path)
        seen = fields_of(told)
        assert seen is not None, told
        assert seen[0] == fields(mark)


@each
def test_a_label_of_an_independent_tool_is_read(name: str, tmp_path: Path) -> None:
    make = getattr(sample(name), "crosswritten", None)
    assert (make is None) is (name in NOT_WRITTEN_BY_OTHERS)
    if make is None:
        return
    data = make(written(FIRST, codec(name).wrapped), tmp_path)
    assert said(name, data) == [fields(FIRST)]
    assert said(name, labelled(name, SECOND, data)) == [fields(SECOND)]


NOT_WRITTEN_BY_OTHERS = frozenset({"avi", "wav", "svg", "heic", "avif"})
"""Carriers for which no tool at hand writes this label where it is read."""


@each
def test_labels_in_odd_places_are_read_and_replaced(name: str) -> None:
    for shape, data in getattr(sample(name), "SHAPES", {}).items():
        assert marks(name, data), shape
        again = labelled(name, SECOND, data)
        assert said(name, again) == [fields(SECOND)], shape


def is_whole(name: str, part: bytes) -> bool:
    """Whether a cut that may go unnoticed leaves a whole file, as an independent reader sees it."""
    return hasattr(codec(name), "unnoticed_cuts") and sample(name).is_whole(part)


@each
def test_a_file_cut_short_is_refused_or_says_no_more_than_the_whole(name: str) -> None:
    data = labelled(name)
    whole = said(name, data)
    module = codec(name)
    step = max(1, len(data) // 4000)
    for end in range(0, len(data), step):
        part = data[:end]
        try:
            seen = said(name, part)
        except DamagedFile:
            continue
        assert seen in ([], whole), end
        if module.knows(part) and not module.text:
            assert is_whole(name, part), f"cut at {end} of {len(data)}"


@each
def test_cuts_go_unnoticed_only_where_it_is_said(name: str) -> None:
    told = getattr(codec(name), "unnoticed_cuts", None)
    assert (told is not None) is (name in WHOLE_AFTER_A_CUT)
    if told is not None:
        assert told.strip()
        assert sample(name).is_whole(labelled(name))
        assert not sample(name).is_whole(labelled(name)[: len(labelled(name)) // 2])


WHOLE_AFTER_A_CUT = frozenset({"aac", "pdf", "tiff"})
"""Carriers whose file can be cut so that a whole file is left."""


@each
def test_a_cut_file_is_not_written(name: str) -> None:
    data = plain(name)
    if codec(name).text:
        return
    for end in {len(data) // 4, len(data) // 2, len(data) * 3 // 4, len(data) - 1}:
        if not is_whole(name, data[:end]):
            with pytest.raises(DamagedFile):
                codec(name).write(data[:end], written(FIRST, False))


def attempts(name: str, data: bytes) -> None:
    """Read and write bytes; they may be called damaged, and nothing else."""
    module = codec(name)
    with suppress(DamagedFile):
        list(module.held(data))
    try:
        edits = module.write(data, written(FIRST, module.wrapped))
    except InputError:
        return
    again = applied(data, edits)
    try:
        assert len(said(name, again)) == 1
    except DamagedFile:
        pytest.fail("what was written is read as damaged")


@each
@given(data=st.data())
def test_changed_bytes_are_read_or_called_damaged(name: str, data: st.DataObject) -> None:
    file = bytearray(data.draw(st.sampled_from((plain(name), labelled(name)))))
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(file) - 1))
        file[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    attempts(name, bytes(file))


@each
@given(junk=st.binary(max_size=300), kept=st.integers(1, 64))
def test_junk_after_the_first_bytes_is_read_or_called_damaged(
    name: str, junk: bytes, kept: int
) -> None:
    attempts(name, plain(name)[:kept] + junk)


@each
def test_bytes_after_the_end_are_kept(name: str) -> None:
    if codec(name).text:
        return
    data = plain(name) + END
    again = labelled(name, SECOND, data)
    assert END in again if name in APPENDED else again.endswith(END)
    assert said(name, again) == [fields(SECOND)]


APPENDED = frozenset({"pdf", "tiff"})
"""Carriers whose label is put behind everything else."""


@each
def test_a_stored_file_is_read_and_edited_as_its_bytes_are(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    data = labelled(name)
    path.write_bytes(data)
    with path.open("rb") as file:
        stored = Stored(file.fileno())
        assert marks_of(codec(name).held(stored)) == marks(name, data)
        value = written(SECOND, codec(name).wrapped)
        assert codec(name).write(stored, value) == codec(name).write(data, value)
