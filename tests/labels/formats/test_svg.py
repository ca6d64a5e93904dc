"""SVG: the source text stays, whatever prefixes, encodings and packets there are."""

from __future__ import annotations

import tracemalloc
from xml.etree import ElementTree

import pytest
from tests.labels.formats.samples import svg as sample

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.formats import svg
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied
from qingjian.labels.xmp import with_aigc

VALUE = '{"Label":"1","ContentProducer":"某公司","ProduceID":"<&x1"}'
SVG = "http://www.w3.org/2000/svg"
EMPTY = f'<svg xmlns="{SVG}"/>'
PACKET = with_aigc(None, VALUE).decode()


def written(data: bytes, value: str | None = VALUE) -> bytes:
    new = applied(data, svg.write(data, value))
    ElementTree.fromstring(new)
    return new


def labels(data: bytes) -> list[str]:
    return [mark.label for mark in marks_of(svg.held(data))]


def svg_with(inside: str, more: str = "") -> bytes:
    return f'<svg xmlns="{SVG}"{more}>{inside}</svg>'.encode()


def test_a_bare_rdf_with_prefixes_from_around_takes_the_label() -> None:
    data = sample.plain()
    new = written(data)
    (edit,) = svg.write(data, VALUE)
    assert data[edit.start : edit.end].startswith(b"<rdf:RDF><cc:Work")
    assert edit.new.startswith(b"<rdf:RDF><cc:Work")
    assert new.count(b"<metadata") == 1
    assert labels(new) == ["1"]
    (mark,) = marks_of(svg.held(new))
    assert isinstance(mark.at, ByteRange)
    assert new[mark.at.start : mark.at.end] == edit.new


@pytest.mark.parametrize(
    ("data", "begin"),
    [
        (EMPTY, f'<svg xmlns="{SVG}"><metadata><x:xmpmeta'),
        (f'<svg xmlns="{SVG}" />', f'<svg xmlns="{SVG}" ><metadata><x:xmpmeta'),
        (
            f"<a:svg xmlns:a='{SVG}' id='>'/>",
            f"<a:svg xmlns:a='{SVG}' id='>'><a:metadata><x:xmpmeta",
        ),
        ("<svg><g/></svg>", "<svg><metadata><x:xmpmeta"),
    ],
)
def test_a_file_without_a_packet_gets_one_after_the_root_tag(data: str, begin: str) -> None:
    new = written(data.encode())
    assert new.decode().startswith(begin)
    assert labels(new) == ["1"]
    assert ElementTree.fromstring(new)[0].tag.endswith("metadata")


def test_the_rest_of_a_packet_stays() -> None:
    titled = PACKET.replace("</rdf:Description>", "<T xmlns='t:'>kept</T></rdf:Description>")
    data = svg_with(f"<metadata>{titled}</metadata><g/>")
    new = written(data, VALUE.replace("1", "2", 1))
    assert labels(new) == ["2"]
    assert b"<T xmlns='t:'>kept</T>" in new
    assert new.count(b"<?xpacket") == 2
    assert labels(written(data, None)) == []


def test_an_empty_packet_is_replaced_and_one_with_another_prefix_is_left_alone() -> None:
    empty = svg_with(f'<metadata><r:RDF xmlns:r="{sample.RDF}"/></metadata>')
    assert labels(written(empty)) == ["1"]
    other = f'<r:RDF xmlns:r="{sample.RDF}"><r:Description r:about="kept"/></r:RDF>'
    new = written(svg_with(f"<metadata>{other}</metadata>"))
    assert labels(new) == ["1"]
    assert b'r:about="kept"' in new


def test_every_other_packet_loses_its_label() -> None:
    bare = PACKET[PACKET.index("<x:") : PACKET.rindex("<?")]
    data = svg_with(f"<metadata>{bare}</metadata><g><metadata>{bare}</metadata></g>")
    assert labels(data) == ["1", "1"]
    assert labels(written(data)) == ["1"]
    assert labels(written(data, None)) == []


def test_title_and_desc_of_the_root_are_pairs() -> None:
    words = '{"AIGC":{"Label":"2"}}'
    data = svg_with(f"<title>题&amp;</title><g><title>no</title></g><desc>{words}</desc>")
    held = list(svg.held(data))
    assert [(h.key, h.value) for h in held] == [("title", "题&"), ("desc", words)]
    assert written(data, None) == data.replace(words.encode(), b"")


def test_a_manifest_is_given() -> None:
    manifest = '<c:manifest xmlns:c="http://c2pa.org/manifest">anVt\nYmY=</c:manifest>'
    (held,) = svg.held(svg_with(f"<metadata>{manifest}</metadata>"))
    assert (held.kind, held.value) == ("c2pa", b"jumbf")
    with pytest.raises(DamagedFile, match="no Base64"):
        list(svg.held(svg_with(manifest.replace("anVt", "an*t"))))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gbk", "gb18030", "big5", "latin-1"])
def test_other_encodings_are_kept(encoding: str) -> None:
    title = "é" if encoding == "latin-1" else "標題"
    declared = "" if encoding.startswith("utf") else f"<?xml version='1.0' encoding='{encoding}'?>"
    data = (declared + svg_with(f"<title>{title}</title>").decode()).encode(encoding)
    new = applied(data, svg.write(data, VALUE))
    assert labels(new) == ["1"]
    text = new.decode(encoding)
    assert f"<title>{title}</title>" in text
    assert new == text.encode(encoding)
    held = [h for h in svg.held(new) if h.kind == "xmp"]
    assert isinstance(held[0].at, ByteRange)
    assert new[held[0].at.start : held[0].at.end].decode(encoding.replace("16", "16-le"))
    assert applied(data, svg.write(data, None)) == data


def test_a_document_type_without_entities_is_fine() -> None:
    head = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">\n'
    data = head.encode() + EMPTY.encode()
    assert labels(written(data)) == ["1"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', "declares an entity of its own"),
        (b"<svg><g></svg>", "not well-formed at byte"),
        (b"<svg/>\x00", "not well-formed at byte 6"),
        (b"", "not well-formed"),
        (b"<html><svg/></html>", "the root element is no svg"),
        (b"<?xml version='1.0' encoding='none-such'?><svg/>", "encoding none-such, not known"),
        (b"<?xml version='1.0' encoding='utf-7'?><svg/>", "utf-7, which is not read"),
        (b"<?xml version='1.0' encoding='gbk'?><svg>\xff</svg>", "is not in its encoding gbk"),
        (b"<svg>" + b"<g>" * 10_001, "nests more than 10,000 elements"),
        (svg_with("<title/>" * 257), "more than 256 packets and titles"),
        (
            svg_with("", "".join(f" xmlns:p{n}='u{n}'" for n in range(1001))),
            "declares more than 1000 prefixes",
        ),
        (
            svg_with("<desc/>", f" xmlns:p='{'u' * 100_000}'"),
            "prefixes around a packet take more than 100,000 bytes",
        ),
    ],
)
def test_damage_is_told(data: bytes, told: str) -> None:
    for use in (lambda d: list(svg.held(d)), lambda d: svg.write(d, VALUE)):
        with pytest.raises(DamagedFile, match=told):
            use(data)


def test_a_packet_over_the_limit_is_refused() -> None:
    packet = PACKET.replace("</rdf:RDF>", " " * 4_000_000 + "</rdf:RDF>")
    with pytest.raises(DamagedFile, match="more than 4,000,000 bytes"):
        list(svg.held(svg_with(f"<metadata>{packet}</metadata>")))


def test_a_large_drawing_is_read_in_bounded_memory() -> None:
    data = svg_with('<path d="M0 0"/>' * 150_000 + f"<metadata>{PACKET}</metadata>")
    tracemalloc.start()
    assert labels(data) == ["1"]
    assert tracemalloc.get_traced_memory()[1] < 6_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("data", "known"),
    [
        (sample.plain(), True),
        (EMPTY.encode("utf-16"), True),
        (b"\xef\xbb\xbf <!-- x --><a:svg xmlns:a='b'>", True),
        (b"<html><svg>", False),
        (b"<svgs>", False),
        (b"say <svg>", False),
    ],
)
def test_the_first_bytes_tell(data: bytes, known: bool) -> None:
    assert svg.knows(data) == known
