"""
ClaimReview in JSON-LD, alone, in a list, a graph or a data feed; read and written.

Source: schema.org, types ClaimReview, Rating, DataFeed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from qingjian.archive.entry import Entry, Refused, entry
from qingjian.core.known import Rating

_MOST_DEEP = 50
_SAID: tuple[tuple[Rating, re.Pattern[str]], ...] = (
    (
        "mixed",
        re.compile(r"部分|半真|误导|存疑|缺乏|断章|夸大|mix|half|partly|mostly|mislead", re.I),
    ),
    (
        "false",
        re.compile(r"谣|假|不实|不属实|错误|伪|骗局|false|fake|hoax|incorrect|wrong|pants", re.I),
    ),
    ("true", re.compile(r"属实|真实|正确|(?:为|是)真|true|correct|accurate", re.I)),
)


def read(text: str, where: str) -> Iterator[Entry | Refused]:
    """Give every ClaimReview of a JSON-LD file; what is none is refused with its place."""
    try:
        root = json.loads(text)
    except (ValueError, RecursionError) as error:
        said = "nested too deep" if isinstance(error, RecursionError) else str(error)
        yield Refused(where, "malformed", f"no JSON: {said}")
        return
    count = 0
    for review in _reviews(root, 0):
        count += 1
        yield _entry(review, f"{where}#{count}")
    if not count:
        yield Refused(where, "malformed", "no ClaimReview stands in it")


def _reviews(node: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > _MOST_DEEP:
        return
    if isinstance(node, list):
        for one in node:
            yield from _reviews(one, depth + 1)
    elif isinstance(node, dict):
        kinds = node.get("@type")
        if "ClaimReview" in (kinds if isinstance(kinds, list) else [kinds]):
            yield node
            return
        for key in ("@graph", "dataFeedElement", "item", "itemListElement", "mainEntity"):
            yield from _reviews(node.get(key), depth + 1)


def _entry(review: Mapping[str, Any], where: str) -> Entry | Refused:
    rating = _first(review.get("reviewRating"))
    words = _words(rating.get("alternateName")) or _words(rating.get("name"))
    row = {
        "kind": "claim",
        "text": _words(review.get("claimReviewed")),
        "title": _words(review.get("headline")) or _words(review.get("name")),
        "rating": _rating(rating, words),
        "quote": next(
            (q for k in ("reviewBody", "description") if (q := _words(review.get(k)))), ""
        )
        or words,
        "publisher": _words(_first(review.get("author")).get("name")),
        "url": _words(review.get("url")),
        "published_at": _words(review.get("datePublished")),
        "expires_at": _words(review.get("expires")),
    }
    return entry(row, where)


def _rating(rating: Mapping[str, Any], words: str) -> Rating:
    """Give what a rating says: by its words, else by its value between worst and best."""
    for meaning, pattern in _SAID:
        if pattern.search(words):
            return meaning
    value, best, worst = (
        _number(rating.get(k)) for k in ("ratingValue", "bestRating", "worstRating")
    )
    best, worst = 5.0 if best is None else best, 1.0 if worst is None else worst
    if value is None or not worst <= value <= best or worst == best:
        return ""
    share = (value - worst) / (best - worst)
    return "false" if share <= 0.25 else "true" if share >= 0.8 else "mixed"


def _first(node: Any) -> Mapping[str, Any]:
    one = node[0] if isinstance(node, list) and node else node
    return one if isinstance(one, dict) else {"name": one} if isinstance(one, str) else {}


def _words(node: Any) -> str:
    one = node[0] if isinstance(node, list) and node else node
    return one.strip() if isinstance(one, str) else ""


def _number(node: Any) -> float | None:
    try:
        value = float(node)
    except (TypeError, ValueError):
        return None
    return value if abs(value) < 1e9 else None


_VALUE = {"false": 1, "mixed": 3, "true": 5}
_NAME = {"false": "不实", "mixed": "部分属实", "true": "属实"}


def write(rows: Iterator[Mapping[str, str]]) -> str:
    """Give rows of claims as one data feed of ClaimReviews."""
    items = [
        {
            "@type": "ClaimReview",
            "claimReviewed": row["text"],
            "headline": row["title"],
            "reviewBody": row["quote"],
            "author": {"@type": "Organization", "name": row["publisher"]},
            "url": row["url"],
            "datePublished": row["published_at"],
            **({"expires": row["expires_at"]} if row["expires_at"] else {}),
            "reviewRating": {
                "@type": "Rating",
                "ratingValue": _VALUE[row["rating"]],
                "bestRating": 5,
                "worstRating": 1,
                "alternateName": _NAME[row["rating"]],
            },
        }
        for row in rows
    ]
    feed = {"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement": items}
    return json.dumps(feed, ensure_ascii=False, indent=1)
