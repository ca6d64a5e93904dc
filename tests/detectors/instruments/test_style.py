from __future__ import annotations

import pytest
from hypothesis import given
from tests.strategies import raw

from qingjian.detectors.instruments.style import LEAST_SENTENCES, style


def test_sentences_of_one_length_are_even_and_others_less() -> None:
    assert style("今天天气很好。" * 6).evenness == 1
    mixed = style(
        "好的。今天下午我们三个人一起去了河边看人家钓鱼。嗯嗯。走吧走吧。后来下雨了大家都跑回来了。"
    )
    assert mixed.sentences == 5
    assert mixed.evenness is not None
    assert mixed.evenness < 0.5


def test_few_sentences_have_no_evenness_and_one_line_is_no_list() -> None:
    few = style("今天天气很好。" * (LEAST_SENTENCES - 1))
    assert (few.evenness, few.listed) == (None, None)


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("首先准备材料，其次加水，此外要搅拌，最后晾干", "connectives"),
        ("随着科技的发展，它扮演着重要的角色", "frames"),
        ("你说是吧，真的是，哎呀", "talk"),
    ],
)
def test_figures_are_per_hundred_letters(text: str, figure: str) -> None:
    once, twice = getattr(style(text), figure), getattr(style(text + "。" + text), figure)
    assert once > 0
    assert once == pytest.approx(twice, rel=0.1)
    assert getattr(style("明天下午三点在二楼开会"), figure) == 0


def test_lines_that_open_like_items_make_a_list() -> None:
    assert style("1. 苹果\n2. 香蕉\n三、橘子\n- 梨").listed == 1
    assert style("苹果\n1. 香蕉").listed == 0.5


@given(raw)
def test_figures_stay_in_their_ranges(text: str) -> None:
    seen = style(text)
    assert seen.letters >= 0
    assert seen.evenness is None or 0 <= seen.evenness <= 1
    assert seen.listed is None or 0 <= seen.listed <= 1
    assert min(seen.connectives, seen.frames, seen.talk) >= 0
