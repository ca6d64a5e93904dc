from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from tests import needs
from tests.labels.explicit.test_sound import made, saying
from tests.labels.formats.samples import markdown
from tests.process import Ran, qingjian

from qingjian.cli.label.notice import asked
from qingjian.labels import label

needs.font()
MADE = ("--producer", "p", "--produce-id", "{n}")
PLACE = "note: the place 'end' was not used"
CORNER = "note: the corner 'upper-left' was not used"
VOICE = "note: the recording was not used"
EVERYTHING = (
    *("--explicit", "--notice", "AI合成", "--notice-at", "end"),
    *("--corner", "upper-left", "--voice", "said.flac"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_bytes(markdown.plain())
    Image.new("RGB", (200, 120), "grey").save(tmp_path / "b.png")
    (tmp_path / "c.wav").write_bytes(made("wav", "pcm_s16le"))
    (tmp_path / "said.flac").write_bytes(made("flac", "flac", 22050, samples=saying(1, 22050)))
    return tmp_path


def write(folder: Path, *arguments: str) -> Ran:
    return qingjian("label", "write", *arguments, *MADE, folder=folder)


def notes(ran: Ran) -> list[list[str]]:
    """Give the notes of each file, without what they explain."""
    found: list[list[str]] = []
    for line in ran.out.splitlines():
        if line.startswith("  "):
            found[-1].append(line.strip().rpartition(": ")[0])
        else:
            found.append([])
    return found


def test_files_of_all_kinds_get_what_fits_them(folder: Path) -> None:
    ran = write(folder, "a.md", "b.png", "c.wav", "-o", "out", *EVERYTHING)
    assert (ran.code, ran.err) == (0, "")
    assert notes(ran) == [[CORNER, VOICE], [PLACE, VOICE], [PLACE, CORNER]]
    out = folder / "out"
    assert (out / "a.md").read_text("utf-8").endswith("AI合成\n")
    with Image.open(out / "b.png") as seen:
        assert seen.convert("L").crop((100, 60, 200, 120)).getextrema() == (128, 128)
        assert seen.convert("L").crop((0, 0, 60, 30)).getextrema() == (0, 255)
    how = label.Notice("AI合成", recording=(folder / "said.flac").read_bytes())
    for name in ("a.md", "b.png", "c.wav"):
        data = (out / name).read_bytes()
        assert label.check_explicit(data, name, how).fit
        assert label.verify(out / name).verdict == "confirmed"
    before = {path: path.read_bytes() for path in out.iterdir()}
    ran = write(folder, "out", "--in-place", *EVERYTHING)
    assert ran.out.count("it has an explicit label already") == 3
    assert {path: path.read_bytes() for path in out.iterdir()} == before


def test_a_picture_with_the_usual_words_gets_no_second_badge(folder: Path) -> None:
    write(folder, "b.png", "--in-place", "--explicit")
    before = (folder / "b.png").read_bytes()
    ran = write(folder, "b.png", "--in-place", *EVERYTHING)
    assert "it has an explicit label already" in ran.out
    assert (folder / "b.png").read_bytes() == before


def test_notes_come_as_json_too(folder: Path) -> None:
    ran = write(folder, "b.png", "-o", "l.png", "--explicit", "--notice-at", "end", "--json")
    assert [note.startswith(PLACE[6:]) for note in ran.rows[0]["notes"]] == [True]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--notice", "AI合成"], "--notice is about the label people see or hear"),
        (["--notice-at", "start"], "--notice-at is about the label"),
        (["--corner", "upper-left"], "add --explicit"),
        (["--voice", "said.flac"], "--voice is about the label"),
        (["--explicit", "--notice", "made by a machine"], "is no notice"),
        (["--explicit", "--notice", " "], "--notice has no words"),
        (["--explicit", "--notice-at", "middle"], "'middle' is not one of"),
        (["--explicit", "--corner", "left"], "'left' is not one of"),
        (["--explicit", "--voice", "gone.wav"], "gone.wav cannot be read: No such file"),
        (["--explicit", "--voice", "."], ". cannot be read: Is a directory"),
        (["--explicit", "--voice", "b.png"], "b.png: the file has no sound"),
        (["--explicit", "--voice", "a.md"], "a.md: the recording of the notice cannot be decoded"),
        (["--explicit", "--voice", "c.wav"], "silent or shorter than 1 s"),
        (["--explicit", "--voice", "huge.wav"], "more than 50,000,000 bytes"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    arguments: list[str], said: str, folder: Path
) -> None:
    with (folder / "huge.wav").open("wb") as huge:
        huge.truncate(50_000_001)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    ran = write(folder, "a.md", "c.wav", "--in-place", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_no_notice_is_asked_for_without_the_option() -> None:
    assert asked(False, None, None, None, None) is None
    assert asked(True, None, None, None, None) == label.Notice()
