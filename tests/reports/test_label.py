from __future__ import annotations

import json

from tests.labels.formats.samples import png

from qingjian.labels import label
from qingjian.labels.mark import Mark
from qingjian.labels.verify import Verdict
from qingjian.reports.label import label_lines, label_row

ODD = Mark("gb45438", "1", {"ContentProducer": "某\x1b[31m", "ProduceID": "0000", "Long": "x" * 90})


def test_the_row_has_the_fields_of_the_contract() -> None:
    verdict = label.verify(label.write(png.plain(), label.mark("p", "7")))
    row = label_row("a.png", verdict, "2026-11-22T00:00:00Z")
    assert {k: row[k] for k in ("file", "carrier", "verdict", "show", "checked_at")} == {
        "file": "a.png",
        "carrier": "png",
        "verdict": "confirmed",
        "show": "本内容由人工智能生成合成",
        "checked_at": "2026-11-22T00:00:00Z",
    }
    (mark,) = row["marks"]
    assert (mark["scheme"], mark["label"], mark["producer"]) == ("gb45438", "1", "p")
    assert (mark["produce_id"], mark["propagator"], mark["propagate_id"]) == ("7", "", "")
    assert mark["place"] == "iTXt XML:com.adobe.xmp"
    assert mark["signature"] == "none"
    assert mark["at"]["kind"] == "bytes"
    json.dumps(row)


def test_a_deviation_comes_with_its_clause() -> None:
    made = label.write(png.plain(), ODD)
    (mark,) = label_row("a", label.verify(made), "")["marks"]
    assert {"field.charset", "field.placeholder", "field.extra"} == {
        d["id"] for d in mark["deviations"]
    }
    assert all(set(d) == {"id", "clause", "what"} for d in mark["deviations"])


def test_people_see_the_answer_first_and_nothing_that_drives_a_terminal() -> None:
    verdict = label.verify(label.write(png.plain(), ODD))
    lines = list(label_lines("a\x1b.png", verdict))
    assert lines[0].endswith("(png): confirmed")
    assert not any("\x1b" in line for line in lines)
    assert any("not verified" in line for line in lines)
    assert any("… (90)" in line for line in lines)
    assert list(label_lines("a", verdict, marks=False))[-1] == "  show    本内容由人工智能生成合成"


def test_how_a_signature_came_out_is_said() -> None:
    verdict = Verdict("contradicted", ("it fails",), marks=(ODD,), signatures=("invalid",))
    assert "    signature: does NOT hold" in list(label_lines("a", verdict))
    assert label_row("a", verdict, "")["marks"][0]["at"] is None
