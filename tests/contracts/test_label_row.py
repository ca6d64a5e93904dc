"""What the label verbs print with --json is what docs/reference/contract.schema.json says."""

from __future__ import annotations

import copy
import importlib
import json
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.labels.formats import samples
from tests.labels.formats.samples import png
from tests.needs import ROOT
from tests.process import qingjian

from qingjian.labels import label
from qingjian.labels.carriers import codec, names
from qingjian.labels.mark import Mark
from qingjian.labels.verify import SHOW, Answer, Signature

SCHEMA = json.loads((ROOT / "docs" / "reference" / "contract.schema.json").read_text("utf-8"))
DEFS = SCHEMA["$defs"]
LABELLED = label.write(png.plain(), label.mark("p", "7"))
ODD = '---\nAIGC: {Label: "1", ProduceID: 0000, Long: "\\u202e\\0"}\n---\n'
SURROGATES = r'{"AIGC": {"Label": "1", "ContentProducer": "\ud800", "\udfff": "x"}}'


def faults(name: str, made: Any) -> list[str]:
    schema = {"$schema": SCHEMA["$schema"], "$defs": DEFS, "$ref": f"#/$defs/{name}"}
    return [f"{e.json_path}: {e.message}" for e in Draft202012Validator(schema).iter_errors(made)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for name in names():
        module = importlib.import_module(f"{samples.__name__}.{name}")
        (folder / f"plain-{name}{codec(name).suffixes[0]}").write_bytes(module.plain())
        for shape, data in getattr(module, "SHAPES", {}).items():
            path = folder / f"shape-{name}-{len(shape)}{codec(name).suffixes[0]}"
            path.write_bytes(data)
    (folder / "odd.md").write_text(ODD)
    (folder / "surrogates.json").write_text(SURROGATES)
    (folder / "one.png").write_bytes(LABELLED)
    (folder / "torn.png").write_bytes(LABELLED[:-20])
    (folder / "empty.bin").write_bytes(b"")
    (folder / "words.txt").write_text("words")
    (folder / "words.txt.aigc.json").write_text('{"AIGC": {"Label": "2"}}')
    forged = Mark("gb45438", "1", {"ReservedCode1": "QJ1.ED25519.x.y.z"})
    (folder / "forged.png").write_bytes(label.write(png.plain(), forged))
    trace = {"prompt": "a cat", "sampler": "Euler", "steps": 20}
    (folder / "trace.json").write_text(json.dumps({"parameters": trace, "Software": "NovelAI"}))
    return folder


@pytest.mark.parametrize("verb", ["read", "verify"])
def test_every_row_of_read_and_verify_keeps_the_contract(verb: str, folder: Path) -> None:
    ran = qingjian("label", verb, ".", "--json", folder=folder)
    assert ran.err == ""
    assert [f"{r['file']} {f}" for r in ran.rows for f in faults("label_row", r)] == []
    by_name = {row["file"]: row for row in ran.rows}
    assert len(by_name) >= len(names()) + 6
    assert {row["carrier"] for row in ran.rows} >= {*names(), "sidecar", ""}
    verdicts = {name: row["verdict"] for name, row in by_name.items()}
    assert verdicts["words.txt"] == "possible"
    assert verdicts["torn.png"] == "damaged"
    assert verdicts["forged.png"] == "contradicted"
    assert {"confirmed", "unmarked", "unsupported"} <= set(verdicts.values())
    kinds = {m["at"]["kind"] for row in ran.rows for m in row["marks"]}
    assert kinds == {"span", "bytes"}
    assert by_name["forged.png"]["marks"][0]["signature"] == "invalid"


def test_every_row_of_what_is_written_keeps_the_contract(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    by = ("--producer", "p", "--produce-id", "{n}")
    ran = qingjian(
        "label", "write", "plain-*", "words.txt", *by, "-o", out, "--json", folder=folder
    )
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.rows) == len(names()) + 1
    assert [f for row in ran.rows for f in faults("label_written", row)] == []
    assert {row["carrier"] for row in ran.rows} == {*names(), "sidecar"}
    assert any(row["notes"] for row in ran.rows)
    by = ("--propagator", "q", "--propagate-id", "8")
    for verb in (("repair",), ("propagate", *by)):
        ran = qingjian("label", *verb, "one.png", "-o", out, "--json", folder=folder)
        assert [faults("label_written", row) for row in ran.rows] == [[]]


def test_the_list_of_carriers_keeps_the_contract() -> None:
    assert faults("label_carriers", json.loads(qingjian("label", "carriers", "--json").out)) == []


def test_the_entry_of_a_copy_without_a_label_keeps_the_contract(
    folder: Path, tmp_path: Path
) -> None:
    asked = ("--to", "u", "--agreement", "v3", "--why", "TV", "--log", tmp_path / "log")
    for name in ("one.png", "odd.md"):
        out = tmp_path / name
        ran = qingjian(
            "label", "export-unlabelled", name, *asked, "-o", out, "--json", folder=folder
        )
        assert [faults("label_unlabelled", row) for row in ran.rows] == [[]]


def test_every_row_of_what_survives_keeps_the_contract(folder: Path, tmp_path: Path) -> None:
    data = bytearray(LABELLED)
    data[data.index(b"IDAT") + 6] ^= 0xFF
    (tmp_path / "broken.png").write_bytes(data)
    ran = qingjian(
        *("label", "strip-check", "one.png", "odd.md", tmp_path / "broken.png", "--json"),
        folder=folder,
    )
    assert (ran.code, ran.err) == (0, "")
    assert [faults("label_survival", row) for row in ran.rows] == [[], [], []]
    assert all(step["error"] for step in ran.rows[2]["steps"])


MARK: dict[str, Any] = {
    "scheme": "gb45438",
    "label": "1",
    "producer": "p",
    "produce_id": "7",
    "propagator": "",
    "propagate_id": "",
    "place": "iTXt",
    "at": {"kind": "bytes", "start": 1, "end": 2},
    "deviations": [{"id": "field.missing", "clause": "6.1", "what": "x"}],
    "signature": "none",
    "fields": {"ContentProducer": "p"},
}
GOOD: dict[str, Any] = {
    "label_row": {
        "file": "a.png",
        "carrier": "png",
        "verdict": "confirmed",
        "basis": ["so"],
        "show": SHOW["confirmed"],
        "marks": [MARK],
        "checked_at": "2026-11-22T10:00:00Z",
    },
    "label_written": {
        "file": "a.png",
        "written": "b.png",
        "carrier": "png",
        "mark": MARK,
        "notes": ["so"],
    },
    "label_carriers": [
        {"carrier": "png", "suffixes": [".png"], "place": "iTXt", "source": "PNG 3"}
    ],
    "label_unlabelled": {
        "seq": 0,
        "at": "2026-11-22T10:00:00Z",
        "file": "a.png",
        "to": "u",
        "agreement": "v3",
        "why": "TV",
        "producer": "p",
        "produce_id": "7",
        "sha256_file": "0" * 64,
        "sha256_copy": "f" * 64,
        "implicit": "kept",
        "keep_until": "2027-05-25T10:00:00Z",
        "hash": "a" * 64,
    },
    "label_survival": {
        "file": "a.png",
        "steps": [{"step": "resize", "kept": ["c2pa"], "lost": ["gb45438"], "error": ""}],
    },
}


def objects(good: Any) -> Iterator[Callable[[Any], Any]]:
    """Give the way to every object in a row whose keys are closed."""
    if isinstance(good, list):
        yield lambda r: r[0]
        return
    yield lambda r: r
    if "marks" in good:
        yield lambda r: r["marks"][0]
        yield lambda r: r["marks"][0]["at"]
        yield lambda r: r["marks"][0]["deviations"][0]
    if "mark" in good:
        yield lambda r: r["mark"]
    if "steps" in good:
        yield lambda r: r["steps"][0]


@pytest.mark.parametrize("name", GOOD)
def test_no_object_takes_another_key_or_does_without_one(name: str) -> None:
    good = GOOD[name]
    assert faults(name, good) == []
    for way in objects(good):
        more = copy.deepcopy(good)
        way(more)["more"] = 1
        assert faults(name, more), way(more)
        for key in way(good):
            less = copy.deepcopy(good)
            del way(less)[key]
            assert faults(name, less), key


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("label_row", ("file",), ""),
        ("label_row", ("carrier",), None),
        ("label_row", ("carrier",), "PNG"),
        ("label_row", ("verdict",), "likely"),
        ("label_row", ("verdict",), "unmarked"),
        ("label_row", ("basis",), []),
        ("label_row", ("basis",), [""]),
        ("label_row", ("show",), ""),
        ("label_row", ("show",), "AI"),
        ("label_row", ("marks",), None),
        ("label_row", ("checked_at",), "2026-11-22"),
        ("label_row", ("checked_at",), ""),
        ("label_row", ("marks", 0, "scheme"), ""),
        ("label_row", ("marks", 0, "label"), 1),
        ("label_row", ("marks", 0, "producer"), None),
        ("label_row", ("marks", 0, "produce_id"), 7),
        ("label_row", ("marks", 0, "propagator"), None),
        ("label_row", ("marks", 0, "propagate_id"), None),
        ("label_row", ("marks", 0, "place"), None),
        ("label_row", ("marks", 0, "at", "start"), -1),
        ("label_row", ("marks", 0, "at"), {"kind": "field", "name": "x"}),
        ("label_row", ("marks", 0, "deviations"), ["x"]),
        ("label_row", ("marks", 0, "deviations", 0, "id"), "Field missing"),
        ("label_row", ("marks", 0, "deviations", 0, "clause"), None),
        ("label_row", ("marks", 0, "deviations", 0, "what"), ""),
        ("label_row", ("marks", 0, "signature"), "good"),
        ("label_row", ("marks", 0, "fields", "ContentProducer"), 1),
        ("label_written", ("file",), ""),
        ("label_written", ("written",), ""),
        ("label_written", ("carrier",), ""),
        ("label_written", ("mark",), None),
        ("label_written", ("notes",), [""]),
        ("label_carriers", (0, "carrier"), ""),
        ("label_carriers", (0, "suffixes"), []),
        ("label_carriers", (0, "suffixes"), ["png"]),
        ("label_carriers", (0, "place"), ""),
        ("label_carriers", (0, "source"), ""),
        ("label_unlabelled", ("seq",), -1),
        ("label_unlabelled", ("at",), 1.5),
        ("label_unlabelled", ("to",), ""),
        ("label_unlabelled", ("agreement",), ""),
        ("label_unlabelled", ("why",), ""),
        ("label_unlabelled", ("producer",), None),
        ("label_unlabelled", ("sha256_file",), "0" * 63),
        ("label_unlabelled", ("sha256_copy",), "F" * 64),
        ("label_unlabelled", ("implicit",), "gone"),
        ("label_unlabelled", ("keep_until",), "soon"),
        ("label_unlabelled", ("hash",), ""),
        ("label_survival", ("file",), ""),
        ("label_survival", ("steps",), []),
        ("label_survival", ("steps", 0, "step"), ""),
        ("label_survival", ("steps", 0, "kept"), ["c2pa", "c2pa"]),
        ("label_survival", ("steps", 0, "lost"), [""]),
        ("label_survival", ("steps", 0, "error"), "it failed"),
        ("label_survival", ("steps", 0, "error"), None),
    ],
)
def test_no_value_may_be_another(name: str, path: tuple[str | int, ...], value: Any) -> None:
    changed = copy.deepcopy(GOOD[name])
    *way, last = path
    inside: Any = changed
    for step in way:
        inside = inside[step]
    inside[last] = value
    assert faults(name, changed)


def test_a_mark_that_was_just_written_has_no_place() -> None:
    assert faults("mark", {**MARK, "at": None, "place": ""}) == []


def test_the_schema_names_what_the_code_names() -> None:
    row, mark = DEFS["label_row"]["properties"], DEFS["mark"]["properties"]
    assert tuple(row["verdict"]["enum"]) == typing.get_args(Answer)
    assert row["show"]["enum"] == ["", *SHOW.values()]
    assert set(DEFS["label_row"]["if"]["properties"]["verdict"]["enum"]) == (
        set(typing.get_args(Answer)) - set(SHOW)
    )
    assert tuple(mark["signature"]["enum"]) == typing.get_args(Signature)
