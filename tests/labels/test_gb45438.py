from __future__ import annotations

import html
import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.labels.carriers import LABEL, labels
from tests.strategies import raw

from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import (
    CLAUSES,
    FIELDS,
    MEANS,
    VALUES,
    fields_of,
    marks_of,
    written,
)
from qingjian.labels.mark import Deviation, Held, Mark

WHOLE = {**LABEL, "ContentPropagator": "platform"}
AT = ByteRange(3, 9)


def pair(value: str, key: str = "AIGC") -> Held:
    return Held("pair", value, AT, "comment", key)


values: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | raw,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*FIELDS, "AIGC", "ReserveCode1", "a\ud800"]) | raw, inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(labels)
def test_a_label_reads_the_same_however_it_is_wrapped(label: dict[str, str]) -> None:
    text = json.dumps(label, ensure_ascii=False)
    plain = fields_of(label)
    assert plain is not None
    assert plain[0] == label
    for way in (
        text,
        json.dumps(label),
        html.escape(text),
        json.dumps(text),
        {"AIGC": label},
        {"AIGC": text},
        json.dumps({"AIGC": label}),
        json.dumps({"AIGC": text}),
    ):
        seen = fields_of(way)
        assert seen is not None
        assert seen[0] == plain[0]
        assert set(seen[1]) >= set(plain[1])
        assert {d.id for d in seen[1]} - {d.id for d in plain[1]} <= {"value.encoding"}


@given(values)
def test_whatever_stands_there_is_read_or_is_no_label(value: object) -> None:
    for way in (value, json.dumps(value)):
        seen = fields_of(way)
        if seen is not None:
            fields, deviations = seen
            assert fields["Label"]
            assert all(isinstance(v, str) for v in fields.values())
            json.dumps([fields, deviations], ensure_ascii=False).encode()


@given(raw)
def test_any_text_is_read_or_is_no_label(text: str) -> None:
    seen = fields_of(text)
    assert seen is None or seen[0]["Label"]


def test_a_whole_label_has_no_deviations() -> None:
    assert fields_of(WHOLE) == (WHOLE, ())
    assert set(MEANS) == set(VALUES)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"Label": "AIGC"}, "Label is none of 1, 2, 3"),
        ({"ContentProducer": ""}, "ContentProducer is missing"),
        ({"Label": 1}, "Label is no text"),
        ({"ProduceID": ""}, "ProduceID is missing"),
        ({"ContentProducer": "某公司"}, "ContentProducer has characters beside printable ASCII"),
        ({"PropagateID": "%!s(MISSING)"}, "PropagateID is a placeholder: %!s(MISSING)"),
        ({"ProduceID": "0000-0000"}, "ProduceID is a placeholder: 0000-0000"),
        ({"ReservedCode1": "null"}, "ReservedCode1 is a placeholder: null"),
        (
            {"ContentProducer": "001191330101MA27WPYJ18xliu"},
            "ContentProducer has 26 characters, 27 digits and upper-case letters are asked for: "
            "001191330101MA27WPYJ18xliu",
        ),
        ({"Extra": "x"}, "extra field Extra"),
        ({"ReserveCode1": "x"}, "ReserveCode1 is written for ReservedCode1"),
        ({"x" * 100: "x"}, "extra field " + "x" * 60),
    ],
)
def test_each_deviation_is_told(change: Mapping[str, object], told: str) -> None:
    seen = fields_of({**WHOLE, **change})
    assert seen is not None
    (deviation,) = seen[1]
    assert deviation.what == told
    assert CLAUSES[deviation.id].text == deviation.clause
    assert not CLAUSES[deviation.id].verified, "nobody has held it against the official text"


def test_values_that_are_no_text_become_text() -> None:
    seen = fields_of({"Label": 1, "ContentProducer": ["甲", 2], "ProduceID": True})
    assert seen is not None
    assert seen[0] == {"Label": "1", "ContentProducer": '["甲", 2]', "ProduceID": "true"}


def test_a_misspelt_field_does_not_take_the_place_of_the_right_one() -> None:
    seen = fields_of({"Label": "1", "ReservedCode1": "right", "ReserveCode1": "wrong"})
    assert seen is not None
    assert seen[0]["ReservedCode1"] == "right"


def test_escaped_surrogates_do_not_come_out() -> None:
    seen = fields_of(r'{"Label":"\ud800","\udfff":"\ud800","ReservedCode1":["\ud800"]}')
    assert seen is not None
    assert seen[0] == {"Label": "\ufffd", "\ufffd": "\ufffd", "ReservedCode1": '["\ufffd"]'}
    "".join(d.what for d in seen[1]).encode()


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "1",
        "[]",
        "3.5",
        '"text"',
        "{",
        [],
        7,
        {},
        {"Label": ""},
        {"Label": None},
        {"ContentProducer": "x"},
        "9" * 5000,
        " " * 100_001,
    ],
)
def test_what_holds_no_label_is_none(value: object) -> None:
    assert fields_of(value) is None


def test_wrappers_are_opened_so_far_and_no_further() -> None:
    once = json.dumps(LABEL)
    assert fields_of(json.dumps(once)) is not None
    assert fields_of(json.dumps({"AIGC": json.dumps({"AIGC": once})})) is not None
    wrapped = once
    for _ in range(8):
        wrapped = json.dumps(wrapped)
    assert fields_of(wrapped) is None


@pytest.mark.parametrize("depth", [100, *range(900, 1010, 5), 100_000 // 2 - 20])
def test_json_of_any_depth_is_read_or_is_no_label(depth: int) -> None:
    seen = fields_of('{"Label":"1","x":' + "[" * depth + "]" * depth + "}")
    assert seen is None or seen[0]["x"] == "[" * depth + "]" * depth


@given(labels, st.booleans())
def test_what_is_written_is_read_and_holds_all_seven_fields(
    label: dict[str, str], wrapped: bool
) -> None:
    mark = Mark("gb45438", label["Label"], {k: v for k, v in label.items() if k != "Label"})
    value = json.loads(written(mark, wrapped))
    assert list(value["AIGC"] if wrapped else value) == list(FIELDS)
    seen = fields_of(written(mark, wrapped))
    assert seen is not None
    assert {k: v for k, v in seen[0].items() if v} == {k: v for k, v in label.items() if v}


def test_a_field_of_ones_own_is_written_after_the_seven() -> None:
    text = written(Mark("gb45438", "1", {"Own": "x"}), False)
    assert list(json.loads(text)) == [*FIELDS, "Own"]


def test_marks_come_with_their_place_and_stacked_ones_are_told() -> None:
    unusual = Deviation("place.odd", "", "odd")
    first = Held("pair", json.dumps(WHOLE), AT, "comment", "aigc", (unusual,))
    marks = marks_of([first, pair(json.dumps({**WHOLE, "Label": "2"})), pair("{}")])
    assert [m.label for m in marks] == ["1", "2"]
    assert marks[0].deviations == (unusual,)
    assert (marks[0].at, marks[0].place) == (AT, "comment")
    assert [d.id for d in marks[1].deviations] == ["label.stacked"]


@pytest.mark.parametrize(
    ("key", "value", "count"),
    [
        ("AIGC", json.dumps(WHOLE), 1),
        ("EXIF:aigc", json.dumps(WHOLE), 1),
        ("Comment", json.dumps({"AIGC": WHOLE}), 1),
        ("Comment", json.dumps(json.dumps({"AIGC": WHOLE})), 1),
        ("Comment", json.dumps(WHOLE), 0),
        ("Comment", "about AIGC: " + json.dumps({"AIGC": WHOLE}), 0),
        ("AIGC", "yes", 0),
        ("title", "AIGC 标识办法", 0),
    ],
)
def test_a_pair_is_a_label_by_its_key_or_its_wrapper(key: str, value: str, count: int) -> None:
    assert len(marks_of([pair(value, key)])) == count


def test_manifests_are_no_labels_of_this_standard() -> None:
    assert marks_of([Held("c2pa", b"AIGC", AT, "caBX")]) == []
