from __future__ import annotations

import json
from typing import Any

import pytest
from tests.archive.claims import CLAIM, made, numbered

from qingjian.archive.entry import Entry, Refused
from qingjian.archive.readers.claimreview import read, write

REVIEW: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "claimReviewed": CLAIM["text"],
    "url": CLAIM["url"],
    "datePublished": "2024-01-02T00:00:00+08:00",
    "author": {"@type": "Organization", "name": "食安科普"},
    "reviewBody": CLAIM["quote"],
    "reviewRating": {"@type": "Rating", "ratingValue": 1, "bestRating": 5, "worstRating": 1},
}


def only(value: object) -> Entry | Refused:
    [one] = read(json.dumps(value), "f")
    return one


@pytest.mark.parametrize(
    "wrapped",
    [
        REVIEW,
        [REVIEW],
        {"@graph": [{"@type": "WebPage"}, REVIEW]},
        {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [REVIEW]}]},
        {**REVIEW, "@type": ["Review", "ClaimReview"], "author": [{"name": "食安科普"}]},
        {**REVIEW, "author": "食安科普"},
    ],
)
def test_a_review_is_read_wherever_it_stands(wrapped: object) -> None:
    one = only(wrapped)
    assert isinstance(one, Entry)
    assert one.known == made(CLAIM).known


@pytest.mark.parametrize(
    ("rating", "means"),
    [
        ({"alternateName": "不实"}, "false"),
        ({"alternateName": "False"}, "false"),
        ({"alternateName": "谣言", "ratingValue": 5}, "false"),
        ({"alternateName": "部分属实"}, "mixed"),
        ({"alternateName": "Mostly true"}, "mixed"),
        ({"alternateName": "属实"}, "true"),
        ({"ratingValue": "1"}, "false"),
        ({"ratingValue": 0, "bestRating": 10, "worstRating": 0}, "false"),
        ({"ratingValue": 5}, "true"),
        ({"ratingValue": 3}, "mixed"),
    ],
)
def test_a_rating_is_read_by_its_words_then_by_its_value(rating: object, means: str) -> None:
    one = only({**REVIEW, "reviewRating": rating})
    assert isinstance(one, Entry)
    assert one.known.rating == means


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({**REVIEW, "reviewRating": {"ratingValue": 9}}, "incomplete"),
        ({**REVIEW, "reviewRating": {"ratingValue": "NaN"}}, "incomplete"),
        ({**REVIEW, "reviewRating": None}, "incomplete"),
        ({**REVIEW, "claimReviewed": 5}, "empty"),
        ({"@type": "Article"}, "malformed"),
        ([], "malformed"),
    ],
)
def test_what_says_too_little_is_refused(value: object, reason: str) -> None:
    one = only(value)
    assert isinstance(one, Refused)
    assert one.reason == reason


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a": NaN', "\ud800"])
def test_what_is_no_json_is_refused(text: str) -> None:
    [one] = read(text, "f")
    assert isinstance(one, Refused)
    assert one.reason == "malformed"


def test_what_is_written_is_read_again() -> None:
    entries = [made(CLAIM, expires_at="2030-01-01"), *numbered(3)]
    again = list(read(write(e.row for e in entries), "f"))
    assert [a.known for a in again if isinstance(a, Entry)] == [e.known for e in entries]
    assert again[0] == entries[0]
