from __future__ import annotations

import pytest
from tests.detectors.text.known import hits, seen

from qingjian.core.errors import Abstain
from qingjian.core.known import Known
from qingjian.core.types import About, Text
from qingjian.detectors.text.recycled_event import recycled_event

OLDER = Known(
    "event",
    "6月17日下午3时许，桂平路一辆公交车自燃，司机赵师傅打开全部车门，48秒内疏散了32名乘客，无人受伤。"
    "消防员十分钟后将火扑灭。",
    published_at="2023-06-18",
    publisher="城市晚报",
)
RECYCLED = (
    "昨天下午三点多，松江路一辆公交突然自燃！司机王师傅打开所有车门，48秒疏散32名乘客，没人受伤。"
    "消防十分钟就把火灭了。"
)


def test_what_is_kept_and_what_is_changed_is_shown() -> None:
    [finding] = hits(recycled_event, RECYCLED, OLDER)
    assert finding.evidence["changed"] == ("time: 昨天", "place: 松江路", "person: 王师傅")
    kept = finding.evidence["kept"]
    assert isinstance(kept, tuple)
    assert {"48秒", "32名"} <= set(kept)
    assert finding.evidence["source"] == OLDER.text


def test_a_later_date_is_a_change_and_its_own_is_none() -> None:
    dated = RECYCLED.replace("昨天下午三点多，松江路", "2025年5月2日，桂平路").replace("王", "赵")
    [finding] = hits(recycled_event, dated, OLDER)
    assert finding.evidence["changed"] == ("time: 2025年5月2日",)
    assert seen(recycled_event, dated.replace("2025年5月2日", "2023年6月17日"), OLDER) == ()
    assert seen(recycled_event, OLDER.text, OLDER) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("回顾前年的一件事：" + RECYCLED, "it tells it as past"),
        ("辟谣，这是旧闻：" + RECYCLED, "it tells it as past"),
        (RECYCLED + "今天公司表彰了他。", "it tells what followed"),
    ],
)
def test_told_as_past_or_followed_up_it_is_no_hit(text: str, why: str) -> None:
    assert hits(recycled_event, text, OLDER) == []
    [finding] = seen(recycled_event, text, OLDER)
    assert any(reason.startswith(why) for reason in finding.against)


def test_another_event_or_the_same_week_passes() -> None:
    other = "昨天坐公交，空调坏了，司机师傅把窗户都打开，三十多个人闷了二十分钟才到站。"
    assert seen(recycled_event, other, OLDER) == ()
    assert seen(recycled_event, RECYCLED, OLDER, at="2023-06-19") == ()


def test_what_cannot_be_judged_is_left_alone() -> None:
    scan = recycled_event.build()
    with pytest.raises(Abstain, match="no archive"):
        scan(Text(body=RECYCLED))
    with pytest.raises(Abstain, match="fewer"):
        scan(Text(body="公交自燃", known=(OLDER,)))
    with pytest.raises(Abstain, match="more than"):
        scan(Text(body="长" * 50_001, known=(OLDER,)))
    assert scan(Text(body=RECYCLED, known=())).findings == ()
    assert scan(Text(body=RECYCLED, known=(OLDER,))).findings != ()
    beyond = About(at=1e300)
    assert scan(Text(body=RECYCLED, known=(OLDER,), about=beyond)).findings != ()
