from __future__ import annotations

import html
import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.labels.carriers import LABEL, labels
from tests.strategies import raw

from qingjian.labels.gb45438 import FIELDS, MEANS, VALUES, fields_of

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
        assert fields_of(way) == plain


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
    assert fields_of(LABEL) == (LABEL, ())
    assert set(MEANS) == set(VALUES)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"Label": "AIGC"}, "Label is none of 1, 2, 3"),
        ({"ContentProducer": ""}, "ContentProducer is missing"),
        ({"ProduceID": None}, "ProduceID is missing"),
        ({"Label": 1}, "Label is no text"),
        ({"Extra": "x"}, "extra field Extra"),
        ({"ReserveCode1": "x"}, "ReserveCode1 is written for ReservedCode1"),
        ({"x" * 100: "x"}, "extra field " + "x" * 60),
    ],
)
def test_each_deviation_is_told(change: Mapping[str, object], told: str) -> None:
    seen = fields_of({**LABEL, **change})
    assert seen is not None
    assert told in seen[1]


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
    "".join(seen[1]).encode()


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
    assert fields_of(json.dumps(json.dumps(json.dumps(once)))) is None


@pytest.mark.parametrize("depth", [100, *range(900, 1010, 5), 100_000 // 2 - 20])
def test_json_of_any_depth_is_read_or_is_no_label(depth: int) -> None:
    seen = fields_of('{"Label":"1","x":' + "[" * depth + "]" * depth + "}")
    assert seen is None or seen[0]["x"] == "[" * depth + "]" * depth
