"""
Notices in a film: large words for its first two seconds, a badge in the corner all along.

Pictures are encoded anew, sound is copied as it is.

Source: GB 45438-2025 5.4: at least two seconds, text height at least 5 % of the shortest side;
CAC measures 2025, article 4: at the start and, where fit, around the picture. Not verified.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.explicit.notice import CORNER, FILM_S, NOTICE, Rule, Seen, checked_words
from qingjian.labels.explicit.picture import check_grey, plate
from qingjian.labels.explicit.sound import _Error, _pyav

CONTAINERS = {
    "mp4": "mp4",
    "mov": "mov",
    "mkv": "matroska",
    "webm": "webm",
    "avi": "avi",
    "flv": "flv",
}
"""Carriers of films, and what PyAV calls the container."""
_ENCODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9", "av1": "libsvtav1", "h264": "libx264"}
_FALLBACK = {"webm": "libvpx", "flv": "flv"}
_CLAUSE = "GB 45438-2025 5.4"
_SAMPLED = 20


def noticed(data: bytes, carrier: str, words: str = CORNER, opening: str = NOTICE) -> bytes:
    """
    Give the film with both notices.

    Args:
        data: the file.
        carrier: the format's name.
        words: of the badge in the corner.
        opening: of the notice over the first two seconds.

    Raises DamagedFile, InputError, MissingExtra.
    """
    checked_words(words)
    checked_words(opening)
    av = _pyav()
    if carrier not in CONTAINERS:
        raise InputError(f"{carrier} is no format of films")
    out = io.BytesIO()
    try:
        with (
            av.open(io.BytesIO(data)) as source,
            av.open(out, "w", format=CONTAINERS[carrier]) as target,
        ):
            _encode(av, source, target, carrier, (words, opening))
    except _Error as error:
        raise DamagedFile(f"the film cannot be encoded anew: {error}") from None
    return out.getvalue()


def _encode(av: Any, source: Any, target: Any, carrier: str, words: tuple[str, str]) -> None:
    seen = source.streams.video[0]
    made = target.add_stream(_encoder(av, seen, carrier), rate=seen.average_rate or 25)
    made.width, made.height = seen.width, seen.height
    made.pix_fmt = "yuv420p"
    made.time_base = seen.time_base
    if seen.bit_rate:
        made.bit_rate = int(seen.bit_rate * 1.2)
    heard = list(source.streams.audio[:1])
    copied = {s.index: target.add_stream_from_template(s) for s in heard}
    target.metadata.update(source.metadata)
    badge = np.asarray(plate(seen.width, seen.height, words[0]))
    opening = _opening(seen.width, seen.height, words[1])
    for packet in source.demux(seen, *heard):
        if packet.stream.index in copied:
            if packet.dts is not None:
                packet.stream = copied[packet.stream.index]
                target.mux(packet)
            continue
        for frame in packet.decode():
            target.mux(made.encode(_drawn(av, frame, badge, opening)))
    target.mux(made.encode(None))


def _encoder(av: Any, seen: Any, carrier: str) -> str:
    """Give an encoder for the film's own codec where there is one, else one that fits."""
    name = seen.codec_context.name
    for wanted in (_ENCODERS.get(name, name), _FALLBACK.get(carrier, "mpeg4")):
        if wanted in av.codecs_available:
            try:
                av.codec.Codec(wanted, "w")
            except ValueError:
                continue
            return str(wanted)
    raise InputError(f"nothing here encodes {name} for {carrier}")


def _opening(width: int, height: int, words: str) -> Any:
    """Give the large notice, as wide as fits; the badge's size at least."""
    from PIL import Image

    small = plate(width, height, words)
    room = min(width * 0.9 / small.width, height * 0.3 / small.height)
    if room <= 1.0:
        return np.asarray(small) if small.width <= width and small.height <= height else None
    scale = min(room, 2.0)
    size = (int(small.width * scale), int(small.height * scale))
    return np.asarray(small.resize(size, Image.Resampling.LANCZOS))


def _drawn(av: Any, frame: Any, badge: Any, opening: Any) -> Any:
    picture = frame.to_ndarray(format="rgb24")
    h, w = badge.shape
    if h > picture.shape[0] or w > picture.shape[1]:
        raise InputError(f"a film of {picture.shape[1]} x {picture.shape[0]} cannot hold the badge")
    picture[-h:, -w:] = badge[:, :, None]
    if opening is not None and (frame.time or 0.0) < FILM_S + 0.1:
        oh, ow = opening.shape
        top, left = (picture.shape[0] - oh) // 2, (picture.shape[1] - ow) // 2
        picture[top : top + oh, left : left + ow] = opening[:, :, None]
    made = av.VideoFrame.from_ndarray(picture, format="rgb24")
    made.pts, made.time_base = frame.pts, frame.time_base
    return made


def check_film(data: bytes, words: str = CORNER) -> Seen:
    """
    Measure the badge back from a film: how long from its start it is shown, and how large.

    Raises DamagedFile, MissingExtra.
    """
    av = _pyav()
    shown_s, first, later, looked = 0.0, None, 0, 0
    gap = False
    try:
        with av.open(io.BytesIO(data)) as source:
            stream = source.streams.video[0]
            length_s = float((source.duration or 0) / 1_000_000)
            step = max(0.5, length_s / _SAMPLED)
            due = 0.0
            for frame in source.decode(stream):
                at = float(frame.time or 0.0)
                if at > FILM_S + 0.5 and at < due:
                    continue
                due = at + step
                seen = check_grey(frame.to_ndarray(format="gray"), words)
                first = first or (seen if seen.found else None)
                gap |= not seen.found
                if at <= FILM_S + 0.5 and not gap:
                    shown_s = at + 1 / float(stream.average_rate or 25)
                looked += 1
                later += bool(seen.found)
    except _Error as error:
        raise DamagedFile(f"the film cannot be decoded: {error}") from None
    if first is None:
        return Seen(False)
    asked = min(FILM_S, length_s) if length_s else FILM_S
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
