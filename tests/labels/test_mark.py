from __future__ import annotations

import dataclasses

import pytest

from qingjian.core.types import ByteRange
from qingjian.labels.formats import jpeg, markdown, png
from qingjian.labels.mark import Codec, Mark


def test_a_mark_is_frozen_and_has_nothing_but_what_it_was_given() -> None:
    mark = Mark("gb45438", "1")
    assert (mark.fields, mark.at, mark.deviations) == ({}, None, ())
    with pytest.raises(dataclasses.FrozenInstanceError):
        mark.label = "2"  # type: ignore[misc]  # this is what must not work


def test_marks_do_not_share_their_fields() -> None:
    first, second = Mark("gb45438", "1"), Mark("gb45438", "1")
    first.fields["ProduceID"] = "x"
    assert second.fields == {}
    assert Mark("gb45438", "1", {}, ByteRange(0, 1)) == Mark("gb45438", "1", {}, ByteRange(0, 1))


def test_each_format_is_a_codec() -> None:
    codecs: list[Codec] = [png, jpeg, markdown]
    assert len({c.name for c in codecs}) == len(codecs)
    assert len({s for c in codecs for s in c.suffixes}) == sum(len(c.suffixes) for c in codecs)
