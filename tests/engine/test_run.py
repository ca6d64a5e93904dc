from __future__ import annotations

import math
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine import detectors as made
from tests.engine.detectors import TRIGGER, card, registry
from tests.strategies import mixed

from qingjian.core.errors import DamagedFile, NotFound
from qingjian.core.known import Known
from qingjian.core.registry import MOST_FINDINGS, Registry, detector
from qingjian.core.types import (
    Account,
    Audio,
    Conversation,
    Document,
    Field,
    Finding,
    Image,
    Item,
    Note,
    Place,
    Ran,
    Record,
    Scan,
    Span,
    Text,
    Turn,
    found,
)
from qingjian.engine.run import Engine, Limits
from qingjian.media.extract import Child, Extractor, extractors

ALL = (made.sound, made.raising, made.abstaining, made.scoring)


def engine(*detectors: Any, limits: Limits | None = None) -> Engine:
    return Engine(registry(*detectors), None, extractors(), limits)


def test_what_each_detector_did_is_told() -> None:
    seen = engine(*ALL).scan(Text(id="a", body="一词" + TRIGGER))
    assert seen.item == Text(id="a", body="一词" + TRIGGER)
    assert seen.findings == (Finding("a word", Span(1, 2), detector="text.sound", severity="low"),)
    assert seen.scores == {"text.scoring": 0.04}
    assert seen.abstained == (Note("text.abstaining", "no text is mine"),)
    assert seen.errors == (Note("text.raising", "ValueError: it broke"),)
    assert seen.ran == (Ran("text.scoring", "1"), Ran("text.sound", "1"))
    assert seen.not_looked_at == ()
    assert seen.took_ms > 0


def _recall(item: Text) -> tuple[Known, ...]:
    if item.body == "broken":
        raise OSError("the disk is full")
    return (Known("claim", f"about {item.body}"),)


def test_an_archive_is_asked_once_about_each_text() -> None:
    asked = Engine(registry(made.knowing), None, extractors(), recall=_recall)
    assert [f.why for f in asked.scan(Text(body="milk")).findings] == ["knows: about milk"]
    own = Text(body="milk", known=(Known("source", "its own"),))
    assert [f.why for f in asked.scan(own).findings] == ["knows: its own"]
    page = Document(id="p", format="html", body="<p>bread</p>")
    assert [f.why for f in asked.scan(page).findings] == ["knows: about bread\n"]


def test_an_archive_that_cannot_answer_costs_no_detector() -> None:
    asked = Engine(registry(made.knowing, made.sound), None, extractors(), recall=_recall)
    seen = asked.scan(Text(body="broken"))
    assert seen.errors == (Note("archive", "OSError: the disk is full"),)
    assert {r.detector for r in seen.ran} == {"text.knowing", "text.sound"}
    assert engine(made.knowing).scan(Text(body="milk")).findings == ()


def test_a_finding_of_a_scoring_detector_keeps_its_score() -> None:
    seen = engine(made.scoring).scan(Text(body="长" * 80))
    assert seen.scores == {"text.scoring": 0.8}
    assert [(f.score, f.detector) for f in seen.findings] == [(0.8, "text.scoring")]


def test_a_detector_that_recurses_without_end_costs_itself_alone() -> None:
    seen = engine(made.recursing, made.sound).scan(Text(body=TRIGGER + "词"))
    assert [n.what for n in seen.errors] == ["text.recursing"]
    assert seen.errors[0].reason.startswith("RecursionError: ")
    assert len(seen.findings) == 1


def test_an_error_without_words_is_told_by_its_type() -> None:
    def bare() -> None:
        raise KeyError

    seen = engine(made.faulty("bare", bare)).scan(Text(body=TRIGGER))
    assert seen.errors == (Note("text.bare", "KeyError"),)


def test_endless_findings_are_cut_off_and_told() -> None:
    seen = engine(made.endless).scan(Text(body="x"))
    assert len(seen.findings) == MOST_FINDINGS
    told = Note("text.endless", f"only the first {MOST_FINDINGS} findings are kept")
    assert seen.not_looked_at == (told,)


def test_as_many_findings_as_are_kept_are_not_told_as_cut() -> None:
    seen = engine(made.sound).scan(Text(body="词" * MOST_FINDINGS))
    assert len(seen.findings) == MOST_FINDINGS
    assert seen.not_looked_at == ()


def test_a_detector_that_cannot_be_built_is_told_in_every_run() -> None:
    one = engine(made.unbuilt, made.sound)
    broken = Note("text.unbuilt", "could not be built: FileNotFoundError: no weights")
    assert one.broken == [broken]
    seen = one.scan(Text(body="词"))
    assert seen.errors == (broken,)
    assert [r.detector for r in seen.ran] == ["text.sound"]


def test_what_the_registry_could_not_load_is_told() -> None:
    broken = Note("plugin x", "ImportError: no y")
    one = Engine(Registry({}, (broken,)))
    assert one.scan(Text()).errors == (broken,)


def test_only_those_asked_for_run() -> None:
    one = Engine(registry(*ALL), ["text.sound"])
    assert [d.card.id for d in one.detectors] == ["text.sound"]
    with pytest.raises(NotFound, match=r"no detector 'text\.sond'"):
        Engine(registry(*ALL), ["text.sond"])


def test_cheap_ones_run_first_and_each_is_marked() -> None:
    marks: list[str] = []
    engine(made.sound, made.aborting, made.hanging).scan(Text(body="词"), mark=marks.append)
    assert marks == ["text.hanging", "text.aborting", "text.sound", ""]


def test_one_that_must_not_run_abstains_with_the_reason() -> None:
    seen = engine(made.hanging, made.sound).scan(
        Text(body=TRIGGER), {"text.hanging": "took more than 1 s"}
    )
    assert seen.abstained == (Note("text.hanging", "took more than 1 s"),)
    assert [r.detector for r in seen.ran] == ["text.sound"]


def test_when_the_time_is_spent_the_rest_abstains() -> None:
    slow = made.faulty("slow", lambda: time.sleep(0.05), cost_us=1)
    one = engine(slow, made.sound, limits=Limits(budget_ms=20))
    seen = one.scan(Text(body=TRIGGER + "词"))
    assert [r.detector for r in seen.ran] == ["text.slow"]
    assert seen.abstained == (Note("text.sound", "the time budget of 20 ms was spent"),)


def test_a_detector_reads_its_type_and_what_is_below_it() -> None:
    one = engine(made.everything, made.sound)
    assert [d.card.id for d in one.reading(Text)] == ["text.everything", "text.sound"]
    assert [d.card.id for d in one.reading(Account)] == ["text.everything"]
    assert one.reading(Text) is one.reading(Text)


def test_what_nobody_reads_is_told() -> None:
    seen = engine(made.sound).scan(Audio(id="a"))
    assert seen.not_looked_at == (Note("audio a", "no detector reads audio items yet"),)
    assert seen.ran == ()
    seen = engine(made.sound).scan(Document(id="a.zip", format="zip"))
    assert seen.not_looked_at == (Note("inside a.zip", "nothing opens zip files yet"),)


def test_a_picture_is_taken_out_of_its_file_and_told() -> None:
    seen = engine(made.everything).scan(Document(id="a.png", format="png"))
    assert [f.why for f in seen.findings] == ["document a.png", "image a.png#picture"]
    seen = engine(made.opposed).scan(Document(id="a.png", format="png"))
    assert [(f.opposed, f.severity) for f in seen.findings] == [(True, "info")]
    assert seen.not_looked_at == (Note("image a.png#picture", "no detector reads image items yet"),)


def test_places_in_parts_are_places_in_the_whole() -> None:
    one = engine(made.sound)
    page = "<p>&amp;<b>一</b>词"
    (found_,) = one.scan(Document(format="html", body=page)).findings
    assert found_.at == Span(page.index("词"), page.index("词") + 1)
    file = "---\na: 词\n---\n词"
    (found_,) = one.scan(Document(format="markdown", body=file)).findings
    assert found_.at == Span(len(file) - 1, len(file))
    (found_,) = one.scan(Record(fields={"a": "一", "b": "词"})).findings
    assert found_.at == Field("b")
    (found_,) = one.scan(Conversation(turns=(Turn("user", "词"),))).findings
    assert found_.at == Field("turns[0].text")


def test_the_highest_score_of_the_parts_is_kept() -> None:
    item = Record(fields={"a": "长" * 10, "b": "长" * 40, "c": "长" * 20})
    seen = engine(made.scoring).scan(item)
    assert seen.scores == {"text.scoring": 0.4}
    assert seen.ran == (Ran("text.scoring", "1"),)


class Nesting:
    """Opens a text of `n` into a text of `n - 1`, shifted by one, and fails as told."""

    def knows(self, item: Item, /) -> bool:
        return isinstance(item, Text) and item.body.startswith("N")

    def children(self, item: Item, /) -> Iterator[Child]:
        assert isinstance(item, Text)
        if "damaged" in item.body:
            raise DamagedFile("it is damaged")
        if "broken" in item.body:
            raise RuntimeError("it broke")
        yield Child(Text(id=f"{item.id}/", body=item.body[1:]), _shift)


class Many:
    """Opens any text into very many items."""

    def knows(self, item: Item, /) -> bool:
        return isinstance(item, Document)

    def children(self, item: Item, /) -> Iterator[Child]:
        for i in range(10**9):
            yield Child(Image(id=str(i)), lambda p: p)


def _shift(place: Place) -> Place:
    assert isinstance(place, Span)
    return Span(place.start + 1, place.end + 1)


def nested(extractor: Extractor, limits: Limits | None = None) -> Engine:
    return Engine(registry(made.sound, made.everything), None, [extractor], limits)


@given(st.integers(0, 4))
def test_places_go_back_through_every_level(depth: int) -> None:
    body = "N" * depth + "词"
    seen = nested(Nesting()).scan(Text(body=body))
    places = {f.at for f in seen.findings if f.detector == "text.sound"}
    assert places == {Span(depth, depth + 1)}
    assert seen.not_looked_at == ()


def test_what_lies_too_deep_is_told() -> None:
    seen = nested(Nesting(), Limits(max_depth=2)).scan(Text(id="a", body="NNN"))
    assert seen.not_looked_at == (Note("inside a//", "deeper than 2 levels"),)


def test_too_many_parts_are_cut_off_and_told() -> None:
    seen = nested(Many(), Limits(max_children=5)).scan(Document(id="a"))
    assert len(seen.findings) == 6
    assert seen.not_looked_at == (Note("inside a", "more than 5 items"),)


def test_a_part_that_cannot_be_opened_costs_itself_alone() -> None:
    seen = nested(Nesting()).scan(Text(id="a", body="N damaged 词"))
    assert seen.not_looked_at == (Note("inside a", "it is damaged"),)
    assert "text.sound" in {f.detector for f in seen.findings}
    seen = nested(Nesting()).scan(Text(id="a", body="N broken 词"))
    assert seen.errors == (Note("inside a", "RuntimeError: it broke"),)
    assert "text.sound" in {f.detector for f in seen.findings}


def test_a_score_that_is_no_number_is_no_score() -> None:
    seen = engine(made.sound).scan(Text(body="词"))
    assert seen.scores == {}
    assert not any(math.isnan(s) for s in seen.scores.values())


@given(mixed)
def test_findings_come_in_order_and_say_who_made_them(text: str) -> None:
    body = text + "词" + text
    seen = engine(made.sound).scan(Text(body=body))
    places = [f.at for f in seen.findings]
    assert places == [Span(i, i + 1) for i, c in enumerate(body) if c == "词"]
    assert all(f.detector == "text.sound" for f in seen.findings)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=8, unique=True))
def test_the_order_of_costs_is_the_order_of_running(costs: list[int]) -> None:
    one = engine(*(made.faulty(f"d{c}", lambda: None, c) for c in costs))
    assert all(a.card.cost_us <= b.card.cost_us for a, b in pairwise(one.detectors))


def test_a_detector_of_nothing_but_a_scan_needs_no_place() -> None:
    @detector(card("placeless"))
    def placeless() -> Scan[Text]:
        return lambda item: iter([found("as a whole")])

    seen = engine(placeless).scan(Document(format="markdown", body="x"))
    assert [f.at for f in seen.findings] == [None]
