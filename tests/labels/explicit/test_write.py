from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests import needs
from tests.labels.explicit.test_film import shot
from tests.labels.explicit.test_picture import drawn, saved
from tests.labels.explicit.test_sound import made as recorded
from tests.labels.explicit.test_sound import saying
from tests.labels.formats import samples

from qingjian.core.errors import BadEncoding, InputError
from qingjian.labels import label
from qingjian.labels.explicit.notice import NOTICE, Notice, snippet
from qingjian.labels.explicit.sound import rhythm
from qingjian.labels.explicit.write import check_explicit, with_notice, write_explicit

needs.font()
FILES: dict[str, Callable[[], bytes]] = {
    "a.png": lambda: saved(drawn("RGB"), "png"),
    "a.gif": lambda: saved(drawn("P"), "gif"),
    "a.jpg": lambda: saved(drawn("RGB"), "jpeg"),
    "a.wav": lambda: recorded("wav", "pcm_s16le"),
    "a.mp3": lambda: recorded("mp3", "libmp3lame"),
    "a.mp4": lambda: shot("mp4", seconds=1.0),
    "a.avi": lambda: shot("avi", "mpeg4", 1.0),
    "a.md": lambda: "# 题\n\n正文\n".encode(),
    "a.txt": lambda: "正文".encode(),
    "a.html": lambda: b"<!doctype html><html><head><title>t</title></head><body>x",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_gets_a_label_that_is_found_and_keeps_the_other(name: str, tmp_path: Path) -> None:
    path, target = tmp_path / name, tmp_path / f"new-{name}"
    path.write_bytes(FILES[name]())
    assert check_explicit(path.read_bytes(), name).found is not True
    if name != "a.txt":
        label.write_file(path, label.mark("p", "1"))
    before = label.read(path.read_bytes(), name)
    write_explicit(path, target)
    new = target.read_bytes()
    assert check_explicit(new, name).fit
    after = label.read(new, name)
    assert [(m.scheme, m.label, m.fields) for m in after] == [
        (m.scheme, m.label, m.fields) for m in before
    ]


def test_own_words_are_found_when_they_are_told() -> None:
    words = "Made (生成) with an AI model"
    for name in ("a.md", "a.html", "a.txt"):
        how = Notice(words)
        assert check_explicit(with_notice(FILES[name](), name, how), name, how).words == words


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<html><body class='a>b'>", "x"),
        ("<!-- <body> --><body>", "x"),
        ("<script>'<body>'</script><BODY\n>", "x"),
        ("<!DOCTYPE html>", "<p>x"),
        ("<html lang=zh><head><title><body></title></head>", "<p>x"),
        ("", "x"),
    ],
)
def test_a_page_has_the_notice_first_in_its_body(before: str, after: str) -> None:
    shown = snippet().encode("ascii", "xmlcharrefreplace")
    for code in ("utf-8", "gb18030"):
        old, end = before.encode(code), f"{after}页".encode(code)
        new = with_notice(old + end, "a.html")
        assert new == old + shown + end
        assert check_explicit(new, "a.html").words == NOTICE


def test_what_a_page_does_not_show_is_no_notice() -> None:
    for page in (f"<body><!-- {NOTICE} -->x", f"<script>{NOTICE}</script>", f"<title>{NOTICE}"):
        assert check_explicit(page.encode(), "a.html").found is False
    hostile = b"<body " * 10_000 + b"<script" * 10_000 + b"<!--" * 10_000 + b"<html" * 10_000
    assert check_explicit(hostile, "a.html").found is False
    assert check_explicit(with_notice(hostile, "a.html"), "a.html").found


def test_formats_without_one_are_told() -> None:
    pdf = importlib.import_module(f"{samples.__name__}.pdf").plain()
    with pytest.raises(InputError, match="no explicit label is known for pdf"):
        with_notice(pdf, "a.pdf")
    assert check_explicit(pdf, "a.pdf").found is None
    with pytest.raises(InputError, match="this format"):
        with_notice(b"\0", "a.bin")
    with pytest.raises(BadEncoding, match="byte 0"):
        with_notice(b"\xff", "a.txt")


def test_a_recording_is_recognised_by_its_kind() -> None:
    data = recorded("flac", "flac", 8000, 1, rhythm(8000))
    assert check_explicit(data, "a.flac").fit


SPOKEN = recorded("wav", "pcm_s16le", samples=saying(1, 8000))
EVERYTHING = Notice("AI合成", "end", "upper-left", SPOKEN)
PLACE = "the place 'end' was not used: it is for plain text and Markdown"
UPPER = "the corner 'upper-left' was not used: it is for pictures and films"
VOICE = "the recording was not used: it is for sound alone"


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("a.md", (UPPER, VOICE)),
        ("a.txt", (UPPER, VOICE)),
        ("a.html", (PLACE, UPPER, VOICE)),
        ("a.png", (PLACE, VOICE)),
        ("a.mp4", (PLACE, VOICE)),
        ("a.mp3", (PLACE, UPPER)),
    ],
)
def test_what_fits_is_used_and_the_rest_is_told(
    name: str, left: tuple[str, ...], tmp_path: Path
) -> None:
    path, target = tmp_path / name, tmp_path / f"new-{name}"
    path.write_bytes(FILES[name]())
    assert write_explicit(path, target, EVERYTHING) == left
    new = target.read_bytes()
    assert check_explicit(new, name, EVERYTHING).fit
    if name in ("a.md", "a.txt"):
        assert new.decode().endswith("正文\n\nAI合成\n")
    assert write_explicit(path, target) == ()


def test_words_that_the_rhythm_does_not_say_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(FILES["a.wav"]())
    (said,) = write_explicit(path, path, Notice("AI合成"))
    assert said.startswith("the words were not used")
    assert check_explicit(path.read_bytes(), "a.wav").fit


def test_a_notice_that_is_not_measured_back_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(FILES["a.mp3"]())
    noise = np.random.default_rng(5).normal(0, 0.1, 12000)
    (said,) = write_explicit(
        path, path, Notice(recording=recorded("wav", "pcm_s16le", samples=noise))
    )
    assert "could not be measured back" in said
