from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reports.made import CARDS, about, failed, finding, judged, line, span

from qingjian.core.errors import InputError
from qingjian.core.types import ByteRange, Field, Place, Severity, Span
from qingjian.reports.sarif import render
from qingjian.reports.sink import Line


def run_of(*lines: Line, left_out: int = 0) -> dict[str, Any]:
    log = json.loads(render(lines, about(lines), left_out))
    assert log["version"] == "2.1.0"
    assert "sarif-2.1.0" in log["$schema"]
    assert len(log["runs"]) == 1
    run: dict[str, Any] = log["runs"][0]
    _is_sarif(run)
    return run


def location(*lines: Line) -> dict[str, Any]:
    located: dict[str, Any] = run_of(*lines)["results"][0]["locations"][0]
    return located


def _is_sarif(run: dict[str, Any]) -> None:
    """Hold a run against what SARIF 2.1.0 asks of each object that is used here."""
    assert set(run) <= {"tool", "columnKind", "results", "invocations", "properties"}
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    driver = run["tool"]["driver"]
    assert driver["name"] == "qingjian"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids)
    for rule in driver["rules"]:
        assert set(rule) <= {"id", "shortDescription", "fullDescription", "properties"}
        assert rule["shortDescription"]["text"] and rule["fullDescription"]["text"]
    for invocation in run["invocations"]:
        assert isinstance(invocation["executionSuccessful"], bool)
        for told in invocation["toolExecutionNotifications"]:
            assert told["level"] in ("none", "note", "warning", "error")
            assert told["message"]["text"]
    for result in run["results"]:
        _is_result(result, ids)


def _is_result(result: dict[str, Any], ids: list[str]) -> None:
    allowed = {"ruleId", "level", "message", "locations", "properties", "suppressions"}
    assert set(result) <= allowed
    assert result["ruleId"] in ids
    assert result["level"] in ("none", "note", "warning", "error")
    assert isinstance(result["message"]["text"], str)
    for one in result["locations"]:
        assert set(one) <= {"physicalLocation", "logicalLocations"}
        assert one
        for logical in one.get("logicalLocations", ()):
            assert set(logical) == {"name"}
        if "physicalLocation" in one:
            physical = one["physicalLocation"]
            assert set(physical) <= {"artifactLocation", "region"}
            uri = physical["artifactLocation"]["uri"]
            assert re.fullmatch(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", uri)
            assert not re.search(r"%(?![0-9A-F]{2})", uri)
            for number in physical.get("region", {}).values():
                assert isinstance(number, int) and number >= 0
    for suppression in result.get("suppressions", ()):
        assert suppression["kind"] in ("inSource", "external")
        assert suppression["status"] in ("accepted", "underReview", "rejected")


def test_offsets_are_code_points_of_the_file() -> None:
    body = "😀今天代过人脸，先过后付"
    one = location(line(judged(finding("x", span(body, "代过人脸")), body=body)))
    region = one["physicalLocation"]["region"]
    assert region == {"charOffset": 3, "charLength": 4}
    start = region["charOffset"]
    assert body[start : start + region["charLength"]] == "代过人脸"


@pytest.mark.parametrize(
    ("at", "region"),
    [
        (Span(0, 0), {"charOffset": 0, "charLength": 0}),
        (ByteRange(7, 19), {"byteOffset": 7, "byteLength": 12}),
        (Field("x"), None),
        (None, None),
    ],
)
def test_each_place_has_the_region_that_sarif_knows(
    at: Place | None, region: dict[str, int] | None
) -> None:
    assert location(line(judged(finding("x", at))))["physicalLocation"].get("region") == region


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("posts/a.txt", "posts/a.txt"),
        ("posts/a#b.txt", "posts/a%23b.txt"),
        ("posts/a%20b c.txt", "posts/a%2520b%20c.txt"),
        ("帖子/一.txt", "%E5%B8%96%E5%AD%90/%E4%B8%80.txt"),
        ("a:b?.txt", "a%3Ab%3F.txt"),
        ("/data/a b.txt", "file:///data/a%20b.txt"),
    ],
)
def test_a_file_is_named_by_a_uri(path: str, uri: str) -> None:
    one = location(line(judged(finding("x", Span(0, 1)), id=path)))
    assert one == {
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {"charOffset": 0, "charLength": 1},
        }
    }


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_any_path_comes_back_from_its_uri(path: str) -> None:
    uri = location(line(judged(finding("x"), id=path)))["physicalLocation"]["artifactLocation"]
    assert unquote(urlsplit(uri["uri"]).path) == path


def test_a_row_is_named_by_its_id_and_its_places_are_not_those_of_the_file() -> None:
    numbered = location(line(judged(finding("x", Span(0, 1)), id="in#box.csv#3"), file=False))
    assert numbered == {
        "logicalLocations": [{"name": "in#box.csv#3"}],
        "physicalLocation": {"artifactLocation": {"uri": "in%23box.csv"}},
    }
    given_id = location(line(judged(finding("x", Span(0, 1)), id="chat-01"), file=False))
    assert given_id == {"logicalLocations": [{"name": "chat-01"}]}


@pytest.mark.parametrize(
    ("severity", "level"),
    [("high", "error"), ("medium", "warning"), ("low", "note"), ("info", "note")],
)
def test_severity_is_told_as_a_level(severity: Severity, level: str) -> None:
    result = run_of(line(judged(finding("x", severity=severity))))["results"][0]
    assert (result["level"], result["ruleId"], result["message"]) == (
        level,
        "text.made",
        {"text": "x"},
    )
    assert "suppressions" not in result


def test_an_opposed_finding_is_told_as_one_to_review() -> None:
    result = run_of(line(judged(finding("x", None, "a warning"))))["results"][0]
    assert result["suppressions"] == [{"kind": "external", "status": "underReview"}]
    assert result["properties"]["against"] == ["a warning"]


def test_a_result_keeps_score_evidence_and_rows() -> None:
    result = run_of(line(judged(finding("x", score=0.5, words=("a",)))))["results"][0]
    assert result["properties"] == {
        "score": 0.5,
        "evidence": {"words": ["a"]},
        "against": [],
        "serves": ["2.4.kin_fraud"],
    }


def test_every_card_is_a_rule_whether_it_found_something_or_not() -> None:
    rules = run_of()["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [card.id for card in CARDS]
    assert rules[0]["shortDescription"] == {"text": "something made up"}
    assert "all that is real" in rules[0]["fullDescription"]["text"]
    assert rules[0]["properties"]["serves"] == ["2.4.kin_fraud"]


def test_what_could_not_be_read_is_a_notification_and_no_result() -> None:
    run = run_of(line(failed(InputError("torn in two"))), left_out=7)
    assert run["results"] == []
    told = run["invocations"][0]["toolExecutionNotifications"]
    assert told == [{"level": "error", "message": {"text": "torn in two"}}]
    assert run["properties"] == {"policy": "own 1", "items": 1, "leftOut": 7}


def test_hostile_words_stay_in_their_strings() -> None:
    words = '"}],"runs":[]\x00\x1b\u2028</script>'
    run = run_of(line(judged(finding(words, quote=words), id=words)))
    assert run["results"][0]["message"]["text"] == words
    assert run["results"][0]["properties"]["evidence"]["quote"] == words
