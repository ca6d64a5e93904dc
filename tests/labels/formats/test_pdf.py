from __future__ import annotations

import io
import json
import os
import subprocess
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from tests import needs
from tests.labels.carriers import LABEL, xmp
from tests.labels.formats.samples import pdf as sample
from tests.labels.formats.samples.pdf import CATALOG, SHAPES, built, made, opened, saved, with_info

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.formats import pdf
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Mark
from qingjian.labels.splice import Stored, applied
from qingjian.labels.xmp import with_aigc

pikepdf: Any = needs.package("pikepdf")

ONE = '{"Label":"1","ContentProducer":"c","ProduceID":"1 (a) \\\\ b","ReservedCode1":""}'
TWO = '{"Label":"2","ContentProducer":"某公司","ProduceID":"2","ReservedCode1":""}'
FILES = {
    **SHAPES,
    "plain": made(),
    "packed": made(packed=True),
    "linear": made(linear=True),
    "linear, packed": made(packed=True, linear=True),
    "no Info": made(info=False),
    "no Info, packed": made(info=False, packed=True),
}


def labelled(data: bytes, value: str | None) -> bytes:
    return applied(data, pdf.write(data, value))


def marks(data: bytes) -> list[Mark]:
    return marks_of(pdf.held(data))


def texts(data: bytes) -> dict[str, str | bytes]:
    return {each.key: each.value for each in pdf.held(data) if each.kind == "pair"}


def with_packet(packet: bytes, label: str = "", **how: Any) -> bytes:
    """Make a file with an XMP packet by pikepdf."""
    with pikepdf.open(io.BytesIO(made(label))) as file:
        stream = file.make_stream(packet)
        stream.Type, stream.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
        file.Root.Metadata = file.make_indirect(stream)
        return saved(file, **how)


def in_catalog(packet: bytes, form: bytes = b"") -> bytes:
    """Make a file with an XMP packet by hand."""
    stream = b"<</Length %d%b>>\nstream\n%b\nendstream" % (len(packet), form, packet)
    return built({**CATALOG, 1: b"<</Pages 2 0 R/Metadata 5 0 R>>", 5: stream})


@pytest.mark.parametrize("name", FILES)
def test_a_label_is_appended_and_read_by_pikepdf(name: str) -> None:
    data = FILES[name]
    for value in (ONE, TWO):
        new = labelled(data, value)
        assert new.startswith(data)
        assert sample.content(new) == sample.content(data)
        with opened(new) as file:
            assert str(file.docinfo["/AIGC"]) == value
        (mark,) = marks(new)
        assert mark.label == value[10]
        assert isinstance(mark.at, ByteRange)
        assert len(data) < mark.at.start < mark.at.end < len(new)
        assert b"AIGC" in new[mark.at.start - 6 : mark.at.start]


@pytest.mark.parametrize("name", FILES)
def test_updates_do_not_pile_up(name: str) -> None:
    data = FILES[name]
    one, two = labelled(data, ONE), labelled(data, TWO)
    assert labelled(one, ONE) == one
    assert labelled(one, TWO) == two
    assert labelled(two, ONE) == one
    bare = labelled(one, None)
    assert marks(bare) == []
    assert labelled(bare, None) == bare
    assert labelled(bare, ONE) == one
    if not marks(data):
        assert bare == data


def test_the_own_label_of_a_file_comes_back_without_an_update() -> None:
    data = made(ONE)
    assert pdf.write(data, ONE) == []
    assert labelled(labelled(data, TWO), ONE) == data


def test_other_entries_are_kept_byte_for_byte() -> None:
    inner = b"\n/Title<FEFF 0041>/Own [ 1 2 0 R ] % said\n/A#49GC(x)/Trapped/False/Sub 6 0 R "
    data = with_info(b"<<%b>>" % inner, _6=b"(by reference)")
    new = labelled(data, ONE)
    assert inner.replace(b"/A#49GC(x)", b"") in new[len(data) :]
    assert {k: v for k, v in texts(new).items() if k != "AIGC"} == {
        "Title": "A",
        "Sub": "by reference",
    }
    assert b"AIGC" not in labelled(new, None)[len(data) :]


@pytest.mark.parametrize(
    ("trailer", "title"),
    [
        (b"/Root 1 0 R/Info<</Title(in the trailer)>>", "in the trailer"),
        (b"/Root 1 0 R/Info 9 0 R", None),
        (b"/Root 1 0 R/Info null", None),
        (b"/Root 1 0 R/Info 5 0 R", None),
    ],
)
def test_an_information_dictionary_is_made_where_there_is_none(
    trailer: bytes, title: str | None
) -> None:
    data = built({**CATALOG, 5: b"null"}, trailer)
    assert texts(data).get("Title") == title
    new = labelled(data, ONE)
    assert texts(new) == {"AIGC": ONE} | ({"Title": title} if title else {})
    with pikepdf.open(io.BytesIO(new), suppress_warnings=True) as file:
        assert str(file.docinfo["/AIGC"]) == ONE
    assert labelled(new, None) == data


def test_labels_under_other_keys_are_told_and_go() -> None:
    data = with_info(
        b'<</AIGC({"Label":"1"})/AIGC({"Label":"2"})/aigc({"Label":"3"})'
        b'/Keywords({"AIGC":{"Label":"1"}})/Title(AIGC in words)>>'
    )
    assert [mark.label for mark in marks(data)] == ["1", "2", "3", "1"]
    told = [{each.id for each in mark.deviations} for mark in marks(data)]
    assert ["place.text" in each for each in told] == [False, False, True, True]
    new = labelled(data, TWO)
    assert texts(new) == {"AIGC": TWO, "Title": "AIGC in words"}
    assert texts(labelled(data, None)) == {"Title": "AIGC in words"}


def test_a_label_that_is_no_text_is_replaced() -> None:
    data = with_info(b"<</AIGC<</Label 1>>/Title(a)>>")
    assert marks(data) == []
    assert texts(labelled(data, ONE)) == {"Title": "a", "AIGC": ONE}


def test_utf8_that_does_not_say_so_is_told() -> None:
    data = with_info(b"<</AIGC(%b)>>" % TWO.encode())
    (mark,) = marks(data)
    assert "value.encoding" in {each.id for each in mark.deviations}
    assert mark.fields["ContentProducer"] == "某公司"
    (mark,) = marks(labelled(data, TWO))
    assert "value.encoding" not in {each.id for each in mark.deviations}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("deflated", [False, True])
@pytest.mark.parametrize("label", ["", ONE])
def test_a_label_in_xmp_is_read_and_goes(packed: bool, deflated: bool, label: str) -> None:
    mode = pikepdf.ObjectStreamMode
    how = {"object_stream_mode": mode.generate if packed else mode.disable}
    data = with_packet(with_aigc(None, TWO), label, **how, compress_streams=deflated)
    found = marks(data)
    assert sorted(mark.label for mark in found) == (["1", "2"] if label else ["2"])
    assert "place.xmp" in {d.id for mark in found for d in mark.deviations}
    new = labelled(data, ONE)
    (mark,) = marks(new)
    assert (mark.label, mark.place) == ("1", "Info AIGC")
    with opened(new) as file:
        packet = file.Root.Metadata.read_bytes()
    assert packet
    assert b"AIGC>" not in packet
    assert labelled(new, ONE) == new
    bare = labelled(new, None)
    assert marks(bare) == []
    assert labelled(bare, ONE) == new
    opened(bare).close()
    assert sample.other(bare) == sample.other(data)


def test_a_packet_without_a_label_stays() -> None:
    data = with_packet(with_aigc(None, None))
    assert [each.kind for each in pdf.held(data)].count("xmp") == 1
    assert b"/Metadata" not in labelled(data, ONE)[len(data) :]


def test_a_label_in_xmp_outside_rdf_goes_too() -> None:
    data = in_catalog(b'<x:a xmlns:x="u"><x:AIGC>{"Label":"1"}</x:AIGC></x:a>')
    assert [mark.label for mark in marks(data)] == ["1"]
    assert [mark.label for mark in marks(labelled(data, TWO))] == ["2"]
    assert marks(labelled(data, None)) == []


def test_a_packet_that_is_no_xml_is_not_written_over() -> None:
    with pytest.raises(DamagedFile, match="is no XML"):
        pdf.write(in_catalog(b"<AIGC"), ONE)


def test_a_manifest_among_the_associated_files_is_given() -> None:
    with pikepdf.open(io.BytesIO(made())) as file:
        stream = file.make_indirect(file.make_stream(b"\0\0\0\x08jumb"))
        form = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, EF=pikepdf.Dictionary(F=stream))
        form.AFRelationship = pikepdf.Name.C2PA_Manifest
        other = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, AFRelationship=pikepdf.Name.Data)
        file.Root.AF = pikepdf.Array([other, file.make_indirect(form), 5])
        data = saved(file)
    (store,) = [each for each in pdf.held(data) if each.kind == "c2pa"]
    assert store.value == b"\0\0\0\x08jumb"


@pytest.mark.parametrize("mode", ["disable", "generate"])
def test_an_encrypted_file_is_not_written_and_gives_nothing(mode: str) -> None:
    how = {"object_stream_mode": pikepdf.ObjectStreamMode[mode], "static_id": False}
    with pikepdf.open(io.BytesIO(made(ONE))) as file:
        data = saved(file, encryption=pikepdf.Encryption(owner="o", user=""), **how)
    assert list(pdf.held(data)) == []
    for value in (ONE, None):
        with pytest.raises(InputError, match="the PDF is encrypted") as error:
            pdf.write(data, value)
        assert error.value.hint
        assert not isinstance(error.value, DamagedFile)


@pytest.mark.parametrize("revision", [4, 6])
@pytest.mark.parametrize("mode", ["disable", "generate"])
@pytest.mark.parametrize("user", ["", "secret"])
def test_xmp_that_is_plain_in_an_encrypted_file_is_read(
    revision: int, mode: str, user: str
) -> None:
    with pikepdf.open(io.BytesIO(made())) as file:
        file.Root.Metadata = file.make_stream(xmp(LABEL), Type=pikepdf.Name.Metadata)
        how = {"object_stream_mode": pikepdf.ObjectStreamMode[mode], "static_id": False}
        locked = pikepdf.Encryption(owner="o", user=user, R=revision, metadata=False)
        data = saved(file, encryption=locked, **how)
        hidden = saved(file, encryption=pikepdf.Encryption(owner="o", user=user, R=revision), **how)
    (mark,) = marks(data)
    assert (mark.label, mark.place) == ("1", "Metadata XMP")
    with pytest.raises(InputError, match="the PDF is encrypted"):
        pdf.write(data, ONE)
    assert marks(hidden) == []


def test_an_update_of_exiftool_stays_and_is_read(tmp_path: Path) -> None:
    tool = needs.tool("exiftool")
    path = tmp_path / "a.pdf"
    path.write_bytes(labelled(made(packed=True), ONE))
    subprocess.run([tool, "-q", "-overwrite_original", "-Title=New", path], check=True)
    data = path.read_bytes()
    (mark,) = marks(data)
    assert mark.label == "1"
    new = labelled(data, TWO)
    assert new.startswith(data)
    assert labelled(new, ONE) == labelled(data, ONE) == data
    path.write_bytes(new)
    out = subprocess.run([tool, "-j", "-PDF:all", path], check=True, capture_output=True).stdout
    told = json.loads(out)[0]
    assert (told["AIGC"], told["Title"], told["PageCount"]) == (TWO, "New", 1)
    opened(new).close()


def test_an_update_that_another_wrote_is_kept_below() -> None:
    one = labelled(made(), ONE)
    for there, here in ((b"/Creator", b"/Producer"[:8]), (b"%%EOF\n", b"%%EOF\n\n")):
        data = here.join(one.rsplit(there, 1))
        new = labelled(data, TWO)
        assert new.startswith(data)
        assert [mark.label for mark in marks(new)] == ["2"]


@pytest.mark.parametrize("junk", [b"\x00" * 900, b"<html>", b"\r\n%%EOF\r\n", b"\xff" * 3])
def test_bytes_after_the_end_stay_where_they_are(junk: bytes) -> None:
    data = made() + junk
    new = labelled(data, ONE)
    assert new.startswith(data)
    assert [mark.label for mark in marks(new)] == ["1"]
    assert labelled(new, TWO) == labelled(data, TWO)
    assert labelled(new, None) == data
    opened(new).close()


@pytest.mark.parametrize("before", [b"junk\n", b"\xef\xbb\xbf", b"x" * 1019])
def test_a_file_behind_other_bytes_is_known_and_written(before: bytes) -> None:
    data = before + made()
    assert pdf.knows(data)
    new = labelled(data, ONE)
    with opened(new) as file:
        assert str(file.docinfo["/AIGC"]) == ONE
    assert labelled(new, None) == data


def test_the_first_bytes_tell() -> None:
    assert pdf.knows(b"%PDF-1.7")
    assert not pdf.knows(b"")
    assert not pdf.knows(b"%PD")
    assert not pdf.knows(b"A text on the line\n%PDF-1.7\nthat PDF files begin with.")


@pytest.mark.parametrize("packed", [False, True])
def test_a_cut_is_noticed_but_where_a_revision_ends(packed: bool) -> None:
    data = made(packed=packed)
    new = labelled(data, ONE)
    whole = {len(data) - 1, len(data), len(data) + 1, len(new) - 1}
    for end in range(len(new)):
        if end in whole:
            assert len(marks(new[:end])) == (end > len(data) + 1)
            continue
        with pytest.raises(DamagedFile):
            list(pdf.held(new[:end]))
        with pytest.raises(DamagedFile):
            pdf.write(new[:end], ONE)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (built(CATALOG, b""), "leads to no catalog"),
        (built(CATALOG, b"/Root 9 0 R"), "leads to no catalog"),
        (built({1: b"(text)"}), "stands no dictionary"),
        (with_info(b"(text)"), "stands no dictionary"),
        (built(CATALOG, b"/Root 1 0 R/Info 4 0 R"), "a stream as Info at byte"),
        (built(CATALOG, b"/Root 1 0 R/Info(text)"), "stands no dictionary"),
        (built({1: b"<</Metadata 2 0 R>>", 2: b"<<>>"}), "no stream begins"),
        (built({1: b"<</Metadata 1 0 R>>"}), "no stream begins"),
        (with_info(b"<</A 5 0 R/B(" + b"x" * 4_000_001 + b")>>"), "more than 4,000,000 bytes"),
        (in_catalog(b" " * 4_000_001), "has more than 4,000,000 bytes"),
        (with_info(b"<<" + b"/A(b)" * 10_001 + b">>"), "more than 10,000 entries"),
        (with_info(b"<<" + b"/A 1 0 R" * 1_200 + b">>"), "refers to more than 1,000 objects"),
    ],
)
def test_damage_is_told_with_its_byte(data: bytes, told: str) -> None:
    for attempt in (lambda: list(pdf.held(data)), lambda: pdf.write(data, ONE)):
        with pytest.raises(DamagedFile, match=told) as error:
            attempt()
        assert "byte" in error.value.what


def test_a_hybrid_file_is_read_and_written() -> None:
    data = SHAPES["hybrid"]
    opened(data).close()
    assert texts(data)["Title"] == "hidden"
    assert [mark.label for mark in marks(data)] == ["1"]
    new = labelled(data, TWO)
    assert b"XRefStm" not in new[len(data) :]
    with opened(new) as file:
        assert (str(file.docinfo["/AIGC"]), str(file.docinfo["/Title"])) == (TWO, "hidden")
    assert [mark.label for mark in marks(new)] == ["2"]


def test_a_packet_of_an_unknown_filter_is_left_alone() -> None:
    data = in_catalog(b" ", b"/Filter/LZWDecode")
    assert list(pdf.held(data)) == []
    assert len(marks(labelled(data, ONE))) == 1


def test_a_large_file_is_read_where_it_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "large.pdf"
    size = 6_000_000_000
    head = b"%%PDF-1.4\n4 0 obj\n<</Length %d>>\nstream\n" % size
    objects = {**CATALOG, 5: b"<</Title(large)>>"}
    objects.pop(4)
    with path.open("wb") as file:
        file.write(head)
        file.seek(len(head) + size)
        file.write(b"\nendstream\nendobj\n")
        places = {4: 9}
        for number, body in objects.items():
            places[number] = file.tell()
            file.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        start = file.tell()
        lines = b"".join(b"%d 1\n%010d 00000 n \n" % each for each in sorted(places.items()))
        trailer = b"trailer\n<</Size 6/Root 1 0 R/Info 5 0 R>>\n"
        file.write(b"xref\n" + lines + trailer + b"startxref\n%d\n%%%%EOF\n" % start)
    tracemalloc.start()
    began = time.monotonic()
    handle = os.open(path, os.O_RDWR)
    edits = pdf.write(Stored(handle), ONE)
    for edit in edits:
        assert edit.start == edit.end == path.stat().st_size
        os.pwrite(handle, edit.new, edit.start)
    (mark,) = marks_of(pdf.held(Stored(handle)))
    assert mark.label == "1"
    assert pdf.write(Stored(handle), ONE) == []
    os.close(handle)
    assert time.monotonic() - began < 1
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
    with pikepdf.open(path, attempt_recovery=False) as file:
        assert str(file.docinfo["/AIGC"]) == ONE
        assert str(file.docinfo["/Title"]) == "large"
