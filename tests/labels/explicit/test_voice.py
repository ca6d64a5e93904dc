from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from tests import needs
from tests.labels.explicit.test_sound import made, saying

from qingjian.labels.explicit.sound import announced, checked_recording
from qingjian.labels.explicit.voice import likeness

RATE = 8000
WORDS = saying(1, RATE).astype(np.float32)
REST = saying(2, RATE).astype(np.float32)


def among(words: Any, seconds: float = 1.0) -> Any:
    return np.concatenate([REST[: int(seconds * RATE)], words, REST]).astype(np.float32)


@pytest.mark.parametrize("loudness", [0.01, 1.0, -3.0])
def test_a_recording_is_found_at_any_place_and_loudness(loudness: float) -> None:
    for seconds in (0.0, 0.3, 2.0):
        alike = likeness(among(WORDS * np.float32(loudness), seconds), WORDS, RATE)
        assert alike == pytest.approx(1.0, abs=1e-4)


def test_a_recording_with_noise_over_it_is_found_but_less_alike() -> None:
    noise = np.random.default_rng(0).normal(0, float(WORDS.std()) * 0.4, len(WORDS))
    alike = likeness(among(WORDS + noise), WORDS, RATE)
    assert alike is not None and 0.85 < alike < 0.97


@pytest.mark.parametrize("start", [0.0, 0.5, 1.0, 1.5])
def test_a_recording_that_lacks_a_part_is_none(start: float) -> None:
    cut = WORDS.copy()
    cut[int(start * RATE) : int((start + 0.5) * RATE)] = 0
    assert likeness(among(cut), WORDS, RATE) is None
    assert likeness(among(cut[: int(start * RATE)]), WORDS, RATE) is None


def test_of_a_long_recording_the_first_part_is_compared() -> None:
    long = np.concatenate([saying(n, RATE) for n in range(10)]).astype(np.float32)
    assert likeness(long[: 16 * RATE], long, RATE) == pytest.approx(1.0, abs=1e-4)
    assert likeness(long[: 14 * RATE], long, RATE) is None


def test_nothing_is_not_found() -> None:
    nothing = np.zeros(3 * RATE, np.float32)
    assert likeness(nothing, WORDS, RATE) is None
    assert likeness(among(WORDS), nothing, RATE) is None
    assert likeness(WORDS, WORDS[: RATE // 2], RATE) is None
    assert likeness(nothing[:10], WORDS, RATE) is None


def test_damage_elsewhere_drowns_no_recording() -> None:
    heard = among(WORDS)
    heard[-1] = np.finfo(np.float32).max
    assert likeness(heard, WORDS, RATE) == pytest.approx(1.0, abs=1e-4)
    assert likeness(heard, REST[::-1], RATE) is None


def speech() -> list[Any]:
    paths = sorted(needs.shared("data", "voices").glob("*.flac"))
    found = [checked_recording(path.read_bytes()) for path in paths]
    return [samples for samples in found if len(samples) > 4 * RATE]


def test_speech_is_no_other_speech() -> None:
    voices = speech()
    assert len(voices) > 10
    for one, other in itertools.permutations(range(len(voices)), 2):
        words = voices[other][RATE // 2 : RATE * 3 // 2]
        assert likeness(voices[one], words, RATE) is None


ENCODED = [
    ("mp3", "libmp3lame", 44100, 128_000),
    ("mp3", "libmp3lame", 8000, 8_000),
    ("opus", "libopus", 48000, 12_000),
    ("m4a", "aac", 48000, 24_000),
    ("aac", "aac", 22050, 32_000),
    ("wav", "pcm_u8", 4000, 0),
]


@pytest.mark.parametrize(("form", "codec", "rate", "bits"), ENCODED)
def test_speech_is_heard_again_in_every_encoding(
    form: str, codec: str, rate: int, bits: int
) -> None:
    words, body = speech()[0][2000:22000], speech()[-1]
    whole = np.concatenate([words, body])
    at = np.arange(0, len(whole) / RATE, 1 / rate)
    new = made(form, codec, rate, 1, np.interp(at, np.arange(len(whole)) / RATE, whole), bits)
    alike = likeness(checked_recording(new), words, RATE)
    assert alike is not None and alike > 0.9


def test_speech_put_in_front_is_heard() -> None:
    words, body = speech()[0][2000:22000], speech()[-1]
    spoken = made("flac", "flac", RATE, 1, words)
    new = announced(made("mp3", "libmp3lame", 22050, 1, body), "mp3", spoken)
    alike = likeness(checked_recording(new), words, RATE)
    assert alike is not None and alike > 0.95
