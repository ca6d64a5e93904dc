from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.labels.carriers import LABEL, RDF, TC260, labels, packet, xmp

from qingjian.core.errors import DamagedFile
from qingjian.labels.gb45438 import fields_of
from qingjian.labels.xmp import NAMESPACE, aigc_values

FORMS = ["element", "attribute", "resource", "structure"]
BOMB = "<!DOCTYPE x [" + "".join(
    f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "ha" * 10}">' for i in range(10)
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("wrapped", [False, True])
@given(label=labels)
def test_a_label_reads_the_same_in_every_form(
    form: str, wrapped: bool, label: dict[str, str]
) -> None:
    (value,) = aigc_values(xmp(label, form, wrapped))
    seen = fields_of(value)
    assert seen is not None
    given = {k: v.strip() for k, v in label.items()} if form == "resource" else label
    assert {k: v for k, v in seen[0].items() if v} == {k: v for k, v in given.items() if v}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_called_damaged(data: bytes) -> None:
    for way in (data, packet("").replace(b"</rdf:Description>", data + b"</rdf:Description>")):
        try:
            assert isinstance(aigc_values(way), list)
        except DamagedFile as error:
            assert "XMP packet" in error.what


@given(st.data())
def test_a_packet_with_changed_bytes_is_read_or_called_damaged(data: st.DataObject) -> None:
    file = bytearray(xmp(LABEL, data.draw(st.sampled_from(FORMS))))
    for _ in range(data.draw(st.integers(1, 6))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    try:
        aigc_values(bytes(file))
    except DamagedFile as error:
        assert error.what


@pytest.mark.parametrize(
    "head",
    [
        BOMB + "]>",
        '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % more SYSTEM "http://127.0.0.1/x.dtd"> %more;]>',
    ],
    ids=["bomb", "file", "parameter"],
)
def test_entities_of_its_own_are_refused(head: str) -> None:
    with pytest.raises(DamagedFile, match="declares entities"):
        aigc_values(packet("<T:AIGC>&e9;&file;</T:AIGC>", head=head))


def test_a_document_type_without_entities_fetches_nothing() -> None:
    head = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
    assert aigc_values(packet("<T:AIGC>1</T:AIGC>", head=head)) == ["1"]


@pytest.mark.parametrize(
    "encoding", ["none-such", "gb2312", "utf-16", "utf-7", "rot13", "hex", "idna", "base64"]
)
def test_an_encoding_that_cannot_be_read_is_damage(encoding: str) -> None:
    with pytest.raises(DamagedFile):
        aigc_values(f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode())


@pytest.mark.parametrize(
    "data", [b"", b"<", b"<a>", b"<a/><b/>", b"\x00\x00", b"no xml", b"<a>&none;</a>"]
)
def test_what_is_no_xml_is_damage(data: bytes) -> None:
    with pytest.raises(DamagedFile, match="no XML"):
        aigc_values(data)


def test_padding_and_a_byte_order_mark_are_passed_over() -> None:
    plain = xmp(LABEL)
    assert aigc_values(b"\xef\xbb\xbf" + plain + b" " * 2000 + b"\x00") == aigc_values(plain)


def test_the_property_counts_only_in_its_namespace() -> None:
    assert NAMESPACE == TC260
    other = xmp(LABEL).replace(TC260.encode(), b"http://example.org/AIGC/1.0/")
    assert aigc_values(other) == []
    assert aigc_values(packet("<T:Other>x</T:Other><AIGC>y</AIGC>")) == []


def test_several_properties_come_in_order() -> None:
    body = "<T:AIGC>1</T:AIGC><T:AIGC> 2 </T:AIGC><T:AIGC T:Label='3'/><T:AIGC/>"
    assert aigc_values(packet(body, " T:AIGC='0'")) == ["0", "1", "2", '{"Label": "3"}', ""]


def test_a_list_item_gives_its_text() -> None:
    item = f"<rdf:li xml:lang='x-default'>{json.dumps(LABEL)}</rdf:li>"
    (value,) = aigc_values(packet(f"<T:AIGC>\n<rdf:Alt>{item}</rdf:Alt>\n</T:AIGC>"))
    assert fields_of(value) == (LABEL, ())


def test_fields_of_one_structure_do_not_reach_the_next() -> None:
    fields = "<T:Label>1</T:Label><T:ProduceID>x</T:ProduceID>"
    first = f"<T:AIGC rdf:parseType='Resource'>{fields}</T:AIGC>"
    second = "<T:AIGC><rdf:Description><T:Label>2</T:Label></rdf:Description></T:AIGC>"
    values = aigc_values(packet(first + second))
    assert [json.loads(v) for v in values] == [{"Label": "1", "ProduceID": "x"}, {"Label": "2"}]


def test_deep_nesting_is_read() -> None:
    deep = "<a>" * 5000 + "<T:AIGC>1</T:AIGC>" + "</a>" * 5000
    assert aigc_values(packet(deep)) == ["1"]
    assert RDF.encode() in packet(deep)
