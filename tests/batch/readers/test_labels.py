from __future__ import annotations

from pathlib import Path

import pytest

from qingjian.batch.readers.labels import Labelled, read
from qingjian.core.errors import BadRow, NotFound

CSV = "id,who,label\na,x,violation\nb,y,clear\n"
JSONL = '{"id":"a","label":"violation"}\n\n{"id":"b","label":"clear","who":"y"}\n'


def labelled(tmp_path: Path, text: str, name: str = "decided.csv") -> Labelled:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return read(str(path), 10_000)


@pytest.mark.parametrize(
    ("text", "name"),
    [(CSV, "d.csv"), (CSV, "d.CSV"), (JSONL, "d.jsonl"), ("\ufeff" + CSV, "d.csv")],
)
def test_both_forms_give_the_same_labels(tmp_path: Path, text: str, name: str) -> None:
    assert labelled(tmp_path, text, name) == ({"a": True, "b": False}, 0)


def test_an_item_with_both_labels_is_left_out_and_one_said_twice_is_not(tmp_path: Path) -> None:
    text = CSV + "a,z,clear\nb,z,clear\na,z,violation\n"
    assert labelled(tmp_path, text) == ({"b": False}, 1)


@pytest.mark.parametrize(
    ("text", "name", "wrong"),
    [
        (CSV + "c,x,maybe\n", "d.csv", "d.csv:4: no label 'maybe'"),
        (CSV + "c,x\n", "d.csv", "d.csv:4: no label None"),
        (CSV + ",x,clear\n", "d.csv", "d.csv:4: no id"),
        ("item,label\na,clear\n", "d.csv", "d.csv:2: no id"),
        (JSONL + "[1]\n", "d.jsonl", "d.jsonl:4: no object"),
        (JSONL + "{\n", "d.jsonl", "no JSON"),
        (JSONL + '{"id":3,"label":"clear"}\n', "d.jsonl", "d.jsonl:4: no id"),
        (JSONL + "x" * 20_000, "d.jsonl", "line 4 has more than 10,000 bytes"),
    ],
)
def test_a_label_that_cannot_be_read_stops_with_its_place(
    tmp_path: Path, text: str, name: str, wrong: str
) -> None:
    with pytest.raises(BadRow) as caught:
        labelled(tmp_path, text, name)
    assert wrong in caught.value.what


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read(str(tmp_path / "none.csv"), 100)
