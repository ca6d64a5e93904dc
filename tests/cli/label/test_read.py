from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from tests.labels.formats.samples import markdown, mp4, png
from tests.process import qingjian, spawned

from qingjian.labels import label, sign
from qingjian.labels.carriers import SIDECARS, codec
from qingjian.labels.carriers import names as carriers
from qingjian.labels.verify import SHOW

PNG = png.plain()
KEY = ed25519.Ed25519PrivateKey.generate()
PRIVATE = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
OTHER = ed25519.Ed25519PrivateKey.generate().public_key()
MADE = label.write(PNG, label.mark("001191110102MACQD9K64010000", "img-1"))


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "a.png"
    path.write_bytes(MADE)
    return path


def test_people_see_the_marks_of_a_file(labelled: Path) -> None:
    ran = qingjian("label", "read", "a.png", folder=labelled.parent)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "a.png (png): confirmed"
    assert lines[1].startswith("  because GB 45438 label at iTXt XML:com.adobe.xmp says: made by")
    assert lines[2] == f"  show    {SHOW['confirmed']}"
    assert "  gb45438 at iTXt XML:com.adobe.xmp" in lines
    assert "    ContentProducer: 001191110102MACQD9K64010000" in lines
    verified = qingjian("label", "verify", "a.png", folder=labelled.parent)
    assert verified.out.splitlines() == lines[:3]


def test_each_file_is_a_line_for_machines_in_the_order_asked_for(labelled: Path) -> None:
    folder = labelled.parent
    (folder / "z.md").write_bytes(markdown.plain())
    (folder / "in").mkdir()
    (folder / "in" / "b.mp4").write_bytes(label.write(mp4.plain(), label.mark("p", "2", "2")))
    ran = qingjian("label", "read", "z.md", "in", "*.png", "--json", folder=folder)
    assert (ran.code, ran.err) == (0, "")
    told = [(r["file"], r["carrier"], r["verdict"], len(r["marks"])) for r in ran.rows]
    assert told == [
        ("z.md", "markdown", "unmarked", 0),
        ("in/b.mp4", "mp4", "possible", 1),
        ("a.png", "png", "confirmed", 1),
    ]
    assert ran.rows[2]["marks"][0]["produce_id"] == "img-1"
    assert qingjian("label", "verify", "z.md", "in", "a.png", "--json", folder=folder).code == 0


def test_a_declaration_counts_where_no_mark_does(labelled: Path) -> None:
    folder = labelled.parent
    (folder / "b.png").write_bytes(PNG)

    def verdicts(*options: str) -> list[str]:
        rows = qingjian("label", "verify", ".", "--json", *options, folder=folder).rows
        return [row["verdict"] for row in rows]

    assert verdicts() == verdicts("--declared", "no") == ["confirmed", "unmarked"]
    assert verdicts("--declared", "yes") == ["confirmed", "possible"]


def test_a_pinned_key_makes_a_signature_valid(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(label.write(PNG, label.mark("p", "1"), "a.png", sign.key_of(PRIVATE)))
    (tmp_path / "own.pem").write_bytes(PUBLIC)
    other = OTHER.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "other.pem").write_bytes(other)

    def signature(*pins: str) -> str:
        pinned = [word for pin in pins for word in ("--pin", pin)]
        ran = qingjian("label", "verify", "a.png", "--json", *pinned, folder=tmp_path)
        (row,) = ran.rows
        return str(row["marks"][0]["signature"])

    assert signature() == signature("other.pem") == "unpinned"
    assert signature("own.pem") == signature("other.pem", "own.pem") == "valid"
    data = bytearray(path.read_bytes())
    data[data.rindex(b"IEND") - 4 :] = b"\0\0\0\0IEND\xaeB`\x82changed behind the end"
    path.write_bytes(data)
    ran = qingjian("label", "verify", "a.png", folder=tmp_path)
    assert ran.out.splitlines()[0] == "a.png (png): contradicted"
    assert SHOW["contradicted"] in ran.out
    read = qingjian("label", "read", "a.png", folder=tmp_path)
    assert "    signature: does NOT hold" in read.out


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PUBLIC KEY-----\nx\n", "rsa"])
def test_a_file_that_is_no_key_is_told_on_one_line(
    content: bytes | str, labelled: Path, tmp_path: Path
) -> None:
    if isinstance(content, str):
        large = rsa.generate_private_key(65537, 2048).public_key()
        content = large.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "k.pem").write_bytes(content)
    ran = qingjian("label", "verify", "a.png", "--pin", "k.pem", folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    first, *rest = ran.err.splitlines()
    assert first.startswith("qingjian: k.pem: ")
    assert all(line.startswith("  hint: ") for line in rest)


def test_damaged_and_unknown_files_are_answers_with_exit_code_2(labelled: Path) -> None:
    folder = labelled.parent
    (folder / "b.png").write_bytes(MADE[:-20])
    (folder / "c.bin").write_bytes(b"\x00\x01\x02")
    (folder / "d.png").write_bytes(b"")
    (folder / "e.md").write_bytes(b"")
    for verb in ("read", "verify"):
        ran = qingjian("label", verb, ".", "--json", folder=folder)
        assert (ran.code, ran.err) == (2, "")
        assert {row["file"]: row["verdict"] for row in ran.rows} == {
            "a.png": "confirmed",
            "b.png": "damaged",
            "c.bin": "unsupported",
            "d.png": "unsupported",
            "e.md": "unmarked",
        }
        damaged = ran.rows[1]
        assert (damaged["carrier"], damaged["marks"], damaged["show"]) == ("png", [], "")
        assert re.search(r"byte \d+", damaged["basis"][0])


def test_an_empty_file_alone(tmp_path: Path) -> None:
    for name in ("a", "a.txt", "a.jpg"):
        (tmp_path / name).touch()
        ran = qingjian("label", "read", name, folder=tmp_path)
        assert ran.err == ""
        assert ran.code == (0 if name == "a.txt" else 2)


def test_a_broken_sidecar_is_told_and_the_rest_goes_on(labelled: Path) -> None:
    folder = labelled.parent
    (folder / "z.txt").write_text("words")
    (folder / "z.txt.aigc.json").write_text("{")
    ran = qingjian("label", "read", "z.txt", "a.png", "--json", folder=folder)
    assert ran.code == 2
    assert [r["verdict"] for r in ran.rows] == ["damaged", "confirmed"]


def test_names_cannot_drive_the_terminal_or_break_the_lines(tmp_path: Path) -> None:
    names = ["bell\x07\u202e.png", "two\nb.png (png): unmarked.png", os.fsdecode(b"\xff.png")]
    for name in names:
        (tmp_path / name).write_bytes(PNG)
    for ran in (
        qingjian("label", "read", *names, folder=tmp_path),
        spawned("label", "read", ".", folder=tmp_path),
    ):
        assert (ran.code, ran.err) == (0, "")
        assert not re.search("[\x07\u202e]", ran.out)
        assert len(re.findall("^.*: unmarked$", ran.out, re.M)) == 3
    rows = qingjian("label", "read", ".", "--json", folder=tmp_path).rows
    assert {row["file"] for row in rows} == {names[0], names[1], "\ufffd.png"}


def test_words_of_a_label_cannot_be_taken_for_ours(tmp_path: Path) -> None:
    forged = "p\nb.png (png): unmarked\x1b[2J"
    words = json.dumps({"AIGC": {"Label": "1", "ContentProducer": forged, "ProduceID": "1"}})
    (tmp_path / "a.json").write_text(words)
    ran = qingjian("label", "read", "a.json", folder=tmp_path)
    assert "a.json (json): confirmed" in ran.out
    assert "\x1b" not in ran.out
    assert "\nb.png" not in ran.out


def test_the_time_of_the_check_can_be_stated(labelled: Path) -> None:
    for said, told in (
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"),
        ("2026-11-22T18:00:00+08:00", "2026-11-22T10:00:00Z"),
        ("2026-11-22", "2026-11-22T00:00:00Z"),
    ):
        ran = qingjian("label", "verify", labelled, "--json", "--at", said)
        assert ran.rows[0]["checked_at"] == told


def test_every_carrier_is_listed_with_its_place_and_source() -> None:
    ran = qingjian("label", "carriers", "--json")
    listed = json.loads(ran.out)
    assert [one["carrier"] for one in listed] == [*carriers(), *["sidecar"] * len(SIDECARS)]
    first = next(one for one in listed if one["carrier"] == "png")
    assert first["suffixes"] == list(codec("png").suffixes)
    assert all(one["place"] and one["source"] for one in listed)
    table = qingjian("label", "carriers")
    assert table.code == 0
    assert all(re.search(rf"^{name} ", table.out, re.M) for name in [*carriers(), "sidecar"])
