from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests import needs

from qingjian.labels.explicit.notice import PictureCorner
from qingjian.labels.explicit.plate import Grey, check_grey, placed, plate, text_height

needs.font()


def ground(width: int, height: int, kind: str) -> Grey:
    if kind == "noise":
        return np.random.default_rng(width).integers(0, 256, (height, width), np.uint8)
    return np.full((height, width), {"black": 0, "white": 255, "dark": 60}[kind], np.uint8)


def with_plate(grey: Grey, drawn: Image.Image) -> Grey:
    made = grey.copy()
    made[-drawn.height :, -drawn.width :] = np.asarray(drawn)
    return made


def as_jpeg(grey: Grey, quality: int) -> Grey:
    out = io.BytesIO()
    Image.fromarray(grey).save(out, "JPEG", quality=quality)
    return np.asarray(Image.open(out))


sides = st.integers(80, 500)
kinds = st.sampled_from(["noise", "black", "white", "dark"])


@settings(max_examples=40, deadline=None)
@given(sides, sides, kinds)
def test_what_is_drawn_measures_up_even_as_a_poor_jpeg(width: int, height: int, kind: str) -> None:
    bare = ground(width, height, kind)
    made = with_plate(bare, plate(width, height))
    for seen in (check_grey(made), check_grey(as_jpeg(made, 60))):
        rules = {rule.id: rule for rule in seen.rules}
        assert seen.fit, seen
        assert float(rules["height"].measured.split()[0]) >= 0.05 * min(width, height)
        assert float(rules["contrast"].measured.split(":")[0]) >= 4.5
        assert rules["position"].measured == "lower right corner"
    assert check_grey(bare).found is False


@pytest.mark.parametrize("corner", ["upper left", "upper right", "lower left", "lower right"])
def test_every_corner_is_looked_at(corner: str) -> None:
    grey, drawn = ground(300, 200, "noise"), np.asarray(plate(300, 200))
    rows = slice(0, drawn.shape[0]) if "upper" in corner else slice(-drawn.shape[0], None)
    columns = slice(0, drawn.shape[1]) if "left" in corner else slice(-drawn.shape[1], None)
    grey[rows, columns] = drawn
    seen = check_grey(grey)
    assert seen.fit
    assert {rule.id: rule.measured for rule in seen.rules}["position"] == f"{corner} corner"


@pytest.mark.parametrize("small", [200, 300])
def test_a_badge_too_small_is_seen_and_fails_its_height(small: int) -> None:
    seen = check_grey(with_plate(ground(600, 500, "noise"), plate(small, small)))
    assert seen.found and not seen.fit
    assert [rule.id for rule in seen.rules if rule.holds is False] == ["height"]


def test_a_larger_badge_is_fit() -> None:
    assert check_grey(with_plate(ground(600, 400, "dark"), plate(900, 900))).fit


def test_a_grey_badge_fails_its_contrast() -> None:
    pale = Image.fromarray((np.asarray(plate(600, 400)) * 0.55 + 70).astype(np.uint8))
    assert not check_grey(with_plate(ground(600, 400, "black"), pale)).fit


@pytest.mark.parametrize("words", ["AI合成", "作者原创", "人工智能生成", "人工制作"])
def test_other_words_are_not_taken_for_it(words: str) -> None:
    made = with_plate(ground(600, 400, "noise"), plate(600, 400, words))
    assert check_grey(made).found is False
    assert check_grey(made, words).found


def test_plates_without_words_and_tiny_pictures() -> None:
    blank = Image.fromarray(np.where(np.asarray(plate(300, 200)) < 255, 0, 255).astype(np.uint8))
    inside = np.zeros((blank.height - 8, blank.width - 8), np.uint8)
    blank.paste(Image.fromarray(inside), (4, 4))
    assert check_grey(with_plate(ground(300, 200, "white"), blank)).found is False
    assert check_grey(np.zeros((1, 1), np.uint8)).found is False
    assert check_grey(np.zeros((30, 900), np.uint8)).found is False


def test_text_is_higher_than_asked_and_readable() -> None:
    assert text_height(1000, 2000) == 51
    assert text_height(200, 100) == 10


@pytest.mark.parametrize(
    ("corner", "where"),
    [
        (None, (170, 90)),
        ("lower-right", (170, 90)),
        ("lower-left", (0, 90)),
        ("upper-right", (170, 0)),
        ("upper-left", (0, 0)),
    ],
)
def test_a_badge_is_placed_in_its_corner(
    corner: PictureCorner | None, where: tuple[int, int]
) -> None:
    assert placed(200, 120, Image.new("L", (30, 30)), corner) == where
