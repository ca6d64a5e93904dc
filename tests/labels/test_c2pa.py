from __future__ import annotations

import builtins
from typing import Any

import pytest
from tests import needs
from tests.labels.certificates import chain
from tests.labels.formats.samples import markdown, mp4, pdf, png

from qingjian.core.errors import InputError, MissingExtra, UsageError
from qingjian.labels import c2pa, label

MARK = label.mark("p", "1")
CHAIN, KEY = chain()
CREATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def manifests(data: bytes) -> list[dict[str, str]]:
    return [m.fields for m in label.read(data) if m.scheme == "c2pa"]


@pytest.mark.parametrize("sample", [png, mp4, pdf], ids=["png", "mp4", "pdf"])
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


def without(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name == "c2pa":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)


def test_without_the_package_a_manifest_is_read_and_not_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = c2pa.manifested(label.write(png.plain(), MARK), "png", CHAIN, KEY)
    without(monkeypatch)
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
