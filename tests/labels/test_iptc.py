from __future__ import annotations

import pytest
from tests import needs
from tests.labels.carriers import xmp

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels import iptc
from qingjian.labels.formats import png
from qingjian.labels.mark import Held

AT = ByteRange(0, 1)


def packet(inside: str) -> bytes:
    space = f'xmlns:Iptc4xmpExt="{iptc.NAMESPACE}"'
    return xmp({"Label": "1"}).replace(
        b"</rdf:RDF>", f"<rdf:Description {space}{inside}</rdf:RDF>".encode()
    )


@pytest.mark.parametrize(
    "inside",
    [
        f' Iptc4xmpExt:DigitalSourceType="{iptc.CODES}%s"/>',
        f"><Iptc4xmpExt:DigitalSourceType>{iptc.CODES}%s</Iptc4xmpExt:DigitalSourceType>"
        "</rdf:Description>",
    ],
)
@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("trainedAlgorithmicMedia", "1"),
        ("compositeWithTrainedAlgorithmicMedia", "1"),
        ("algorithmicMedia", ""),
        ("digitalCapture", ""),
    ],
)
def test_the_source_type_is_read_in_both_forms(inside: str, code: str, label: str) -> None:
    (mark,) = iptc.marks_of([Held("xmp", packet(inside % code), AT, "XMP")])
    assert (mark.scheme, mark.label, mark.fields) == ("iptc", label, {"DigitalSourceType": code})
    assert mark.place == "XMP"


@pytest.mark.parametrize(
    "inside",
    [
        "><Iptc4xmpExt:DigitalSourceType>trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>"
        "</rdf:Description>",
        ' Iptc4xmpExt:DigitalSourceType="digsrctype:trainedAlgorithmicMedia"/>',
        ' xmlns:p="http://ns.adobe.com/photoshop/1.0/" '
        'p:DigitalSourceType="https://cv.iptc.org/newscodes/digitalsourcetype/'
        'trainedAlgorithmicMedia"/>',
        f'><Iptc4xmpExt:DigitalSourceType rdf:resource="{iptc.CODES}trainedAlgorithmicMedia"/>'
        "</rdf:Description>",
    ],
)
def test_the_source_type_is_read_as_writers_shorten_it(inside: str) -> None:
    whole = packet(inside)
    for data in (whole, b"\xff\xfe" + whole.decode().encode("utf-16-le")):
        (mark,) = iptc.marks_of([Held("xmp", data, AT, "XMP")])
        assert (mark.label, mark.fields["DigitalSourceType"]) == ("1", "trainedAlgorithmicMedia")


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("DigitalSourceType", iptc.CODES + "trainedAlgorithmicMedia", "trainedAlgorithmicMedia"),
        ("com.apple.quicktime.digitalsourcetype", "digitalCapture", "digitalCapture"),
        ("DigitalSourceType", "made by a camera", ""),
        ("Source", iptc.CODES + "trainedAlgorithmicMedia", ""),
        ("Comment", "trainedAlgorithmicMedia", ""),
    ],
)
def test_a_pair_of_that_key_is_read(key: str, value: str, code: str) -> None:
    marks = iptc.marks_of([Held("pair", value, AT, "x", key)])
    assert [mark.fields["DigitalSourceType"] for mark in marks] == [code][: bool(code)]


def test_other_packets_and_pairs_say_nothing() -> None:
    held = [Held("xmp", xmp({"Label": "1"}), AT, "XMP"), Held("pair", "DigitalSourceType", AT, "x")]
    assert iptc.marks_of(held) == []


def test_what_is_written_is_read_and_the_rest_stays() -> None:
    before = xmp({"Label": "1"})
    made = iptc.with_source_type(before, "trainedAlgorithmicMedia")
    assert iptc.code_of(made) == "trainedAlgorithmicMedia"
    assert iptc.with_source_type(made, "trainedAlgorithmicMedia") == made
    other = iptc.with_source_type(made, "compositeWithTrainedAlgorithmicMedia")
    assert iptc.code_of(other) == "compositeWithTrainedAlgorithmicMedia"
    assert made.startswith(before[: before.index(b"</rdf:RDF>")])
    with pytest.raises(DamagedFile):
        iptc.with_source_type(b"<a/>", "trainedAlgorithmicMedia")


def test_a_real_export_states_it() -> None:
    data = (needs.shared("data", "media_wild") / "mj-1.png").read_bytes()
    (mark,) = iptc.marks_of(png.held(data))
    assert mark.fields == {"DigitalSourceType": "trainedAlgorithmicMedia"}
