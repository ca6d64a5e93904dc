from __future__ import annotations

from qingjian.archive.incident import ITSELF, Entry, fold

DAY = 86_400.0
OPENED = Entry(0.0, "li", "opened", {"name": "塌方", "about": "云岭 塌方", "days": 14})


def test_what_was_opened_is_open_until_its_days_have_passed() -> None:
    one = fold("i", [OPENED], {}, 14 * DAY - 1)
    assert (one.name, one.about, one.opened_by, one.days) == ("塌方", "云岭 塌方", "li", 14)
    assert (one.bulletins, one.posts, one.last_at) == (0, 0, 0.0)
    assert one.closed_at is None
    late = fold("i", [OPENED], {}, 14 * DAY)
    assert (late.closed_at, late.closed_by) == (14 * DAY, ITSELF)


def test_the_days_are_counted_from_the_last_bulletin_or_post() -> None:
    counts = {"bulletin": (1, 3 * DAY), "post": (40, 5 * DAY)}
    one = fold("i", [OPENED], counts, 15 * DAY)
    assert (one.bulletins, one.posts, one.last_at, one.closed_at) == (1, 40, 5 * DAY, None)
    assert fold("i", [OPENED], counts, 19 * DAY).closed_by == ITSELF


def test_who_closed_it_is_told() -> None:
    closed = Entry(DAY, "wang", "closed", {"at": DAY})
    one = fold("i", [OPENED, closed], {}, 100 * DAY)
    assert (one.closed_at, one.closed_by) == (DAY, "wang")
