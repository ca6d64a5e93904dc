from __future__ import annotations

import json
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import needs
from tests.labels.carriers import LABEL, RDF, TC260, labels, packet, xmp

from qingjian.core.errors import DamagedFile
from qingjian.labels.gb45438 import fields_of
from qingjian.labels.iptc import code_of
from qingjian.labels.xmp import NAMESPACE, Content, aigc_values, with_aigc

FORMS = ["element", "attribute", "resource", "structure"]
BOMB = "<!DOCTYPE x [" + "".join(
    f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "ha" * 10}">' for i in range(10)
)


def texts(data: bytes) -> list[str]:
    return [value for value, _ in aigc_values(data)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("wrapped", [False, True])
@given(label=labels)
def test_a_label_reads_the_same_in_every_form(
    form: str, wrapped: bool, label: dict[str, str]
) -> None:
    (value,) = texts(xmp(label, form, wrapped))
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
    assert texts(packet("<T:AIGC>1</T:AIGC>", head=head)) == ["1"]


@pytest.mark.parametrize(
    "encoding", ["none-such", "gb2312", "utf-16", "utf-7", "rot13", "hex", "idna", "base64"]
)
def test_an_encoding_that_cannot_be_read_is_damage(encoding: str) -> None:
    with pytest.raises(DamagedFile):
        aigc_values(f'<?xml version="1.0" encoding="{encoding}"?><AIGC/>'.encode())


@pytest.mark.parametrize(
    "data", [b"AIGC", b"<AIGC", b"<AIGC>", b"<AIGC/><b/>", b"AIGC\x00\x00", b"<AIGC>&none;</AIGC>"]
)
def test_what_is_no_xml_is_damage(data: bytes) -> None:
    with pytest.raises(DamagedFile, match="no XML"):
        aigc_values(data)


def test_a_packet_without_the_word_is_not_parsed() -> None:
    assert aigc_values(b"no xml") == []


def test_padding_and_a_byte_order_mark_are_passed_over() -> None:
    plain = xmp(LABEL)
    assert aigc_values(b"\xef\xbb\xbf" + plain + b" " * 2000 + b"\x00") == aigc_values(plain)


def test_another_namespace_is_a_deviation_and_none_is_no_property() -> None:
    assert NAMESPACE == TC260
    other = xmp(LABEL).replace(TC260.encode(), b"http://ns.adobe.com/xap/1.0/tc/")
    ((value, deviations),) = aigc_values(other)
    assert fields_of(value) is not None
    assert [d.id for d in deviations] == ["xmp.namespace"]
    assert aigc_values(packet("<T:Other>x</T:Other><AIGC>y</AIGC>")) == []


@pytest.mark.parametrize(
    ("form", "told"),
    [("element", []), ("attribute", ["xmp.attribute"]), ("structure", ["xmp.structure"])],
)
def test_a_form_that_is_not_the_one_we_write_is_a_deviation(form: str, told: list[str]) -> None:
    ((_, deviations),) = aigc_values(xmp(LABEL, form))
    assert [d.id for d in deviations] == told


@given(label=labels, old=labels, form=st.sampled_from(FORMS), again=st.booleans())
def test_what_is_written_is_the_one_property_and_the_rest_stays(
    label: dict[str, str], old: dict[str, str], form: str, again: bool
) -> None:
    before = xmp(old, form).replace(b"</rdf:RDF>", b"<!-- kept \xe4\xb8\xad --></rdf:RDF>")
    value = json.dumps(label, ensure_ascii=False)
    made = with_aigc(with_aigc(before, "{}") if again else before, value)
    assert aigc_values(made) == [(value, ())]
    assert b"<!-- kept \xe4\xb8\xad -->" in made
    assert with_aigc(made, value) == made
    bare = with_aigc(made, None)
    assert aigc_values(bare) == []
    assert with_aigc(bare, value) == made


def test_all_properties_are_taken_away_and_one_is_written() -> None:
    body = "<T:AIGC>1</T:AIGC><T:Other>o</T:Other><T:AIGC/>"
    before = packet(body, " T:AIGC='0' T:AIGC2='>'")
    made = with_aigc(before, "4")
    assert texts(made) == ["4"]
    assert b"<T:Other>o</T:Other>" in made
    assert b"T:AIGC2='>'" in made


def test_a_packet_without_rdf_becomes_a_packet_of_ours() -> None:
    for old in (None, b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"):
        assert texts(with_aigc(old, "1")) == ["1"]
    assert with_aigc(b"<a/>", None) == b"<a/>"
    bare = f'<T:AIGC xmlns:T="{TC260}" T:AIGC="1">2</T:AIGC>'.encode()
    assert texts(bare) == ["1", "2"]
    assert texts(with_aigc(b"<a>" + bare + b"</a>", None)) == []


@given(
    st.lists(
        st.sampled_from(
            ("<T:AIGC>1</T:AIGC>", "<T:AIGC/>", "<T:AIGC T:AIGC='2'>", "<x T:AIGC='>'>", "</x>")
            + ("</T:AIGC>", "<rdf:RDF>", "</rdf:RDF>", "<rdf:RDF/>", "<!-- AIGC -->", "<x/>")
        ),
        max_size=12,
    )
)
def test_whatever_the_packet_no_property_is_left(parts: list[str]) -> None:
    data = f'<r xmlns:T="{TC260}" xmlns:rdf="{RDF}">{"".join(parts)}</r>'.encode()
    try:
        aigc_values(data)
    except DamagedFile:
        return
    assert texts(with_aigc(data, None)) == []
    assert texts(with_aigc(data, "7")) == ["7"]


def test_a_packet_that_calls_rdf_otherwise_stays_well_formed() -> None:
    before = packet("<T:Other>o</T:Other>").replace(b"rdf:", b"r:").replace(b":rdf=", b":r=")
    assert b"rdf:" not in before
    made = with_aigc(before, "1")
    assert texts(made) == ["1"]
    assert b"<T:Other>o</T:Other>" in made


def test_an_iptc_statement_comes_along_when_it_is_asked_for() -> None:
    value = Content("1")
    value.source_type = "trainedAlgorithmicMedia"
    made = with_aigc(None, value)
    assert texts(made) == ["1"]
    assert code_of(made) == "trainedAlgorithmicMedia"
    assert texts(with_aigc(made, "2")) == ["2"]
    assert code_of(with_aigc(made, "2")) == "trainedAlgorithmicMedia"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_packet_in_utf_16_is_read_and_written_in_utf_8(encoding: str) -> None:
    plain = xmp(LABEL).decode()
    assert texts(plain.encode(encoding)) == texts(plain.encode())
    assert texts(with_aigc(plain.encode(encoding), "5")) == ["5"]


def test_several_properties_come_in_order() -> None:
    body = "<T:AIGC>1</T:AIGC><T:AIGC> 2 </T:AIGC><T:AIGC T:Label='3'/><T:AIGC/>"
    assert texts(packet(body, " T:AIGC='0'")) == ["0", "1", "2", '{"Label": "3"}', ""]


def test_a_list_item_gives_its_text() -> None:
    item = f"<rdf:li xml:lang='x-default'>{json.dumps(LABEL)}</rdf:li>"
    (value,) = texts(packet(f"<T:AIGC>\n<rdf:Alt>{item}</rdf:Alt>\n</T:AIGC>"))
    seen = fields_of(value)
    assert seen is not None
    assert seen[0] == LABEL


def test_fields_of_one_structure_do_not_reach_the_next() -> None:
    fields = "<T:Label>1</T:Label><T:ProduceID>x</T:ProduceID>"
    first = f"<T:AIGC rdf:parseType='Resource'>{fields}</T:AIGC>"
    second = "<T:AIGC><rdf:Description><T:Label>2</T:Label></rdf:Description></T:AIGC>"
    values = texts(packet(first + second))
    assert [json.loads(v) for v in values] == [{"Label": "1", "ProduceID": "x"}, {"Label": "2"}]


def test_deep_nesting_is_read() -> None:
    deep = "<a>" * 5000 + "<T:AIGC>1</T:AIGC>" + "</a>" * 5000
    assert texts(packet(deep)) == ["1"]
    assert RDF.encode() in packet(deep)


QUOTED = json.dumps({"AIGC": LABEL}, ensure_ascii=False)
OTHERS = (
    ' xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
)
PROPERTIES = ["exif:UserComment", "dc:description", "tiff:ImageDescription", "photoshop:Credit"]


def item(words: str, language: str = "x-default") -> str:
    return f'<rdf:li xml:lang="{language}">{escape(words)}</rdf:li>'


@pytest.mark.parametrize("name", PROPERTIES)
@pytest.mark.parametrize("form", ["text", "Alt", "Bag", "attribute", "value"])
def test_a_label_in_another_property_is_read_and_goes(name: str, form: str) -> None:
    body, attribute = f"<{name}>{escape(QUOTED)}</{name}>", ""
    if form == "attribute":
        body, attribute = "", f" {name}={quoteattr(QUOTED)}"
    elif form == "value":
        inner = f"<rdf:value>{escape(QUOTED)}</rdf:value>"
        body = f'<{name} rdf:parseType="Resource">{inner}</{name}>'
    elif form != "text":
        body = f"<{name}> <rdf:{form}> {item(QUOTED)}</rdf:{form}></{name}>"
    kept = "<dc:title>AIGC \u6807\u8bc6</dc:title>"
    before = packet(f"{kept}{body}", f"{OTHERS} tiff:Make='>AIGC'{attribute}")
    ((value, deviations),) = aigc_values(before)
    assert fields_of(value) == fields_of(QUOTED)
    assert [d.id for d in deviations] == ["place.property"]
    assert name.partition(":")[2] in deviations[0].what
    assert texts(with_aigc(before, "1")) == ["1"]
    gone = body if form != "value" else inner
    bare = before.replace(gone.encode(), b"").replace(attribute.encode(), b"")
    assert with_aigc(before, None) == bare
    assert aigc_values(bare) == []


def test_other_words_beside_a_label_stay() -> None:
    body = f"<dc:description><rdf:Alt>{item('AIGC {}')}%s</rdf:Alt></dc:description>"
    before = packet(body % item(QUOTED, "zh"), OTHERS)
    assert texts(before) == [QUOTED]
    assert with_aigc(before, None) == packet(body % "", OTHERS)


def test_every_label_goes_wherever_it_stands() -> None:
    body = f"<T:AIGC>{escape(QUOTED)}</T:AIGC><dc:description>{escape(QUOTED)}</dc:description>"
    before = packet(body, f"{OTHERS} exif:UserComment={quoteattr(QUOTED)} T:AIGC='1'")
    assert len(texts(before)) == 4
    assert texts(with_aigc(before, "2")) == ["2"]
    assert texts(with_aigc(before, None)) == []


def test_words_that_become_a_label_when_one_in_them_goes_go_as_well() -> None:
    def around(inner: str) -> str:
        return f"<dc:description>{QUOTED[:40]}{inner}{QUOTED[40:]}</dc:description>"

    twice = packet(around("<T:AIGC>1</T:AIGC>"), OTHERS)
    assert texts(with_aigc(twice, "2")) == ["2"]
    assert with_aigc(twice, None) == packet("", OTHERS)
    deep = "<T:AIGC>1</T:AIGC>"
    for _ in range(9):
        deep = around(deep)
    with pytest.raises(DamagedFile, match="labels within labels"):
        with_aigc(packet(deep, OTHERS), "2")


@pytest.mark.parametrize(
    "words",
    [
        "AIGC",
        "AIGC: yes",
        "{AIGC}",
        '{"AIGC":true}',
        '{"AIGC":{}}',
        '{"AIGC":{"Label":""}}',
        '["AIGC"]',
        f"Example: {QUOTED}",
        f"{QUOTED} is an example",
        QUOTED[:-1],
    ],
)
def test_words_of_a_description_are_no_label(words: str) -> None:
    text = f"<dc:description>{escape(words)}</dc:description>"
    listed = f"<tiff:ImageDescription><rdf:Alt>{item(words)}</rdf:Alt></tiff:ImageDescription>"
    data = packet(text + listed, f"{OTHERS} photoshop:Credit={quoteattr(words)}")
    assert aigc_values(data) == []
    assert with_aigc(data, None) == data
    kept = with_aigc(data, "1")
    assert text.encode() in kept
    assert listed.encode() in kept
    assert with_aigc(kept, None) == data


def test_a_label_outside_of_the_graph_is_no_property() -> None:
    data = packet("").replace(b"<rdf:RDF", b"<x:note>%s</x:note><rdf:RDF" % QUOTED.encode(), 1)
    assert aigc_values(data) == []


def test_labels_that_exiftool_puts_into_properties_are_read(tmp_path: Path) -> None:
    exiftool = needs.tool("exiftool")
    path = tmp_path / "file.xmp"
    path.write_bytes(packet(""))
    names = ["XMP-exif:UserComment", "XMP-dc:Description", "XMP-photoshop:Instructions"]
    options = [f"-{name}={QUOTED}" for name in names]
    subprocess.run([exiftool, "-q", "-overwrite_original", *options, path], check=True)
    data = path.read_bytes()
    assert [json.loads(value) for value in texts(data)] == [json.loads(QUOTED)] * 3
    path.write_bytes(with_aigc(data, "1"))
    said = subprocess.run([exiftool, "-q", "-j", path], check=True, capture_output=True).stdout
    assert not {"UserComment", "Description", "Instructions"} & json.loads(said)[0].keys()
