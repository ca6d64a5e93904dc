from __future__ import annotations

import io
import subprocess
import zlib
from pathlib import Path

import pytest
from tests import needs
from tests.labels.formats.samples import mkv as sample
from tests.labels.formats.samples.mkv import (
    SHAPES,
    WORDS,
    checked,
    cluster,
    cues,
    ebml_header,
    element,
    info,
    seek,
    seek_head,
    segment,
    simple,
    streamed,
    tag,
    tags,
)

from qingjian.core.errors import DamagedFile
from qingjian.labels.formats import mkv
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import Stored, applied
from qingjian.labels.structures import ebml, matroska
from qingjian.labels.structures.ebml import children

TITLE = simple("TITLE", "t")
LABEL = simple("AIGC", WORDS)
OTHER = WORDS.replace('"1"', '"2"')
LONG = WORDS[:-1] + ',"ReservedCode1":"' + "x" * 500 + '"}'
TAGS = "1254c367"


def put(data: bytes, value: str | None) -> bytes:
    """Write, and hold the result to what must be so of any file."""
    new = applied(data, mkv.write(data, value))
    assert len(marks_of(mkv.held(new))) == (value is not None)
    assert applied(new, mkv.write(new, value)) == new
    assert clusters(new) == clusters(data)
    positions_hold(new)
    return new


def clusters(data: bytes) -> list[bytes]:
    """Give every cluster of known size with its Segment position where positions matter."""
    found = matroska.layout(data)
    at, seen = found.segment.body, []
    while at < found.end:
        part = ebml.element_at(data, at, found.end)
        if not part.known:
            return []
        if part.id == 0x1F43B675:
            where = part.start - found.segment.body if found.fixed else 0
            seen.append(where.to_bytes(8, "big") + data[part.start : part.end])
        at = part.end
    return seen


def named(data: bytes) -> list[tuple[bytes, int]]:
    """Give what the SeekHead elements name, and where in the file."""
    found = matroska.layout(data)
    seen = []
    for head in found.all(matroska.SEEK_HEAD):
        for entry in children(data, head.body, head.end):
            if entry.id == 0x4DBB:
                id, position = (data[e.body : e.end] for e in children(data, entry.body, entry.end))
                seen.append((id, found.segment.body + int.from_bytes(position, "big")))
    return seen


def positions_hold(data: bytes) -> None:
    for id, at in named(data):
        assert data[at : at + len(id)] == id


def sought(before: bytes, body: bytes, after: bytes, room: int = 0, width: int = 1) -> bytes:
    """Give a file whose SeekHead names the Tags between `before` and `after`."""
    void = element("ec", bytes(room - 2)) if room else b""
    head = seek_head(seek(TAGS, bytes(width)))
    at = len(head) + len(void) + len(before)
    return segment(
        seek_head(seek(TAGS, at.to_bytes(width, "big"))), void, before, body, after, width=2
    )


def test_the_kind_of_document_tells() -> None:
    assert mkv.knows(segment())
    assert mkv.knows(ebml_header("") + element("18538067"))
    assert not mkv.knows(ebml_header("webm"))
    assert not mkv.knows(ebml_header()[:10])
    assert not mkv.knows(b"")


def test_the_title_and_the_programs_are_given() -> None:
    held = list(mkv.held(segment(info("题"), tags(tag(TITLE)))))
    assert [(h.key, h.value) for h in held] == [
        ("Title", "题"),
        ("MuxingApp", "by hand"),
        ("TITLE", "t"),
    ]


@pytest.mark.parametrize("room", [0, 1, 2, 3, 60, 400])
def test_a_label_that_fits_stands_in_the_old_place(room: int) -> None:
    spare = simple("AIGC", OTHER + " " * room)
    data = sought(info(), tags(tag(TITLE, spare)), cluster() + cues())
    new = put(data, WORDS)
    assert len(new) == len(data)
    assert new.rindex(bytes.fromhex(TAGS)) == data.rindex(bytes.fromhex(TAGS))


@pytest.mark.parametrize("void", [2, 60, 91, 92, 93, 94, 95, 400])
def test_the_void_after_the_tags_is_used(void: int) -> None:
    data = sought(b"", tags(tag(TITLE)) + element("ec", bytes(void)), cluster() + cues())
    new = put(data, WORDS)
    moved = len(LABEL) + 1 > void + 2
    assert (len(new) > len(data)) is moved
    assert len(put(new, None)) <= len(new)


@pytest.mark.parametrize("name", ["plain", *SHAPES])
@pytest.mark.parametrize("value", [WORDS, LONG, None])
def test_every_sample_keeps_clusters_and_positions(name: str, value: str | None) -> None:
    data = SHAPES.get(name) or sample.plain()
    for next_value in (LONG, WORDS, None, OTHER):
        put(put(data, value), next_value)


def test_tags_that_outgrow_their_place_move_to_the_end() -> None:
    data = sought(info(), tags(tag(TITLE)), cluster() + cues())
    new = put(data, WORDS)
    assert named(new) == [(bytes.fromhex(TAGS), len(data))]
    assert new[len(data) :] == tags(tag(TITLE, LABEL))
    assert len(new) == len(data) + len(tags(tag(TITLE, LABEL)))
    assert put(new, LONG)[: len(data)][25:] == new[: len(data)][25:]


def test_tags_at_the_end_go_with_their_entry() -> None:
    data = put(segment(seek_head(), element("ec", bytes(40)), info(), cues()), WORDS)
    assert len(named(data)) == 1
    bare = put(data, None)
    assert named(bare) == []
    assert bytes.fromhex(TAGS) not in bare


def test_a_position_that_grows_takes_the_void_after_the_seek_head() -> None:
    data = sought(info(), tags(tag(TITLE)), cluster(blocks=20) + cues(), room=4)
    assert len(data) > 255
    new = put(data, WORDS)
    assert named(new)[0][1] == len(data)


def test_without_room_in_the_seek_head_the_place_of_the_tags_holds_one() -> None:
    data = sought(info(), tags(tag(simple("TITLE", "t" * 40))), cluster(blocks=20) + cues())
    new = put(data, WORDS)
    assert len(matroska.layout(new).all(matroska.SEEK_HEAD)) == 1
    assert named(new) == [(bytes.fromhex(TAGS), len(data))]
    assert named(put(new, LONG)) == named(new)


def test_without_any_room_the_entry_goes_and_the_label_is_read() -> None:
    data = sought(info(), tags(element("7373")), cluster(blocks=20) + cues())
    assert named(put(data, WORDS)) == []


def test_the_size_of_the_segment_may_take_more_bytes() -> None:
    data = segment(seek_head(), element("ec", bytes(20)), cluster(), cues())
    assert matroska.layout(data).segment.size_width == 1
    new = put(data, LONG)
    assert matroska.layout(new).segment.size_width == 2
    assert named(new) == [(bytes.fromhex(TAGS), len(data) + 1)]


def test_a_wide_size_keeps_its_width() -> None:
    new = put(segment(cluster(), cues(), width=8), WORDS)
    assert matroska.layout(new).segment.size_width == 8


def test_without_positions_the_label_stands_before_the_clusters() -> None:
    for unknown in (True, False):
        data = segment(info(), cluster(unknown=unknown), unknown=unknown, width=2)
        new = put(data, WORDS)
        assert new.endswith(info() + tags(tag(LABEL)) + cluster(unknown=unknown))
        assert put(new, None) == data


def test_a_live_file_with_positions_takes_the_label_at_its_end() -> None:
    data = segment(seek_head(), info(), cluster(unknown=True), unknown=True)
    assert put(data, WORDS) == data + tags(tag(LABEL))


def test_bytes_after_the_segment_stay_after_it() -> None:
    data = segment(cluster(), cues())
    assert put(data + b"\x00end", WORDS).endswith(tags(tag(LABEL)) + b"\x00end")


def test_only_the_first_segment_is_read() -> None:
    second = segment(tags(tag(LABEL)))
    assert marks_of(mkv.held(segment(info()) + second)) == []
    assert put(segment(info(), unknown=True) + second, WORDS).endswith(second)


def test_checksums_are_made_anew() -> None:
    head = checked("114d9b74", seek(TAGS, b"\x1f"))
    body = checked(TAGS, tag(TITLE))
    data = ebml_header() + checked("18538067", head, body, cluster(), cues())
    assert [at for _, at in named(data)] == [data.index(body)]
    for value in (WORDS, LONG, None):
        new = put(data, value)
        found = matroska.layout(new)
        parents = [found.segment, *found.all(matroska.SEEK_HEAD), *found.all(matroska.TAGS)]
        assert len(parents) == 3
        for parent in parents:
            crc = next(children(new, parent.body, parent.end))
            rest = zlib.crc32(new[crc.end : parent.end])
            assert int.from_bytes(new[crc.body : crc.end], "little") == rest


def test_a_label_in_the_title_is_blanked_in_place() -> None:
    new = put(SHAPES["as the title"], None)
    assert len(new) == len(SHAPES["as the title"])
    assert [(h.key, h.value) for h in mkv.held(new)] == [("Title", ""), ("MuxingApp", "by hand")]
    title = element("7ba9", f'{{"AIGC":{WORDS}}}'.encode())
    new = put(segment(checked("1549a966", title)), None)
    blank = element("7ba9", bytes(len(title) - 3))
    assert new == segment(checked("1549a966", blank))


def test_labels_of_several_tags_become_one() -> None:
    of_track = tag(simple("DURATION", "1"), LABEL, targets=element("63c5", b"\x01"))
    data = segment(
        seek_head(), tags(of_track), tags(tag(LABEL)), cluster(), tags(tag(TITLE, LABEL)), cues()
    )
    assert len(marks_of(mkv.held(data))) == 3
    new = put(data, OTHER)
    (mark,) = marks_of(mkv.held(new))
    assert (mark.label, mark.deviations) == ("2", ())
    assert [h.key for h in mkv.held(put(data, None))] == ["DURATION", "TITLE"]


@pytest.mark.parametrize("name", ["after live clusters", "nested", "under checksums"])
def test_every_cut_is_noticed(name: str) -> None:
    data = SHAPES[name]
    parts = {part.start for part in matroska.layout(data).parts}
    for end in range(len(data)):
        if name == "after live clusters" and ends_an_element(data, end, parts):
            continue
        for read in (lambda part: list(mkv.held(part)), lambda part: mkv.write(part, WORDS)):
            with pytest.raises(DamagedFile):
                read(data[:end])


def ends_an_element(data: bytes, end: int, parts: set[int]) -> bool:
    """Whether a live file could end here: nothing tells that more was to come."""
    try:
        matroska.layout(data[:end])
    except DamagedFile:
        return False
    return (
        end in parts or data[end : end + 4] == bytes.fromhex("1f43b675") or data[end] in b"\xa3\xe7"
    )


def test_payload_is_passed_and_never_read(tmp_path: Path) -> None:
    path = tmp_path / "large.mkv"
    size = 3_000_000_000
    head = seek_head(seek(TAGS, bytes(4))) + element("ec", bytes(40)) + info()
    large = bytes.fromhex("1f43b675") + (size | 1 << 56).to_bytes(8, "big")
    whole = (len(head) + len(large) + size | 1 << 56).to_bytes(8, "big")
    with path.open("wb") as file:
        file.write(ebml_header() + bytes.fromhex("18538067") + whole + head + large)
        file.seek(size, io.SEEK_CUR)
        file.truncate()
    with path.open("rb") as stored:
        data = Stored(stored.fileno())
        assert [h.key for h in mkv.held(data)] == ["Title", "MuxingApp"]
        edits = mkv.write(data, WORDS)
    assert edits[-1].start == edits[-1].end == len(data)
    assert sum(len(edit.new) for edit in edits) < 1000


@pytest.mark.parametrize("live", [True, False])
def test_files_that_were_streamed_are_labelled(live: bool) -> None:
    data = streamed("matroska", "mpeg4", {"live": "1"} if live else {})
    assert not matroska.layout(data).segment.known
    for value in (WORDS, LONG):
        new = put(data, value)
        assert sample.metadata(new)["AIGC"] == value
        assert sample.packets(new) == sample.packets(data)


def test_a_player_still_seeks_in_a_labelled_file(tmp_path: Path) -> None:
    av = needs.package("av")
    data = put(sample.plain(), LONG)
    with av.open(io.BytesIO(data)) as file:
        file.seek(200_000, backward=True)
        packet = next(file.demux())
    plain = sample.packets(sample.plain())
    assert (packet.pts, bytes(packet)) in [(each[1], each[3]) for each in plain]


def test_exiftool_reads_the_label(tmp_path: Path) -> None:
    path = tmp_path / "file.mkv"
    path.write_bytes(put(sample.plain(), WORDS))
    tool = needs.tool("exiftool")
    told = subprocess.run([tool, "-ee", "-b", "-Aigc", path], capture_output=True, check=True)
    assert told.stdout.decode() == WORDS


def test_tags_at_the_end_grow_over_the_void_after_them() -> None:
    data = segment(cluster(), cues(), tags(tag(TITLE)), element("ec", b"v"))
    new = put(data, WORDS)
    assert new.endswith(cues() + tags(tag(TITLE, LABEL)))
