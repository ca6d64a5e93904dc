from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import needs
from tests.absent import absent
from tests.strategies import mixed

from qingjian.batch.entry import Entry
from qingjian.batch.readers import table
from qingjian.batch.readers.rows import Reading
from qingjian.core.errors import BadEncoding, BadRow, DamagedFile, MissingExtra, TooLarge
from qingjian.core.types import About, Note, Text, without_surrogates


def read(data: bytes | str, name: str = "f.csv", **reading: Any) -> list[Entry]:
    raw = data.encode() if isinstance(data, str) else data
    return list(table.read_csv(io.BytesIO(raw), name, Path(), Reading(**reading)))


def body(entry: Entry) -> str:
    assert isinstance(entry.item, Text), entry.error
    return entry.item.body


def shown(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """Give ids, and the text or the error of each entry."""
    return [(e.id, e.error.what if e.error else body(e)) for e in entries]


def test_rows_after_the_header_are_named_by_id_or_line() -> None:
    made = read('id,text\na,一\n,"二\n三"\n\n,四\n')
    assert shown(made) == [("a", "一"), ("f.csv#3", "二\n三"), ("f.csv#6", "四")]
    assert [e.given for e in made] == [True, False, False]


@pytest.mark.parametrize("name", ["f.tsv", "F.TSV"])
def test_tabs_part_the_cells_of_tsv(name: str) -> None:
    assert shown(read("id\ttext\na\t一,二\n", name)) == [("a", "一,二")]


def test_columns_named_like_what_is_known_fill_it() -> None:
    (made,) = read("text,role,who,channel,at,declared,audience\nx,user,甲,app,12,yes,成人\n")
    assert made.item is not None
    assert made.item.about == About("user", "甲", "app", 12.0, True, "成人")


def test_other_columns_can_be_named() -> None:
    made = read("nr, 回答 \n7,一\n", text_field="回答", id_field="nr")
    assert shown(made) == [("7", "一")]


@pytest.mark.parametrize(
    ("data", "reading", "what"),
    [
        ("a,b\n1,2\n", {}, "f.csv: the header has no column text or content"),
        ("a,text\n1,2\n", {"text_field": "回答"}, "f.csv: the header has no column 回答"),
    ],
)
def test_a_header_without_a_text_column_refuses_the_file(
    data: str, reading: Mapping[str, str], what: str
) -> None:
    with pytest.raises(BadRow) as refused:
        read(data, **reading)
    assert refused.value.what.startswith(what)
    assert refused.value.hint.startswith("name one of its columns with --text-field: a, ")


def test_a_given_kind_needs_no_text_column() -> None:
    assert shown(read("a\n1\n", kind="record")) == [
        ("f.csv#2", "f.csv#2: an account, product or record needs `fields`")
    ]


@pytest.mark.parametrize("data", ["", "\n\n", "text\n", "text", "text\n\n\n"])
def test_a_file_without_rows_has_no_entries(data: str) -> None:
    assert read(data) == []


def test_a_header_that_cannot_be_read_refuses_the_file() -> None:
    good = "一,二,三,四\n".encode() * 9
    with pytest.raises(BadEncoding):
        read(b"text,\xff\n" + good)
    with pytest.raises(BadRow, match="never closed"):
        read('"text\n')
    with pytest.raises(TooLarge):
        read("t" * 101 + "\n" + "x\n" * 3, max_item_bytes=100)


def test_a_short_row_has_no_text_and_is_an_error() -> None:
    assert shown(read("id,text\na\nb,二\n")) == [
        ("a", "a: no field of text, content, body, message, 文本, 内容, 正文 holds no text"),
        ("b", "二"),
    ]


def test_cells_beyond_the_header_are_told() -> None:
    first, second = read("id,text\na,一,代过人脸\nb,二,,\n")
    assert first.not_looked_at == (Note("cells of f.csv#2", "the header names only the first 2"),)
    assert second.not_looked_at == ()


def test_a_quotation_mark_closed_by_a_later_row_keeps_the_rows_between_in_its_cell() -> None:
    made = read('id,text\na,一\nb,"二\nc,三\nd,"四"\ne,六\n')
    assert shown(made) == [("a", "一"), ("b", '二\nc,三\nd,四"'), ("e", "六")]


def test_what_an_open_quotation_mark_would_swallow_is_read() -> None:
    rows = "".join(f"r{i},文{i}\n" for i in range(500))
    made = read(f'id,text\na,"一\n{rows}b,末')
    assert shown(made[:1]) == [("f.csv#2", "line 2: a quotation mark is opened and never closed")]
    assert shown(made[1:]) == [(f"r{i}", f"文{i}") for i in range(500)] + [("b", "末")]


def test_a_cell_over_the_limit_costs_its_row_alone() -> None:
    made = read('id,text\na,"' + "xxxxxxxxx\n" * 30 + '"\nb,二\n', max_item_bytes=100)
    errors = [e for e in made if e.error]
    assert errors[0].id == "f.csv#2"
    assert body(made[-1]) == "二"
    assert [e.id for e in errors[1:30]] == ["xxxxxxxxx"] * 29


def test_ten_megabytes_in_a_cell_are_read() -> None:
    text = "代过人脸 " * 650_000
    made = read(f'id,text\na,"{text}"\nb,二\n', max_item_bytes=16_000_000)
    assert shown(made) == [("a", text), ("b", "二")]


def test_nuls_and_odd_line_ends_are_no_end_of_the_file() -> None:
    made = read(b"id,text\na,x\x00y\n\x00,z\nb,one\rtwo\nc,three\n")
    assert [body(e) for e in made if e.item] == ["x\x00y", "z", "three"]
    assert [e.id for e in made if e.error] == ["f.csv#4"]


def test_lines_that_do_not_decode_are_errors_and_do_not_shift_the_others() -> None:
    data = "text\n一\n".encode() + b"\xff\n" + "二\n三\n".encode()
    assert [e.id for e in read(data)] == ["f.csv#2", "f.csv#3", "f.csv#4", "f.csv#5"]
    assert [bool(e.error) for e in read(data)] == [False, True, False, False]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_other_encodings_are_read(encoding: str) -> None:
    data = "编号,内容\n甲,冒充客服要求开启屏幕共享\n".encode(encoding)
    assert shown(read(data, id_field="编号")) == [("甲", "冒充客服要求开启屏幕共享")]


_cells = mixed.map(lambda t: without_surrogates(t.replace("\r", "").replace("\x00", "")))


@given(st.lists(_cells, min_size=1, max_size=8))
def test_what_a_writer_of_csv_writes_is_read(texts: list[str]) -> None:
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["id", "text"])
    writer.writerows([[f"i{n}", text] for n, text in enumerate(texts)])
    made = read(b"\xef\xbb\xbf" + file.getvalue().encode())
    assert shown(made) == [(f"i{n}", text) for n, text in enumerate(texts)]


@given(st.binary(max_size=200), st.integers(20, 60))
def test_any_bytes_give_entries_or_refuse_the_file(data: bytes, most: int) -> None:
    try:
        made = read(b"id,text\n" + data, max_item_bytes=most)
    except BadEncoding:
        return
    assert all((e.item is None) == (e.error is not None) for e in made)


def parquet(path: Path, columns: Mapping[str, Any], **how: Any) -> Path:
    arrow, parquet = needs.package("pyarrow"), needs.package("pyarrow.parquet")
    parquet.write_table(arrow.table(dict(columns)), path, **how)
    return path


def test_rows_of_parquet_are_read(tmp_path: Path) -> None:
    columns = {"id": ["a", None, "a\x00"], "text": ["一", "二", None], "role": ["user", None, None]}
    path = parquet(tmp_path / "f.parquet", columns)
    first, second, third = table.read_parquet(path, "f", Reading())
    assert (first.id, body(first)) == ("a", "一")
    assert first.item is not None
    assert first.item.about == About(role="user")
    assert (second.id, body(second)) == ("f#2", "二")
    assert isinstance(third.error, BadRow)


def test_nested_columns_of_parquet_are_read(tmp_path: Path) -> None:
    columns = {"text": ["一"], "about": [{"role": "assistant", "at": 5}]}
    (made,) = table.read_parquet(parquet(tmp_path / "f.parquet", columns), "f", Reading())
    assert made.item is not None
    assert made.item.about == About(role="assistant", at=5.0)


def test_a_large_parquet_file_is_read_in_batches(tmp_path: Path) -> None:
    columns = {"id": list(range(5000)), "text": [f"文{i}" for i in range(5000)]}
    path = parquet(tmp_path / "f.parquet", columns, row_group_size=700)
    made = list(table.read_parquet(path, "f", Reading()))
    assert shown(made) == [(str(i), f"文{i}") for i in range(5000)]


def test_long_texts_of_parquet_come_one_by_one(tmp_path: Path) -> None:
    texts = [str(i) * 1_000_000 for i in range(10)]
    path = parquet(tmp_path / "f.parquet", {"text": texts})
    made = table.read_parquet(path, "f", Reading(max_item_bytes=999_999))
    assert [type(e.error) for e in made] == [TooLarge] * 10


def test_an_empty_parquet_file_has_no_rows(tmp_path: Path) -> None:
    arrow = needs.package("pyarrow")
    path = parquet(tmp_path / "f.parquet", {"text": arrow.array([], arrow.string())})
    assert list(table.read_parquet(path, "f", Reading())) == []


def test_a_value_that_python_cannot_hold_costs_its_row_alone(tmp_path: Path) -> None:
    arrow = needs.package("pyarrow")
    offsets = arrow.py_buffer(b"\0\0\0\0\3\0\0\0\6\0\0\0\x09\0\0\0")
    odd = arrow.Array.from_buffers(
        arrow.string(),
        3,
        [None, offsets, arrow.py_buffer("一".encode() + b"\xff\xfe\xfd" + b"abc")],
    )
    path = parquet(tmp_path / "f.parquet", {"text": odd})
    first, second, third = table.read_parquet(path, "f", Reading())
    assert (body(first), body(third)) == ("一", "abc")
    assert isinstance(second.error, BadRow)
    assert second.id == "f#2"
    assert "can't decode byte" in second.error.what


@pytest.mark.parametrize("cut", [0, 4, 20, -1, -8, -20])
def test_a_damaged_parquet_file_is_refused(tmp_path: Path, cut: int) -> None:
    path = parquet(tmp_path / "f.parquet", {"text": ["一"] * 100})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(DamagedFile, match=r"^f: "):
        list(table.read_parquet(path, "f", Reading()))


def test_a_damaged_group_of_rows_costs_itself_alone(tmp_path: Path) -> None:
    texts = [f"{i}" * 50 for i in range(3000)]
    how = {"row_group_size": 1000, "compression": "zstd", "use_dictionary": False}
    path = parquet(tmp_path / "f.parquet", {"text": texts}, **how)
    group = needs.package("pyarrow.parquet").ParquetFile(path).metadata.row_group(1)
    data = bytearray(path.read_bytes())
    at = group.column(0).data_page_offset
    data[at : at + 60] = b"\xff" * 60
    path.write_bytes(bytes(data))
    made = list(table.read_parquet(path, "f", Reading()))
    assert shown(made[:1000]) == [(f"f#{i + 1}", texts[i]) for i in range(1000)]
    assert shown(made[1001:]) == [(f"f#{i + 1}", texts[i]) for i in range(2000, 3000)]
    assert isinstance(made[1000].error, DamagedFile)
    assert made[1000].error.what.startswith("rows 1001 to 2000 of f: ")


def test_without_pyarrow_the_command_that_installs_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent(monkeypatch, "pyarrow")
    with pytest.raises(MissingExtra) as missing:
        list(table.read_parquet(tmp_path / "f.parquet", "f", Reading()))
    assert missing.value.hint == 'pip install "qingjian[corpus]"'
