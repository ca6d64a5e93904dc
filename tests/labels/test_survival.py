from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from tests.absent import absent
from tests.labels.formats import samples

from qingjian.core.errors import InputError, MissingExtra
from qingjian.labels import label
from qingjian.labels.survival import survival

MARK = label.mark("p", "1")


def labelled(folder: Path, name: str, suffix: str) -> Path:
    path = folder / f"a{suffix}"
    path.write_bytes(importlib.import_module(f"{samples.__name__}.{name}").plain())
    label.write_file(path, MARK)
    return path


def told(path: Path) -> dict[str, str]:
    return {s.step: s.error or ("kept" if "gb45438" in s.kept else "lost") for s in survival(path)}


@pytest.mark.parametrize(
    ("name", "suffix"), [("png", ".png"), ("jpeg", ".jpg"), ("webp", ".webp"), ("gif", ".gif")]
)
def test_pictures_lose_it_when_they_are_encoded_anew(
    name: str, suffix: str, tmp_path: Path
) -> None:
    path = labelled(tmp_path, name, suffix)
    before = path.read_bytes()
    found = told(path)
    assert set(found) == {"re-encode", "resize", "to WebP", "screenshot"}
    assert found["screenshot"] == found["resize"] == "lost"
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "suffix", "remux", "into_mkv"),
    [
        ("mp4", ".mp4", "lost", "kept"),
        ("mkv", ".mkv", "kept", "kept"),
        ("mp3", ".mp3", "kept", "kept"),
        ("flac", ".flac", "kept", "kept"),
        ("wav", ".wav", "lost", "lost"),
    ],
)
def test_what_a_plain_remux_does(
    name: str, suffix: str, remux: str, into_mkv: str, tmp_path: Path
) -> None:
    found = told(labelled(tmp_path, name, suffix))
    assert found == {"remux": remux, "remux to MKV": into_mkv}


@pytest.mark.parametrize(("name", "suffix"), [("markdown", ".md"), ("html", ".html")])
def test_copied_words_leave_the_label_behind(name: str, suffix: str, tmp_path: Path) -> None:
    assert told(labelled(tmp_path, name, suffix)) == {"copy as text": "lost"}


def test_what_cannot_be_tried_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = tmp_path / "plain.png"
    plain.write_bytes(importlib.import_module(f"{samples.__name__}.png").plain())
    with pytest.raises(InputError, match="no mark"):
        survival(plain)
    with pytest.raises(InputError, match="no step for pdf"):
        survival(labelled(tmp_path, "pdf", ".pdf"))
    path = labelled(tmp_path, "png", ".png")
    film = labelled(tmp_path, "mp4", ".mp4")
    absent(monkeypatch, "PIL", "av")
    for one in (path, film):
        with pytest.raises(MissingExtra, match=r"Pillow and PyAV"):
            survival(one)


def test_a_step_that_fails_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    path = labelled(tmp_path, "png", ".png")
    data = bytearray(path.read_bytes())
    at = data.index(b"IDAT")
    data[at + 6] ^= 0xFF
    path.write_bytes(data)
    found = told(path)
    assert all("could not be done" in said for said in found.values())
