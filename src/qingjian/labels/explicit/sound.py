"""
A notice at the start of a recording: the rhythm label, or words that someone recorded.

The rhythm is 短长 短短, Morse for AI. The sound is encoded anew in its own format.

Source: GB 45438-2025 5.3 (secondary, not verified). Pitch and length of the unit are not fixed in
any source seen: 800 Hz and 0.1 s are ours, and any pitch and unit are recognised.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from typing import Any

import numpy as np

from qingjian.core.errors import DamagedFile, InputError, MissingExtra, UsageError
from qingjian.labels.explicit.notice import Rule, Seen, decoding
from qingjian.labels.explicit.voice import LEAST_S, Samples, likeness

CONTAINERS = {
    "wav": "wav",
    "mp3": "mp3",
    "flac": "flac",
    "ogg": "ogg",
    "opus": "opus",
    "m4a": "ipod",
    "aac": "adts",
}
"""Carriers of sound, and what PyAV calls the container."""
_ENCODERS = {
    "mp3": "libmp3lame",
    "mp3float": "libmp3lame",
    "vorbis": "libvorbis",
    "opus": "libopus",
}
_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
RHYTHM = (1, -1, 3, -3, 1, -1, 1)
"""Units of tone, and of silence where negative: 短长 短短."""
_SHOWN = "短长 短短"
UNIT_S = 0.1
_PITCH_HZ = 800
_RATE = 8000
_STEP = 80
_LOOKED_AT_S = 20.0
_CLAUSE = "GB 45438-2025 5.3"
_SILENT = 0.003
_MOST_RATE = 768_000


def rhythm(rate: int, unit_s: float = UNIT_S) -> Samples:
    """Give the rhythm label as samples in -1 … 1, with a unit of silence around it."""
    parts = []
    for units in (-2, *RHYTHM, -2):
        count = round(abs(units) * unit_s * rate)
        tone = np.sin(np.arange(count) * (2 * np.pi * _PITCH_HZ / rate)) * 0.5
        edge = np.minimum(
            1.0, np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.004 * rate)
        )
        parts.append((tone * edge if units > 0 else np.zeros(count)).astype(np.float32))
    return np.concatenate(parts)


def announced(data: bytes, carrier: str, recording: bytes | None = None) -> bytes:
    """
    Give the recording with the notice in front of it.

    Args:
        data: the file.
        carrier: the format's name.
        recording: a file with spoken words; the rhythm label when there is none.

    Raises DamagedFile, InputError, MissingExtra, UsageError for a recording that says nothing.
    """
    av = pyav()
    if carrier not in CONTAINERS:
        raise InputError(f"{carrier} is no format of sound")
    if recording is not None:
        checked_recording(recording)
    out = io.BytesIO()
    with (
        decoding("the sound"),
        av.open(io.BytesIO(data)) as source,
        av.open(out, "w", format=CONTAINERS[carrier]) as target,
    ):
        _encode(av, source, target, recording)
    return out.getvalue()


def _encode(av: Any, source: Any, target: Any, recording: bytes | None) -> None:
    heard = track(source.streams.audio, "sound")
    codec = heard.codec_context.name
    encoder = _ENCODERS.get(codec, codec)
    if not encodes(av, encoder):
        raise InputError(
            f"nothing here encodes {codec.capitalize()}", "convert it, or put the notice beside it"
        )
    made = target.add_stream(encoder, rate=heard.rate, layout=_layout(heard.layout))
    if heard.bit_rate and not codec.startswith(("pcm", "flac")):
        made.bit_rate = heard.bit_rate
    target.metadata.update(source.metadata)
    at = 0
    for frames in (_notice(av, recording, heard.rate), source.decode(heard)):
        shape = av.AudioResampler(format=made.format, layout=made.layout, rate=made.rate)
        for frame in chain(frames, [None]):
            for piece in shape.resample(_named(av, frame)):
                piece.pts, piece.time_base = at, Fraction(1, made.rate)
                at += piece.samples
                target.mux(made.encode(piece))
    target.mux(made.encode(None))


def _notice(av: Any, recording: bytes | None, rate: int) -> Iterator[Any]:
    if recording is not None:
        with decoding("the recording of the notice"), av.open(io.BytesIO(recording)) as spoken:
            yield from spoken.decode(track(spoken.streams.audio, "sound"))
        return
    tone = (rhythm(rate) * 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(tone[None, :], format="s16", layout="mono")
    frame.rate = rate
    yield frame


def _layout(layout: Any) -> str:
    """Give the layout's name; one that is only counted gets the usual name of its count."""
    name = str(layout.name)
    return _LAYOUTS.get(layout.nb_channels, name) if " " in name else name


def _named(av: Any, frame: Any) -> Any:
    """Give the frame with a named layout: the resampler takes no counted one twice."""
    if frame is None or " " not in frame.layout.name:
        return frame
    made = av.AudioFrame.from_ndarray(frame.to_ndarray(), frame.format.name, _layout(frame.layout))
    made.rate = frame.rate
    return made


def checked_recording(recording: bytes) -> Samples:
    """
    Give the samples of a spoken notice at 8 kHz; what is said in it is not heard.

    Raises UsageError for one that is silent or too short for words, DamagedFile, MissingExtra.
    """
    samples, peak = _decoded(recording, "the recording of the notice")
    if peak < _SILENT or len(samples) < LEAST_S * _RATE:
        raise UsageError(
            f"the recording of the notice is silent or shorter than {LEAST_S:.0f} s",
            "record words that name AI (人工智能 or AI) and generation (生成 or 合成)",
        )
    return samples


def check_sound(data: bytes, recording: bytes | None = None) -> Seen:
    """
    Look for the label in the first and last twenty seconds: the rhythm, or a known recording.

    Words that nobody told are not heard, so `found` is None where there is any other sound.

    Args:
        data: the file.
        recording: a spoken notice that is looked for.

    Raises DamagedFile, InputError, MissingExtra, UsageError for a recording that says nothing.
    """
    samples, peak = _decoded(data, "the sound")
    span = int(_LOOKED_AT_S * _RATE)
    parts = (("start", samples[:span]), ("end", samples[-span:]))
    if recording is not None:
        spoken = checked_recording(recording)
        for where, part in parts:
            alike = likeness(part, spoken, _RATE)
            if alike is not None:
                said = f"the recording, {alike:.0%} alike"
                return _heard(Rule("words", _CLAUSE, "both elements", said, None), where)
    for where, part in parts:
        unit_s = found_rhythm(part)
        if unit_s is not None:
            said = f"unit {unit_s:.2f} s"
            return _heard(Rule("words", _CLAUSE, _SHOWN, said, True), where, _SHOWN)
    return Seen(None if len(samples) > _RATE // 2 and peak >= _SILENT else False)


def _heard(words: Rule, where: str, shown: str = "") -> Seen:
    place = Rule("position", _CLAUSE, "start, end or middle", where, True)
    return Seen(True, (words, place), shown)


def found_rhythm(samples: Samples) -> float | None:
    """Give the unit of the rhythm label in samples at 8 kHz, None when it is not there."""
    count = len(samples) // _STEP
    if count < 20:
        return None
    frames = samples[: count * _STEP].reshape(count, _STEP)
    loud = np.sqrt((frames**2).mean(1))
    if loud.max() < _SILENT:
        return None
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(_STEP), axis=1)) ** 2
    peak = spectrum.max(1)
    near = sum(np.roll(spectrum, s, 1)[np.arange(count), spectrum.argmax(1)] for s in (-1, 0, 1))
    tone = (loud > 0.25 * np.percentile(loud, 98)) & (near > 0.85 * spectrum.sum(1)) & (peak > 0)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], tone, [False])).astype(np.int8)))
    runs = np.diff(edges)
    for at in range(0, len(runs) - len(RHYTHM) + 1, 2):
        part = runs[at : at + len(RHYTHM)]
        unit = part.sum() / sum(map(abs, RHYTHM))
        if 3 <= unit <= 40 and all(
            abs(length - abs(units) * unit) <= max(2.5, 0.35 * unit * abs(units))
            for length, units in zip(part, RHYTHM, strict=True)
        ):
            return float(unit * _STEP / _RATE)
    return None


def _decoded(data: bytes, what: str) -> tuple[Samples, float]:
    """Give the first and last part of a recording as mono samples at 8 kHz, and its loudest."""
    av = pyav()
    keep = int(_LOOKED_AT_S * _RATE)
    first: list[Samples] = []
    last: deque[Samples] = deque()
    held = kept = 0
    peak = 0.0
    with decoding(what), av.open(io.BytesIO(data)) as source:
        shape = av.AudioResampler(format="flt", layout="mono", rate=_RATE)
        for frame in chain(source.decode(track(source.streams.audio, "sound")), [None]):
            for piece in shape.resample(_named(av, frame)):
                part = np.nan_to_num(piece.to_ndarray()[0].astype(np.float32))
                peak = max(peak, float(np.abs(part).max(initial=0.0)))
                held += len(part)
                if held <= keep:
                    first.append(part)
                    continue
                last.append(part)
                kept += len(part)
                while kept - len(last[0]) > keep:
                    kept -= len(last.popleft())
    return np.concatenate([np.zeros(0, np.float32), *first, *last]), peak


def track(tracks: Any, kind: str) -> Any:
    """Give the first track. Raises InputError without one, DamagedFile for a rate of no sound."""
    if not len(tracks):
        raise InputError(f"the file has no {kind}")
    if kind == "sound" and not 1000 <= tracks[0].rate <= _MOST_RATE:
        raise DamagedFile(f"the sound has {tracks[0].rate:,} samples a second")
    return tracks[0]


def encodes(av: Any, name: str) -> bool:
    """Whether an encoder of this name is here."""
    try:
        av.codec.Codec(name, "w")
    except ValueError:
        return False
    return True


def pyav() -> Any:
    """Give PyAV. Raises MissingExtra."""
    try:
        import av
    except ImportError:
        raise MissingExtra("this needs PyAV", "pip install 'qingjian[media]'") from None
    return av
