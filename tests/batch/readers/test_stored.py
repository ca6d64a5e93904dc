from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import orjson
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.absent import absent
from tests.reports.made import SERVES, failed, finding, judged

from qingjian.batch.readers import stored
from qingjian.batch.readers.meter import Meter
from qingjian.batch.readers.stored import EVERYTHING, Needed, rows
from qingjian.core.errors import BadRow, InputError, MissingExtra, NotFound
from qingjian.core.types import Note
from qingjian.policy.facts import Facts, Row, of_row
from qingjian.reports.row import CONTRACT, dumps, row

MOST = 100_000
LINE = dumps(
    row(
        judged(
            finding("why", None, quote=',"findings":[],"abstained":[ \\" {'),
            scores={"text.made": 0.5},
            abstained=(Note("text.other", "short"),),
            errors=(Note("text.broken", "ValueError"),),
            took_ms=1.5,
        ),
        SERVES,
    )
)
QUIET = dumps(row(judged(id="b.txt", scores={"text.made": 0.25}, took_ms=2), SERVES))
UNREAD = dumps(row(failed(InputError("no")), SERVES))


NO_SCORES = Needed(scores=False)


def told(path: Path, needed: Needed = EVERYTHING, most: int = MOST) -> list[Row | BadRow]:
    return list(rows([str(path)], most, Meter(), needed))


def written(tmp_path: Path, data: bytes, name: str = "rows.jsonl") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def facts(line: bytes) -> Facts:
    return of_row(json.loads(line))


def whats(found: list[Row | BadRow]) -> list[str]:
    return [one.what for one in found if isinstance(one, BadRow)]


def test_the_contract_is_the_one_that_is_written() -> None:
    assert stored.CONTRACT == CONTRACT


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    found = told(written(tmp_path, LINE + QUIET + UNREAD))
    assert found == [
        Row("a.txt", facts(LINE), 1.5),
        Row("b.txt", facts(QUIET), 2.0),
        Row("bad.txt", None),
    ]
    assert facts(LINE).silent == {"text.other", "text.broken"}


def test_scores_that_nobody_asks_for_are_left_out_of_rows_without_findings(tmp_path: Path) -> None:
    found = told(written(tmp_path, LINE + QUIET), NO_SCORES)
    assert found == [
        Row("a.txt", facts(LINE), 1.5),
        Row("b.txt", facts(QUIET)._replace(scores={}), 2.0),
    ]


@pytest.mark.parametrize(
    ("detector", "found"), [("text.made", True), ("text.other", False), ("text.mad", False)]
)
def test_findings_of_detectors_that_nobody_asks_for_are_left_out(
    tmp_path: Path, detector: str, found: bool
) -> None:
    needed = Needed(frozenset({detector}), False)
    (one,) = told(written(tmp_path, LINE), needed)
    assert isinstance(one, Row) and one.facts is not None
    assert one.facts == (facts(LINE) if found else facts(LINE)._replace(counted={}, scores={}))
    many = Needed(frozenset(f"text.x{n}" for n in range(9)), False)
    assert told(written(tmp_path, LINE), many) == told(written(tmp_path, LINE))


ORDERS = [
    {"separators": (", ", ": ")},
    {"separators": (",", ":"), "sort_keys": True},
    {"ensure_ascii": True},
]


@pytest.mark.parametrize("style", ORDERS)
@pytest.mark.parametrize("needed", [EVERYTHING, NO_SCORES, Needed(frozenset({"text.x"}), False)])
def test_rows_that_another_writer_wrote_are_read_alike(
    tmp_path: Path, style: dict[str, Any], needed: Needed
) -> None:
    lines = [json.dumps(json.loads(line), **style).encode() for line in (LINE, QUIET, UNREAD)]
    found = told(written(tmp_path, b"\r\n".join(lines)), needed)
    assert found == told(written(tmp_path, LINE + QUIET + UNREAD))


def test_an_item_that_the_row_tells_of_is_read(tmp_path: Path) -> None:
    for made in (json.loads(LINE), json.loads(QUIET)):
        for place in ({"item": {"role": "user"}, **made}, {**made, "item": {"role": "user"}}):
            (one,) = told(written(tmp_path, orjson.dumps(place)), NO_SCORES)
            assert isinstance(one, Row) and one.facts is not None
            assert one.facts.item == {"role": "user"}


BAD = [
    (b"{", "no JSON"),
    (b"[1]", "no row of a scan"),
    (b"3", "no row of a scan"),
    (b"{}", "no row of a scan: 'contract' is missing"),
    (b'{"contract":2,"id":"a"}', "contract"),
    (LINE[:-20], "no JSON"),
    (LINE.replace(b'"contract":1', b'"contract":2'), "contract 2 is not 1"),
    (QUIET.replace(b'"id":"b.txt"', b'"id":7'), "the id is 7"),
    (QUIET.replace(b'"took_ms":2', b'"took_ms":"2"'), "took_ms is '2'"),
    (QUIET.replace(b'"took_ms":2', b'"took_ms":-2'), "took_ms is -2"),
    (QUIET.replace(b'"took_ms":2', b'"took_ms":2,'), "no JSON"),
    (QUIET.replace(b'"scores":{', b'"scores":{"text.none":1,'), "'text.none', which did not run"),
    (LINE.replace(b'"severity":"high"', b'"severity":"odd"'), "severity 'odd'"),
    (QUIET.replace(b'"ran":[', b'"run":['), "'ran' is missing"),
    (QUIET.replace(b'"ran":[', b'"ran":[,'), "no JSON"),
    (b"\xff\xfe", "no JSON"),
]


@pytest.mark.parametrize(("line", "why"), BAD)
def test_a_bad_row_is_told_with_its_place_and_the_rest_is_read(
    tmp_path: Path, line: bytes, why: str
) -> None:
    path = written(tmp_path, LINE + line.rstrip(b"\n") + b"\n\n \n" + QUIET)
    found = told(path)
    (what,) = whats(found)
    assert what.startswith(f"{path}:2: ")
    assert why in what
    assert [one.id for one in found if isinstance(one, Row)] == ["a.txt", "b.txt"]


@given(st.integers(0, len(LINE) - 2), st.sampled_from([b"", b'"', b"}", b"]", b"{", b"\\", b"x"]))
def test_a_line_that_was_damaged_is_never_read_as_something_else(at: int, put: bytes) -> None:
    damaged = LINE[:at] + put + LINE[at + 1 : -1]
    from qingjian.batch.readers.stored import _FAULTS, _Reader, whole

    try:
        expected: Row | None = whole(orjson.loads(damaged))
    except _FAULTS:
        expected = None
    try:
        found: Row | None = _Reader(EVERYTHING).row(damaged)
    except _FAULTS:
        found = None
    assert found is None or expected is None or found == expected
    if found is not None and expected is None:
        decision = LINE[LINE.index(b'"decision"') : LINE.index(b'"findings"')]
        assert LINE.index(decision) <= at < LINE.index(decision) + len(decision)


def test_a_line_that_is_too_long_is_passed_over(tmp_path: Path) -> None:
    long = b'{"id":"' + b"x" * 200_000 + b'"}\n'
    for data in (QUIET + long + QUIET, QUIET + long.rstrip(), long):
        found = told(written(tmp_path, data), most=5_000)
        assert len(whats(found)) == 1
        assert "more than 5,000 bytes" in whats(found)[0]


def test_a_byte_order_mark_and_a_last_line_without_end_are_read(tmp_path: Path) -> None:
    assert len(told(written(tmp_path, b"\xef\xbb\xbf" + QUIET + LINE.rstrip()))) == 2
    assert whats(told(written(tmp_path, b"\xef\xbb\xbf" + QUIET))) == []


def test_gzip_is_read_and_a_torn_file_tells_so(tmp_path: Path) -> None:
    whole = gzip.compress((QUIET + LINE) * 400)
    assert len(told(written(tmp_path, whole, "rows.jsonl.gz"))) == 800
    torn = told(written(tmp_path, whole[: len(whole) // 2], "rows.jsonl.gz"))
    assert len(whats(torn)) == 1
    none = told(written(tmp_path, QUIET, "plain.jsonl.gz"))
    assert len(whats(none)) == len(none) == 1


def test_bytes_read_are_metered_over_all_files(tmp_path: Path) -> None:
    one = written(tmp_path, QUIET * 3)
    other = written(tmp_path, LINE * 2, "other.jsonl")
    meter = Meter()
    assert len(list(rows([str(one), str(other), str(one)], MOST, meter))) == 5
    assert meter.read_bytes == len(QUIET) * 3 + len(LINE) * 2


def test_a_path_that_is_no_file_is_told_before_anything_is_read(tmp_path: Path) -> None:
    for missing in (str(tmp_path), str(tmp_path / "none.jsonl")):
        with pytest.raises(NotFound, match="no file"):
            rows([str(written(tmp_path, QUIET)), missing], MOST, Meter())


def as_text(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, (dict, list)) else value


@pytest.mark.parametrize("texts", [True, False])
def test_parquet_has_the_same_rows(tmp_path: Path, texts: bool) -> None:
    made = [json.loads(line) for line in (LINE, QUIET, UNREAD)]
    if texts:
        made = [{k: as_text(v) for k, v in one.items()} for one in made]
    path = tmp_path / "rows.parquet"
    parquet.write_table(arrow.Table.from_pylist(made), path)
    meter = Meter()
    assert list(rows([str(path)], MOST, meter)) == told(written(tmp_path, LINE + QUIET + UNREAD))
    assert meter.read_bytes == path.stat().st_size


def test_scores_may_be_a_map_in_parquet(tmp_path: Path) -> None:
    made = {k: as_text(v) for k, v in json.loads(QUIET).items()}
    made["scores"] = [("text.made", 0.25)]
    kinds = {"scores": arrow.map_(arrow.string(), arrow.float64())}
    columns = {k: arrow.array([v], kinds.get(k)) for k, v in made.items()}
    path = tmp_path / "rows.parquet"
    parquet.write_table(arrow.table(columns), path)
    assert told(path) == [Row("b.txt", facts(QUIET), 2.0)]


def test_bad_rows_of_parquet_are_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    parquet.write_table(arrow.table({"id": ["a", "b"], "contract": [1, 2]}), path)
    found = told(path)
    assert [w.partition("rows.parquet")[2][:3] for w in whats(found)] == [":1:", ":2:"]
    assert "'abstained' is missing" in whats(found)[0]
    (damaged,) = told(written(tmp_path, b"PAR1", "x.parquet"))
    assert isinstance(damaged, BadRow)


def test_parquet_without_its_package_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent(monkeypatch, "pyarrow")
    with pytest.raises(MissingExtra) as caught:
        told(written(tmp_path, b"PAR1", "x.parquet"))
    assert "qingjian[corpus]" in caught.value.hint
