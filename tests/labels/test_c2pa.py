from __future__ import annotations

import io
from typing import Any

import pytest
from tests import needs
from tests.absent import absent
from tests.labels.carriers import itxt, packet, png_file
from tests.labels.certificates import chain
from tests.labels.formats.samples import jpeg, markdown, mp4, pdf, png, tiff, webp

from qingjian.core.errors import InputError, MissingExtra, UsageError
from qingjian.labels import c2pa, label

MARK = label.mark("p", "1")
CHAIN, KEY = chain()
CREATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def manifests(data: bytes) -> list[dict[str, str]]:
    return [m.fields for m in label.read(data) if m.scheme == "c2pa"]


@pytest.mark.parametrize(
    "sample", [png, mp4, pdf, jpeg, tiff, webp], ids=["png", "mp4", "pdf", "jpeg", "tiff", "webp"]
)
def test_a_manifest_stands_beside_the_label_and_covers_it(sample: Any) -> None:
    name = sample.__name__.rpartition(".")[2]
    labelled = label.write(sample.plain(), MARK)
    data = c2pa.manifested(labelled, name, CHAIN, KEY)
    assert len(data) - len(labelled) < 20_000, "no thumbnail"
    (fields,) = manifests(data)
    assert fields["state"] == "intact"
    assert fields["DigitalSourceType"] == "trainedAlgorithmicMedia"
    assert fields["claim_generator"] == "qingjian"
    assert "untrusted" in fields["problems"]
    assert [m.fields["ProduceID"] for m in label.read(data) if m.scheme == "gb45438"] == ["1"]
    (changed,) = manifests(label.write(data, label.mark("p", "2")))
    assert changed["state"] == "broken"


def test_without_the_package_a_manifest_is_read_and_not_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = c2pa.manifested(label.write(png.plain(), MARK), "png", CHAIN, KEY)
    absent(monkeypatch, "c2pa")
    (fields,) = manifests(data)
    assert fields == {
        "state": "not_checked",
        "DigitalSourceType": "trainedAlgorithmicMedia",
    }
    with pytest.raises(MissingExtra, match="c2pa-python"):
        c2pa.manifested(data, "png", CHAIN, KEY)


def test_a_store_that_is_none_is_read_on_its_face() -> None:
    from qingjian.core.types import ByteRange
    from qingjian.labels.mark import Held

    store = Held("c2pa", b"junk " + CREATED.encode(), ByteRange(0, 9), "caBX")
    (mark,) = c2pa.marks_of([store], png.plain(), "png")
    assert mark.fields == {
        "state": "not_checked",
        "DigitalSourceType": "trainedAlgorithmicMedia",
    }
    assert mark.label == "1"
    assert c2pa.marks_of([], png.plain(), "png") == []
    (mark,) = c2pa.marks_of([store], b"", "docx")
    assert mark.fields["state"] == "not_checked"


@pytest.mark.parametrize(
    ("action", "source"),
    [
        ("c2pa.created", "digitalCapture"),
        ("c2pa.created", "computationalCapture"),
        ("c2pa.created", "algorithmicMedia"),
        ("c2pa.created", "humanEdits"),
    ],
)
def test_a_manifest_of_a_camera_or_an_editor_says_nothing_of_ai(
    action: str, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, Any] = {"action": action}
    if source:
        told["digitalSourceType"] = "http://cv.iptc.org/newscodes/digitalsourcetype/" + source
    edited = {"action": "c2pa.color_adjustments"}
    assertion = {"label": "c2pa.actions", "data": {"actions": [told, edited]}}
    manifest = {"claim_generator_info": [{"name": "Camera"}], "assertions": [assertion]}
    monkeypatch.setattr(c2pa, "_MANIFEST", manifest)
    for sample, name in ((jpeg, "jpeg"), (png, "png"), (tiff, "tiff")):
        data = c2pa.manifested(sample.plain(), name, CHAIN, KEY)
        (fields,) = manifests(data)
        assert fields["state"] == "intact"
        assert fields.get("DigitalSourceType", "") == source
        assert label.verify(data).verdict == "unmarked"


def test_a_store_split_over_segments_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    thumbnail = '{"builder": {"thumbnail": {"enabled": false}}}'
    monkeypatch.setattr(c2pa, "_NO_THUMBNAIL", thumbnail)
    note = {"label": "org.example.note", "data": {"words": "x" * 150_000}}
    manifest = {**c2pa._MANIFEST, "assertions": [*c2pa._MANIFEST["assertions"], note]}
    monkeypatch.setattr(c2pa, "_MANIFEST", manifest)
    data = c2pa.manifested(jpeg.plain(), "jpeg", CHAIN, KEY)
    assert data.count(b"\xff\xeb") > 2
    (fields,) = manifests(data)
    assert (fields["state"], fields["DigitalSourceType"]) == ("intact", "trainedAlgorithmicMedia")
    absent(monkeypatch, "c2pa")
    (fields,) = manifests(data)
    assert fields["DigitalSourceType"] == "trainedAlgorithmicMedia"


def test_a_manifest_elsewhere_is_told_and_not_fetched() -> None:
    space = ' xmlns:d="http://purl.org/dc/terms/" d:provenance="%s"'
    for address, count in (("https://example.org/m.c2pa", 1), ("my grandfather", 0)):
        data = png_file(itxt(packet("", space % address)))
        marks = label.read(data)
        assert [m.fields for m in marks] == [{"state": "elsewhere", "provenance": address}][:count]
        assert label.verify(data).verdict == "unmarked"


def test_what_cannot_be_signed_is_told() -> None:
    with pytest.raises(InputError, match="markdown files hold no C2PA"):
        c2pa.manifested(markdown.plain(), "markdown", CHAIN, KEY)
    with pytest.raises(UsageError, match="cannot be signed"):
        c2pa.manifested(png.plain(), "png", b"no certificate", KEY)
    with pytest.raises(UsageError, match="key"):
        c2pa.manifested(png.plain(), "png", CHAIN, b"no key")


@pytest.mark.parametrize(
    ("name", "source", "by"),
    [
        ("chatgpt-1.png", "trainedAlgorithmicMedia", "ChatGPT"),
        ("firefly-1.png", "trainedAlgorithmicMedia", "Adobe_Firefly"),
        ("samsung_black_1.png", "compositeWithTrainedAlgorithmicMedia", "Galaxy S25"),
    ],
)
def test_real_exports_state_who_made_them(name: str, source: str, by: str) -> None:
    data = (needs.shared("data", "media_wild") / name).read_bytes()
    (fields,) = manifests(data)
    assert fields["state"] == "intact"
    assert fields["DigitalSourceType"] == source
    assert fields["claim_generator"].startswith(by)


def test_a_camera_picture_opened_in_an_editor_says_nothing_of_ai() -> None:
    from c2pa import Builder, C2paSignerInfo, Signer

    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["before"]}}
    actions = {"actions": [opened, {"action": "c2pa.color_adjustments"}]}
    manifest = {
        "claim_generator_info": [{"name": "Editor"}],
        "assertions": [{"label": "c2pa.actions.v2", "data": actions}],
    }
    ingredient = {"title": "before", "relationship": "parentOf", "instance_id": "before"}
    made = io.BytesIO()
    info = C2paSignerInfo(b"es256", CHAIN, KEY, None)
    with Signer.from_info(info) as signer, Builder(manifest) as builder:
        builder.add_ingredient(ingredient, "image/jpeg", io.BytesIO(jpeg.plain()))
        builder.sign(signer, "image/jpeg", io.BytesIO(jpeg.plain()), made)
    (fields,) = manifests(made.getvalue())
    assert (fields["state"], fields["claim_generator"]) == ("intact", "Editor")
    assert label.verify(made.getvalue()).verdict == "unmarked"
