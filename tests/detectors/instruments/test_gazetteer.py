from __future__ import annotations

import time

import pytest

from qingjian.detectors.instruments.gazetteer import elsewhere_named, named


def test_places_are_named_by_long_and_short_names_and_in_traditional_letters() -> None:
    text = "武漢市江汉区和深圳都下雨，云南晴"
    assert [text[p.start : p.end] for p in named(text)] == ["武漢市", "江汉区", "深圳", "云南"]


@pytest.mark.parametrize(
    "text", ["南京东路步行街", "上海路堵车", "大理石台面", "日照时间长", "", "平安"]
)
def test_streets_and_words_are_no_places(text: str) -> None:
    assert [p.name for p in named(text) if p.name != "南京"] == []


def test_a_city_lies_in_its_province_and_apart_from_others() -> None:
    hubei, wuhan, shenzhen = (next(named(n)) for n in ("湖北", "武汉", "深圳市"))
    assert not hubei.apart(wuhan)
    assert not wuhan.apart(hubei)
    assert wuhan.apart(shenzhen)


def test_a_name_that_several_places_have_is_apart_only_from_what_none_of_them_holds() -> None:
    [drum] = named("鼓楼区")
    assert len(drum.codes) > 1
    assert not drum.apart(next(named("南京")))
    assert drum.apart(next(named("云南")))


def test_a_text_about_another_place_is_told_by_its_name() -> None:
    assert elsewhere_named("深圳地铁免费", "武汉地铁免费") == "深圳"
    assert elsewhere_named("湖北地铁免费", "武汉地铁免费") == ""
    assert elsewhere_named("武汉和深圳地铁免费", "武汉地铁免费") == ""
    assert elsewhere_named("深圳地铁免费", "地铁免费") == ""


def test_a_long_text_takes_bounded_time() -> None:
    start = time.monotonic()
    assert len(list(named("武汉下雨，" * 40_000))) == 20_000
    assert time.monotonic() - start < 2
