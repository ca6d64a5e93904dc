from __future__ import annotations

import io
from pathlib import Path

import pytest
from tests import needs
from tests.labels.formats.samples.docx import LABEL, document, packed, properties, unpacked

from qingjian.core.errors import DamagedFile
from qingjian.labels.formats import docx, pptx, xlsx
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied


def of_python_docx() -> bytes:
    """Give a document of python-docx, with headings, a table and core properties."""
    package = needs.package("docx")
    made = package.Document()
    made.add_heading("标题", 1)
    made.add_paragraph("第一段")
    made.add_table(2, 2).cell(1, 1).text = "格"
    made.core_properties.title = "书"
    made.core_properties.comments = "said"
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def test_a_document_of_python_docx_keeps_every_other_part() -> None:
    data = of_python_docx()
    new = applied(data, docx.write(data, LABEL))
    before, after = unpacked(data), unpacked(new)
    assert properties(after) == [("2", "AIGC", LABEL)]
    connecting = {"[Content_Types].xml", "_rels/.rels", "docProps/custom.xml"}
    assert {n for n in after if after[n] != before.get(n)} == connecting
    assert (len(new) - len(data)) < 1000


def test_python_docx_opens_and_saves_a_labelled_document() -> None:
    package = needs.package("docx")
    data = of_python_docx()
    opened = package.Document(io.BytesIO(applied(data, docx.write(data, LABEL))))
    assert [p.text for p in opened.paragraphs] == ["标题", "第一段"]
    assert opened.core_properties.title == "书"
    file = io.BytesIO()
    opened.save(file)
    assert [m.label for m in marks_of(docx.held(file.getvalue()))] == ["1"]


def test_what_python_docx_wrote_about_itself_is_held() -> None:
    pairs = {h.key: h.value for h in docx.held(of_python_docx())}
    assert (pairs["title"], pairs["description"]) == ("书", "said")
    assert "Application" in pairs


@pytest.mark.parametrize("step", [97])
def test_a_cut_document_of_python_docx_is_refused(step: int) -> None:
    data = of_python_docx()
    for end in range(0, len(data), step):
        with pytest.raises(DamagedFile):
            list(docx.held(data[:end]))


def test_templates_and_macro_files_are_told_by_suffix(tmp_path: Path) -> None:
    assert {".docx", ".dotx", ".docm", ".dotm"} <= set(docx.suffixes)
    assert not {*docx.suffixes} & {*xlsx.suffixes, *pptx.suffixes}


def test_an_embedded_workbook_does_not_make_it_one() -> None:
    inner = packed({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"})
    parts = {**document(), "word/embeddings/a.xlsx": inner}
    data = packed(parts, ("word/embeddings/a.xlsx",))
    assert docx.knows(data)
    assert not xlsx.knows(data)
    end = data.index(inner) + len(inner)
    for cut in range(end, len(data)):
        assert not xlsx.knows(data[:cut])
        with pytest.raises(DamagedFile):
            list(docx.held(data[:cut]))
