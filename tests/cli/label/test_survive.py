from __future__ import annotations

import re
from pathlib import Path

from tests.labels.formats.samples import flac, jpeg, markdown, mp4, pdf, png
from tests.process import qingjian

from qingjian.labels import label

MARK = label.mark("p", "7")


def test_each_step_says_what_is_kept_and_what_is_lost(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(label.write(jpeg.plain(), MARK))
    (tmp_path / "b.mp4").write_bytes(label.write(mp4.plain(), MARK))
    (tmp_path / "c.flac").write_bytes(label.write(flac.plain(), MARK))
    (tmp_path / "d.md").write_bytes(label.write(markdown.plain(), MARK, "d.md"))
    before = {p: p.read_bytes() for p in tmp_path.iterdir()}
    ran = qingjian("label", "strip-check", ".", folder=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    steps = {
        name: dict(re.findall(r"^  (\S.*?) {2,}(kept .*; lost .*)$", said, re.M))
        for name, said in re.findall(r"^(\S+)\n((?:  .*\n)+)", ran.out, re.M)
    }
    assert list(steps["a.jpg"]) == ["re-encode", "resize", "to WebP", "screenshot"]
    assert steps["a.jpg"]["screenshot"] == "kept nothing; lost gb45438"
    assert steps["b.mp4"] == {
        "remux": "kept nothing; lost gb45438",
        "remux to MKV": "kept gb45438; lost nothing",
    }
    assert steps["c.flac"]["remux"] == "kept gb45438; lost nothing"
    assert steps["d.md"] == {"copy as text": "kept nothing; lost gb45438"}
    assert {p: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_files_that_cannot_be_tried_are_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png.plain())
    (tmp_path / "b.pdf").write_bytes(label.write(pdf.plain(), MARK))
    (tmp_path / "c.png").write_bytes(label.write(png.plain(), MARK)[:-20])
    (tmp_path / "d.md").write_bytes(label.write(markdown.plain(), MARK, "d.md"))
    ran = qingjian("label", "strip-check", ".", "--json", folder=tmp_path)
    assert ran.code == 2
    told = ran.err.splitlines()
    assert told[0] == "a.png: there is no mark to try"
    assert told[1] == "b.pdf: there is no step for pdf to try"
    assert told[2].startswith("c.png: ") and "byte" in told[2]
    assert ran.rows == [
        {
            "file": "d.md",
            "steps": [{"step": "copy as text", "kept": [], "lost": ["gb45438"], "error": ""}],
        }
    ]


def test_a_step_that_fails_says_why(tmp_path: Path) -> None:
    data = bytearray(label.write(png.plain(), MARK))
    data[data.index(b"IDAT") + 6] ^= 0xFF
    (tmp_path / "a.png").write_bytes(data)
    ran = qingjian("label", "strip-check", "a.png", "--json", folder=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert all(step["error"].startswith("could not be done") for step in ran.rows[0]["steps"])
    assert "could not be done" in qingjian("label", "strip-check", tmp_path / "a.png").out


def test_a_file_too_large_for_memory_is_told(tmp_path: Path) -> None:
    with (tmp_path / "a.mp4").open("wb") as file:
        file.truncate(600_000_000)
    ran = qingjian("label", "strip-check", "a.mp4", folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "a.mp4 has over 512,000,000 bytes\n  hint: copies are made in memory\n"
