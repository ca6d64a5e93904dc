from __future__ import annotations

from qingjian.core.known import Known


def test_only_what_is_known_is_cited() -> None:
    full = Known("claim", "t", publisher="甲", url="https://a.example", published_at="2024-01-02")
    assert full.cited == "甲, 2024-01-02, https://a.example"
    assert Known("source", "t", publisher="甲").cited == "甲"
    assert Known("event", "t").cited == ""
