"""The last frame of a FLAC: every way it is coded, cuts, junk, headers that are none, bounds."""

from __future__ import annotations

import io
import math
import random
import time
from typing import Any

import pytest
from tests import needs
from tests.labels.formats.samples import flac as sample
from tests.labels.formats.samples.mp3 import id3v1

from qingjian.core.errors import DamagedFile
from qingjian.labels.structures import flacframes
from qingjian.labels.structures.flacframes import Info, crc8, crc16

END = b"\x00bytes after the end\xff"


def parts(data: bytes) -> tuple[bytes, bytes]:
    """Give STREAMINFO and the frames."""
    blocks, audio = sample.split(data)
    return blocks[0][1], audio


def check(info: bytes, audio: bytes) -> None:
    flacframes.check_end(audio, 0, Info.of(info))


def uncounted(info: bytes) -> bytes:
    """Give a STREAMINFO that counts no samples."""
    return info[:13] + bytes((info[13] & 0xF0,)) + bytes(4) + info[18:]


def encoded(size: int, form: str = "s16", layout: str = "stereo", level: int = 5) -> bytes:
    """Give tones, noise and silence in blocks of some size."""
    av: Any = needs.package("av")
    numpy: Any = needs.package("numpy")
    noise = random.Random(size)
    count = int(2.5 * size)
    tones = [
        0 if n > 2 * size else 9000 * math.sin(n / 9) + noise.gauss(0, 4000 if n < size else 40)
        for n in range(count)
    ]
    out = io.BytesIO()
    with av.open(out, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=44_100, layout=layout)
        stream.codec_context.format = form
        stream.codec_context.options = {"frame_size": str(size), "compression_level": str(level)}
        channels = stream.codec_context.layout.nb_channels
        wide = numpy.array(tones).astype(numpy.int32) << (16 if form == "s32" else 0)
        wave = numpy.repeat(wide.astype(numpy.int32 if form == "s32" else numpy.int16), channels)
        stream.codec_context.open()
        for at in range(0, count, size):
            some = wave[None, at * channels : (at + size) * channels]
            frame = av.AudioFrame.from_ndarray(some, format=form, layout=layout)
            frame.sample_rate = 44_100
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


@pytest.mark.parametrize("level", [0, 5, 12])
@pytest.mark.parametrize(("form", "layout"), [("s16", "mono"), ("s16", "stereo"), ("s32", "5.1")])
@pytest.mark.parametrize("size", [16, 192, 1000, 4608])
def test_the_end_is_found_and_every_cut(size: int, form: str, layout: str, level: int) -> None:
    info, audio = parts(encoded(size, form, layout, level))
    for behind in (b"", END, id3v1("t", "c"), bytes(70_000)):
        check(info, audio + behind)
        check(uncounted(info), audio + behind)
    picked = random.Random(1).sample(range(len(audio)), 12)
    for end in (0, 1, 3, *picked, *range(len(audio) - 9, len(audio))):
        with pytest.raises(DamagedFile, match=f"ends at byte {end} before its .* samples"):
            check(info, audio[:end])


def test_without_a_count_a_cut_is_noticed_but_between_frames() -> None:
    data = encoded(192)
    info, audio = parts(data)
    accepted = []
    for end in range(len(audio) + 1):
        try:
            check(uncounted(info), audio[:end])
        except DamagedFile as error:
            assert "within a frame" in str(error)
            continue
        accepted.append(end)
    assert len(accepted) == 3
    assert accepted[-1] == len(audio)


def test_frames_that_count_samples_are_read() -> None:
    info = bytes((0, 16, 16, 0)) + bytes(6) + (1 << 41 | 15 << 36 | 4096).to_bytes(8, "big")
    head = bytes.fromhex("fff968 18") + "\u0ff0".encode() + b"\x0f"
    head += bytes((crc8(head),)) + b"\x00\x00\x07" * 2
    frame = head + crc16(head).to_bytes(2, "big")
    check(info, frame)
    with pytest.raises(DamagedFile):
        check(info[:16] + b"\x10\x01", frame)


@pytest.mark.parametrize("change", [0, 3, 5, 9, 40, -1])
def test_changed_bytes_of_the_last_frame_are_damage(change: int) -> None:
    info, audio = parts(encoded(4608, "s16", "mono"))
    last = audio.rindex(b"\xff\xf8")
    at = len(audio) - 1 if change < 0 else last + change
    broken = audio[:at] + bytes((audio[at] ^ 4,)) + audio[at + 1 :]
    with pytest.raises(DamagedFile):
        check(info, broken)


def test_bytes_that_look_like_headers_take_no_time() -> None:
    info, audio = parts(encoded(192))
    head = audio[: flacframes.header(audio[:16], Info.of(info)).size]  # type: ignore[union-attr]  # a frame stands there
    start = time.perf_counter()
    for behind in (b"\xff\xf8\xc9\x18" * 200_000, head * 50_000, (head + bytes(3000)) * 900):
        with pytest.raises(DamagedFile):
            check(info, audio + behind)
    check(info, audio + bytes(5_000_000))
    assert time.perf_counter() - start < 3


def test_headers_that_are_none() -> None:
    info, audio = parts(encoded(192))
    known = Info.of(info)
    assert flacframes.header(audio[:16], known)
    for end in range(6):
        assert flacframes.header(audio[:end], known) is None
    for at, byte in ((1, 0xFA), (2, 0x0F), (2, 0x1F), (3, 0xF0), (3, 0x16), (4, 0xFF), (4, 0x80)):
        assert flacframes.header(audio[:at] + bytes((byte,)) + audio[at + 1 : 16], known) is None
