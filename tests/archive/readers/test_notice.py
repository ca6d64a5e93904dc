from __future__ import annotations

import pytest

from qingjian.archive.entry import Entry, Refused
from qingjian.archive.readers.notice import read

NOTICE = """---
publisher: 临江水务集团
url: https://example.org/notice
published_at: 2025-07-02
---
# 停水通知

城东片区今晚10点停水。
"""


def test_front_matter_says_who_and_when_and_the_rest_is_the_text() -> None:
    one = read(NOTICE, "n.md")
    assert isinstance(one, Entry)
    assert (one.known.kind, one.known.publisher) == ("source", "临江水务集团")
    assert (one.known.title, one.known.published_at) == ("停水通知", "2025-07-02")
    assert one.known.text == "# 停水通知\n\n城东片区今晚10点停水。"
    assert read(NOTICE.replace("\n", "\r\n"), "n.md") != one
    event = read(NOTICE, "n.md", "event")
    assert isinstance(event, Entry)
    assert event.known.kind == "event"


def test_a_claim_may_be_written_so() -> None:
    text = NOTICE.replace("---\n#", "kind: claim\nrating: false\nquote: 没有停水。\n---\n#")
    one = read(text.replace("# 停水通知\n\n城东", "城东"), "n.md")
    assert isinstance(one, Entry)
    assert one.known.rating == "false"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "城东停水",
        "---\npublisher: [\n---\nx",
        "---\n- a\n---\nx",
        "---\npublisher: 甲\n",
        "---\n&a [*a]\n---\n",
    ],
)
def test_what_is_no_notice_is_refused(text: str) -> None:
    one = read(text, "n.md")
    assert isinstance(one, Refused)
    assert one.reason == "malformed"
