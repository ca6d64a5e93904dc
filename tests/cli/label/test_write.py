from __future__ import annotations

import importlib
import json
import os
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from PIL import Image
from tests import needs
from tests.labels.certificates import chain
from tests.labels.formats import samples
from tests.labels.formats.samples import markdown, mp3, png
from tests.process import Ran, qingjian

from qingjian.labels import label, sign
from qingjian.labels.mark import Mark
from qingjian.labels.sidecar import path_of

PNG = png.plain()
KEY = ed25519.Ed25519PrivateKey.generate()
PRIVATE = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
LOCKED = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
PRODUCER = "001191110102MACQD9K64010000"
MADE = ("--producer", PRODUCER, "--produce-id")
STACKED = {"AIGC": {"Label": "1", "ContentProducer": "p", "ProduceID": "1", "Extra": "x"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.png", "b.png", "in/c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(PNG)
    return tmp_path


def write(folder: Path, *arguments: str, number: str = "7") -> Ran:
    return qingjian("label", "write", *arguments, *MADE, number, folder=folder)


def gb(path: Path) -> list[tuple[str, str]]:
    return [(m.label, m.fields["ProduceID"]) for m in label.read(path) if m.scheme == "gb45438"]


def test_a_copy_is_labelled_and_the_file_stays(folder: Path) -> None:
    ran = write(folder, "a.png", "-o", "l.png")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "a.png: Label 1 written to l.png (png)\n"
    assert (folder / "a.png").read_bytes() == PNG
    (mark,) = label.read(folder / "l.png")
    assert (mark.label, mark.fields["ContentProducer"]) == ("1", PRODUCER)
    assert png.content((folder / "l.png").read_bytes()) == png.content(PNG)


def test_each_carrier_is_written_and_verified_from_the_command_line(tmp_path: Path) -> None:
    for name in ("jpeg", "webp", "mp4", "mkv", "wav", "flac", "pdf", "docx", "html", "json"):
        data = importlib.import_module(f"{samples.__name__}.{name}").plain()
        (tmp_path / f"x.{name}").write_bytes(data)
    ran = qingjian("label", "write", ".", *MADE, "{n}", "--in-place", "--json", folder=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert [row["mark"]["produce_id"] for row in ran.rows] == [str(n) for n in range(1, 11)]
    rows = qingjian("label", "verify", ".", "--json", folder=tmp_path).rows
    assert {row["verdict"] for row in rows} == {"confirmed"}
    assert all(len(row["marks"]) == 1 for row in rows)


@pytest.mark.parametrize("value", ["1", "2", "3"])
def test_the_value_of_the_label_is_asked_for(value: str, folder: Path) -> None:
    assert write(folder, "a.png", "-o", "l.png", "--label", value).code == 0
    assert gb(folder / "l.png") == [(value, "7")]


def test_a_second_label_takes_the_place_of_the_first(folder: Path) -> None:
    write(folder, "a.png", "--in-place", number="1")
    first = (folder / "a.png").read_bytes()
    write(folder, "a.png", "--in-place", number="2")
    assert gb(folder / "a.png") == [("1", "2")]
    write(folder, "a.png", "--in-place", number="1")
    assert (folder / "a.png").read_bytes() == first


@pytest.mark.parametrize("asked", [["a.png", "b.png", "in"], ["**/*.png"], ["."]])
def test_several_files_go_to_a_folder_that_is_made(asked: list[str], folder: Path) -> None:
    ran = write(folder, *asked, "-o", "out/put", "--json", number="n-{n}-{n}")
    assert (ran.code, ran.err) == (0, "")
    assert [row["written"] for row in ran.rows] == [f"out/put/{n}.png" for n in "abc"]
    for number, name in enumerate("abc", 1):
        assert gb(folder / "out/put" / f"{name}.png") == [("1", f"n-{number}-{number}")]
    assert (folder / "a.png").read_bytes() == PNG


def test_one_file_goes_into_a_folder_that_is_there(folder: Path) -> None:
    assert write(folder, "a.png", "-o", "in").code == 0
    assert gb(folder / "in" / "a.png") == [("1", "7")]
    assert write(folder, "b*.png", "-o", "new").code == 0
    assert gb(folder / "new" / "b.png") == [("1", "7")]


def test_in_place_keeps_mode_and_times_and_leaves_nothing_behind(folder: Path) -> None:
    path = folder / "a.png"
    Image.new("RGB", (200, 120), "white").save(path)
    path.chmod(0o640)
    os.utime(path, (1_600_000_000, 1_600_000_000))
    for more in ((), ("--explicit",), ("--explicit",)):
        assert write(folder, "a.png", "--in-place", *more).code == 0
        assert path.stat().st_mode & 0o777 == 0o640
        assert path.stat().st_mtime == 1_600_000_000
    assert sorted(p.name for p in folder.iterdir()) == ["a.png", "b.png", "in"]


def test_a_link_stays_a_link_and_its_file_is_labelled(folder: Path) -> None:
    (folder / "link.png").symlink_to("in/c.png")
    assert write(folder, "link.png", "--in-place").code == 0
    assert (folder / "link.png").is_symlink()
    assert gb(folder / "in" / "c.png") == [("1", "7")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.png"], "say where the result goes"),
        (["a.png", "-o", "l.png", "--in-place"], "say where the result goes"),
        (["a.png", "--in-place", "--label", "4"], "'4' is not one of"),
        (["a.png", "--in-place", "--key", "gone.pem"], "gone.pem cannot be read: No such file"),
        (["a.png", "--in-place", "--key", "."], ". cannot be read: Is a directory"),
        (["a.png", "--in-place", "--key", "no.pem"], "no.pem: the key cannot be read"),
        (["a.png", "--in-place", "--key", "locked.pem"], "locked.pem: the key cannot be read"),
        (["a.png", "--in-place", "--c2pa-chain", "no.pem"], "needs both --c2pa-chain and"),
        (["a.png", "--in-place", "--c2pa-key", "no.pem"], "needs both --c2pa-chain and"),
        (
            ["a.png", "--in-place", "--c2pa-key", "no.pem", "--c2pa-chain", "no.pem"],
            "no.pem: the key cannot be read",
        ),
        (
            ["a.png", "--in-place", "--c2pa-key", "no.pem", "--c2pa-chain", "gone"],
            "gone cannot be read",
        ),
        (["a.png", "-o", "a.png"], "a.png is a file that is read"),
        (["a.png", "-o", "../x/in/../a.png"], "is a file that is read"),
        (["a.png", "-o", "."], "a.png is a file that is read"),
        (["a.png", "b.png", "-o", "b.png"], "no folder b.png: File exists"),
        (["a.png", "same", "-o", "out"], "several files are named 'a.png'"),
        (["a.png", "--in-place", "--producer", " "], "a producer and its number"),
        (["a.png", "--in-place", "--producer", "a\nb"], "ContentProducer holds control"),
        (["a.png", "--in-place", "--producer", "x" * 20_001], "over 20,000 characters"),
        (["gone.png", "--in-place"], "no file or folder 'gone.png'"),
    ],
)
def test_a_wrong_call_is_told_on_one_line_and_changes_nothing(
    arguments: list[str], said: str, tmp_path: Path
) -> None:
    folder = tmp_path / "x"
    for name in ("a.png", "b.png", "same/a.png", "in/c.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(PNG)
    (folder / "no.pem").write_text("no key")
    (folder / "locked.pem").write_bytes(LOCKED)
    before = {p: p.is_file() and p.read_bytes() for p in folder.rglob("*")}
    ran = qingjian("label", "write", *MADE, "7", *arguments, folder=folder)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert {p: p.is_file() and p.read_bytes() for p in folder.rglob("*")} == before


def test_a_file_that_fails_is_named_and_the_rest_is_written(folder: Path) -> None:
    (folder / "b.png").write_bytes(PNG[:-20])
    (folder / "c.bin").write_bytes(b"\x00\x01")
    (folder / "d.png").touch()
    ran = write(folder, "*.*", "-o", "out", number="{n}")
    assert ran.code == 2
    assert ran.out == "a.png: Label 1 written to out/a.png (png)\n"
    told = [line for line in ran.err.splitlines() if not line.startswith("  hint: ")]
    assert [line.partition(":")[0] for line in told] == ["b.png", "c.bin", "d.png"]
    assert [p.name for p in (folder / "out").iterdir()] == ["a.png"]
    assert "c.bin: c.bin" not in ran.err


def test_a_folder_that_is_not_there_is_told_for_one_file(folder: Path) -> None:
    ran = write(folder, "a.png", "-o", "no/where/l.png")
    assert ran.code == 2
    assert re.search(r"a\.png: cannot write .*l\.png: No such file or directory", ran.err)


def test_odd_names_are_written_and_shown_safely(tmp_path: Path) -> None:
    names = ["bell\x07\u202e.png", "two\nlines.png", os.fsdecode(b"\xff.png"), "x[1]*.png", "-.png"]
    for name in names:
        (tmp_path / name).write_bytes(PNG)
    ran = qingjian("label", "write", *MADE, "{n}", "--in-place", "--", *names, folder=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert not re.search("[\x07\u202e]", ran.out)
    assert len(ran.out.splitlines()) == 5
    assert [gb(tmp_path / name) for name in names] == [[("1", str(n))] for n in range(1, 6)]
    ran = qingjian("label", "write", ".", *MADE, "7", "-o", "out", "--json", folder=tmp_path)
    assert len(ran.rows) == 5
    assert len(list((tmp_path / "out").iterdir())) == 5


def test_a_key_signs(folder: Path) -> None:
    (folder / "k.pem").write_bytes(PRIVATE)
    ran = write(folder, "a.png", "--in-place", "--key", "k.pem", "--json")
    assert ran.rows[0]["mark"]["fields"]["ReservedCode1"].startswith("QJ1.ED25519.")
    key = sign.key_of(PRIVATE).public()
    assert label.verify(folder / "a.png", keys={key}).signatures == ("valid",)


def test_iptc_terms_stand_beside_the_label(folder: Path) -> None:
    assert write(folder, "a.png", "--in-place", "--iptc").code == 0
    marks = label.read(folder / "a.png")
    assert {m.scheme for m in marks} == {"gb45438", "iptc"}
    (folder / "a.md").write_bytes(markdown.plain())
    ran = write(folder, "a.md", "--in-place", "--iptc")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("a.md: markdown files hold no XMP")
    assert (folder / "a.md").read_bytes() == markdown.plain()


def test_a_manifest_covers_the_label(folder: Path) -> None:
    needs.package("c2pa")
    certificates, key = chain()
    (folder / "chain.pem").write_bytes(certificates)
    (folder / "key.pem").write_bytes(key)
    signing = ("--c2pa-chain", "chain.pem", "--c2pa-key", "key.pem")
    ran = write(folder, "a.png", "-o", "l.png", *signing)
    assert (ran.code, ran.err) == (0, "")
    assert "  note: a C2PA manifest covers the label" in ran.out
    marks = {m.scheme: m for m in label.read(folder / "l.png")}
    assert set(marks) == {"gb45438", "c2pa"}
    assert marks["c2pa"].fields["state"] == "intact"
    assert marks["c2pa"].fields["DigitalSourceType"] == "trainedAlgorithmicMedia"
    again = write(folder, "l.png", "--in-place", number="8")
    assert "  note: the file's C2PA manifest does not hold" in again.out
    swapped = write(folder, "a.png", "-o", "m.png", *signing[:3], "key.pem", "--json")
    assert swapped.code == 0
    bad = write(folder, "a.png", "-o", "n.png", "--c2pa-chain", "key.pem", *signing[2:])
    assert (bad.code, bad.out) == (2, "")
    assert bad.err.startswith("a.png: the manifest cannot be signed")
    assert not (folder / "n.png").exists()


def test_an_explicit_label_is_written_into_words_and_pictures(folder: Path) -> None:
    (folder / "a.md").write_bytes(markdown.plain())
    (folder / "a.txt").write_text("正文\n", "utf-8")
    Image.new("RGB", (200, 120), "white").save(folder / "p.png")
    white = (folder / "p.png").read_bytes()
    ran = write(folder, "a.md", "a.txt", "p.png", "-o", "out", "--explicit", number="{n}")
    assert (ran.code, ran.err) == (0, "")
    for name in ("a.md", "a.txt"):
        assert "人工智能生成" in (folder / "out" / name).read_text("utf-8").partition("正文")[0]
        assert label.verify(folder / "out" / name).verdict == "confirmed"
    assert gb(folder / "out" / "p.png") == [("1", "3")]
    with Image.open(folder / "out" / "p.png") as seen:
        assert seen.convert("L").getextrema() != (255, 255)
    assert (folder / "p.png").read_bytes() == white
    before = {p: p.read_bytes() for p in (folder / "out").iterdir()}
    ran = write(folder, "out", "--in-place", "--explicit", number="{n}")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("it has an explicit label already") == 3
    assert {p: p.read_bytes() for p in (folder / "out").iterdir()} == before


def test_an_explicit_label_comes_with_the_other_or_not_at_all(folder: Path) -> None:
    (folder / "a.md").write_bytes(markdown.plain())
    (folder / "a.json").write_text("{}")
    (folder / "bad.txt").write_bytes(b"\xff\xfe\x80")
    ran = write(folder, "a.md", "a.json", "bad.txt", "--in-place", "--explicit", "--iptc")
    assert (ran.code, ran.out) == (2, "")
    assert "a.md: markdown files hold no XMP" in ran.err
    assert "a.json: no explicit label is known for json" in ran.err
    assert "bad.txt is not UTF-8" in ran.err
    assert "Traceback" not in ran.err
    assert (folder / "a.md").read_bytes() == markdown.plain()


def test_the_life_of_a_sidecar(folder: Path) -> None:
    path = folder / "a.txt"
    path.write_text("words")
    ran = write(folder, "a.txt", "--in-place")
    assert ran.out.splitlines() == [
        "a.txt: Label 1 written to a.txt.aigc.json (sidecar)",
        "  note: plain text has no place for metadata",
    ]
    assert path.read_text() == "words"

    def told() -> tuple[str, list[str]]:
        (row,) = qingjian("label", "verify", "a.txt*", "--json", folder=folder).rows
        return row["verdict"], [d["id"] for m in row["marks"] for d in m["deviations"]]

    assert told() == ("confirmed", [])
    path.write_text("Words")
    assert told() == ("confirmed", ["sidecar.digest"])
    path.write_text("other words")
    assert told() == ("confirmed", ["sidecar.digest"])
    assert write(folder, "a.txt", "a.txt.aigc.json", "--in-place", number="8").code == 0
    assert told() == ("confirmed", [])
    moved = write(folder, "a.txt", "-o", "b.txt", "--json")
    assert moved.rows[0]["written"] == "b.txt.aigc.json"
    assert (folder / "b.txt").read_text() == "other words"
    path.rename(folder / "c.txt")
    assert "unmarked" in qingjian("label", "verify", "c.txt", folder=folder).out
    path_of(path).rename(path_of(folder / "c.txt"))
    assert "confirmed" in qingjian("label", "verify", "c.txt", folder=folder).out


def test_repair_tells_what_it_changes(folder: Path) -> None:
    (folder / "a.json").write_text(json.dumps(STACKED))
    (folder / "b.json").write_text("{}")
    ran = qingjian("label", "repair", "a.json", "b.json", "--in-place", folder=folder)
    assert ran.code == 2
    assert ran.out.splitlines()[0] == "a.json: Label 1 written to a.json (json)"
    assert "  note: extra field Extra dropped" in ran.out
    assert ran.err.startswith("b.json: the file has no label to repair")
    assert (folder / "b.json").read_text() == "{}"
    ran = qingjian("label", "repair", "a.json", "-o", "r.json", "--json", folder=folder)
    assert ran.rows[0]["notes"] == ["nothing to change"]
    (mark,) = label.read(folder / "r.json")
    assert "Extra" not in mark.fields


def test_a_quarrel_is_left_to_people(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(label.write(mp3.plain(), Mark("gb45438", "5", {"ContentProducer": "p"})))
    before = path.read_bytes()
    ran = qingjian("label", "repair", "a.mp3", "--in-place", folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "write the label that is right" in ran.err
    assert path.read_bytes() == before


def test_a_platform_adds_its_fields(folder: Path) -> None:
    write(folder, "a.png", "--in-place", "--label", "2")
    (folder / "k.pem").write_bytes(PRIVATE)
    own = ("--propagator", "某平台", "--propagate-id", "{n}", "--key", "k.pem")
    ran = qingjian("label", "propagate", "*.png", *own, "-o", "out", "--json", folder=folder)
    assert ran.code == 2
    assert ran.err.startswith("b.png: nothing says that AI made it")
    (row,) = ran.rows
    mark = row["mark"]
    assert (mark["label"], mark["producer"], mark["produce_id"]) == ("2", PRODUCER, "7")
    assert (mark["propagator"], mark["propagate_id"]) == ("某平台", "1")
    assert mark["fields"]["ReservedCode2"].startswith("QJ1.ED25519.")
    stated = qingjian(
        *("label", "propagate", "b.png", *own, "--declared", "yes", "--in-place", "--json"),
        folder=folder,
    )
    assert stated.rows[0]["mark"]["label"] == "2"
    for arguments in (("--propagator", ""), ("--propagate-id", "a\x1b")):
        ran = qingjian(
            *("label", "propagate", "a.png", *own, *arguments, "--in-place"), folder=folder
        )
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("qingjian: ")
