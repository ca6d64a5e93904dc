"""Small XML parts: offsets in every form of tags, and what is refused."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.structures.xmlsplice import Pair, Part, as_attribute, as_text

LABEL = '{"Label":"1","ContentProducer":"p","ProduceID":"x"}'


def cut(part: Part, at: ByteRange) -> bytes:
    return part.data[at.start : at.end]


@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf", b"<?xml version='1.0'?>\r\n<!-- <b> -->"])
def test_elements_have_the_bytes_they_are_written_with(head: bytes) -> None:
    data = head + "<a><é k='>'/><b >t<c/></b ><d k=\"/\"></d><e/></a>".encode()
    part = Part(data, "part")
    wholes = [cut(part, part.whole(i)).decode() for i in part.children(0)]
    assert wholes == ["<é k='>'/>", "<b >t<c/></b >", '<d k="/"></d>', "<e/>"]
    insides = [cut(part, part.inside(i)).decode() for i in part.children(0)]
    assert insides == ["", "t<c/>", "", ""]
    assert cut(part, part.whole(0)) == data[len(head) :]


@pytest.mark.parametrize(
    ("data", "after"),
    [
        (b"<a></a>", b"<a><n/></a>"),
        (b"<a/>", b"<a><n/></a>"),
        (b"<p:a xmlns:p='u' />", b"<p:a xmlns:p='u' ><n/></p:a>"),
        (b"<a k='/'></a>", b"<a k='/'><n/></a>"),
        (b"<a><b/></a >", b"<a><b/><n/></a >"),
    ],
)
def test_an_element_gets_another_as_its_last(data: bytes, after: bytes) -> None:
    part = Part(data, "part")
    new = part.spliced([part.appended(0, b"<n/>")])
    assert new == after
    ElementTree.fromstring(new)


def test_an_empty_element_before_the_end_of_another_is_told_apart() -> None:
    part = Part(b"<x><a/></x>", "part")
    assert part.spliced([part.appended(1, b"n")]) == b"<x><a>n</a></x>"
    assert cut(part, part.whole(1)) == b"<a/>"


def test_texts_are_joined_with_entities_resolved() -> None:
    part = Part(b"<a>1<b>&lt;<![CDATA[&]]><c>&#50;</c></b><!-- no -->3</a>", "part")
    assert (part.text(0), part.text(1), part.text(2)) == ("1<&23", "<&2", "2")


def test_prefixes_are_those_in_force() -> None:
    part = Part(b"<a xmlns='u' xmlns:p='v'><b xmlns=''><c xmlns:p='w'/></b></a>", "part")
    assert [part.bound(i, "") for i in range(3)] == ["u", "", ""]
    assert [part.bound(i, "p") for i in range(3)] == ["v", "v", "w"]
    assert part.bound(2, "q") == ""
    assert (part.root.space, part.root.local) == ("u", "a")


def test_attributes_are_found_by_local_name() -> None:
    element = Part(b"<a xmlns:p='u' p:k='1' j='2'/>", "part").root
    assert [element.attribute(k) for k in "kji"] == ["1", "2", ""]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_read_but_not_edited(encoding: str) -> None:
    text = "<a><b>文</b></a>"
    part = Part(text.encode(encoding), "part")
    assert part.wide
    assert part.text(1) == "文"
    assert part.spliced([]) == part.data
    assert part.relabelled([Pair("b", "文", part.inside(1))], None, 0) == part.data
    with pytest.raises(InputError, match="part is in UTF-16") as told:
        part.spliced([part.appended(0, b"<n/>")])
    assert told.value.hint


def test_other_encodings_get_character_references() -> None:
    head = "<?xml version='1.0' encoding='windows-1251'?>"
    part = Part(f"{head}<a>Ж</a>".encode("cp1251"), "part")
    assert part.text(0) == "Ж"
    new = part.spliced([part.appended(0, part.encoded("<b>某</b>"))])
    assert Part(new, "part").text(1) == "某"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "part is no XML"),
        (b"<a>", "part is no XML"),
        (b"<a></b>", "part is no XML"),
        (b"<a>\xff</a>", "part is no XML"),
        (b"<?xml version='1.0' encoding='none such'?><a/>", "part is no XML"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "declares entities"),
        (b"<!DOCTYPE a [<!ENTITY % b SYSTEM 'c'>]><a/>", "declares entities"),
        (b"<a>" * 300 + b"</a>" * 300, "too deeply nested"),
        (b"<a>" + b"<b/>" * 100_000 + b"</a>", "too many"),
    ],
)
def test_what_is_no_plain_xml_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        Part(data, "part")


def test_a_document_type_without_entities_is_read() -> None:
    part = Part(b'<!DOCTYPE a PUBLIC "x" "y"><a>1</a>', "part")
    assert part.text(0) == "1"


def test_a_text_over_the_bound_is_refused() -> None:
    part = Part(b"<a>" + b"x" * 4_000_001 + b"</a>", "part")
    with pytest.raises(DamagedFile, match="more than 4,000,000 characters"):
        part.text(0)


@pytest.mark.parametrize(
    ("key", "text", "labels"),
    [
        ("AIGC", "anything", True),
        ("x:aigc", "", True),
        ("Comment", '{"AIGC":{"Label":"1"}}', True),
        ("Comment", "AIGC", False),
        ("Comment", '{"AIGC":{}}', False),
    ],
)
def test_a_pair_is_a_label_by_its_key_or_its_text(key: str, text: str, labels: bool) -> None:
    assert Pair(key, text, ByteRange(0, 0)).labels() is labels


def test_the_new_label_stands_where_the_first_was() -> None:
    part = Part(b"<a><m/> <l1/> <k/> <l2/> </a>", "part")
    keys = ("m", "AIGC", "k", "aigc")
    pairs = [Pair(k, "", part.whole(i)) for k, i in zip(keys, part.children(0), strict=True)]
    assert part.relabelled(pairs, b"<n/>", 0) == b"<a><m/> <n/> <k/>  </a>"
    assert part.relabelled(pairs, None, 0) == b"<a><m/>  <k/>  </a>"
    assert part.relabelled(pairs[:1], b"<n/>", 0) == b"<a><m/> <l1/> <k/> <l2/> <n/></a>"


@given(st.text(st.characters(blacklist_characters="\r"), max_size=80))
def test_any_json_comes_back_from_text_and_attribute(words: str) -> None:
    value = json.dumps({"k": words}, ensure_ascii=False, separators=(",", ":"))
    data = f"<a k={as_attribute(value)}>{as_text(value)}</a>"
    part = Part(data.encode(), "part")
    assert json.loads(part.text(0)) == json.loads(part.root.attribute("k")) == {"k": words}


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_called_damaged(data: bytes) -> None:
    for each in (data, b"<a>" + data + b"</a>", b"<a " + data + b"/>"):
        try:
            part = Part(each, "part")
        except DamagedFile as error:
            assert error.what
            continue
        if not part.wide:
            Part(part.spliced([part.appended(0, b"<n/>")]), "part")
