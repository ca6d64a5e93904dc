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

from qingjian.cli import app as _app  # noqa: F401  imported once, before the forks
from qingjian.labels import label as _label  # noqa: F401  imported once too

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
    "one label": Shape("one.md", (block(LABEL) + BODY).encode(), ["front matter"]),
    "thirty labels": Shape(
        "thirty.md",
        (block(LABEL) * 30 + BODY).encode(),
        ["front matter"] * 30,
        {"label.stacked"},
        ("30 labels merged",),
    ),
    "byte order marks": Shape(
        "bom.md",
        ("\ufeff" + block(LABEL) + "\ufeff" + block(LABEL) + BODY).encode(),
        ["front matter", "front matter"],
        {"label.stacked", "place.bom"},
        ("2 labels merged",),
    ),
    "pushed into the body": Shape(
        "pushed.md",
        ("---\ntitle: x\n---\n\n" + BODY + "\n" + block(LABEL) + "\n" + BODY).encode(),
        ["front matter in the body"],
        {"place.body"},
    ),
    "Label: AIGC": Shape(
        "word.md",
        block(
            LABEL | {"Label": "AIGC", "ContentProducer": "Some Agent", "ProduceID": "0" * 32}
        ).encode(),
        ["front matter"],
        {"label.value", "field.placeholder", "field.charset"},
        ("Label 'AIGC' written as 1",),
    ),
    "misspelt, 26 letters": Shape(
        "misspelt.md",
        f"---\nAIGC: {json.dumps(MISSPELT)}\n---\n{BODY}".encode(),
        ["front matter"],
        {"field.misspelt", "provider.code"},
        ("ReserveCode1 is written for ReservedCode1",),
    ),
    "codes of null": Shape(
        "null.mp4",
        mp4.crosswritten(json.dumps(NULLS), Path()),
        ["moov/udta/meta/ilst AIGC"],
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
    "tEXt AIGC": Shape(
        "text.png", png(AIGC=JSON), ["tEXt AIGC"], {"place.text"}, ("stands in a text chunk",)
    ),
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
        "description.jpg",
        exif(0x010E, WRAPPED),
        ["EXIF ImageDescription"],
        {"place.exif"},
        ("EXIF ImageDescription",),
    ),
    "entities": Shape(
        "entities.jpg",
        in_xmp(f"<T:AIGC>{escape(ENTITIES)}</T:AIGC>"),
        ["APP1 XMP"],
        {"value.encoding"},
        ("entities",),
    ),
    "entities in a text": Shape(
        "entities.png", png(AIGC=ENTITIES), ["tEXt AIGC"], {"place.text", "value.encoding"}
    ),
    "encoded twice": Shape(
        "twice.jpg",
        in_xmp(f"<T:AIGC>{escape(TWICE)}</T:AIGC>"),
        ["APP1 XMP"],
        {"value.encoding"},
        ("encoded twice",),
    ),
    "wrapped twice": Shape(
        "wrapped.png", png(AIGC=json.dumps({"AIGC": WRAPPED})), ["tEXt AIGC"], {"place.text"}
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
        {"label.stacked", "place.segment", "place.comment", "place.exif"},
        ("5 labels merged",),
    ),
    "meta without udta": Shape(
        "meta.mp4",
        mp4.within(mp4.bare(), [b"moov"], mp4.keyed(("AIGC", JSON))),
        ["moov/meta/ilst AIGC"],
        {"place.meta"},
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


class Told(NamedTuple):
    """What the command line said of the shapes, each by its file's name, and what it left."""

    read: dict[str, dict[str, Any]]
    repaired: dict[str, dict[str, Any]]
    after: dict[str, dict[str, Any]]
    verified: dict[str, dict[str, Any]]
    left: dict[str, bytes]
    twice: dict[str, bytes]


def by_name(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {Path(row["file"]).name: row for row in found}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Read a folder of every shape, repair it in place, look again, and repair it once more."""
    folder = tmp_path_factory.mktemp("shapes")
    for shape in SHAPES.values():
        (folder / shape.name).write_bytes(shape.data)
    read = by_name(rows("read", folder))
    repaired = by_name(rows("repair", folder, "--in-place"))
    left = contents(folder)
    after, verified = by_name(rows("read", folder)), by_name(rows("verify", folder))
    rows("repair", folder, "--in-place")
    return Told(read, repaired, after, verified, left, contents(folder))


every_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)


@every_shape
def test_every_label_is_read_with_its_place_and_its_deviations(told: Told, shape: Shape) -> None:
    found = told.read[shape.name]["marks"]
    for mark in found:
        assert mark["scheme"] == "gb45438"
        assert 0 <= mark["at"]["start"] < mark["at"]["end"] <= len(shape.data)
        assert mark["produce_id"]
    if shape.places:
        assert [mark["place"] for mark in found] == shape.places
    else:
        assert len({mark["place"] for mark in found}) == len(found) == 5
    assert {d["id"] for mark in found for d in mark["deviations"]} == shape.deviations


@every_shape
def test_repair_leaves_one_clean_label_and_tells_what_it_changed(told: Told, shape: Shape) -> None:
    done = told.repaired[shape.name]
    for words in shape.changes:
        assert any(words in note for note in done["notes"]), done["notes"]
    (mark,) = told.after[shape.name]["marks"]
    assert mark["label"] == done["mark"]["label"] == "1"
    assert list(mark["fields"]) == list(LABEL)[1:]
    left = {d["id"] for d in mark["deviations"]}
    assert left <= {"provider.code", "field.placeholder", "field.charset", "place.bom"}
    assert told.verified[shape.name]["verdict"] == "confirmed"
    assert told.verified[shape.name]["show"]
    assert told.twice[shape.name] == told.left[shape.name]


@every_shape
def test_what_people_see_stays(told: Told, shape: Shape) -> None:
    before, after = shape.data, told.left[shape.name]
    if shape.name.endswith(".md"):
        assert (BODY in before.decode()) == after.decode().endswith(BODY)
    elif shape.name.endswith(".mp4"):
        assert mp4.content(after) == mp4.content(before)
    else:
        seen = [Image.open(io.BytesIO(d)).convert("RGB").tobytes() for d in (before, after)]
        assert seen[0] == seen[1]


def test_labels_that_exiftool_writes_are_repaired(tmp_path: Path) -> None:
    asked = {
        "a.jpg": ("EXIF:UserComment", jpeg()),
        "b.jpg": ("EXIF:ImageDescription", jpeg()),
        "c.jpg": ("IPTC:Caption-Abstract", jpeg()),
        "d.jpg": ("File:Comment", jpeg()),
        "e.png": ("PNG:Comment", png()),
    }
    for name, (tag, data) in asked.items():
        (tmp_path / name).write_bytes(data)
        command = [needs.tool("exiftool"), "-q", "-overwrite_original", f"-{tag}={WRAPPED}"]
        subprocess.run([*command, str(tmp_path / name)], check=True, timeout=60)
    assert [len(row["marks"]) for row in rows("read", tmp_path)] == [1] * len(asked)
    rows("repair", tmp_path, "--in-place")
    assert [len(row["marks"]) for row in rows("read", tmp_path)] == [1] * len(asked)
    assert {row["verdict"] for row in rows("verify", tmp_path)} == {"confirmed"}
    for name in asked:
        assert (tmp_path / name).read_bytes().count(CODE.encode()) == 2, "producer, propagator"
