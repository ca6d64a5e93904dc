from __future__ import annotations

import json

import pytest
from tests.labels.carriers import LABEL

from qingjian.labels.fields import FIELDS, VALUES, fields_of, may_be


@pytest.mark.parametrize("value", VALUES)
def test_fields_are_the_same_wrapped_and_bare(value: str) -> None:
    label = {**LABEL, "Label": value}
    assert set(label) == set(FIELDS)
    for words in (json.dumps(label), json.dumps({"AIGC": label}), json.dumps({"AIGC": {"x": 1}})):
        seen = fields_of(words)
        assert (seen and seen[0]) == (label if "Label" in words else None)


@pytest.mark.parametrize(
    ("key", "words", "may"),
    [
        ("AIGC", "x", True),
        ("TC260:aigc", "", True),
        ("Comment", ' {"AIGC": {}}', True),
        ("Comment", '"{\\"AIGC\\": {}}"', True),
        ("Comment", "AIGC", False),
        ("Comment", '{"Label": "1"}', False),
        ("Comment", 'so: {"AIGC": {}}', False),
    ],
)
def test_a_pair_may_be_a_label_by_its_key_or_its_head(key: str, words: str, may: bool) -> None:
    assert may_be(key, words) is may
