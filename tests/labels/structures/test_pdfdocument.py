from __future__ import annotations

import io
import time
import zlib
from typing import Any

import pytest
from tests import needs
from tests.labels.formats.samples.pdf import CATALOG, built, made, opened, saved

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.structures.pdfdocument import Document, Written
from qingjian.labels.structures.pdfobjects import Ref, String, text_of

pikepdf: Any = needs.package("pikepdf")

TEXT = b"(some text)"


def packed(content: bytes, form: bytes, *, entry: bytes = b"\x02\x00\x02\x00") -> bytes:
    """Make a file whose object 1 is packed in object 2; the stream of places is object 3."""
    head = b"%PDF-1.5\n"
    stream = b"2 0 obj\n<</Type/ObjStm/Length %d%b>>\nstream\n%b\nendstream\nendobj\n"
    stream %= (len(content), form, content)
    rows = b"\x00\x00\x00\x00" + entry + b"\x01\x00\x09\x00"
    start = len(head) + len(stream)
    table = b"3 0 obj\n<</Type/XRef/W[1 2 1]/Size 3/Length %d>>\nstream\n%b\nendstream\nendobj\n"
    table %= (len(rows), rows)
    return head + stream + table + b"startxref\n%d\n%%%%EOF\n" % start


def test_objects_are_found() -> None:
    document = Document(built({**CATALOG, 5: TEXT, 6: b"5 0 R", 7: b"null"}))
    catalog = document.object(Ref(1, 0))
    assert catalog is not None
    assert catalog.form.get(b"Type") == b"Catalog"
    assert document.resolved(Ref(5, 0)) == TEXT
    assert document.resolved(12) == 12
    assert document.object(Ref(7, 0)) is None
    assert document.object(Ref(0, 0)) is None
    assert document.object(Ref(99, 0)) is None
    assert document.object(12) is None
    assert document.resolved(Ref(99, 0)) is None
    assert document.fresh == Ref(8, 0)
    assert not document.encrypted


def test_packed_objects_are_found_with_the_bytes_of_their_stream() -> None:
    data = made("label", packed=True)
    document = Document(data)
    info = document.object(document.trailer.form.get(b"Info"))
    assert info is not None
    assert info.packed
    label = info.form.get(b"AIGC")
    assert isinstance(label, String)
    assert text_of(label) == ("label", False)
    at = info.place(info.item)
    assert data[at.end :].lstrip().startswith(b"endstream")


def test_a_packed_object_is_read_by_its_index() -> None:
    content = b"7 0 1 7 (seven)(one)"
    found = Document(packed(content, b"/N 2/First 8", entry=b"\x02\x00\x02\x01"))
    assert found.resolved(Ref(1, 0)) == b"(one)"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (packed(b"1 0 (a)", b"/N 1/First 4", entry=b"\x02\x00\x02\x01"), "has no object 1"),
        (packed(b"7 0 (a)", b"/N 1/First 4"), "holds 7 for 1"),
        (packed(b"1 0 (a)", b"/N 2/First 4"), "has less than 2 objects"),
        (packed(b"1 0 (a)", b"/N 2"), "no right First"),
        (packed(b"1 0 (a)", b"/First 4"), "no right N"),
        (packed(b"1 0 (a)", b"/N 99999999/First 4"), "no right N"),
        (packed(b"1 0 (a)", b"/N 1/First 99"), "no right First"),
        (packed(b"1 999 (a)", b"/N 1/First 6"), "of the object stream at byte .* is cut short"),
        (packed(b"1 0 )", b"/N 1/First 4"), "at byte 4 of the object stream at byte"),
        (packed(b"1 0 (a)", b"/N 1/First 4/Filter/LZWDecode"), "packed in an unknown way"),
        (packed(b"1 0 (a)", b"/N 1/First 4/Filter/FlateDecode"), "does not inflate"),
        (packed(b"1 0 (a)", b"/N 1/First 4", entry=b"\x02\x00\x01\x00"), "stream 1 .* packed in"),
        (packed(b"1 0 (a)", b"/N 1/First 4", entry=b"\x02\x00\x63\x00"), "stream 99 .* nowhere"),
        (
            packed(zlib.compress(bytes(40_000_000), 9), b"/N 1/First 4/Filter/FlateDecode"),
            "has more than 33,554,432 bytes",
        ),
        (packed(b"1 0 (a)", b"/N 1/First 4/Length 1 0 R"), "holds itself"),
        (built({1: b"<</Length 1 0 R>>\nstream\nabc\nendstream"}), "no right Length"),
        (built({1: b"<</Length 2 0 R>>\nstream\nabc\nendstream", 2: b"(3)"}), "no right Length"),
        (built({1: TEXT}).replace(b"1 0 obj", b"2 0 obj"), "stands not object 1"),
        (built({1: TEXT}).replace(b"1 0 obj", b"1 1 obj"), "stands not object 1"),
        (built({1: TEXT}).replace(b"0000000009 0", b"0000000002 0"), "at byte 2 of the PDF"),
        (built({1: TEXT}).replace(b"0000000009 0", b"9999999999 0"), "no object begins"),
    ],
)
def test_damage_is_told_with_its_byte(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told) as error:
        document = Document(data)
        found = document.object(Ref(1, 0))
        assert found
        document.content(found, 100)
    assert "byte" in error.value.what


def test_looks_are_bounded() -> None:
    document = Document(built(CATALOG))
    with pytest.raises(DamagedFile, match="refers to more than 1,000 objects"):
        for _ in range(2_000):
            document.object(Ref(99, 0))
    with pytest.raises(DamagedFile, match="has no generation"):
        Document(built(CATALOG)).object(Ref(1, 65_536))


def test_many_packed_objects_take_linear_time() -> None:
    many = 900_000
    head = b"".join(b"%d 0 " % number for number in range(many))
    form = b"/N %d/First %d/Filter/FlateDecode" % (many, len(head))
    data = packed(zlib.compress(head + b"null"), form, entry=b"\x02\x00\x02\x01")
    document = Document(data)
    start = time.monotonic()
    for _ in range(900):
        document.object(Ref(1, 0))
    assert time.monotonic() - start < 8


@pytest.mark.parametrize("packing", [False, True])
@pytest.mark.parametrize("linear", [False, True])
def test_an_update_is_read_by_pikepdf(packing: bool, linear: bool) -> None:
    data = made(packed=packing, linear=linear)
    document = Document(data)
    root = document.trailer.form.get(b"Root")
    assert isinstance(root, Ref)
    catalog = document.object(root)
    assert catalog
    changed = Written(root, b"<<%b/Lang(zh)>>" % catalog.inner(frozenset()))
    info = Written(document.fresh, b"<</Title(new)>>")
    whole = data + document.updated([info, changed], document.fresh)
    with opened(whole) as pdf:
        assert str(pdf.Root.Lang) == "zh"
        assert str(pdf.docinfo["/Title"]) == "new"
        assert len(pdf.pages) == 1
    again = Document(whole)
    assert again.newest == len(data) + 1
    assert again.fresh == Ref(document.fresh.number + (2 if packing else 1), 0)
    assert (b"trailer" in whole[len(data) :]) != packing
    more = whole + again.updated([Written(root, changed.body.replace(b"zh", b"en"))], None)
    with opened(more) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert str(pdf.docinfo["/Title"]) == "new"


def test_an_update_keeps_the_rest_of_the_trailer() -> None:
    data = built(
        {**CATALOG, 5: b"<<>>"}, b"/Root 1 0 R/Info 5 0 R/ID[<00><01>]/Own(x)% said\n/Info 5 0 R"
    )
    tail = Document(data).updated([Written(Ref(5, 0), b"<<>>")], Ref(5, 0))
    assert tail.count(b"/Info 5 0 R") == 1
    assert b"/ID[<00><01>]/Own(x)% said\n" in tail
    assert tail.count(b"/Size") == tail.count(b"/Prev") == tail.count(b"/Root") == 1
    with pikepdf.open(io.BytesIO(data + tail), suppress_warnings=True) as pdf:
        assert pdf.trailer.Own == "x"


def test_an_update_counts_from_the_header() -> None:
    data = b"junk\n" + built(CATALOG)
    document = Document(data)
    whole = data + document.updated([Written(document.fresh, b"<</A(b)>>")], document.fresh)
    with opened(whole) as pdf:
        assert str(pdf.docinfo["/A"]) == "b"
    assert Document(whole).newest == len(data) + 1


def test_a_file_with_no_number_left_takes_no_update() -> None:
    data = built(CATALOG).replace(b"/Size 5 ", b"/Size 8388608 ")
    document = Document(data)
    with pytest.raises(InputError, match="no number left"):
        document.updated([Written(document.fresh, b"1")], None)


def test_an_encrypted_file_says_so() -> None:
    with pikepdf.open(io.BytesIO(made())) as pdf:
        data = saved(pdf, encryption=pikepdf.Encryption(owner="o", user=""), static_id=False)
    assert Document(data).encrypted
