"""MP3 by LAME, labels in every version of ID3v2 and at the end; what other audio samples share."""

from __future__ import annotations

import io
import json
import math
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests import needs
from tests.labels.carriers import LABEL, xmp

OTHERS = {"title": "游记", "artist": "someone", "comment": "a comment"}
VALUE = json.dumps(LABEL, ensure_ascii=False)
WRAPPED = json.dumps({"AIGC": LABEL}, ensure_ascii=False, indent=1)


def encoded(
    form: str,
    codec: str,
    metadata: Mapping[str, str] = OTHERS,
    *,
    seconds: float = 0.1,
    rate: int = 48_000,
    channels: int = 1,
    options: Mapping[str, str] | None = None,
) -> bytes:
    """Give a sine as an audio file, by FFmpeg's libraries."""
    av, numpy = needs.package("av"), needs.package("numpy")
    layout = "mono" if channels == 1 else "stereo"
    wave = [8000 * math.sin(2 * math.pi * 440 * n / rate) for n in range(int(seconds * rate))]
    samples = numpy.repeat(numpy.array(wave).astype(numpy.int16), channels)[None, :]
    out = io.BytesIO()
    with av.open(out, "w", format=form, options=dict(options or {})) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        stream.codec_context.options = {"strict": "-2"} if codec == "vorbis" else {}
        if codec != "flac":
            stream.bit_rate = 16_000
        container.metadata.update(metadata)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
        frame.sample_rate = rate
        size = stream.codec_context.frame_size or 0
        fitted = av.AudioResampler(stream.codec_context.format, layout, rate, size)
        for part in (*fitted.resample(frame), *fitted.resample(None)):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return out.getvalue()


def told(data: bytes | Path) -> dict[str, str]:
    """Give the metadata as FFmpeg's libraries read it, of the file and of its stream."""
    av = needs.package("av")
    with av.open(str(data) if isinstance(data, Path) else io.BytesIO(data)) as container:
        return {**container.metadata, **container.streams[0].metadata}


def packets(data: bytes) -> list[bytes]:
    """Give the encoded packets."""
    av = needs.package("av")
    with av.open(io.BytesIO(data)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


def decoded(data: bytes) -> list[bytes]:
    """Give the samples."""
    av = needs.package("av")
    with av.open(io.BytesIO(data)) as container:
        return [frame.to_ndarray().tobytes() for frame in container.decode(audio=0)]


def is_whole(data: bytes) -> bool:
    """Whether every packet is decoded without an error."""
    av = needs.package("av")
    try:
        with av.open(io.BytesIO(data), options={"err_detect": "explode"}) as container:
            container.streams[0].codec_context.options = {"err_detect": "explode"}
            for packet in container.demux(audio=0):
                if packet.is_corrupt:
                    return False
                packet.decode()
    except av.error.FFmpegError:
        return False
    return True


def plain() -> bytes:
    return encoded("mp3", "libmp3lame", rate=16_000)


def content(data: bytes) -> object:
    return packets(data), decoded(data)


def other(data: bytes) -> object:
    return {key: value for key, value in told(data).items() if key.upper() != "AIGC"}


def crossread(path: Path) -> str:
    return told(path)["AIGC"]


def crosswritten(value: str, folder: Path) -> bytes:
    return encoded("mp3", "libmp3lame", {**OTHERS, "AIGC": value}, rate=16_000)


def synchsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def frame(id: str, body: bytes, version: int = 4, flags: int = 0) -> bytes:
    """Give an ID3v2 frame."""
    if version == 2:
        return id.encode() + len(body).to_bytes(3, "big") + body
    size = synchsafe(len(body)) if version == 4 else len(body).to_bytes(4, "big")
    return id.encode() + size + flags.to_bytes(2, "big") + body


def tag(body: bytes, version: int = 4, flags: int = 0) -> bytes:
    """Give an ID3v2 tag; its body is coded by the caller."""
    return b"ID3" + bytes((version, 0, flags)) + synchsafe(len(body)) + body


def ape(**items: str) -> bytes:
    """Give an APEv2 tag with a footer alone."""
    body = b"".join(
        len(v.encode()).to_bytes(4, "little") + bytes(4) + k.encode() + b"\x00" + v.encode()
        for k, v in items.items()
    )
    numbers = (2000, len(body) + 32, len(items), 0)
    return body + b"APETAGEX" + b"".join(n.to_bytes(4, "little") for n in numbers) + bytes(8)


def id3v1(title: str, comment: str) -> bytes:
    """Give an ID3v1 tag."""
    texts = (title, 30), ("", 30), ("", 30), ("", 4), (comment, 30)
    return b"TAG" + b"".join(t.encode().ljust(n, b"\x00") for t, n in texts) + b"\x00"


def bare() -> bytes:
    """Give MPEG audio without a tag."""
    data = plain()
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte
    return data[10 + size :]


def unsynchronised(body: bytes) -> bytes:
    """Give a body with a zero behind every 0xFF, which is more than is asked for."""
    return body.replace(b"\xff", b"\xff\x00")


_TEXT = b"\x03AIGC\x00" + VALUE.encode()
_WIDE = b"\x01" + "AIGC\x00".encode("utf-16") + VALUE.encode("utf-16")
_BIG = b"\x02" + f"AIGC\x00{VALUE}\x00".encode("utf-16-be")
_TITLE3 = frame("TIT2", b"\x00a title", 3)
_PACKED3 = len(_WIDE).to_bytes(4, "big") + zlib.compress(_WIDE)
_PACKED4 = b"G" + synchsafe(len(_TEXT)) + zlib.compress(_TEXT)
_XMP = b"XMP\x00" + xmp(LABEL)


def _tags() -> dict[str, bytes]:
    prefixed = b"\x03eng\x00Metadata: " + WRAPPED.encode()
    return {
        "2.2": tag(frame("TT2", b"\x00a", 2) + frame("TXX", _WIDE, 2), 2),
        "2.2 unsynchronised": tag(unsynchronised(frame("TXX", _WIDE, 2)), 2, 0x80),
        "2.3": tag(_TITLE3 + frame("TXXX", _WIDE, 3) + bytes(9), 3),
        "2.3 big endian": tag(frame("TXXX", _BIG, 3), 3),
        "2.3 unsynchronised": tag(unsynchronised(_TITLE3 + frame("TXXX", _WIDE, 3)), 3, 0x80),
        "2.3 extended header": tag(
            bytes((0, 0, 0, 10, 0x80, 0, 0, 0, 0, 9))
            + b"CRC!"
            + frame("TXXX", _WIDE, 3)
            + bytes(9),
            3,
            0x40,
        ),
        "2.3 packed": tag(frame("TXXX", _PACKED3, 3, 0x80), 3),
        "2.4 packed and grouped": tag(frame("TXXX", _PACKED4, 4, 0x49)),
        "2.4 unsynchronised frame": tag(frame("TXXX", unsynchronised(_WIDE), 4, 0x02)),
        "2.4 unsynchronised": tag(frame("TXXX", unsynchronised(_WIDE), 4, 0x02), 4, 0x80),
        "2.4 data length": tag(frame("TXXX", synchsafe(len(_TEXT)) + _TEXT, 4, 0x01)),
        "2.4 extended header": tag(
            bytes((0, 0, 0, 14, 1, 0x70, 0, 5, 1, 2, 3, 4, 5, 1)) + b"\x40" + frame("TXXX", _TEXT),
            4,
            0x40,
        ).replace(b"\x00\x00\x00\x0e\x01", b"\x00\x00\x00\x0f\x01"),
        "2.4 footer": tag(frame("TXXX", _TEXT), 4, 0x10)
        + b"3DI"
        + tag(frame("TXXX", _TEXT), 4, 0x10)[3:10],
        "2.4 sizes as plain numbers": tag(
            frame("APIC", bytes(200), 3) + frame("TXXX", _TEXT, 3) + bytes(20)
        ),
        "second tag": tag(frame("TIT2", b"\x03a")) + tag(frame("TXXX", _TEXT)),
        "prefix": tag(frame("COMM", prefixed)),
        "comment": tag(frame("COMM", b"\x03eng\x00" + WRAPPED.encode())),
        "comment by name": tag(frame("COMM", b"\x03engAIGC\x00" + VALUE.encode())),
        "several values": tag(frame("TXXX", _TEXT + b"\x00more")),
        "XMP": tag(frame("PRIV", _XMP)),
        "XMP in 2.3": tag(unsynchronised(frame("PRIV", _XMP, 3) + _TITLE3), 3, 0x80),
    }


def _shapes() -> dict[str, bytes]:
    audio = bare()
    short = '{"AIGC":{"Label":"1"}}'
    return {
        **{name: each + audio for name, each in _tags().items()},
        "APEv2": audio + ape(Artist="someone", AIGC=VALUE),
        "APEv2 before ID3v1": audio + ape(AIGC=VALUE) + id3v1("a title", "a comment"),
        "ID3v1": audio + id3v1("a title", short),
    }


def __getattr__(name: str) -> Any:
    """Give SHAPES, made where they are asked for: they need an encoder."""
    if name != "SHAPES":
        raise AttributeError(name)
    return _shapes()
