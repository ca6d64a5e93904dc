"""The row of `qingjian scan`: what comes out is what docs/reference/contract.schema.json says."""

from __future__ import annotations

import copy
import json
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.needs import ROOT
from tests.process import EXAMPLES, qingjian
from tests.reports.made import SERVES, failed, finding, judged

from qingjian.core.actions import LADDERS
from qingjian.core.errors import InputError
from qingjian.core.types import KINDS, SEVERITIES, Note, Place
from qingjian.reports.row import CONTRACT, dumps, row

SCHEMA = json.loads((ROOT / "docs" / "reference" / "contract.schema.json").read_text("utf-8"))
ERRORS: list[type[InputError]] = [InputError, *InputError.__subclasses__()]
VALIDATOR = Draft202012Validator(SCHEMA)


def faults(made: Any) -> list[str]:
    return [f"{e.json_path}: {e.message}" for e in VALIDATOR.iter_errors(made)]


@pytest.fixture(scope="module")
def examples() -> list[dict[str, Any]]:
    return qingjian("scan", EXAMPLES, "--format", "jsonl").rows


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["contract"]["const"] == CONTRACT


def test_every_row_of_the_examples_keeps_the_contract(examples: list[dict[str, Any]]) -> None:
    assert len(examples) >= 77
    assert [f for row in examples for f in faults(row)] == []
    found = {f["detector"] for row in examples for f in row["findings"]}
    assert len(found) >= 3
    kinds = {f["at"]["kind"] for row in examples for f in row["findings"] if f["at"]}
    assert "span" in kinds


def test_json_has_the_same_rows_as_json_lines(examples: list[dict[str, Any]]) -> None:
    rows = json.loads(qingjian("scan", EXAMPLES, "--format", "json").out)

    def told(row: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in row.items() if k != "took_ms"}

    assert [f for row in rows for f in faults(row)] == []
    assert list(map(told, rows)) == list(map(told, examples))


TALK = [{"role": "user", "text": "感冒吃什么"}, {"role": "assistant", "text": "多喝水"}]
FIELDS = {"name": "小张", "posts": 3, "tags": ["a"], "ok": True}
ODD_ABOUT = {"role": "assistant", "at": "soon", "declared": "yes", "who": 3}
LABEL = "---\nAIGC:\n  Label: '1'\n---\n正文"
ODD_ROWS: list[dict[str, Any]] = [
    {"id": "text", "text": "你好"},
    {"id": "empty", "text": ""},
    {"id": 7, "text": "a number as id"},
    {"id": "七" * 600, "text": "a long id"},
    {"id": "twice", "text": "x"},
    {"id": "twice", "text": "x"},
    {"text": "no id"},
    {"id": "talk", "turns": TALK},
    {"id": "bad turn", "turns": [{"role": "bot", "text": "x"}]},
    {"id": "no turns", "kind": "conversation"},
    {"id": "account", "kind": "account", "fields": FIELDS},
    {"id": "product", "kind": "product", "fields": {"name": "AI 换脸"}},
    {"id": "record", "kind": "record", "fields": {"n": 1e300}},
    {"id": "no fields", "kind": "record"},
    {"id": "picture", "kind": "image", "path": "a.png"},
    {"id": "torn picture", "path": "torn.png"},
    {"id": "markdown", "kind": "document", "text": LABEL, "format": "markdown"},
    {"id": "odd document", "kind": "document", "text": "x", "format": "made-up"},
    {"id": "outside", "path": "../secret.txt"},
    {"id": "missing", "path": "missing.txt"},
    {"id": "pdf", "path": "a.pdf"},
    {"id": "kind", "kind": "hologram", "text": "x"},
    {"id": "no text"},
    {"id": "text is a list", "text": ["x"]},
    {"id": "about", "text": "x", "about": ODD_ABOUT},
    {"id": "odd about", "text": "x", "about": [1]},
    {"id": "surrogate", "text": "\ud800", "about": {"channel": "\udfff"}},
    {"id": "controls", "text": "\x00\x1b[2J\u202e"},
]
ODD_LINES = ["{", "[1]", "3", '"text"', "null", "", "\ufeff{}", "{'id': 1}", "NaN"]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("odd")
    (folder / "secret.txt").write_text("x", "utf-8")
    inside = folder / "in"
    inside.mkdir()
    lines = [json.dumps(row) for row in ODD_ROWS] + ODD_LINES
    (inside / "rows.jsonl").write_text("\n".join(lines), "utf-8")
    picture = (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00"
    )
    (inside / "a.png").write_bytes(picture + b":~\x9bU\x00\x00\x00\x00IEND\xaeB`\x82")
    (inside / "torn.png").write_bytes(picture[:20])
    (inside / "empty.txt").write_bytes(b"")
    (inside / "empty.csv").write_bytes(b"")
    (inside / "no-text.csv").write_text("a,b\n1,2\n", "utf-8")
    (inside / "rows.csv").write_text('id,text\n1,你好\n2,"never closed\n', "utf-8")
    (inside / "no-encoding.txt").write_bytes(b"\xff\x00\x80\xfe" * 40)
    (inside / "large.txt").write_text("长" * 2000, "utf-8")
    (inside / "a.pdf").write_bytes(b"%PDF-1.7")
    (inside / "page.html").write_text("<p>你好<script>x</script></p>", "utf-8")
    (inside / "gone.txt").symlink_to("nowhere")
    (inside / ".hidden").mkdir()
    (inside / "dam.parquet").write_bytes(b"PAR1")
    (inside / "bell\x07\u202e.txt").write_text("x", "utf-8")
    Path(str(inside).encode().decode() + "/not-utf8-\udcff.txt").write_text("x", "utf-8")
    small = {"QINGJIAN_MAX_ITEM_BYTES": "4000"}
    ran = qingjian("scan", inside, "-", "-f", "jsonl", stdin="你好".encode(), settings=small)
    assert ran.code == 2, ran.err
    return ran.rows


def test_odd_items_and_items_that_cannot_be_read_keep_the_contract(
    odd: list[dict[str, Any]],
) -> None:
    assert [f for row in odd for f in faults(row)] == []
    ids = [row["id"] for row in odd]
    assert len(set(ids)) == len(ids)
    assert len(odd) > len(ODD_ROWS) + len(ODD_LINES)


def test_the_odd_items_show_every_part_of_the_contract(odd: list[dict[str, Any]]) -> None:
    by_id = {row["id"].rpartition("/")[2]: row for row in odd}
    codes = {row["error"]["code"] for row in odd if row["error"]}
    assert {"row", "encoding", "too_large", "vanished"} <= codes
    assert any(row["not_looked_at"] and not row["error"] for row in odd)
    assert any(row["abstained"] for row in odd)
    assert by_id["twice~2"]["error"] is None
    assert by_id["pdf"]["decision"] is None or by_id["pdf"]["not_looked_at"]
    assert by_id["outside"]["error"]["code"] == "row"
    assert by_id["markdown"]["findings"][0]["detector"] == "document.ai_label"
    assert by_id["-"]["decision"] is not None
    assert by_id["not-utf8-\ufffd.txt"]["decision"] is not None


def test_a_failed_detector_is_told_as_not_looked_at_and_keeps_the_contract() -> None:
    one = judged(finding("x"), errors=(Note("text.other", "ValueError"),))
    assert faults(json.loads(dumps(row(one, SERVES)))) == []


GOOD: dict[str, Any] = {
    "contract": 1,
    "id": "a",
    "decision": {
        "do": "queue",
        "rules": ["r"],
        "policy": "p 1",
        "needs_person": True,
        "unknown": [],
    },
    "findings": [
        {
            "detector": "text.scam",
            "severity": "high",
            "score": 0.5,
            "why": "x",
            "at": {"kind": "span", "start": 0, "end": 2},
            "evidence": {"words": ["a"], "n": 1, "ok": True, "none": None},
            "against": [],
            "serves": ["2.4.kin_fraud"],
        }
    ],
    "scores": {"text.scam": 0.5},
    "abstained": [{"detector": "text.other", "reason": "short"}],
    "not_looked_at": [{"what": "x", "reason": "y"}],
    "error": None,
    "ran": [{"detector": "text.scam", "version": "1"}],
    "took_ms": 0.5,
}
BAD: dict[str, Any] = {
    **GOOD,
    "decision": None,
    "findings": [],
    "scores": {},
    "abstained": [],
    "ran": [],
    "error": {"code": "row", "what": "x", "hint": ""},
}


def closed(row: Any) -> Iterator[Callable[[Any], dict[str, Any]]]:
    """Give a way to every object of a row that takes no further key."""
    yield lambda r: r
    yield lambda r: r["decision"] or r["error"]
    yield lambda r: r["not_looked_at"][0]
    if row["findings"]:
        yield lambda r: r["findings"][0]
        yield lambda r: r["findings"][0]["at"]
        yield lambda r: r["abstained"][0]
        yield lambda r: r["ran"][0]


def test_the_rows_that_are_changed_below_are_good() -> None:
    assert faults(GOOD) == faults(BAD) == []


@pytest.mark.parametrize("good", [GOOD, BAD], ids=["read", "unread"])
def test_no_object_takes_another_key_or_does_without_one(good: dict[str, Any]) -> None:
    for way in closed(good):
        more = copy.deepcopy(good)
        way(more)["more"] = 1
        assert faults(more), way(more)
        for key in way(good):
            less = copy.deepcopy(good)
            del way(less)[key]
            assert faults(less), key


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("contract",), 2),
        (("id",), ""),
        (("id",), 3),
        (("decision", "do"), "delete"),
        (("decision", "needs_person"), None),
        (("decision", "rules"), ["r", "r"]),
        (("findings", 0, "detector"), "Scam"),
        (("findings", 0, "severity"), "critical"),
        (("findings", 0, "score"), 1.5),
        (("findings", 0, "why"), ""),
        (("findings", 0, "against"), ["but"]),
        (("findings", 0, "serves"), []),
        (("findings", 0, "evidence", "deep"), {"a": 1}),
        (("findings", 0, "at"), {"kind": "span", "start": -1, "end": 2}),
        (("findings", 0, "at"), {"kind": "span", "start": 0.5, "end": 2}),
        (("findings", 0, "at"), {"kind": "line", "start": 0, "end": 2}),
        (("findings", 0, "at"), {"kind": "box", "start": 0, "end": 2}),
        (("scores", "text.scam"), -0.1),
        (("scores", "Scam"), 0.1),
        (("error",), {"code": "row", "what": "x", "hint": ""}),
        (("took_ms",), -1),
        (("took_ms",), "1"),
    ],
)
def test_no_value_may_be_another(path: tuple[str | int, ...], value: Any) -> None:
    changed = copy.deepcopy(GOOD)
    *way, last = path
    inside: Any = changed
    for step in way:
        inside = inside[step]
    inside[last] = value
    assert faults(changed)


def test_the_schema_names_what_the_code_names() -> None:
    defs = SCHEMA["$defs"]
    steps = [s for steps in LADDERS.values() for s in steps]
    assert defs["decision"]["properties"]["do"]["enum"] == list(dict.fromkeys(steps))
    assert tuple(defs["finding"]["properties"]["severity"]["enum"]) == SEVERITIES
    places = {p["properties"]["kind"]["const"] for p in defs["place"]["oneOf"]}
    assert places == {p.kind for p in typing.get_args(Place)}
    codes = {e.code for e in ERRORS}
    assert set(defs["error"]["properties"]["code"]["enum"]) == codes


def test_every_kind_of_item_was_among_the_odd_ones() -> None:
    asked = {row.get("kind", "") for row in ODD_ROWS} | {"text", "conversation"}
    assert set(KINDS) - asked == {"audio", "video"}


def test_an_entry_that_failed_keeps_the_contract() -> None:
    for error in ERRORS:
        assert faults(json.loads(dumps(row(failed(error("torn")), SERVES)))) == []
