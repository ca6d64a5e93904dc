"""Labels as products write them, through the command line: all read, repaired to one, confirmed."""

from __future__ import annotations

import html
import io
import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tests import needs
from tests.labels.carriers import packet, segment, xmp
from tests.labels.formats.samples import mp4
from tests.process import qingjian

CODE = "001191110102MACQD9K64010000"
SHORT = "001191330101MA27WPYJ18xliu"
LABEL = {
    "Label": "1",
    "ContentProducer": CODE,
    "ProduceID": "cc75f5e99aae4210960acb722f10974e",
    "ReservedCode1": "",
    "ContentPropagator": CODE,
    "PropagateID": "cc75f5e99aae4210960acb722f10974e",
    "ReservedCode2": "",
}
MISSPELT = {
    "Label": "1",
    "ContentProducer": SHORT,
    "ProduceID": "eb57f96d-7673-4300-80b5-8b3cdcc1996a",
    "ReserveCode1": "iflow",
    "ReserveCode2": "iflow",
}
NULLS = {**LABEL, "ReservedCode1": None, "ReservedCode2": None}
JSON = json.dumps(LABEL, separators=(",", ":"))
WRAPPED = json.dumps({"AIGC": LABEL})
BODY = "# 正文\n\n写了些什么。\n"
WRONG = "http://ns.adobe.com/xap/1.0/tc/"


class Shape(NamedTuple):
    """
    A file as a product leaves it, and what is to be told of it.

    Args:
        name: the file's name.
        data: its bytes.
        places: the place of every label, in order.
        deviations: ids that are told of the labels, each once.
        changes: words that `repair` says, each in a sentence of its own.
    """

    name: str
    data: bytes
    places: list[str]
    deviations: set[str] = set()
    changes: tuple[str, ...] = ()


def block(fields: dict[str, Any]) -> str:
    """Give a front matter in the form most exports have."""
    lines = "".join(f"    {key}: {json.dumps(value)}\n" for key, value in fields.items())
    return f"---\nAIGC:\n{lines}---\n"


def png(**texts: str) -> bytes:
    """Give a PNG whose texts Pillow wrote."""
    info, file = PngInfo(), io.BytesIO()
    for key, value in texts.items():
        info.add_text(key, value)
    Image.new("RGB", (9, 7), "teal").save(file, "PNG", pnginfo=info)
    return file.getvalue()


def jpeg(*segments: bytes, **exif: bytes) -> bytes:
    """Give a JPEG that Pillow wrote, with further segments behind its first."""
    file = io.BytesIO()
    Image.new("RGB", (9, 7), "teal").save(file, "JPEG", **exif)
    data = file.getvalue()
    at = 4 + int.from_bytes(data[4:6], "big")
    return data[:at] + b"".join(segments) + data[at:]


def in_xmp(body: str, attribute: str = "") -> bytes:
    """Give a JPEG with a packet."""
    start = b"http://ns.adobe.com/xap/1.0/\x00"
    return jpeg(segment(0xE1, start + packet(body, attribute)))


def tags(values: dict[int, str | bytes]) -> bytes:
    """Give EXIF as Pillow writes it; UserComment stands in a directory of its own."""
    made = Image.Exif()
    for tag, value in values.items():
        (made.get_ifd(0x8769) if tag == 0x9286 else made)[tag] = value
    return made.tobytes()


def exif(tag: int, value: str | bytes) -> bytes:
    """Give a JPEG with a tag of EXIF."""
    return jpeg(exif=tags({tag: value}))


ENTITIES = html.escape(JSON)
TWICE = json.dumps(JSON)
ITUNES = mp4.box(b"udta", mp4.itunes(mp4.box(b"\xa9cmt", mp4.words(WRAPPED))))
SHAPES = {
    "one label": Shape("one.md", (block(LABEL) + BODY).encode(), ["front matter AIGC"]),
    "thirty labels": Shape(
        "thirty.md",
        (block(LABEL) * 30 + BODY).encode(),
        ["front matter AIGC"] + [f"front matter {n} AIGC" for n in range(2, 31)],
        {"label.stacked", "place.block"},
        ("30 labels merged",),
    ),
    "byte order marks": Shape(
        "bom.md",
        ("\ufeff" + block(LABEL) + "\ufeff" + block(LABEL) + BODY).encode(),
        ["front matter AIGC", "front matter 2 AIGC"],
        {"label.stacked", "place.block", "value.encoding"},
        ("2 labels merged",),
    ),
    "pushed into the body": Shape(
        "pushed.md",
        ("---\ntitle: x\n---\n\n" + BODY + "\n" + block(LABEL) + "\n" + BODY).encode(),
        ["front matter AIGC"],
        {"place.block"},
    ),
    "Label: AIGC": Shape(
        "word.md",
        block(
            LABEL | {"Label": "AIGC", "ContentProducer": "Some Agent", "ProduceID": "0" * 32}
        ).encode(),
        ["front matter AIGC"],
        {"label.value", "field.placeholder"},
        ("Label 'AIGC' written as 1",),
    ),
    "misspelt, 26 letters": Shape(
        "misspelt.md",
        f"---\nAIGC: {json.dumps(MISSPELT)}\n---\n{BODY}".encode(),
        ["front matter AIGC"],
        {"field.misspelt", "provider.code"},
        ("ReserveCode1 is written for ReservedCode1",),
    ),
    "codes of null": Shape(
        "null.mp4",
        mp4.crosswritten(json.dumps(NULLS), Path()),
        ["moov/udta/meta AIGC"],
        {"field.type"},
        ("ReservedCode1 is no text",),
    ),
    "an attribute": Shape(
        "attribute.jpg",
        in_xmp("", f" T:AIGC={quoteattr(JSON)}"),
        ["APP1 XMP"],
        {"xmp.attribute"},
        ("attribute",),
    ),
    "a structure": Shape(
        "structure.jpg",
        jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + xmp(LABEL, "resource"))),
        ["APP1 XMP"],
        {"xmp.structure"},
        ("structure",),
    ),
    "another namespace": Shape(
        "namespace.jpg",
        in_xmp(f'<w:AIGC xmlns:w="{WRONG}">{escape(JSON)}</w:AIGC>'),
        ["APP1 XMP"],
        {"xmp.namespace"},
        ("namespace",),
    ),
    "tEXt AIGC": Shape("text.png", png(AIGC=JSON), ["tEXt AIGC"], {"place.chunk"}, ("tEXt",)),
    "EXIF UserComment": Shape(
        "comment.jpg",
        exif(0x9286, b"ASCII\x00\x00\x00" + WRAPPED.encode()),
        ["EXIF UserComment"],
    ),
    "EXIF UserComment in UTF-16": Shape(
        "wide.jpg",
        exif(0x9286, b"UNICODE\x00" + WRAPPED.encode("utf-16-be")),
        ["EXIF UserComment"],
    ),
    "EXIF ImageDescription": Shape(
        "description.jpg", exif(0x010E, WRAPPED), ["EXIF ImageDescription"]
    ),
    "entities": Shape(
        "entities.jpg",
        in_xmp(f"<T:AIGC>{escape(ENTITIES)}</T:AIGC>"),
        ["APP1 XMP"],
        {"value.encoding"},
        ("entities",),
    ),
    "entities in a text": Shape(
        "entities.png", png(AIGC=ENTITIES), ["tEXt AIGC"], {"place.chunk", "value.encoding"}
    ),
    "encoded twice": Shape(
        "twice.jpg",
        in_xmp(f"<T:AIGC>{escape(TWICE)}</T:AIGC>"),
        ["APP1 XMP"],
        {"value.encoding"},
        ("encoded twice",),
    ),
    "wrapped twice": Shape(
        "wrapped.png", png(AIGC=json.dumps({"AIGC": WRAPPED})), ["tEXt AIGC"], {"place.chunk"}
    ),
    "glued to a segment": Shape(
        "glued.jpg",
        jpeg(segment(0xE1, b"AIGC" + JSON.encode())),
        ["APP1"],
        {"place.segment"},
    ),
    "everywhere at once": Shape(
        "all.jpg",
        jpeg(
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + xmp(LABEL)),
            segment(0xE2, b"AIGC" + JSON.encode()),
            segment(0xFE, WRAPPED.encode()),
            exif=tags({0x010E: WRAPPED, 0x9286: b"ASCII\x00\x00\x00" + WRAPPED.encode()}),
        ),
        [],
        {"label.stacked"},
        ("5 labels merged",),
    ),
    "meta without udta": Shape(
        "meta.mp4", mp4.SHAPES["moov/meta, no user data"], ["moov/meta AIGC"], {"place.meta"}
    ),
    "ilst without keys": Shape(
        "keyless.mp4",
        mp4.within(mp4.bare(), [b"moov"], ITUNES),
        ["moov/udta/meta/ilst \u00a9cmt"],
        {"place.item"},
        ("not under a key",),
    ),
}


def rows(*arguments: str | Path) -> list[dict[str, Any]]:
    ran = qingjian("label", *arguments, "--json")
    assert ran.code == 0, ran.err
    return ran.rows


def labels(path: Path) -> list[dict[str, Any]]:
    (row,) = rows("read", path)
    return [mark for mark in row["marks"] if mark["scheme"] == "gb45438"]


@pytest.fixture(params=SHAPES.values(), ids=SHAPES)
def shape(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Shape, Path]:
    """Give a shape and its file."""
    made: Shape = request.param
    path = tmp_path / made.name
    path.write_bytes(made.data)
    return made, path


def test_every_label_is_read_with_its_place_and_its_deviations(shape: tuple[Shape, Path]) -> None:
    told, path = shape
    found = labels(path)
    for mark in found:
        at = mark["at"]
        assert 0 <= at["start"] < at["end"] <= len(told.data)
        assert mark["fields"]["ProduceID"]
    if told.places:
        assert [mark["place"] for mark in found] == told.places
    assert {d["id"] for mark in found for d in mark["deviations"]} == told.deviations


def test_repair_leaves_one_clean_label_and_tells_what_it_changed(
    shape: tuple[Shape, Path],
) -> None:
    told, path = shape
    (done,) = rows("repair", path, "--in-place")
    for words in told.changes:
        assert any(words in note for note in done["notes"]), done["notes"]
    assert done["mark"]["label"] == "1"
    (mark,) = labels(path)
    assert list(mark["fields"]) == list(LABEL)[1:]
    about_values = {d["id"] for d in mark["deviations"]}
    assert about_values <= {"provider.code", "field.placeholder"}
    (verdict,) = rows("verify", path)
    assert verdict["verdict"] == "confirmed"
    once = path.read_bytes()
    rows("repair", path, "--in-place")
    assert path.read_bytes() == once


def test_what_people_see_stays(shape: tuple[Shape, Path]) -> None:
    told, path = shape
    rows("repair", path, "--in-place")
    after = path.read_bytes()
    if path.suffix == ".md":
        assert BODY not in told.data.decode() or after.decode().endswith(BODY)
    elif path.suffix == ".mp4":
        assert mp4.content(after) == mp4.content(told.data)
    else:
        seen = [Image.open(io.BytesIO(d)).convert("RGB").tobytes() for d in (told.data, after)]
        assert seen[0] == seen[1]


def test_labels_that_exiftool_writes_are_repaired(tmp_path: Path) -> None:
    for name, tag, start in (
        ("a.jpg", "EXIF:UserComment", jpeg()),
        ("b.jpg", "EXIF:ImageDescription", jpeg()),
        ("c.jpg", "XMP-dc:Description", jpeg()),
        ("d.jpg", "IPTC:Caption-Abstract", jpeg()),
        ("e.jpg", "File:Comment", jpeg()),
        ("f.png", "PNG:Comment", png()),
    ):
        path = tmp_path / name
        path.write_bytes(start)
        command = [needs.tool("exiftool"), "-q", "-overwrite_original", f"-{tag}={WRAPPED}"]
        subprocess.run([*command, str(path)], check=True, timeout=60)
        assert len(labels(path)) == 1, tag
        rows("repair", path, "--in-place")
        assert len(labels(path)) == 1, tag
        assert path.read_bytes().count(CODE.encode()) == 2, tag


def test_thirty_files_are_repaired_in_one_run(tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / f"{number}.png").write_bytes(png(AIGC=JSON, Comment=WRAPPED))
        (tmp_path / f"{number}.jpg").write_bytes(SHAPES["everywhere at once"].data)
        (tmp_path / f"{number}.md").write_bytes(SHAPES["thirty labels"].data)
    assert len(rows("repair", tmp_path, "--in-place")) == 30
    assert all(len(labels(path)) == 1 for path in sorted(tmp_path.iterdir())[:6])
    assert {row["verdict"] for row in rows("verify", tmp_path)} == {"confirmed"}
