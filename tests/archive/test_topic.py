from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.archive.topic import marks, matches, speaks_of

ABOUT = "云岭市青石隧道塌方"


def test_marks_are_pairs_of_characters_and_whole_words() -> None:
    assert marks("青石隧道") == {"青石", "石隧", "隧道"}
    assert marks("the Qingshi tunnel, 7.18") == {"qingshi", "tunnel", "7.18"}
    assert marks("发生事故的现场情况") == {"生事", "场情"}, "what all reports say tells nothing"
    assert marks("的了是 a ！") == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "青石隧道塌了，听说埋了三十多个人！",
        "云岭那个隧道出大事了",
        "【突发】云岭市青石隧道今晨塌方，消防已到",
        "青，石，隧，道",
    ],
)
def test_a_text_that_names_two_things_of_it_matches(text: str) -> None:
    assert matches(ABOUT, text)


@pytest.mark.parametrize(
    "text", ["今天又堵在隧道里", "云岭市的桃花开了", "石头记", "", "\ud800", "早上好"]
)
def test_a_text_that_names_one_or_none_does_not(text: str) -> None:
    assert not matches(ABOUT, text)


def test_keywords_apart_are_compared_apart_and_a_single_one_is_enough() -> None:
    assert matches("云岭 塌方", "云岭 那边 塌方 了")
    assert not matches("云岭 塌方", "云岭天气")
    assert matches("塌方", "又塌方了")
    assert matches("Qingshi tunnel collapse", "TUNNEL in Qingshi is closed")
    assert not matches("Qingshi tunnel collapse", "tunnels and collapses")


def test_without_a_mark_nothing_matches() -> None:
    assert not matches("的了", "的了")


BULLETIN = "青石隧道于18日塌方，2人受伤，伤者已送市第一医院，无人死亡。"


def test_a_bulletin_speaks_of_what_it_tells_and_not_of_what_it_does_not() -> None:
    assert speaks_of(ABOUT, "青石隧道塌方，两人受伤已送医院", BULLETIN)
    assert not speaks_of(ABOUT, "青石隧道塌方是因为偷工减料", BULLETIN)
    assert speaks_of(ABOUT, "是因为偷工减料。伤者已送医院。", BULLETIN), "one sentence is enough"


def test_a_text_that_says_nothing_beyond_the_incident_is_spoken_of() -> None:
    assert speaks_of(ABOUT, "青石隧道塌方了！！", BULLETIN)
    assert not speaks_of(ABOUT, "青石隧道塌方了！！", "春河路停水两天")


@given(st.text(), st.text(max_size=80))
def test_a_text_matches_itself_or_has_no_marks(text: str, about: str) -> None:
    assert matches(about, about) is bool(marks(about))
    assert matches(about, text + " " + about) is bool(marks(about))
