from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests import needs
from tests.labels.carriers import LABEL, packet, xmp
from tests.labels.formats.samples import flv as sample
from tests.labels.formats.samples.flv import (
    SHAPES,
    array_of,
    file,
    map_of,
    number,
    object_of,
    script,
    tag,
    text,
)
from tests.labels.formats.samples.mkv import WORDS, metadata, packets

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.formats import flv
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import Stored, applied
from qingjian.labels.structures import amf0
from qingjian.labels.structures.amf0 import Value

OTHER = WORDS.replace('"1"', '"2"')
LONG = WORDS[:-1] + ',"ReservedCode1":"' + "x" * 500 + '"}'
SOUND = tag(8, b"\x2fsound")
HEAD = file()[:13]


def put(data: bytes, value: str | None) -> bytes:
    """Write, and hold the result to what must be so of any file."""
    new = applied(data, flv.write(data, value))
    assert len(marks_of(flv.held(new))) == (value is not None)
    assert applied(new, flv.write(new, value)) == new
    for each in flv.tags(new):
        size = int.from_bytes(new[each.end : each.end + 4], "big")
        assert size == 11 + each.end - each.body
    return new


def described(data: bytes) -> Value:
    """Give the value of the first script tag."""
    first = next(each for each in flv.tags(data) if each.type == 18)
    value: Value = amf0.values(data[first.body : first.end], first.body, 2)[1]
    return value


def numbers(data: bytes, *path: str) -> list[float]:
    """Give the numbers under a path of keys in the first script tag."""
    first = next(each for each in flv.tags(data) if each.type == 18)
    value = described(data)
    for key in path:
        value = next(m.value for m in value.members if m.key == key)
    if value.number is not None:
        return [value.number]
    return amf0.numbers(data[first.body : first.end], value)


def test_the_first_bytes_tell() -> None:
    assert flv.knows(file())
    assert not flv.knows(b"FLV")
    assert not flv.knows(b"FLV\x09")


def test_every_tag_is_given_with_its_place() -> None:
    data = file(script(map_of()), tag(9, b"picture"))
    seen = list(flv.tags(data))
    assert [each.type for each in seen] == [18, 9, 8]
    assert data[seen[1].body : seen[1].end] == b"picture"
    assert (seen[0].start, seen[-1].end) == (13, len(data) - 4)


def test_texts_are_given_with_their_bytes() -> None:
    data = file(script(map_of(title=text("题"), width=number(3), in_=object_of(a=text("b")))))
    held = list(flv.held(data))
    assert [(h.key, h.value, h.place) for h in held] == [
        ("title", "题", "onMetaData title"),
        ("a", "b", "onMetaData a"),
    ]
    assert data[held[0].at.start : held[0].at.end] == b"\x00\x05title" + text("题")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "does not begin with an FLV header"),
        (HEAD[:8], "ends at byte 8 in its header"),
        (HEAD[:-1], "ends at byte 12 in its header"),
        (HEAD[:8] + b"\x08" + bytes(4), "header at byte 5 gives itself 8 bytes"),
        (HEAD[:5] + b"\xff\xff\xff\xff" + bytes(4), "in its header"),
        (file()[:-1], "tag at byte 13 is cut short: it ends at byte 34"),
        (file()[:20], "tag at byte 13 is cut short"),
        (file() + b"junk", "tag at byte 34 is cut short"),
        (file() + bytes(20), "no FLV tag begins at byte 34"),
        (file(script(b"\x11")), "AMF value at byte 37 has the unknown type"),
        (file(script(map_of(a=b"\x02\xff\xff"))), "AMF value at byte 48 is cut short"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        list(flv.held(data))
    with pytest.raises(DamagedFile, match=told):
        flv.write(data, WORDS)


def test_a_file_may_end_after_any_tag_and_nowhere_else() -> None:
    data = file(script(map_of(AIGC=text(WORDS))), tag(9, b"picture"))
    ends = {13, *(each.end + 4 for each in flv.tags(data))}
    for end in range(len(data)):
        if end not in ends:
            with pytest.raises(DamagedFile):
                list(flv.held(data[:end]))


def test_wrong_sizes_after_tags_are_read_over() -> None:
    data = HEAD + script(map_of(AIGC=text(WORDS)))[:-4] + bytes(4) + SOUND
    assert len(marks_of(flv.held(data))) == 1


def test_tags_of_other_types_are_passed_when_their_size_agrees() -> None:
    assert len(list(flv.tags(file(tag(4, b"other"))))) == 2


def test_an_encrypted_script_is_passed() -> None:
    body = script(map_of(AIGC=text(WORDS)))
    data = file(bytes((18 | 0x20,)) + body[1:])
    assert marks_of(flv.held(data)) == []
    put(data, WORDS)


@pytest.mark.parametrize("name", ["plain", *SHAPES])
@pytest.mark.parametrize("value", [WORDS, LONG, None])
def test_every_sample_is_written_again_and_again(name: str, value: str | None) -> None:
    data = SHAPES.get(name) or sample.plain()
    for next_value in (LONG, WORDS, None, OTHER):
        put(put(data, value), next_value)


def test_a_label_takes_the_place_of_the_old_one() -> None:
    first = map_of(a=text("1"), AIGC=text(WORDS), b=text("2"))
    new = put(file(script(first)), OTHER)
    assert new == file(script(map_of(a=text("1"), AIGC=text(OTHER), b=text("2"))))
    assert put(new, None) == file(script(map_of(a=text("1"), b=text("2"))))


def test_a_new_label_stands_last() -> None:
    assert put(file(script(map_of(a=text("1")))), WORDS) == file(
        script(map_of(a=text("1"), AIGC=text(WORDS)))
    )
    assert put(file(script(object_of(a=text("1")))), WORDS) == file(
        script(object_of(a=text("1"), AIGC=text(WORDS)))
    )


def test_a_count_that_is_a_guess_stays() -> None:
    guess = b"\x08\x00\x00\x00\x00"
    new = put(file(script(guess + map_of(a=text("1"))[5:])), WORDS)
    assert new == file(script(guess + map_of(a=text("1"), AIGC=text(WORDS))[5:]))


def test_a_missing_end_is_mended() -> None:
    data = file(script(map_of(a=text("1"))[:-3]))
    assert put(data, None) == data
    assert put(data, WORDS) == file(script(map_of(a=text("1"), AIGC=text(WORDS))))


@pytest.mark.parametrize("other", [b"", script(text("no object")), script(), tag(18, text("x"))])
def test_without_metadata_a_script_tag_comes_first(other: bytes) -> None:
    new = put(file(other), WORDS)
    assert new == file(script(map_of(AIGC=text(WORDS))), other)


def test_labels_of_several_scripts_become_one() -> None:
    described = map_of(title=text("t"), AIGC=text(WORDS), aigc=text(WORDS))
    nested = map_of(cues=array_of(object_of(AIGC=text(WORDS), name=text("n"))))
    data = file(script(described), SOUND, script(nested))
    new = put(data, OTHER)
    assert new == file(
        script(map_of(title=text("t"), AIGC=text(OTHER))),
        SOUND,
        script(map_of(cues=array_of(object_of(name=text("n"))))),
    )


def test_a_label_in_xmp_goes_and_the_packet_stays() -> None:
    data = file(script(map_of(liveXML=text(xmp(LABEL).decode())), name="onXMPData"))
    new = put(data, None)
    (held,) = flv.held(new)
    assert (held.kind, held.place) == ("xmp", "onXMPData liveXML")
    assert isinstance(held.value, bytes)
    assert b"<rdf:Description" in held.value
    plain = file(script(map_of(liveXML=text(packet("").decode())), name="onXMPData"))
    assert flv.write(plain, None) == []


def test_a_label_in_xmp_without_rdf_is_taken_away() -> None:
    words = f'<a xmlns:T="http://www.tc260.org.cn/ns/AIGC/1.0/"><T:AIGC>{WORDS}</T:AIGC></a>'
    data = file(script(map_of(liveXML=text(words)), name="onXMPData"))
    assert len(marks_of(flv.held(data))) == 1
    assert marks_of(flv.held(applied(data, flv.write(data, None)))) == []


def test_positions_follow_what_moves() -> None:
    data = sample.plain()
    pictures = [float(each.start) for each in flv.tags(data) if each.type == 9]
    places = numbers(data, "keyframes", "filepositions")
    assert set(places) <= set(pictures)
    assert numbers(data, "filesize") == [len(data)]
    for value in (WORDS, LONG, None):
        new = put(data, value)
        grown = len(new) - len(data)
        assert numbers(new, "keyframes", "filepositions") == [at + grown for at in places]
        assert numbers(new, "filesize") == [len(new)]
        assert numbers(new, "keyframes", "times") == numbers(data, "keyframes", "times")
        assert packets(new) == packets(data)


def test_positions_before_what_moves_stay() -> None:
    metadata = map_of(
        filepositions=array_of(number(0), number(13), number(1e9), number(float("inf"))),
        lastkeyframelocation=number(1e6),
        filesize=number(7),
    )
    new = put(file(script(metadata)), WORDS)
    grown = len(new) - len(file(script(metadata)))
    assert numbers(new, "filepositions") == [0, 13, 1e9 + grown, float("inf")]
    assert numbers(new, "lastkeyframelocation") == [1e6 + grown]
    assert numbers(new, "filesize") == [7]


def test_a_long_label_is_a_long_string() -> None:
    value = WORDS[:-1] + ',"ReservedCode1":"' + "x" * 70_000 + '"}'
    new = put(sample.plain(), value)
    assert packets(new) == packets(sample.plain())
    assert metadata(new)["title"] == "题"


def test_metadata_that_would_be_too_large_is_refused() -> None:
    for data in (file(), file(script(map_of()))):
        with pytest.raises(InputError, match="over 16,777,215 bytes") as caught:
            flv.write(data, "x" * 0xFFFFFF)
        assert caught.value.hint


def test_sound_and_pictures_are_never_read(tmp_path: Path) -> None:
    path = tmp_path / "large.flv"
    whole = tag(9, b"")[:1] + (0xFFFFFF).to_bytes(3, "big") + bytes(7)
    with path.open("wb") as target:
        target.write(HEAD + script(map_of(title=text("t"))))
        for _ in range(100):
            target.write(whole)
            target.seek(0xFFFFFF + 4, 1)
        target.truncate()
    with path.open("rb") as stored:
        data = Stored(stored.fileno())
        assert [h.value for h in flv.held(data)] == ["t"]
        assert sum(len(edit.new) for edit in flv.write(data, WORDS)) < 1000


def test_too_much_metadata_is_refused() -> None:
    large = script(map_of(a=array_of(*[number(0)] * 1_800_000)))
    with pytest.raises(DamagedFile, match="more than 64,000,000 bytes of metadata"):
        list(flv.held(file(*[large] * 4)))


def test_exiftool_reads_the_label(tmp_path: Path) -> None:
    path = tmp_path / "file.flv"
    path.write_bytes(put(sample.plain(), WORDS))
    tool = needs.tool("exiftool")
    told = subprocess.run([tool, "-b", "-AIGC", path], capture_output=True, check=True)
    assert told.stdout.decode() == WORDS


def test_a_label_as_an_object_is_unusual() -> None:
    (mark,) = marks_of(flv.held(SHAPES["as an object"]))
    assert (mark.label, mark.fields["ProduceID"]) == ("1", "p-1")
    assert mark.deviations[0].id == "amf.structure"


def test_a_file_that_says_its_size_is_refused_wherever_it_is_cut() -> None:
    data = put(sample.plain(), WORDS)
    assert numbers(data, "filesize") == [len(data)]
    for end in range(len(data)):
        with pytest.raises(DamagedFile):
            list(flv.held(data[:end]))
    last = list(flv.tags(data))[-1].start
    with pytest.raises(DamagedFile, match=f"ends at byte {last}: the onMetaData at byte 13 says"):
        flv.write(data[:last], WORDS)


def test_bytes_behind_the_size_that_is_said_are_kept() -> None:
    data = sample.plain() + b"\xffother bytes"
    new = applied(data, flv.write(data, WORDS))
    assert new.endswith(b"\xffother bytes")
    assert len(marks_of(flv.held(new))) == 1
    assert applied(new, flv.write(new, WORDS)) == new
    assert applied(new, flv.write(new, None)) == data
    with pytest.raises(DamagedFile, match="cut short"):
        list(flv.held(file() + b"\xffother bytes"))


def test_a_size_between_the_old_and_the_new_end_is_no_damage() -> None:
    size = len(HEAD + SOUND + script(map_of(filesize=number(0), AIGC=text(WORDS))))
    data = HEAD + SOUND + script(map_of(filesize=number(size - 20), AIGC=text(WORDS)))
    bare = put(data, None)
    assert len(bare) < size - 20
    assert numbers(bare, "filesize") == [len(bare)]


def test_a_header_alone_is_damage() -> None:
    with pytest.raises(DamagedFile, match="ends at byte 13 before its first tag"):
        list(flv.held(HEAD))
