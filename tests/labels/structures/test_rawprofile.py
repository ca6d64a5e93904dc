"""Raw profiles: every profile that may hold a label, its forms, texts that are none."""

from __future__ import annotations

import io
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.labels.carriers import LABEL, XMP_APP1, chunk, packet, png_file, xmp
from tests.labels.formats.samples import jpeg

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.formats import png
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Deviation
from qingjian.labels.splice import applied
from qingjian.labels.structures import rawprofile
from qingjian.labels.structures.rawprofile import Profile

JSON = json.dumps({"AIGC": LABEL}).encode()
EXIF = jpeg.exif(comment=b"ASCII\x00\x00\x00" + JSON).tobytes()
IIM = b"\x1c\x02\x78" + len(JSON).to_bytes(2, "big") + JSON + b"\x1c\x02\x05\x00\x01x"
PROFILES = {
    b"exif": EXIF,
    b"APP1": XMP_APP1 + xmp(LABEL),
    b"xmp": xmp(LABEL),
    b"iptc": IIM,
    b"8bim": b"8BIM\x04\x04\x00\x00" + len(IIM).to_bytes(4, "big") + IIM,
}
AT = ByteRange(3, 9)
ODD = Deviation("place.text", "", "x")


def keyword(name: bytes) -> bytes:
    return b"Raw profile type " + name


@pytest.mark.parametrize("name", PROFILES)
def test_a_label_in_a_profile_is_read_and_taken_out(name: bytes) -> None:
    profile = Profile(name, PROFILES[name])
    assert rawprofile.parsed(keyword(name), rawprofile.text_of(profile)) == profile
    (mark,) = marks_of(rawprofile.held(profile, AT, "tEXt x", ODD))
    assert (mark.label, mark.at, mark.deviations[0]) == ("1", AT, ODD)
    assert mark.place.startswith("tEXt x, ")
    bare = rawprofile.without_label(profile)
    assert list(marks_of(rawprofile.held(bare, AT, "", ODD))) == []
    assert rawprofile.without_label(bare) == bare
    if name not in (b"xmp", b"APP1"):
        assert len(bare.data) == len(profile.data)


def test_other_texts_of_a_profile_stay() -> None:
    bare = rawprofile.without_label(Profile(b"exif", EXIF))
    texts = {h.key: h.value for h in rawprofile.held(bare, AT, "", ODD)}
    assert texts["EXIF:Software"] == "painter 1.0"
    bare = rawprofile.without_label(Profile(b"iptc", IIM))
    assert bare.data.endswith(b"\x1c\x02\x05\x00\x01x")


@pytest.mark.parametrize("type", [b"tEXt", b"zTXt", b"iTXt"])
def test_a_png_keeps_its_profile_without_the_label(type: bytes) -> None:
    words = rawprofile.text_of(Profile(b"exif", EXIF))
    packed = {b"tEXt": b"\0" + words, b"zTXt": b"\0\0" + zlib.compress(words)}
    body = keyword(b"exif") + packed.get(type, b"\0\1\0zh\0\0" + zlib.compress(words))
    data = png_file(chunk(type, body))
    (mark,) = marks_of(png.held(data))
    assert mark.deviations[0].id == "place.text"
    made = applied(data, png.write(data, json.dumps({**LABEL, "Label": "2"})))
    assert [m.label for m in marks_of(png.held(made))] == ["2"]
    assert type in applied(made, png.write(made, None)).partition(b"Raw profile")[0][-4:]
    with Image.open(io.BytesIO(made)) as image:
        image.load()
        exif = image.getexif()
    assert exif[0x0131] == "painter 1.0"
    assert exif.get_ifd(0x8769)[0x8827] == 200
    assert JSON not in bytes(exif.get_ifd(0x8769).get(0x9286, b""))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (b"icc", b"\nicc\n 1\n00\n"),
        (b"exif", b""),
        (b"exif", b"\nexif\n 2\n00\n"),
        (b"exif", b"\nexif\n x\n00\n"),
        (b"exif", b"\nexif\n 1\n0g\n"),
        (b"exif", b"\nexif\n 1\n\xe4\xb8\n"),
    ],
)
def test_what_is_no_profile_is_a_text_as_others(name: bytes, text: bytes) -> None:
    assert rawprofile.parsed(keyword(name), text) is None
    assert rawprofile.parsed(b"Comment", b"\nexif\n 1\n00\n") is None
    data = png_file(chunk(b"tEXt", keyword(name) + b"\0" + text))
    assert [h.kind for h in png.held(data)] == ["pair"]
    assert png.write(data, None) == []


def test_a_packet_that_is_no_xml_is_damage() -> None:
    profile = Profile(b"xmp", b"<AIGC>")
    with pytest.raises(DamagedFile):
        rawprofile.without_label(profile)
    assert rawprofile.without_label(Profile(b"xmp", packet(""))).data == packet("")


@given(st.sampled_from(sorted(PROFILES.values())), st.data())
def test_changed_profiles_are_read_or_called_damaged(data: bytes, draw: st.DataObject) -> None:
    file = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 6))):
        file[draw.draw(st.integers(0, len(file) - 1))] = draw.draw(st.integers(0, 255))
    profile = Profile(b"exif", bytes(file))
    try:
        bare = rawprofile.without_label(profile)
    except DamagedFile:
        return
    assert marks_of(rawprofile.held(bare, AT, "", ODD)) == []
