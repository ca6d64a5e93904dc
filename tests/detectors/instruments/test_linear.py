from __future__ import annotations

import json
import zlib
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.strategies import Disguised, chinese, disguised, mixed, raw

from qingjian.core.errors import ConfigError
from qingjian.core.types import Span
from qingjian.detectors.instruments import linear as room
from qingjian.detectors.instruments.fold import fold
from qingjian.detectors.instruments.grams import (
    SIZE,
    Grams,
    back,
    canonical,
    grams,
    grams_of,
    letters,
)
from qingjian.detectors.instruments.linear import (
    MOST_QUOTED,
    WINDOW,
    Linear,
    load_linear,
    pack_linear,
    read_linear,
)

MAGIC = b"qingjian linear 2\n"
RANDOM = np.append(np.random.default_rng(7).normal(0, 1, SIZE), 0.0).astype(np.float32)
MODEL = Linear(RANDOM, -0.5, (1.5, 0.25), {"threshold": 0.5}, {"rule.sells": 2.0, "slot.a": -1.0})
long_texts = st.builds(
    lambda piece, times, tail: piece * times + tail, mixed, st.integers(1, 40), chinese
)


def only(*words: str, weight: float = 1.0) -> Linear:
    """Give a model that weighs nothing but the single characters of these words."""
    weights = np.zeros(SIZE + 1, dtype=np.float32)
    for word in words:
        weights[grams_of(word).index[0]] = weight
    return Linear(weights, 0.0)


def by_hand(model: Linear, seen: Grams) -> float:
    """Give the raw score by its definition: the best window's sum over the root of its n-grams."""
    columns = [[model.weights[i] if i >= 0 else 0.0 for i in c] for c in seen.index.T.tolist()]
    starts = range(0, max(1, seen.n - WINDOW // 2), WINDOW // 2) if seen.n > WINDOW else [0]
    best: float = max(
        float(sum(map(sum, columns[s : s + WINDOW])))
        / max(3 * len(columns[s : s + WINDOW]) - 3, 1) ** 0.5
        for s in starts
    )
    return model.bias + best + sum(model.signals.get(s, 0.0) for s in seen.signals)


@given(st.one_of(mixed, long_texts))
@settings(max_examples=30)
def test_the_raw_score_is_that_of_the_best_window(text: str) -> None:
    seen = Grams(grams_of(text).index, frozenset({"slot.a", "none.such"}))
    score, (start, end) = MODEL.raw(seen)
    if seen.n == 0:
        assert (score, start, end) == (MODEL.bias - 1.0, 0, 0)
        return
    assert score == pytest.approx(by_hand(MODEL, seen), abs=1e-3)
    assert 0 <= start < end <= seen.n
    assert end - start <= WINDOW
    if seen.n <= WINDOW:
        assert (start, end) == (0, seen.n)


@given(st.integers(0, 1500), st.integers(0, 1500))
@settings(max_examples=30)
def test_a_passage_is_not_drowned_however_long_the_text(before: int, after: int) -> None:
    word = "换脸软件出售"
    model = only(word)
    assert model.raw(grams_of("的" * 50))[0] == 0.0
    total = len(word) * 1.0
    score, (start, end) = model.raw(grams_of("的" * before + word + "的" * after))
    assert score >= total / (3 * WINDOW - 3) ** 0.5 * (1 - 1e-6)
    assert start <= before
    assert before + len(word) <= end


@given(st.one_of(raw, long_texts), st.sets(st.sampled_from(["rule.sells", "slot.a", "x"])))
def test_scores_and_shares_lie_between_nothing_and_all(text: str, signals: set[str]) -> None:
    judged = MODEL.judge(Grams(grams_of(text).index, frozenset(signals)))
    assert 0.0 <= judged.score <= 1.0
    assert 0.0 <= judged.known <= 1.0


@given(
    st.lists(st.one_of(mixed, long_texts), min_size=2, max_size=4),
    st.floats(0.01, 50),
    st.floats(-50, 50),
)
def test_the_calibrated_score_rises_with_the_raw_one(
    texts: list[str], slope: float, intercept: float
) -> None:
    model = Linear(RANDOM, 0.0, (slope, intercept))
    seen = sorted((model.raw(g)[0], model.judge(g).score) for g in map(grams_of, texts))
    scores = [score for _, score in seen]
    assert scores == sorted(scores)


def test_a_text_the_training_never_saw_is_known_by_none_of_its_n_grams() -> None:
    model = only("换脸")
    assert model.judge(grams_of("换脸")).known == pytest.approx(2 / 4)
    assert model.judge(grams_of("天气")).known == 0.0
    assert model.judge(grams_of("")).known == 0.0


@given(st.one_of(mixed, raw, long_texts))
def test_the_reasons_stand_in_the_text(text: str) -> None:
    body = fold(text)
    seen = grams(body)
    if seen.n == 0:
        return
    _, window = MODEL.raw(seen)
    at, words = MODEL.reasons(body, window)
    assert 0 <= at.start < at.end <= len(text)
    assert len(words) <= 5
    for word in words:
        assert word
        assert len(word) <= MOST_QUOTED + 1
        assert word in text or word[:MOST_QUOTED] in text


@given(
    st.text(st.sampled_from("的了 ,。\u200b"), max_size=600),
    disguised("换脸软件"),
    st.text(st.sampled_from("的了 ,。\u200b"), max_size=600),
)
@settings(max_examples=30)
def test_the_words_that_carry_the_score_are_given_at_their_exact_place(
    before: str, word: Disguised, after: str
) -> None:
    before += "的" * 12
    body = fold(before + word.text + after)
    model = only(word.plain)
    at, words = model.reasons(body, model.raw(grams(body))[1])
    low, high = word.span(0, len(word.plain))
    assert at == Span(len(before) + low, len(before) + high)
    quote = word.text[low:high]
    assert words == (quote if len(quote) <= MOST_QUOTED else quote[:MOST_QUOTED] + "…",)


def test_a_sign_is_quoted_whole() -> None:
    weights = np.zeros(SIZE + 1, dtype=np.float32)
    weights[grams_of("http://a.cn").index[0]] = 1.0
    body = fold("请登录 http://www.a.cn/x 谢谢您的合作")
    at, words = Linear(weights, 0.0).reasons(body, (0, grams(body).n))
    assert body.original[at.start : at.end] == "http://www.a.cn/x"
    assert words == ("http://www.a.cn/x",)


@given(st.text(st.sampled_from("换脸软件出售,。a1b2 http://a.cn"), min_size=8), st.data())
def test_the_reasons_stand_in_their_window(text: str, data: st.DataObject) -> None:
    body = fold(text)
    n = grams(body).n
    if n == 0:
        return
    start = data.draw(st.integers(0, n - 1))
    window = (start, data.draw(st.integers(start + 1, n)))
    at, _ = MODEL.reasons(body, window)
    seen = letters(canonical(body.text))
    ranges = back(body.text, 0, len(seen.codes))
    assert len(ranges) == len(seen.codes)
    low, high = ranges[seen.at[window[0]]][0], ranges[seen.at[window[1] - 1]][1]
    assert low <= at.start < at.end <= high


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=12))
def test_the_best_run_is_that_of_the_highest_sum(pull: list[float]) -> None:
    start, end = room._best_run(np.array(pull))
    assert start < end
    best = max(
        float(np.sum(pull[a:b])) for a in range(len(pull)) for b in range(a + 1, len(pull) + 1)
    )
    assert float(np.sum(pull[start:end])) == pytest.approx(best, abs=1e-9)


def quantised(model: Linear) -> NDArray[np.int8]:
    step = float(np.abs(model.weights).max()) / 127
    whole: NDArray[np.int8] = np.rint(model.weights[:SIZE] / step).astype(np.int8)
    return whole


def test_a_model_reads_back_as_it_was_packed() -> None:
    data = pack_linear(MODEL)
    again = read_linear(data, "trial.model")
    step = float(np.abs(RANDOM).max()) / 127
    assert float(np.abs(again.weights - MODEL.weights).max()) <= step / 2 + 1e-6
    assert again.weights[SIZE] == 0
    assert (again.bias, again.platt, again.signals) == (MODEL.bias, MODEL.platt, MODEL.signals)
    assert again.about["threshold"] == 0.5
    assert (quantised(read_linear(pack_linear(again), "again")) == quantised(again)).all()
    assert pack_linear(MODEL) == data
    assert len(data) < 2_000_000


def test_a_model_without_weights_can_be_packed() -> None:
    empty = Linear(np.zeros(SIZE + 1, dtype=np.float32), 0.25)
    again = read_linear(pack_linear(empty), "trial.model")
    assert not again.weights.any()
    assert again.judge(grams_of("换脸软件")).score == pytest.approx(1 / (1 + np.exp(-0.25)))


SMALL = pack_linear(only("换脸软件出售"))


def test_every_truncation_is_refused() -> None:
    for end in range(len(SMALL)):
        with pytest.raises(ConfigError, match=r"trial\.model") as error:
            read_linear(SMALL[:end], "trial.model")
        assert error.value.hint


@given(st.integers(len(MAGIC), len(SMALL) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_leaves_a_model_that_scores(at: int, change: int) -> None:
    data = bytearray(SMALL)
    data[at] ^= change
    try:
        model = read_linear(bytes(data), "trial.model")
    except ConfigError as error:
        assert error.what.startswith("trial.model")
    else:
        same = (model.weights == read_linear(SMALL, "trial.model").weights).all()
        assert same or at < SMALL.index(b"\n", len(MAGIC))  # only the head has no checksum
        assert 0.0 <= model.judge(grams_of("换脸软件")).score <= 1.0


def head(**changes: object) -> bytes:
    told = {"scale": 0.1, "bias": 0.0, "platt": [1.0, 0.0], "signals": {}, **changes}
    told = {"window": 60, "channels": {}, **told}
    return MAGIC + json.dumps(told).encode() + b"\n" + zlib.compress(bytes(SIZE))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        MAGIC,
        MAGIC + b"[]\n" + zlib.compress(bytes(SIZE)),
        MAGIC + b"{}\n" + zlib.compress(bytes(SIZE)),
        MAGIC + b"[" * 100_000 + b"\n" + zlib.compress(bytes(SIZE)),
        MAGIC + b"\xff\n" + zlib.compress(bytes(SIZE)),
        head(platt=[1.0]),
        head(platt=3),
        head(bias="x"),
        head(bias=None),
        head(bias=float("nan")),
        head(scale=float("inf")),
        head(scale=1e300),
        head(scale=10**400),
        head(signals=[]),
        head(signals={"rule.a": "x"}),
        head(signals={"rule.a": float("nan")}),
        head() + b"x",
        head()[:-30] + zlib.compress(bytes(1)),
        MAGIC + head().split(b"\n")[1] + b"\n" + zlib.compress(bytes(1)),
        MAGIC + head().split(b"\n")[1] + b"\n" + zlib.compress(bytes(SIZE - 1)),
        MAGIC + head().split(b"\n")[1] + b"\n" + zlib.compress(bytes(SIZE + 1)),
        MAGIC + head().split(b"\n")[1] + b"\n" + zlib.compress(bytes(100_000_000)),
    ],
    ids=str,
)
def test_what_is_no_model_is_told_with_its_file(data: bytes) -> None:
    with pytest.raises(ConfigError, match=r"^trial\.model is (damaged|no linear model)"):
        read_linear(data, "trial.model")


def test_a_head_by_hand_is_read() -> None:
    assert read_linear(head(bias=0.5), "trial.model").bias == 0.5


def shipped() -> list[str]:
    room = files("qingjian.detectors.text")
    return sorted(f.name for f in room.iterdir() if f.name.endswith(".model"))


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_model_is_small_and_scores(name: str) -> None:
    data = files("qingjian.detectors.text").joinpath(name).read_bytes()
    model = load_linear("qingjian.detectors.text", name)
    assert len(data) < 2_000_000
    assert model.weights[SIZE] == 0
    assert 0 < np.count_nonzero(model.weights) < SIZE
    assert 0.0 <= model.judge(grams_of("今天天气很好")).score <= 1.0


def test_models_are_shipped() -> None:
    assert "scam.model" in shipped()
