from __future__ import annotations

import contextlib
import io
import random
from typing import Any

import numpy as np
import pytest
from tests import needs
from tests.absent import absent

from qingjian.core.errors import DamagedFile, InputError, MissingExtra, UsageError
from qingjian.labels.explicit import sound
from qingjian.labels.explicit.sound import announced, check_sound, found_rhythm, rhythm

av = needs.package("av")
CARRIERS = [
    ("wav", "pcm_s16le"),
    ("wav", "pcm_u8"),
    ("wav", "pcm_s24le"),
    ("mp3", "libmp3lame"),
    ("flac", "flac"),
    ("opus", "libopus"),
    ("m4a", "aac"),
    ("aac", "aac"),
    ("m4a", "alac"),
]


def made(
    form: str, codec: str, rate: int = 8000, channels: int = 1, samples: Any = None, bits: int = 0
) -> bytes:
    """Give a recording: noise of half a second where no samples are given."""
    layout = "mono" if channels == 1 else "stereo"
    if samples is None:
        samples = np.random.default_rng(0).normal(0, 0.1, rate // 2 * channels)
    levels = (np.clip(samples, -1, 1) * 32767).astype(np.int16)
    out = io.BytesIO()
    with av.open(out, "w", format=sound.CONTAINERS[form]) as target:
        stream = target.add_stream(codec, rate=rate, layout=layout)
        if bits:
            stream.bit_rate = bits
        frame = av.AudioFrame.from_ndarray(levels.reshape(1, -1), format="s16", layout=layout)
        frame.rate = rate
        shape = av.AudioResampler(format=stream.format, layout=stream.layout, rate=rate)
        at = 0
        for part in (frame, None):
            for piece in shape.resample(part):
                piece.pts = at
                at += piece.samples
                target.mux(stream.encode(piece))
        target.mux(stream.encode(None))
    return out.getvalue()


def heard(data: bytes) -> tuple[Any, str, int, int]:
    with av.open(io.BytesIO(data)) as source:
        stream = source.streams.audio[0]
        told = (stream.codec_context.name, stream.rate, stream.layout.nb_channels)
        whole = np.concatenate([f.to_ndarray() for f in source.decode(stream)], 1)
    return (whole, *told)


@pytest.mark.parametrize(("form", "codec"), CARRIERS)
@pytest.mark.parametrize("rate", [8000, 22050, 48000])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_carrier(form: str, codec: str, rate: int, channels: int) -> None:
    data = made(form, codec, 48000 if form == "opus" else rate, channels)
    new = announced(data, form)
    seen = check_sound(new)
    assert seen.fit and seen.words == "短长 短短"
    assert {r.id: r.measured for r in seen.rules}["position"] == "start"
    assert check_sound(data).found is not True
    old, after = heard(data), heard(new)
    assert old[1:] == after[1:]
    longer = (after[0].shape[1] - old[0].shape[1]) / old[2]
    planes = 1 if old[0].shape[0] == channels else channels
    assert longer / planes == pytest.approx(len(rhythm(8000)) / 8000, abs=0.3)
    if form in ("wav", "flac") or codec == "alac":
        assert np.array_equal(after[0][:, -old[0].shape[1] :], old[0])


def test_a_recording_of_ones_own_comes_first() -> None:
    data = made("wav", "pcm_s16le", 8000)
    spoken = made("mp3", "libmp3lame", 22050, 2, rhythm(22050, 0.08).repeat(2))
    new = announced(data, "wav", spoken)
    seen = check_sound(new)
    assert seen.found and seen.rules[0].measured == "unit 0.08 s"
    old = heard(data)[0]
    assert np.array_equal(heard(new)[0][:, -old.shape[1] :], old)
    with pytest.raises(DamagedFile, match="recording of the notice"):
        announced(data, "wav", b"nothing")


@pytest.mark.parametrize("unit_s", [0.05, 0.1, 0.2])
@pytest.mark.parametrize("pitch", [400, 800, 1500])
def test_any_pitch_and_unit_is_recognised(
    unit_s: float, pitch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound, "_PITCH_HZ", pitch)
    label = rhythm(44100, unit_s)
    for bits in (64_000, 128_000):
        seen = check_sound(made("mp3", "libmp3lame", 44100, 1, label, bits))
        assert seen.found
        assert float(seen.rules[0].measured.split()[1]) == pytest.approx(unit_s, abs=0.015)


def test_the_label_at_the_end_of_a_long_recording() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 8000 * 50)
    data = made("wav", "pcm_s16le", 8000, 1, np.concatenate([noise, rhythm(8000)]))
    assert {r.id: r.measured for r in check_sound(data).rules}["position"] == "end"


@pytest.mark.parametrize("units", [(1, -1, 1, -1, 1, -1, 1), (3, -1, 1, -3, 1, -1, 1), (3, -3, 3)])
def test_other_rhythms_are_none(units: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "RHYTHM", units)
    tones = rhythm(8000)
    monkeypatch.undo()
    assert found_rhythm(np.concatenate([tones, np.zeros(8000, np.float32)])) is None


def test_speech_has_no_rhythm() -> None:
    for path in sorted(needs.shared("data", "voices").glob("*.flac")):
        assert check_sound(path.read_bytes()).found is None


def test_silence_has_no_label() -> None:
    assert check_sound(made("wav", "pcm_s16le", 8000, 1, np.zeros(16000))).found is False


def test_what_cannot_be_encoded_is_refused() -> None:
    with pytest.raises(InputError, match="no format of sound"):
        announced(b"", "png")
    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as target:
        stream = target.add_stream("vorbis", rate=8000, layout="stereo", options={"strict": "-2"})
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 8000), np.float32), "fltp", "stereo")
        frame.rate = 8000
        target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    with pytest.raises(InputError, match="nothing here encodes Vorbis") as raised:
        announced(out.getvalue(), "ogg")
    assert type(raised.value) is InputError


@pytest.mark.parametrize(("form", "codec"), CARRIERS)
def test_damage_is_told(form: str, codec: str) -> None:
    whole = made(form, codec, 48000, 1, np.random.default_rng(0).normal(0, 0.1, 6000))
    chance = random.Random(codec)
    for number in range(20):
        data = bytearray(whole)
        if number % 2:
            del data[chance.randrange(len(data)) :]
        else:
            for _ in range(8):
                data[chance.randrange(min(len(data), 300))] = chance.randrange(256)
        for call in (lambda d: announced(d, form), check_sound):
            with contextlib.suppress(InputError):
                call(bytes(data))
    for call in (lambda d: announced(d, form), check_sound):
        with pytest.raises(DamagedFile):
            call(whole[:3])


def test_without_pyav_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    absent(monkeypatch, "av")
    for call in (lambda: announced(b"", "wav"), lambda: check_sound(b"")):
        with pytest.raises(MissingExtra, match="needs PyAV"):
            call()


def test_a_rate_of_no_sound_is_damage() -> None:
    data = bytearray(made("wav", "pcm_s16le"))
    data[24:28] = (2_000_000_000).to_bytes(4, "little")
    for call in (lambda d: announced(d, "wav"), check_sound):
        with pytest.raises(DamagedFile, match="samples a second"):
            call(bytes(data))


def test_a_recording_that_says_nothing_is_refused() -> None:
    data = made("wav", "pcm_s16le")
    for spoken in (made("wav", "pcm_s16le"), made("mp3", "libmp3lame", samples=np.zeros(16000))):
        for call in (lambda r: announced(data, "wav", r), lambda r: check_sound(data, r)):
            with pytest.raises(UsageError, match="silent or shorter than 1 s"):
                call(spoken)


@pytest.mark.parametrize(("form", "codec"), CARRIERS)
@pytest.mark.parametrize("voice", [("mp3", "libmp3lame", 22050), ("wav", "pcm_s16le", 44100)])
def test_a_recording_is_heard_again(form: str, codec: str, voice: tuple[str, str, int]) -> None:
    words, other = (saying(number, voice[2]) for number in (1, 2))
    rate = 48000 if form == "opus" else 16000
    data = made(form, codec, rate, 2, saying(3, rate).repeat(2))
    spoken, another = (made(*voice, 1, samples) for samples in (words, other))
    new = announced(data, form, spoken)
    seen = check_sound(new, spoken)
    assert seen.fit and seen.words == ""
    assert [(r.id, r.holds) for r in seen.rules] == [("words", None), ("position", True)]
    assert seen.rules[1].measured == "start"
    for whole, sought in ((new, None), (new, another), (data, spoken)):
        assert check_sound(whole, sought).found is None
    assert check_sound(announced(data, form), spoken).words == "短长 短短"


def saying(seed: int, rate: int) -> Any:
    """Give two seconds that are like speech: a gliding voice with formants, in syllables."""
    chance = np.random.default_rng(seed)
    at = np.arange(2 * rate) / rate
    ends = np.linspace(0, 2, 9)
    pitch = np.interp(at, ends, chance.uniform(90, 220, 9))
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    formant = np.interp(at, ends, chance.uniform(300, 1500, 9))
    whole = sum(
        np.sin(n * phase + chance.uniform(0, 6)) / (1 + ((n * pitch - formant) / 250) ** 2)
        for n in range(1, 16)
    )
    return whole * np.interp(at, np.linspace(0, 2, 17), chance.uniform(0.02, 0.3, 17))


def test_a_recording_at_the_end_of_a_long_one_is_heard() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 8000 * 50)
    spoken = made("wav", "pcm_s16le", 8000, 1, saying(1, 8000))
    data = made("wav", "pcm_s16le", 8000, 1, np.concatenate([noise, saying(1, 8000)]))
    assert check_sound(data, spoken).rules[1].measured == "end"
