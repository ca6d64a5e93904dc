from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from qingjian.reports.cells import cell, write


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_no_cell_begins_like_a_formula_and_every_other_text_is_kept(text: str) -> None:
    file = io.StringIO(newline="")
    write(file, [[text, "end"]])
    file.seek(0)
    ((read, end),) = csv.reader(file)
    assert end == "end"
    assert read == ("'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text)
    assert read[:1] not in {"=", "+", "-", "@", "\t", "\r"}


def test_numbers_and_nothing_stay_as_they_are() -> None:
    assert [cell(-1), cell(0.5), cell(None), cell("=1")] == [-1, 0.5, None, "'=1"]
