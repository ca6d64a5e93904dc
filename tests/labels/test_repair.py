from __future__ import annotations

import pytest
from hypothesis import given
from tests.labels.carriers import labels

from qingjian.core.errors import UsageError
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import FIELDS, VALUES, fields_of
from qingjian.labels.mark import Deviation, Mark
from qingjian.labels.repair import merged, propagated

CLEAN = Mark("gb45438", "1", {"ContentProducer": "p", "ProduceID": "1"}, ByteRange(0, 1))


def test_a_clean_label_stays_and_nothing_is_changed() -> None:
    found = merged([CLEAN])
    assert found.changes == ()
    assert found.mark.fields["ContentProducer"] == "p"
    assert (found.mark.at, found.mark.deviations) == (None, ())


def test_thirty_stacked_labels_become_one() -> None:
    later = Mark("gb45438", "1", {"PropagateID": "x", "ProduceID": "2", "Odd": "y"})
    found = merged([CLEAN] * 29 + [later])
    assert found.mark.fields["ProduceID"] == "1"
    assert found.mark.fields["PropagateID"] == "x"
    assert "Odd" not in found.mark.fields
    assert set(found.changes) == {
        "ProduceID: 2 values, the first is kept",
        "PropagateID taken from a later label",
        "extra field Odd dropped",
        "30 labels merged into one",
    }


@pytest.mark.parametrize("value", ["AIGC", "AIGCLabelType.AI_GENERATED"])
def test_a_label_in_words_becomes_1(value: str) -> None:
    found = merged([Mark("gb45438", value, {})])
    assert found.mark.label == "1"
    assert found.changes == (f"Label {value!r} written as 1",)


def test_the_place_that_was_odd_is_told() -> None:
    odd = Deviation("xmp.attribute", "", "it stood in an attribute")
    assert merged([Mark("gb45438", "1", {}, deviations=(odd,))]).changes == (odd.what,)


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ([], "no label to repair"),
        ([Mark("c2pa", "1")], "no label to repair"),
        ([CLEAN, Mark("gb45438", "2")], "Label is 1, 2"),
        ([Mark("gb45438", "maybe")], "Label is maybe"),
        ([CLEAN, Mark("gb45438", "1", {"ContentProducer": "q"})], "different producers: p, q"),
    ],
)
def test_what_people_must_decide_is_refused(marks: list[Mark], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        merged(marks)


@given(labels)
def test_a_repaired_label_is_repaired(label: dict[str, str]) -> None:
    seen = fields_of(label)
    assert seen is not None
    fields, deviations = seen
    mark = Mark("gb45438", fields.pop("Label"), fields, deviations=deviations)
    if mark.label not in (*VALUES, "AIGC"):
        return
    found = merged([mark]).mark
    assert list(found.fields) == list(FIELDS[1:])
    assert merged([found]) == type(merged([found]))(found, ())


def test_a_platform_adds_its_fields_and_leaves_the_producers() -> None:
    mark = Mark("gb45438", "1", {"ContentProducer": "p", "ProduceID": "1", "ReservedCode1": "r"})
    made = propagated(mark, "平台", "88", "s")
    assert made.label == "1"
    assert {k: v for k, v in made.fields.items() if v} == {
        **mark.fields,
        "ContentPropagator": "平台",
        "PropagateID": "88",
        "ReservedCode2": "s",
    }


@pytest.mark.parametrize(("who", "number"), [("", "1"), ("平台", "")])
def test_a_platform_names_itself_and_the_content(who: str, number: str) -> None:
    with pytest.raises(UsageError):
        propagated(CLEAN, who, number)
