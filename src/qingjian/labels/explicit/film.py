"""
Notices in a film: large words for its first two seconds, a badge in the corner all along.

Pictures are encoded anew with eight bits a colour, sound is copied as it is; subtitles and other
tracks are not taken over.

Source: GB 45438-2025 5.4: at least two seconds, text height at least 5 % of the shortest side;
CAC measures 2025, article 4: at the start and, where fit, around the picture. Not verified.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.explicit.notice import (
    CORNER,
    FILM_S,
    NOTICE,
    USUAL,
    Notice,
    Rule,
    Seen,
    decoding,
)
from qingjian.labels.explicit.plate import check_grey, fitting, placed, plate
from qingjian.labels.explicit.sound import encodes, pyav, track

CONTAINERS = {
    "mp4": "mp4",
    "mov": "mov",
    "mkv": "matroska",
    "webm": "webm",
    "avi": "avi",
    "flv": "flv",
}
"""Carriers of films, and what PyAV calls the container."""
_ENCODERS = {
    "vp8": "libvpx",
    "vp9": "libvpx-vp9",
    "av1": "libsvtav1",
    "libdav1d": "libsvtav1",
    "h264": "libx264",
    "hevc": "libx265",
}
_FALLBACK = {"webm": "libvpx", "flv": "flv"}
_QUALITY = {
    "libx264": {"crf": "20"},
    "libx265": {"crf": "22", "x265-params": "log-level=error"},
    "libvpx": {"crf": "10", "cpu-used": "4"},
    "libvpx-vp9": {"crf": "26", "b": "0", "cpu-used": "5"},
    "libsvtav1": {"crf": "30"},
}
"""Settings under which small words stay readable."""
_EVEN_ONLY = ("libx264", "libx265")
"""Encoders that take an odd width or height only without subsampling."""
_BITS_PER_PIXEL = 0.25
_MOST_BITS_PER_S = 200_000_000
_MOST_PIXELS = 40_000_000
_CLAUSE = "GB 45438-2025 5.4"
_SAMPLED = 20
_NO_TYPE = 0
_FULL_RANGE = 2

Levels = NDArray[np.int16]
"""Grey levels to draw, -1 where the film shows."""


def noticed(data: bytes, carrier: str, notice: Notice = USUAL) -> bytes:
    """
    Give the film with both notices; words that are asked for are those of both.

    Args:
        data: the file.
        carrier: the format's name.
        notice: its words and corner.

    Raises DamagedFile, InputError, MissingExtra.
    """
    av = pyav()
    if carrier not in CONTAINERS:
        raise InputError(f"{carrier} is no format of films")
    out = io.BytesIO()
    with (
        decoding("the film"),
        av.open(io.BytesIO(data)) as source,
        av.open(out, "w", format=CONTAINERS[carrier]) as target,
    ):
        _encode(av, source, target, carrier, notice)
    return out.getvalue()


def _encode(av: Any, source: Any, target: Any, carrier: str, notice: Notice) -> None:
    seen = _seen(source)
    heard = list(source.streams.audio)
    made = None
    copied = {s.index: target.add_stream_from_template(s) for s in heard}
    target.metadata.update(source.metadata)
    waiting: list[Any] = []
    start = 0.0
    for packet in source.demux(seen, *heard):
        if packet.stream.index in copied:
            if packet.dts is not None:
                packet.stream = copied[packet.stream.index]
                waiting.append(packet)
        else:
            for frame in packet.decode():
                if made is None:
                    made = _added(av, seen, target, carrier, frame.rotation)
                    start = frame.time or 0.0
                    corner, both = _drawings(seen, notice, frame.rotation)
                early = (frame.time or 0.0) - start < FILM_S + 0.1
                target.mux(made.encode(_drawn(frame, made, both if early else corner)))
        if made is not None:
            target.mux(waiting)
            waiting = []
    if made is None:
        raise InputError("the film has no frame")
    target.mux(made.encode(None))


def _seen(source: Any) -> Any:
    """Give the picture's track. Raises InputError when there is none or it is too large."""
    seen = track(source.streams.video, "picture")
    if seen.width * seen.height > _MOST_PIXELS:
        raise InputError(f"the film has more than {_MOST_PIXELS:,} pixels a frame")
    return seen


def _added(av: Any, seen: Any, target: Any, carrier: str, rotation: int) -> Any:
    """Add the new picture's track, like the one that is seen."""
    name = _encoder(av, seen, carrier)
    rate = seen.average_rate or 25
    made = target.add_stream(name, rate=rate, options=_QUALITY.get(name, {}))
    made.width, made.height = seen.width, seen.height
    odd = seen.width % 2 or seen.height % 2
    made.pix_fmt = "yuv444p" if odd and name in _EVEN_ONLY else "yuv420p"
    made.time_base = seen.time_base
    if name not in _QUALITY or name == "libvpx":
        asked = seen.width * seen.height * float(rate) * _BITS_PER_PIXEL
        bits = max((seen.bit_rate or 0) * 1.2, asked, 400_000)
        made.bit_rate = int(min(bits, _MOST_BITS_PER_S))
    if name not in _QUALITY:
        made.codec_context.qmin, made.codec_context.qmax = 2, 6
    for about in ("color_range", "colorspace", "color_primaries", "color_trc"):
        setattr(made.codec_context, about, getattr(seen.codec_context, about))
    if seen.sample_aspect_ratio:
        made.codec_context.sample_aspect_ratio = seen.sample_aspect_ratio
    if rotation:
        made.set_display_rotation(rotation)
    return made


def _encoder(av: Any, seen: Any, carrier: str) -> str:
    """Give an encoder for the film's own codec where there is one, else one that fits."""
    name = seen.codec_context.name
    for wanted in (_ENCODERS.get(name, name), _FALLBACK.get(carrier, "mpeg4")):
        if encodes(av, wanted):
            return str(wanted)
    raise InputError(f"nothing here encodes {name} for {carrier}")


def _drawings(seen: Any, notice: Notice, rotation: int) -> tuple[Levels, Levels]:
    """Give what is drawn all along, and what is drawn at the start, turned as it is stored."""
    turns = rotation // 90 if rotation % 90 == 0 else 0
    upright = (seen.height, seen.width) if turns % 2 == 0 else (seen.width, seen.height)
    height, width = upright
    badge = fitting(width, height, notice.words or CORNER)
    corner = np.full(upright, -1, np.int16)
    left, top = placed(width, height, badge, notice.corner)
    corner[top : top + badge.height, left : left + badge.width] = np.asarray(badge)
    both = corner.copy()
    opening = _opening(width, height, notice.words or NOTICE)
    if opening is not None:
        high, wide = opening.shape
        top, left = (height - high) // 2, (width - wide) // 2
        both[top : top + high, left : left + wide] = opening
    return np.rot90(corner, -turns), np.rot90(both, -turns)


def _opening(width: int, height: int, words: str) -> Any:
    """Give the large notice, as wide as fits; None where not even the badge's size does."""
    from PIL import Image

    small = plate(width, height, words)
    room = min(width * 0.9 / small.width, height * 0.3 / small.height)
    if room <= 1.0:
        return np.asarray(small) if small.width <= width and small.height <= height else None
    scale = min(room, 2.0)
    size = (int(small.width * scale), int(small.height * scale))
    return np.asarray(small.resize(size, Image.Resampling.LANCZOS))


def _drawn(frame: Any, made: Any, levels: Levels) -> Any:
    """Give the frame with the levels drawn in; the colours around them stay as they are."""
    shown = frame.reformat(made.width, made.height, made.pix_fmt)
    shown.make_writable()
    full = int(shown.color_range) == _FULL_RANGE
    grey = levels if full else 16 + levels * 219.0 / 255
    for number, part in enumerate(shown.planes):
        rows = np.frombuffer(part, np.uint8).reshape(part.height, part.line_size)
        view = rows[:, : part.width]
        step = 2 if part.width < made.width or part.height < made.height else 1
        mask = levels >= 0
        if number:
            there = np.zeros(view.shape, bool)
            for down in range(step):
                for right in range(step):
                    some = mask[down::step, right::step]
                    there[: some.shape[0], : some.shape[1]] |= some
            view[there] = 128
        else:
            view[mask] = grey[mask].astype(np.uint8)
    shown.pict_type = _NO_TYPE
    return shown


def check_film(data: bytes, words: str = CORNER) -> Seen:
    """
    Measure the badge back from a film: how long from its start it is shown, and how large.

    Every frame of the first two seconds is looked at, and some twenty of the rest; one frame at a
    time is held. Raises DamagedFile, InputError, MissingExtra.
    """
    av = pyav()
    shown_s, first, later, looked = 0.0, None, 0, 0
    gap = False
    start: float | None = None
    with decoding("the film"), av.open(io.BytesIO(data)) as source:
        stream = _seen(source)
        told_s = float((source.duration or 0) / 1_000_000)
        frame_s = 1 / float(stream.average_rate or 25)
        length_s = 0.0
        step = max(0.5, told_s / _SAMPLED)
        due = 0.0
        for frame in source.decode(stream):
            if start is None:
                start = float(frame.time or 0.0)
            at = float(frame.time or 0.0) - start
            length_s = max(length_s, at + frame_s)
            if at > FILM_S + frame_s and at < due:
                continue
            due = at + step
            seen = check_grey(_grey(frame), words)
            first = first or (seen if seen.found else None)
            gap |= not seen.found
            if at <= FILM_S + frame_s and not gap:
                shown_s = at + frame_s
            looked += 1
            later += bool(seen.found)
    if start is None:
        raise DamagedFile("the film has no frame that can be decoded")
    if first is None:
        return Seen(False)
    asked = min(FILM_S, length_s)
    rules = (
        *first.rules,
        Rule(
            "duration",
            _CLAUSE,
            f"at least {asked:.1f} s from the start",
            f"{shown_s:.2f} s",
            shown_s >= asked - 0.05,
        ),
        Rule(
            "play",
            _CLAUSE,
            "around the picture while it plays",
            f"{later} of {looked} frames looked at",
            later == looked,
        ),
    )
    return Seen(True, rules, words)


def _grey(frame: Any) -> Any:
    """Give the grey levels of a frame as it is shown, upright."""
    grey = frame.to_ndarray(format="gray")
    return np.ascontiguousarray(np.rot90(grey, frame.rotation // 90))
