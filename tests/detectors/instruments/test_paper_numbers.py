from __future__ import annotations

import time

import pytest

from qingjian.core.known import Known
from qingjian.detectors.instruments.paper_numbers import holders, paper_numbers


@pytest.mark.parametrize("said", ["云政发〔2026〕5号", "教基函[2025]12号", "国办发（2024）3号"])
def test_a_proper_number_breaks_no_rule_whatever_its_brackets(said: str) -> None:
    [number] = paper_numbers(f"现将{said}文件转发如下", 2026)
    assert number.signs == ()
    assert number.said.endswith(said[-6:])


@pytest.mark.parametrize(
    ("said", "sign"),
    [
        ("云政发〔2026〕第5号", "a number has no 第"),
        ("云政发〔2026〕005号", "a number has no leading zero"),
        ("云政发〔26〕5号", "the year is cut short"),
        ("云政发〔2029〕5号", "the year is still to come"),
    ],
)
def test_a_broken_rule_is_said(said: str, sign: str) -> None:
    [number] = paper_numbers(said, 2026)
    assert [s.partition(": ")[2] for s in number.signs] == [sign]


def test_a_source_that_carries_the_number_is_given() -> None:
    [number] = paper_numbers("云政发[2026]第5号", 2026)
    held = Known("source", "各区县：……", title="关于停水的通知（云政发〔2026〕5号）")
    other = Known("source", "云政发〔2026〕15号")
    assert list(holders(number, iter((held, other)))) == [held]


def test_no_number_no_finding_and_a_long_text_takes_bounded_time() -> None:
    assert list(paper_numbers("5号楼停水", 2026)) == []
    start = time.monotonic()
    list(paper_numbers("发" * 300_000 + "〔2026〕", 2026))
    assert time.monotonic() - start < 10
