from __future__ import annotations

import contextlib
import io
import random
from fractions import Fraction
from typing import Any, get_args

import numpy as np
import pytest
from tests import needs
from tests.absent import absent

from qingjian.core.errors import DamagedFile, InputError, MissingExtra
from qingjian.labels.explicit import film
from qingjian.labels.explicit.film import check_film, noticed
from qingjian.labels.explicit.notice import Notice, PictureCorner
from qingjian.labels.explicit.plate import plate

av = needs.package("av")
needs.font()
CARRIERS = [
    ("mp4", "libx264", "aac"),
    ("mp4", "mpeg4", "aac"),
    ("mov", "libx264", "pcm_s16le"),
    ("mkv", "libx264", "libopus"),
    ("webm", "libvpx", "libopus"),
    ("webm", "libvpx-vp9", None),
    ("avi", "mpeg4", "libmp3lame"),
    ("flv", "flv", "libmp3lame"),
    ("flv", "libx264", "aac"),
    ("mp4", "libx265", None),
    ("mp4", "libsvtav1", None),
]


def shot(
    form: str,
    codec: str = "libx264",
    seconds: float = 3.0,
    size: tuple[int, int] = (160, 120),
    voice: str | None = None,
    turned: int = 0,
    badge_s: float = 0.0,
) -> bytes:
    """Give a film of ten frames a second, with the badge for its first seconds if asked."""
    width, height = size
    drawn = np.asarray(plate(width, height))[..., None]
    out = io.BytesIO()
    with av.open(out, "w", format=film.CONTAINERS[form]) as target:
        stream = target.add_stream(codec, rate=10)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv444p" if width % 2 else "yuv420p"
        stream.bit_rate = 800_000
        if turned:
            stream.set_display_rotation(turned)
        track = None
        if voice:
            track = target.add_stream(voice, rate=48000, layout="mono")
        for i in range(int(seconds * 10)):
            levels = np.full((height, width, 3), 40 + i % 50, np.uint8)
            levels[10:40, 10 + i : 40 + i] = 200
            if i < badge_s * 10:
                levels[-drawn.shape[0] :, -drawn.shape[1] :] = drawn
            frame = av.VideoFrame.from_ndarray(levels, format="rgb24")
            frame.pts, frame.time_base = i, Fraction(1, 10)
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
        if track is not None:
            spoken(target, track, seconds)
    return out.getvalue()


def spoken(target: Any, track: Any, seconds: float) -> None:
    wave = (np.sin(np.arange(int(48000 * seconds)) / 20) * 8000).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(wave[None], format="s16", layout="mono")
    frame.rate = 48000
    shape = av.AudioResampler(format=track.format, layout="mono", rate=48000)
    at = 0
    for part in (frame, None):
        for piece in shape.resample(part):
            piece.pts = at
            at += piece.samples
            target.mux(track.encode(piece))
    target.mux(track.encode(None))


def frames(data: bytes) -> list[Any]:
    with av.open(io.BytesIO(data)) as source:
        return [frame.to_ndarray(format="gray") for frame in source.decode(video=0)]


def voices(data: bytes) -> list[bytes]:
    with av.open(io.BytesIO(data)) as source:
        tracks = source.streams.audio
        return [bytes(p) for p in source.demux(*tracks) if p.size] if tracks else []


@pytest.mark.parametrize(("form", "codec", "voice"), CARRIERS)
@pytest.mark.parametrize("seconds", [3.0, 1.0])
def test_every_carrier(form: str, codec: str, voice: str | None, seconds: float) -> None:
    data = shot(form, codec, seconds, voice=voice)
    made = noticed(data, form)
    seen = check_film(made)
    assert seen.fit, seen
    measured = {rule.id: rule.measured for rule in seen.rules}
    assert float(measured["duration"].split()[0]) >= min(2.0, seconds)
    assert float(measured["height"].split()[0]) >= 6
    assert check_film(data).found is False
    assert voices(made) == voices(data)
    old, new = frames(data), frames(made)
    assert len(old) == len(new)
    apart = np.abs(old[-1][:40].astype(int) - new[-1][:40])
    assert apart.mean() < 4


def test_the_large_notice_is_shown_for_two_seconds() -> None:
    new = frames(noticed(shot("mp4"), "mp4"))
    bright = [int((one[40:80] > 200).sum()) for one in new]
    assert min(bright[:21]) > 200
    assert max(bright[22:]) == 0


@pytest.mark.parametrize("turned", [0, 90, -90, 180])
@pytest.mark.parametrize("size", [(160, 120), (161, 121)])
def test_turned_films_and_odd_sizes(turned: int, size: tuple[int, int]) -> None:
    made = noticed(shot("mp4", size=size, turned=turned), "mp4")
    seen = check_film(made)
    assert seen.fit
    assert seen.rules[2].measured == "lower right corner"
    with av.open(io.BytesIO(made)) as source:
        assert next(source.decode(video=0)).rotation % 360 == turned % 360


def test_a_badge_for_one_second_is_too_short() -> None:
    seen = check_film(shot("mp4", badge_s=1.0))
    assert seen.found and not seen.fit
    assert [r.id for r in seen.rules if not r.holds] == ["duration", "play"]


def test_what_is_no_film_is_refused() -> None:
    for size in ((32, 32), (40, 400)):
        with pytest.raises(InputError, match="cannot hold"):
            noticed(shot("mp4", "mpeg4", 0.3, size), "mp4", Notice("本片由人工智能生成合成"))
    with pytest.raises(InputError, match="no format of films"):
        noticed(b"", "png")


def test_sound_without_a_picture_is_refused() -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as target:
        spoken(target, target.add_stream("aac", rate=48000, layout="mono"), 0.5)
    for call in (lambda d: noticed(d, "mp4"), check_film):
        with pytest.raises(InputError, match="no picture") as raised:
            call(out.getvalue())
        assert type(raised.value) is InputError


@pytest.mark.parametrize("form", ["mp4", "mkv", "avi", "flv"])
def test_damage_is_told(form: str) -> None:
    whole = shot(form, "flv" if form == "flv" else "mpeg4", 0.5)
    chance = random.Random(form)
    for number in range(20):
        data = bytearray(whole)
        if number % 2:
            del data[chance.randrange(len(data)) :]
        else:
            for _ in range(8):
                data[chance.randrange(min(len(data), 600))] = chance.randrange(256)
        for call in (lambda d: noticed(d, form), check_film):
            with contextlib.suppress(InputError):
                call(bytes(data))
    for call in (lambda d: noticed(d, form), check_film):
        with pytest.raises(DamagedFile):
            call(whole[:10])


def test_without_pyav_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    absent(monkeypatch, "av")
    for call in (lambda: noticed(b"", "mp4"), lambda: check_film(b"")):
        with pytest.raises(MissingExtra, match="needs PyAV"):
            call()


@pytest.mark.parametrize("corner", get_args(PictureCorner))
@pytest.mark.parametrize("turned", [0, 90])
def test_own_words_in_every_corner(corner: PictureCorner, turned: int) -> None:
    made = noticed(shot("mp4", turned=turned), "mp4", Notice("AI合成", corner=corner))
    seen = check_film(made, "AI合成")
    assert seen.fit
    assert {r.id: r.measured for r in seen.rules}["position"] == corner.replace(
        "-", " "
    ) + " corner"
    assert check_film(made).found is False


def test_own_words_open_the_film_too() -> None:
    old = frames(noticed(shot("mp4"), "mp4"))[0]
    new = frames(noticed(shot("mp4"), "mp4", Notice("AI合成")))[0]
    middle = (slice(30, 90), slice(10, 150))
    assert np.abs(old[middle].astype(int) - new[middle]).max() > 100
