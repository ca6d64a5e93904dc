from __future__ import annotations

import importlib
import io
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests import needs
from tests.labels import certificates
from tests.labels.formats import samples
from tests.labels.formats.samples import docx as docx_sample
from tests.labels.formats.samples import markdown as md_sample
from tests.labels.formats.samples import png as png_sample

import qingjian as qj
from qingjian.core.errors import DamagedFile, InputError, UsageError, Vanished
from qingjian.core.types import ByteRange
from qingjian.labels import c2pa, file, label, sidecar, sign
from qingjian.labels.carriers import codec, names
from qingjian.labels.mark import Edit, Mark
from qingjian.labels.payload import PAYLOADS, REARRANGED

PNG = png_sample.plain()
MARK = label.mark("001191110102MACQD9K64010000", "img-1")
KEY = sign.key_of(
    ed25519.Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
)


def gb(marks: list[Mark]) -> list[tuple[str, dict[str, str]]]:
    found = [m for m in marks if m.scheme == "gb45438"]
    return [(m.label, {k: v for k, v in m.fields.items() if v}) for m in found]


def test_the_readme_line_works() -> None:
    assert qj.label is label
    made = qj.label.write(PNG, qj.label.mark("001191110102MACQD9K64010000", "img-1"))
    assert gb(qj.label.read(made)) == [("1", MARK.fields)]
    assert qj.label.verify(made).verdict == "confirmed"
    assert qj.label.read(qj.label.strip(made)) == []


@pytest.mark.parametrize("name", names())
def test_every_carrier_is_signed_and_a_forged_field_is_noticed(name: str, tmp_path: Path) -> None:
    suffix = codec(name).suffixes[0]
    path = tmp_path / f"file{suffix}"
    path.write_bytes(importlib.import_module(f"{samples.__name__}.{name}").plain())
    done = label.write_file(path, MARK, key=KEY)
    assert (done.carrier, done.path) == (name, path)
    assert label.verify(path).signatures == ("unpinned",)
    verdict = label.verify(path, keys={KEY.public()})
    assert (verdict.verdict, verdict.signatures) == ("confirmed", ("valid",))
    moved = label.propagate(path, "platform", "88")
    label.write_file(path, moved, key=KEY, code="ReservedCode2")
    verdict = label.verify(path, keys={KEY.public()})
    assert (verdict.verdict, verdict.signatures) == ("confirmed", ("valid",)), "propagated"
    label.write_file(path, Mark("gb45438", "1", {**moved.fields, "ProduceID": "forged"}))
    assert label.verify(path).verdict == "contradicted"


@pytest.mark.parametrize("name", names())
def test_a_changed_byte_of_what_is_covered_is_never_valid(name: str) -> None:
    file_name = f"file{codec(name).suffixes[0]}"
    plain = importlib.import_module(f"{samples.__name__}.{name}").plain()
    made = label.write(plain, MARK, file_name, KEY)
    told = label.verify(made, file_name, keys={KEY.public()})
    assert told.signatures == ("valid",)
    covered = PAYLOADS.get(name)
    if covered is None:
        away = codec(name).write(made, None)
        places = [i for i in range(len(made)) if not any(e.start <= i < e.end for e in away)]
    else:
        ranges = [part for part in covered(made) if isinstance(part, ByteRange)]
        places = [i for part in ranges for i in range(part.start, part.end)]
    assert places
    valid = []
    for place in places[:: max(1, len(places) // 60)]:
        changed = bytearray(made)
        changed[place] ^= 1
        verdict = label.verify(bytes(changed), file_name, keys={KEY.public()})
        if "valid" in verdict.signatures:
            valid.append(place)
    assert valid == []


def test_a_document_signed_since_is_not_judged(tmp_path: Path) -> None:
    made = label.write(docx_sample.plain(), MARK, "a.docx", KEY)
    whole = io.BytesIO(made)
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr("_xmlsignatures/origin.sigs", b"")
    verdict = label.verify(whole.getvalue(), "a.docx")
    assert (verdict.verdict, verdict.signatures) == ("confirmed", ("none",))


def test_the_guides_form_covers_the_words_alone_and_that_is_said(tmp_path: Path) -> None:
    needs.package("gmalg")
    from qingjian.labels.sm2 import SM2Key

    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    label.write_file(path, MARK, key=SM2Key(bytes(31) + b"\7"), code="TC260PG")
    verdict = label.verify(path)
    assert (verdict.verdict, verdict.signatures) == ("confirmed", ("unpinned",))
    assert "not the file" in verdict.basis[-1]


def test_changed_content_is_noticed() -> None:
    made = bytearray(label.write(md_sample.plain(), MARK, "a.md", KEY))
    assert label.verify(bytes(made), "a.md").verdict == "confirmed"
    made[-3:] = b"!\n"
    verdict = label.verify(bytes(made), "a.md")
    assert (verdict.verdict, verdict.signatures) == ("contradicted", ("invalid",))


def test_the_door_has_the_labels_people_see_and_the_code_of_a_provider() -> None:
    made = qj.label.with_notice("正文。\n".encode(), "a.txt")
    assert qj.label.check_explicit(made, "a.txt").fit
    how = qj.label.Notice("AI合成", at="end")
    assert qj.label.with_notice("正文。\n".encode(), "a.txt", how).endswith("AI合成\n".encode())
    assert qj.label.provider_code("91110102MACQD9K640") == "001191110102MACQD9K64010000"
    assert {name for name in qj.label.__all__ if not hasattr(qj.label, name)} == set()
    with pytest.raises(AttributeError):
        _ = qj.label.none


def test_a_file_is_changed_in_place_or_beside(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    done = label.write_file(path, MARK, tmp_path / "b.png")
    assert path.read_bytes() == PNG
    assert gb(label.read(done.path)) == [("1", MARK.fields)]
    label.write_file(str(path), MARK, sync=False)
    assert path.read_bytes() == (tmp_path / "b.png").read_bytes() == label.write(PNG, MARK)


def test_large_files_are_written_as_small_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    monkeypatch.setattr(file, "WHOLE_BYTES", 10)
    label.write_file(path, MARK)
    assert path.read_bytes() == label.write(PNG, MARK)
    assert label.verify(path).verdict == "confirmed"


@pytest.mark.parametrize("name", ["a.txt", "a.bmp", "a.ofd"])
def test_a_format_without_a_place_gets_a_sidecar(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"BM the content")
    assert label.verify(path).verdict == "unmarked"
    done = label.write_file(path, MARK)
    assert (done.carrier, done.path) == ("sidecar", sidecar.path_of(path))
    assert done.notes
    assert path.read_bytes() == b"BM the content"
    verdict = label.verify(path)
    assert (verdict.verdict, verdict.carrier) == ("confirmed", "sidecar")
    assert verdict.marks[0].deviations == ()
    path.write_bytes(b"BM other content")
    assert "sidecar.digest" in [d.id for d in label.verify(path).marks[0].deviations]
    copy = label.write_file(path, MARK, tmp_path / f"copy-{name}")
    assert (tmp_path / f"copy-{name}").read_bytes() == b"BM other content"
    assert copy.path.is_file()


def test_a_text_that_has_no_place_gets_a_sidecar(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[1, 2]")
    done = label.write_file(path, MARK)
    assert (done.carrier, done.path) == ("sidecar", sidecar.path_of(path))
    assert "no object" in done.notes[0]
    assert label.verify(path).verdict == "confirmed"
    with pytest.raises(InputError, match="no XMP"):
        label.write_file(path, MARK, beside=label.Beside(iptc=True))


def test_what_other_schemes_say_stands_beside(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    chain, key = certificates.chain()
    done = label.write_file(path, MARK, beside=label.Beside(True, chain, key))
    assert done.notes == ("a C2PA manifest covers the label",)
    assert [m.scheme for m in label.read(path)] == ["gb45438", "c2pa", "iptc"]
    again = label.write_file(path, MARK)
    assert "sign it anew" in again.notes[0]


@pytest.mark.parametrize("name", sorted(c2pa.MEDIA_TYPES))
def test_a_signed_label_holds_under_a_manifest_or_is_refused(tmp_path: Path, name: str) -> None:
    needs.package("c2pa")
    path = tmp_path / f"a.{name}"
    sample = importlib.import_module(f"tests.labels.formats.samples.{name}")
    path.write_bytes(sample.plain())
    chain, chain_key = certificates.chain()
    beside = label.Beside(False, chain, chain_key)
    if name in REARRANGED:
        with pytest.raises(InputError, match="a manifest moves what") as told:
            label.write_file(path, MARK, key=KEY, beside=beside)
        assert "leave --key away" in told.value.hint
        assert path.read_bytes() == sample.plain()
        return
    label.write_file(path, MARK, key=KEY, beside=beside)
    seen = label.verify(path)
    assert seen.verdict == "confirmed"
    by_scheme = {m.scheme: (m, s) for m, s in zip(seen.marks, seen.signatures, strict=True)}
    assert by_scheme["gb45438"][1] == "unpinned"
    assert by_scheme["c2pa"][0].fields["state"] != "broken"


def test_bytes_without_a_place_are_refused_with_the_way_out() -> None:
    with pytest.raises(InputError, match="plain text has no place") as told:
        label.write(b"text", MARK, "a.txt")
    assert "sidecar" in told.value.hint
    with pytest.raises(InputError, match="no format that is handled"):
        label.write(b"\x00\x01\x02", MARK)
    with pytest.raises(InputError):
        label.strip(b"\x00", "a.bin")


def test_what_cannot_be_read_is_an_answer_of_verify(tmp_path: Path) -> None:
    assert label.verify(PNG[:60]).verdict == "damaged"
    assert label.verify(b"\x00\x01").verdict == "unsupported"
    with pytest.raises(DamagedFile):
        label.read(PNG[:60])
    with pytest.raises(InputError):
        label.read(b"\x00\x01")
    with pytest.raises(Vanished):
        label.read(tmp_path / "none.png")
    (tmp_path / "odd.xyz").write_bytes(b"\x00")
    with pytest.raises(InputError, match="no format that is handled"):
        label.write_file(tmp_path / "odd.xyz", MARK)


def test_a_damaged_file_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG[:-5])
    with pytest.raises(DamagedFile):
        label.write_file(path, MARK)
    assert path.read_bytes() == PNG[:-5]


def test_what_is_not_read_back_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    monkeypatch.setattr(codec("png"), "write", lambda data, value: [Edit(0, 0, b"")])
    with pytest.raises(DamagedFile, match="not what is read back"):
        label.write_file(path, MARK)
    assert path.read_bytes() == PNG


@pytest.mark.parametrize(
    ("producer", "number", "value", "more"),
    [
        ("p", "1", "4", {}),
        ("p", "1", "AIGC", {}),
        ("p", "1", "1", {"Own": "x"}),
        ("p\n", "1", "1", {}),
        ("p", "\ud800", "1", {}),
        ("p", "x" * 20_001, "1", {}),
    ],
)
def test_a_label_that_should_not_be_written_is_refused(
    producer: str, number: str, value: str, more: dict[str, str]
) -> None:
    with pytest.raises(UsageError):
        label.mark(producer, number, value, **more)


def test_a_crooked_label_is_repaired(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    block = '---\nAIGC:\n  Label: "AIGC"\n  ContentProducer: p\n  ReserveCode1: r\n---\n'
    path.write_text(block * 5 + "正文。\n")
    found = label.repair(path)
    assert found.mark.label == "1"
    assert "5 labels merged into one" in found.changes
    label.write_file(path, found.mark)
    assert gb(label.read(path)) == [("1", {"ContentProducer": "p", "ReservedCode1": "r"})]
    assert path.read_text().endswith("---\n正文。\n")


def test_a_signature_that_does_not_hold_is_told_by_repair() -> None:
    made = label.write(PNG, MARK, key=KEY)
    assert label.repair(made).changes == ()
    (mark,) = [m for m in label.read(made) if m.scheme == "gb45438"]
    forged = label.write(made, Mark("gb45438", "2", mark.fields))
    assert label.repair(forged).changes == ("its signature does not hold",)


def test_a_platform_adds_its_fields() -> None:
    made = label.write(PNG, MARK)
    found = label.propagate(made, "平台", "88")
    assert found.label == "1"
    assert found.fields["ContentProducer"] == MARK.fields["ContentProducer"]
    assert (found.fields["ContentPropagator"], found.fields["PropagateID"]) == ("平台", "88")


def test_a_platform_labels_what_users_declare_or_traces_show() -> None:
    assert label.propagate(PNG, "平台", "1", declared=True).label == "2"
    with pytest.raises(UsageError, match="nothing says that AI made it"):
        label.propagate(PNG, "平台", "1")
    for broken in (b"\x00", PNG[:60]):
        with pytest.raises(InputError):
            label.propagate(broken, "平台", "1", declared=True)


def test_real_exports_are_read_rightly() -> None:
    folder = needs.shared("data", "media_wild")
    told = {p.name: label.verify(p) for p in sorted(folder.glob("*.png"))}
    schemes = {name: {m.scheme for m in v.marks} for name, v in told.items()}
    assert all(v.verdict == "confirmed" for v in told.values())
    assert schemes["doubao_black_1x1_1.png"] == {"gb45438"}
    assert schemes["chatgpt-1.png"] == schemes["firefly-1.png"] == {"c2pa"}
    assert schemes["samsung_black_1.png"] == {"c2pa", "samsung"}
    assert schemes["mj-1.png"] == {"iptc", "midjourney"}
    doubao = told["doubao_black_1x1_1.png"].marks[0]
    assert (doubao.label, doubao.deviations) == ("1", ())
    assert told["firefly-1.png"].marks[0].fields["claim_generator"] == "Adobe_Firefly"


def test_photographs_are_unmarked() -> None:
    photos = sorted(needs.shared("data", "photos").glob("*.png"))
    assert len(photos) == 10
    assert {label.verify(p).verdict for p in photos} == {"unmarked"}


def test_a_changed_byte_breaks_a_real_manifest() -> None:
    data = bytearray((needs.shared("data", "media_wild") / "firefly-1.png").read_bytes())
    data[-1000] ^= 1
    verdict = label.verify(bytes(data))
    assert verdict.verdict == "contradicted"
    assert "dataHash.mismatch" in verdict.basis[0]
    labelled = label.verify(label.write(bytes(data), MARK))
    assert labelled.verdict == "confirmed"
    assert len(labelled.basis) == 2
