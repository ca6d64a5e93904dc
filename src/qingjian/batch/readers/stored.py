"""
Rows that `qingjian scan --format jsonl` wrote, plain, with gzip or as Parquet, one after the other.

A line as our own writer wrote it is cut at keys of the outermost object; a quotation mark before a
key's name cannot stand inside a text, and each part must be JSON by itself, or the whole line is
read. What is said of detectors (`abstained` to `ran`) is the longer half and the same in many rows,
so it is read once. The decision of the time is not read, nor is what nobody asks for.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import orjson

from qingjian.batch.readers.meter import Meter
from qingjian.core.errors import BadRow, MissingExtra, NotFound
from qingjian.policy.facts import Facts, Ran, Row, of_findings, ran_of

CONTRACT = 1
_DECISION, _FOUND, _SAID = b',"decision":', b',"findings":[', b',"abstained":['
_TOOK = b',"took_ms":'
_NOTHING, _CLOSED = b',"findings":[],"scores":{', ord("}")
_TOLD = {"abstained", "not_looked_at", "error", "ran"}
_FAULTS = (AttributeError, KeyError, TypeError, ValueError)
_BLOCK = 65_536
_MOST_REMEMBERED = 4_000
_FEW = 8
"""So many detectors are sought in a line before it is read; more cost as much as reading."""
_BATCH_ROWS = 1_000
_COLUMNS = "contract id decision findings scores abstained not_looked_at error ran took_ms item"


class Needed(NamedTuple):
    """
    What will be asked of rows.

    Args:
        detectors: whose findings; None for all.
        scores: whether any score.
    """

    detectors: frozenset[str] | None = None
    scores: bool = True


EVERYTHING = Needed()


def rows(
    paths: Iterable[str], most_bytes: int, meter: Meter, needed: Needed = EVERYTHING
) -> Iterator[Row | BadRow]:
    """
    Give every row of all files, or why it is none, in bounded memory.

    Args:
        paths: `.parquet` files; `.gz` files of lines; anything else is lines.
        most_bytes: longest line that is read.
        meter: told what was read.
        needed: what will be asked of the rows; the rest may be left out.

    Raises NotFound at once for a path that is no file; MissingExtra without pyarrow. Cost: 3 to
    10 µs a row of lines, about 100 µs of Parquet.
    """
    names = tuple(dict.fromkeys(paths))
    for name in names:
        if not Path(name).is_file():
            raise NotFound(f"no file {name!r}", "name what `qingjian scan --format jsonl` wrote")
    return _all(names, most_bytes, meter, needed)


def _all(
    names: Iterable[str], most_bytes: int, meter: Meter, needed: Needed
) -> Iterator[Row | BadRow]:
    for name in names:
        if name.endswith(".parquet"):
            yield from _parquet(name, meter)
            continue
        read = _Reader(needed).row
        with Path(name).open("rb") as file:
            try:
                for number, line in _lines(file, name.endswith(".gz"), most_bytes, meter):
                    if line is None:
                        yield BadRow(f"{name}:{number}: more than {most_bytes:,} bytes")
                        continue
                    try:
                        yield read(line)
                    except _FAULTS as error:
                        if line and not line.isspace():
                            yield _bad(f"{name}:{number}", error)
            except (EOFError, OSError, zlib.error) as error:
                yield BadRow(f"{name}: {error}", "what came before was read")


def _bad(where: str, error: Exception) -> BadRow:
    """Give why a row is none."""
    said = str(error)[:200]
    if isinstance(error, orjson.JSONDecodeError):
        return BadRow(f"{where}: no JSON: {said}")
    missing = " is missing" if isinstance(error, KeyError) else ""
    return BadRow(f"{where}: no row of a scan: {said}{missing}")


def _lines(
    file: BinaryIO, packed: bool, most_bytes: int, meter: Meter
) -> Iterator[tuple[int, bytes | None]]:
    """Give the number of each line and its bytes; None for those of a line that is too long."""
    source: Any = gzip.GzipFile(fileobj=file) if packed else file
    number, rest, skipping, before = 0, b"", False, meter.read_bytes
    while more := source.read(_BLOCK):
        meter.read_bytes = before + file.tell()
        if not number:
            more = more.removeprefix(codecs.BOM_UTF8)
        *whole, rest = (rest + more).split(b"\n")
        for line in whole:
            number += 1
            yield number, None if skipping or len(line) > most_bytes else line
            skipping = False
        if len(rest) > most_bytes:
            skipping, rest = True, b""
    if rest or skipping:
        yield number + 1, None if skipping else rest


class _Reader:
    """Rows from lines; remembers what was said of detectors."""

    def __init__(self, needed: Needed) -> None:
        self._scores = needed.scores
        named = sorted(needed.detectors or ())
        few = needed.detectors is not None and len(named) <= _FEW
        self._marks = [b'"detector":"%b"' % d.encode() for d in named] if few else None
        self._said: dict[bytes, Ran | None] = {}
        self._quiet: dict[Ran, Facts] = {}

    def row(self, line: bytes) -> Row:
        """Give the row of a line. Raises one of `_FAULTS`."""
        decision = line.find(_DECISION)
        found = line.find(_FOUND, decision)
        said = line.find(_SAID, found)
        end = line.rfind(_TOOK)
        if 0 < decision < found < said < end and line.endswith(b"}"):
            try:
                row = self._cut(line, (decision, found, said, end))
            except orjson.JSONDecodeError:
                row = None
            if row is not None:
                return row
        return whole(orjson.loads(line))

    def _cut(self, line: bytes, cuts: tuple[int, int, int, int]) -> Row | None:
        """Give the row of a line as our own writer wrote it; None where it is another."""
        decision, found, said, end = cuts
        named = orjson.loads(line[:decision] + b"}")
        words = line[said + 1 : end]
        ran = self._said[words] if words in self._said else self._remembered(words)
        took_ms = orjson.loads(line[end + len(_TOOK) : -1])
        if ran is None or len(named) != 2 or not line.startswith(b"{", decision + len(_DECISION)):
            return None
        if not self._scores and line[said - 1] == _CLOSED and self._is_quiet(line, found, said):
            return Row(_id(named), self._quiet[ran], _ms(took_ms))
        seen = orjson.loads(b"{" + line[found + 1 : said] + b"}")
        if seen.keys() != {"findings", "scores"}:
            return None
        return Row(_id(named), of_findings(seen, ran), _ms(took_ms))

    def _is_quiet(self, line: bytes, found: int, said: int) -> bool:
        """Tell whether a line has no finding that is needed."""
        if line.startswith(_NOTHING, found):
            return True
        marks = self._marks
        if marks is None:
            return False
        return all(line.find(mark, found, said) < 0 for mark in marks)

    def _remembered(self, words: bytes) -> Ran | None:
        """Give what is said of detectors, None of an item that could not be read."""
        told = orjson.loads(b"{" + words + b"}")
        ran = ran_of(told) if told.keys() == _TOLD and told["error"] is None else None
        if len(self._said) >= _MOST_REMEMBERED:
            self._said.clear()
            self._quiet.clear()
        self._said[words] = ran
        if ran is not None:
            self._quiet[ran] = Facts(ran.ran, {}, {}, None, ran.silent)
        return ran


def whole(row: dict[str, Any]) -> Row:
    """Give the row of JSON values. Raises AttributeError, KeyError, TypeError, ValueError."""
    if row.get("error") is not None or row.get("decision", row) is None:
        return Row(_id(row), None)
    return Row(_id(row), of_findings(row, ran_of(row)), _ms(row["took_ms"]))


def _ms(took_ms: Any) -> float:
    if not isinstance(took_ms, (int, float)) or not 0 <= took_ms < float("inf"):
        raise ValueError(f"took_ms is {took_ms!r}")
    return took_ms


def _id(row: dict[str, Any]) -> str:
    if row["contract"] != CONTRACT:
        raise ValueError(f"contract {row['contract']!r} is not {CONTRACT}")
    id = row["id"]
    if not isinstance(id, str) or not id:
        raise ValueError(f"the id is {id!r}")
    return id


def _parquet(name: str, meter: Meter) -> Iterator[Row | BadRow]:
    """Give the rows of a Parquet file; nested columns are lists and structs, or JSON in texts."""
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise MissingExtra(
            "reading Parquet needs pyarrow", 'pip install "qingjian[corpus]"'
        ) from None
    size, before, number = Path(name).stat().st_size, meter.read_bytes, 0
    try:
        with parquet.ParquetFile(name) as file:
            columns = [c for c in _COLUMNS.split() if c in file.schema_arrow.names]
            total = file.metadata.num_rows
            for batch in file.iter_batches(_BATCH_ROWS, columns=columns, use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    yield _unnested(row, f"{name}:{number}")
                meter.read_bytes = before + size * number // max(1, total)
    except (arrow.ArrowException, OSError, ValueError) as error:
        what = (str(error).splitlines() or [type(error).__name__])[0][:200]
        yield BadRow(f"{name}:{number + 1}: {what}", "what came before was read")


def _unnested(row: dict[str, Any], where: str) -> Row | BadRow:
    """Give the row of a table's row, its texts of JSON read."""
    try:
        for name, value in row.items():
            if name != "id" and isinstance(value, str):
                row[name] = orjson.loads(value)
        scores = row.get("scores")
        if scores is not None:
            pairs = scores if isinstance(scores, list) else scores.items()
            row["scores"] = {id: score for id, score in pairs if score is not None}
        return whole(row)
    except _FAULTS as error:
        return _bad(where, error)
