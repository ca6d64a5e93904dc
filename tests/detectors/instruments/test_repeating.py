from __future__ import annotations

import pytest

from qingjian.core.known import Known
from qingjian.detectors.instruments.odds import Facts
from qingjian.detectors.instruments.repeating import repeating
from qingjian.detectors.instruments.told import told

CLAIM = Known(
    "claim", "微波炉加热的饭菜会产生致癌物", quote="微波是非电离辐射，不会使食物产生致癌物。"
)


def facts(text: str) -> Facts:
    return repeating(told(text), CLAIM)[0]


def test_who_repeats_a_claim_has_its_words_and_who_corrects_it_those_of_the_check() -> None:
    repeats = facts("微波炉热过的饭菜会产生致癌物，快告诉爸妈！")
    corrects = facts("其实微波是非电离辐射，微波炉热饭不会致癌。")
    other = facts("微波炉坏了，换了台新的。")
    assert repeats["held"] > corrects["held"] > other["held"]
    assert corrects["check_words"] > repeats["check_words"]
    assert (repeats["urges"], repeats["corrects"]) == (0.5, 0.0)
    assert corrects["corrects"] > 0


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("微波炉致癌？哈哈", "laughs"),
        ("微波炉致癌是真的吗", "asks"),
        ("网传微波炉致癌", "corrects"),
        ("微波炉加热的饭菜不会产生致癌物", "negated"),
    ],
)
def test_how_it_speaks_is_seen(text: str, fact: str) -> None:
    assert facts(text)[fact] > 0


def test_a_place_or_figure_of_its_own_is_what_differs() -> None:
    claim = Known("claim", "云岭市自来水检出红虫，3万户停水", quote="没有检出。")
    _, at, differs = repeating(told("云岭市自来水检出红虫，8万户停水"), claim)
    assert at is not None
    assert differs == "8万户 here, 3万户 there"


def test_nothing_to_align_gives_no_place() -> None:
    assert repeating(told("……"), CLAIM)[1:] == (None, "")
