"""
A known recording heard again in a sound: compared sample by sample, at every place in it.

Encoding anew, other sample rates and other loudness leave the waveform of speech alike: 0.92 and
more, of any half second 0.90, measured down to MP3 at 8 kbit/s. A second of other speech came to
0.38 at most.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
LEAST_S = 1.0
"""The shortest recording that is compared, in seconds."""
_MOST_S = 15.0
_PART_S = 0.5
_QUIET = 0.1
_LOUDEST = 8.0
"""Full scale is 1: what is far over it is damage, and would drown the rest."""
_ALIKE, _PART_ALIKE = 0.8, 0.7


def likeness(samples: Samples, recording: Samples, rate: int) -> float | None:
    """
    Give how alike the recording and its place in the samples are, None when it is not in them.

    The whole recording must be there, of a long one the first fifteen seconds: every half second
    that is not quiet is compared for itself.
    """
    sought = recording[: int(_MOST_S * rate)].astype(np.float64)
    heard = np.clip(samples.astype(np.float64), -_LOUDEST, _LOUDEST)
    if len(sought) < LEAST_S * rate or len(heard) < len(sought) or not sought.any():
        return None
    at, alike = _best(heard, sought)
    if alike < _ALIKE:
        return None
    step = int(_PART_S * rate)
    there = heard[at : at + len(sought)]
    usual = float((sought**2).mean())
    for start in range(0, len(sought) - step + 1, step):
        part = sought[start : start + step]
        loud = float((part**2).mean()) > _QUIET**2 * usual
        if loud and _alike(there[start : start + step], part) < _PART_ALIKE:
            return None
    return alike


def _best(heard: NDArray[np.float64], sought: NDArray[np.float64]) -> tuple[int, float]:
    """Give where the sought samples fit best, and how well: 0 … 1, whatever the loudness."""
    size = 1 << (len(heard) + len(sought)).bit_length()
    product = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sought, size))
    shared = np.abs(np.fft.irfft(product, size)[: len(heard) - len(sought) + 1])
    power = np.concatenate(([0.0], np.cumsum(heard**2)))
    there = power[len(sought) :] - power[: -len(sought)]
    whole = float((sought**2).sum())
    alike = shared / np.sqrt(np.maximum(there, whole * 1e-6) * whole)
    at = int(alike.argmax())
    return at, min(1.0, float(alike[at]))


def _alike(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    norm = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return abs(float(one @ other)) / norm if norm else 0.0
