from __future__ import annotations

import pytest
from tests.labels.formats.samples.docx import LABEL, packed, properties, unpacked
from tests.labels.formats.samples.pptx import plain, slides

from qingjian.core.errors import DamagedFile
from qingjian.labels.formats import docx, pptx, xlsx
from qingjian.labels.splice import applied


def test_only_its_own_packages_are_known() -> None:
    assert pptx.knows(plain())
    assert not docx.knows(plain())
    assert not xlsx.knows(plain())
    assert not pptx.knows(packed({"ppt/presentation.xml": "<x/>"}))


def test_the_main_part_may_have_another_name() -> None:
    parts = slides()
    parts["ppt/presentation2.xml"] = parts.pop("ppt/presentation.xml")
    assert pptx.knows(packed(parts))


def test_a_label_leaves_every_content_part_as_it_was() -> None:
    data = plain()
    after = unpacked(applied(data, pptx.write(data, LABEL)))
    before = unpacked(data)
    assert properties(after) == [("2", "AIGC", LABEL)]
    changed = {n for n in after if after[n] != before.get(n)}
    assert changed == {"[Content_Types].xml", "_rels/.rels", "docProps/custom.xml"}


def test_templates_have_suffixes_of_their_own() -> None:
    assert {".pptx", ".potx"} <= set(pptx.suffixes)


def test_a_broken_relationship_part_is_told() -> None:
    data = packed({**slides(), "_rels/.rels": "<Relationships>"})
    with pytest.raises(DamagedFile, match=r"_rels/\.rels at byte"):
        list(pptx.held(data))
