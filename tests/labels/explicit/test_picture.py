from __future__ import annotations

import contextlib
import io
import random
from typing import Any, get_args

import numpy as np
import pytest
from PIL import Image, ImageSequence
from tests import needs
from tests.absent import absent

from qingjian.core.errors import DamagedFile, InputError, MissingExtra
from qingjian.labels.explicit import picture
from qingjian.labels.explicit.notice import Notice, PictureCorner
from qingjian.labels.explicit.picture import badged, check_picture
from qingjian.labels.explicit.plate import plate

needs.font()
MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F")


def drawn(mode: str, size: tuple[int, int] = (200, 120)) -> Image.Image:
    noise = np.random.default_rng(1).integers(0, 256, (size[1], size[0], 3), np.uint8)
    if mode == "I;16":
        return Image.fromarray(noise[..., 0].astype(np.uint16) * 257)
    return Image.fromarray(noise).convert(mode)


def saved(image: Image.Image, form: str, **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form.upper(), **how)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("form", picture.FORMATS)
def test_every_format_and_mode(form: str, mode: str) -> None:
    try:
        data = saved(drawn(mode), form)
    except (OSError, ValueError):
        return
    made = badged(data, form)
    assert check_picture(made).fit
    assert check_picture(data).found is False
    assert opened(made).format == opened(data).format


@pytest.mark.parametrize("corner", get_args(PictureCorner))
@pytest.mark.parametrize(("form", "mode"), [("png", "RGB"), ("jpeg", "L"), ("png", "I;16")])
def test_every_corner(form: str, mode: str, corner: PictureCorner) -> None:
    data = saved(drawn(mode), form)
    made = badged(data, form, Notice("AI合成", corner=corner))
    seen = check_picture(made, "AI合成")
    assert seen.fit
    assert {r.id: r.measured for r in seen.rules}["position"] == corner.replace(
        "-", " "
    ) + " corner"
    assert check_picture(made).found is False
    if form == "png":
        apart = np.argwhere(np.asarray(opened(made)) != np.asarray(opened(data)))
        assert (apart[:, 0].min() > 50) == corner.startswith("lower")
        assert (apart[:, 1].min() > 50) == corner.endswith("right")


@pytest.mark.parametrize(
    ("form", "mode"),
    [("png", "1"), ("png", "L"), ("png", "RGB"), ("png", "I;16"), ("tiff", "CMYK"), ("tiff", "F")]
    + [("tiff", "I;16"), ("tiff", "I"), ("tiff", "1"), ("png", "RGBA"), ("png", "P")],
)
def test_the_rest_of_the_picture_stays_where_nothing_is_lost(form: str, mode: str) -> None:
    data = saved(drawn(mode), form)
    made, old = opened(badged(data, form)), opened(data)
    assert made.mode == ("RGB" if mode == "P" else old.mode)
    height = plate(*old.size).height
    above = (0, 0, old.width, old.height - height)
    before = old.convert("RGB") if mode == "P" else old
    assert np.array_equal(np.asarray(made.crop(above)), np.asarray(before.crop(above)))


@pytest.mark.parametrize("form", ["gif", "webp", "png", "avif", "tiff"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_animations_keep_frames_and_durations(form: str, mode: str) -> None:
    frames = []
    for i in range(4):
        levels = np.zeros((100, 140, 4), np.uint8)
        levels[..., 3] = 0 if mode == "RGBA" else 255
        levels[10 + 8 * i : 30 + 8 * i, 10 + 8 * i : 30 + 8 * i] = [255, 40 * i, 0, 255]
        frames.append(Image.fromarray(levels).convert(mode))
    how: dict[str, Any] = {} if form == "tiff" else {"duration": [100, 50, 200, 300], "loop": 3}
    if form == "gif":
        how["disposal"] = 2
    data = saved(frames[0], form, save_all=True, append_images=frames[1:], **how)
    made = badged(data, form)
    old, new = shown(data), shown(made)
    assert [d for d, _ in old] == [d for d, _ in new]
    assert opened(made).info.get("loop") == opened(data).info.get("loop")
    for (_, before), (_, after) in zip(old, new, strict=True):
        assert np.array_equal(before[:60, :60, 3], after[:60, :60, 3])
        there = before[:60, :60, 3] > 0
        apart = np.abs(before[:60, :60].astype(int) - after[:60, :60])[there]
        assert apart.mean() < (0.5 if form in ("gif", "png", "tiff") else 12)
    seen = check_picture(made)
    assert seen.fit
    assert {r.id: r.measured for r in seen.rules}["play"] == "4 of 4 frames looked at"


def shown(data: bytes) -> list[tuple[Any, np.ndarray[Any, Any]]]:
    found = []
    for frame in ImageSequence.Iterator(opened(data)):
        frame.load()
        found.append((frame.info.get("duration"), np.asarray(frame.convert("RGBA"))))
    return found


def test_a_frame_without_the_badge_is_told() -> None:
    frames = [drawn("RGB").rotate(90 * i) for i in range(3)]
    frames[0].paste(plate(200, 120), (200 - plate(200, 120).width, 120 - plate(200, 120).height))
    seen = check_picture(saved(frames[0], "png", save_all=True, append_images=frames[1:]))
    assert seen.found and not seen.fit
    assert [r.id for r in seen.rules if not r.holds] == ["play"]


@pytest.mark.parametrize("kind", ["bright", "see-through"])
def test_a_badge_on_see_through_ground(kind: str) -> None:
    image = Image.new("RGBA", (200, 120), (255, 255, 255, 0))
    made = badged(saved(image, "png"), "png")
    assert check_picture(made).fit
    if kind == "see-through":
        hidden = opened(made).convert("RGBA")
        hidden.putalpha(0)
        assert check_picture(saved(hidden, "png")).found is False


@pytest.mark.parametrize("photo", range(10))
def test_photos(photo: int) -> None:
    path = sorted(needs.shared("data", "photos").glob("*.png"))[photo]
    data = path.read_bytes()
    assert check_picture(data).found is False
    small = opened(data).convert("RGB").resize((384, 256))
    made = badged(saved(small, "jpeg", quality=75), "jpeg")
    assert check_picture(saved(opened(made), "jpeg", quality=60)).fit


def test_a_picture_too_small_is_refused() -> None:
    with pytest.raises(InputError, match="cannot hold") as raised:
        badged(saved(Image.new("RGB", (20, 300)), "png"), "png")
    assert type(raised.value) is InputError
    with pytest.raises(InputError, match="no format of pictures"):
        badged(b"", "mp3")


def test_huge_pictures_are_refused_before_they_are_decoded() -> None:
    data = bytearray(saved(Image.new("1", (64, 64)), "gif"))
    data[6:10] = b"\xff\xff\xff\xff"
    for call in (lambda d: badged(d, "gif"), check_picture):
        with pytest.raises(InputError, match=r"more than 100,000,000 pixels") as raised:
            call(bytes(data))
        assert type(raised.value) is InputError


@pytest.mark.parametrize("form", picture.FORMATS)
def test_damage_is_told(form: str) -> None:
    how: dict[str, Any] = {}
    if form in ("gif", "webp", "png"):
        how = {"save_all": True, "append_images": [drawn("L", (90, 70))], "duration": 50}
    whole = saved(drawn("RGB", (90, 70)), form, **how)
    chance = random.Random(form)
    for number in range(60):
        data = bytearray(whole)
        if number % 2:
            del data[chance.randrange(len(data)) :]
        else:
            for _ in range(8):
                data[chance.randrange(min(len(data), 400))] = chance.randrange(256)
        for call in (lambda d: badged(d, form), check_picture):
            with contextlib.suppress(InputError):
                call(bytes(data))
    for call in (lambda d: badged(d, form), check_picture):
        with pytest.raises(DamagedFile, match="picture cannot be decoded"):
            call(whole[: len(whole) // 3])


def test_without_pillow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(drawn("L"), "png")
    absent(monkeypatch, "PIL")
    for call in (lambda: badged(data, "png"), lambda: check_picture(data)):
        with pytest.raises(MissingExtra, match="needs Pillow"):
            call()
