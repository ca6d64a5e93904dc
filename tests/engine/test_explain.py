from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.types import Finding, Note, Ran, Scanned, Span, Text
from qingjian.engine.explain import explain

CARD = Card(
    id="text.stamp",
    reads=Text,
    serves=("house_rule",),
    severity="high",
    finds="a stamp",
    limits=("round ones only",),
    source="a test",
)
ITEM = Text(id="a", body="章 盖在这里")


def seen(*findings: Finding, **others: object) -> tuple[str, ...]:
    scanned = Scanned(ITEM, findings, ran=(Ran("text.stamp", "1"),), **others)  # type: ignore[arg-type]  # fields by name
    return explain(scanned, {"text.stamp": CARD})


def test_a_finding_is_told_with_evidence_score_and_known_limits() -> None:
    found = Finding(
        "a stamp stands here", Span(0, 1), {"words": ("章",)}, (), 0.75, "text.stamp", "high"
    )
    [line] = seen(found)
    assert line.startswith("text.stamp (high): a stamp stands here")
    for part in ("score 0.75", "words 章", "known limits: round ones only"):
        assert part in line


def test_an_opposed_finding_says_what_would_make_it_a_hit() -> None:
    [line] = seen(Finding("a stamp", None, {}, ("news: 警方",), None, "text.stamp", "info"))
    assert "it would be a hit without: news: 警方" in line
    assert "score" not in line


def test_a_detector_without_a_finding_says_what_it_scored() -> None:
    assert seen() == ("text.stamp found nothing",)
    assert seen(scores={"text.stamp": 0.25}) == ("text.stamp scored 0.25 and found nothing",)


def test_abstentions_failures_and_what_was_passed_over_are_told() -> None:
    lines = seen(
        abstained=(Note("text.b", "too short"),),
        errors=(Note("text.c", "ValueError"),),
        not_looked_at=(Note("image 1", "nothing reads images yet"),),
    )
    assert lines[1:] == (
        "text.b abstained: too short",
        "text.c failed: ValueError",
        "not looked at: image 1, because nothing reads images yet",
    )


def test_a_finding_of_an_unknown_detector_is_told_without_limits() -> None:
    scanned = Scanned(ITEM, (Finding("x", None, {}, (), None, "text.other", "low"),))
    assert explain(scanned, {}) == ("text.other (low): x",)
