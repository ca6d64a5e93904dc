from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine import detectors as made
from tests.engine.detectors import TRIGGER, registry

from qingjian.batch.entry import Entry
from qingjian.batch.local import Judged, judge, lost, run, weight
from qingjian.core.errors import BadRow, InputError
from qingjian.core.types import (
    Account,
    Audio,
    Conversation,
    Decision,
    Document,
    Note,
    Scanned,
    Text,
    Turn,
)
from qingjian.engine.run import Engine
from qingjian.media.extract import extractors


def engine(*detectors: Any) -> Engine:
    return Engine(registry(*detectors), None, extractors())


def decide(scanned: Scanned) -> Decision:
    return Decision(f"{len(scanned.findings)} found")


def as_it_is(judged: Judged) -> Judged:
    return judged


def entry(id: str, body: str) -> Entry:
    return Entry(id, Text(id=id, body=body))


def over(
    entries: list[Entry], *detectors: Any, jobs: int = 2, timeout_s: float = 0.4
) -> list[Judged]:
    one = engine(*detectors)
    return list(run(entries, one, decide, as_it_is, jobs=jobs, timeout_s=timeout_s))


def test_an_item_is_scanned_and_decided() -> None:
    one = entry("a", "词")
    judged = judge(one, engine(made.sound), decide, {}, lambda id: None)
    assert judged.entry is one
    assert judged.scanned is not None
    assert judged.scanned.errors == ()
    assert judged.decision == Decision("1 found")


def test_an_entry_without_an_item_has_no_decision() -> None:
    one = Entry("a", error=BadRow("a: no text"))
    assert judge(one, engine(made.sound), decide, {}, lambda id: None) == Judged(one, None, None)


def test_a_killed_detector_abstains_and_has_failed() -> None:
    skips = {"text.hanging": "took more than 1 s"}
    one = engine(made.hanging, made.sound, made.raising)
    judged = judge(entry("a", "词" + TRIGGER), one, decide, skips, lambda id: None)
    killed = Note("text.hanging", "took more than 1 s")
    assert judged.scanned is not None
    assert judged.scanned.abstained == (killed,)
    assert judged.scanned.errors == (Note("text.raising", "ValueError: it broke"), killed)


def test_a_lost_item_is_an_error_that_keeps_what_was_known() -> None:
    note = Note("a", "cut short")
    judged = lost(Entry("a", Text(id="a"), None, (note,), True), "took more than 1 s")
    assert judged.scanned is None
    assert judged.entry.item is None
    assert judged.entry.not_looked_at == (note,)
    assert isinstance(judged.entry.error, InputError)
    assert judged.entry.error.what == "a: the item took more than 1 s"


@pytest.mark.parametrize(
    ("item", "size"),
    [
        (None, 0),
        (Audio(), 0),
        (Audio(source=b"12345"), 5),
        (Audio(source=Path("x")), 0),
        (Text(body="你好"), 2),
        (Document(source=b"123", body="你好"), 5),
        (Conversation(turns=(Turn("user", "你"), Turn("user", "好吗"))), 3),
        (Account(fields={"a": "你好", "b": 3, "c": None}), 2),
    ],
)
def test_the_weight_of_an_entry_is_the_size_of_its_content(item: Any, size: int) -> None:
    assert weight(Entry("a", item)) == size


@given(st.lists(st.tuples(st.text("词x", max_size=5), st.booleans()), max_size=120))
@settings(max_examples=10)
def test_one_result_an_entry_in_order(rows: list[tuple[str, bool]]) -> None:
    entries = [
        entry(str(i), body) if sound else Entry(str(i), error=BadRow("no text"))
        for i, (body, sound) in enumerate(rows)
    ]
    results = over(entries, made.sound)
    assert [r.entry.id for r in results] == [e.id for e in entries]
    assert [r.entry.error is None for r in results] == [sound for _, sound in rows]
    for (body, sound), one in zip(rows, results, strict=True):
        assert one.decision == (Decision(f"{body.count('词')} found") if sound else None)


def test_faulty_detectors_cost_their_item_alone() -> None:
    bodies = ["词"] * 30
    bodies[4] = bodies[20] = "词" + TRIGGER
    entries = [entry(str(i), body) for i, body in enumerate(bodies)]
    results = over(entries, made.hanging, made.aborting, made.raising, made.sound)
    assert [r.entry.id for r in results] == [str(i) for i in range(30)]
    for i, one in enumerate(results):
        assert one.scanned is not None
        failed = {n.what for n in one.scanned.errors}
        abstained = {n.what for n in one.scanned.abstained}
        hit = i in (4, 20)
        assert failed == ({"text.hanging", "text.aborting", "text.raising"} if hit else set())
        assert abstained == ({"text.hanging", "text.aborting"} if hit else set())
        assert "text.sound" in {f.detector for f in one.scanned.findings}


def test_an_item_that_fails_in_the_decision_is_an_error_of_its_own() -> None:
    def dies(scanned: Scanned) -> Decision:
        if isinstance(scanned.item, Text) and TRIGGER in scanned.item.body:
            made.abort()
        return Decision("pass")

    entries = [entry(str(i), TRIGGER if i == 50 else "词") for i in range(100)]
    results = list(run(entries, engine(made.sound), dies, as_it_is, jobs=1, timeout_s=5))
    assert [r.entry.id for r in results] == [str(i) for i in range(100)]
    errors = {r.entry.id: r.entry.error.what for r in results if r.entry.error}
    assert errors == {"50": "50: the item brought the worker down (SIGABRT)"}


def test_an_item_that_hangs_in_the_decision_is_an_error_of_its_own() -> None:
    def hangs(scanned: Scanned) -> Decision:
        if isinstance(scanned.item, Text) and TRIGGER in scanned.item.body:
            time.sleep(60)
        return Decision("pass")

    entries = [entry("a", "词"), entry("b", TRIGGER), entry("c", "词")]
    results = list(run(entries, engine(made.sound), hangs, as_it_is, jobs=1, timeout_s=0.3))
    assert [bool(r.entry.error) for r in results] == [False, True, False]


def test_very_many_entries_pass_without_being_kept() -> None:
    one = engine(made.sound)
    entries: Iterator[Entry] = (entry(str(i), "词") for i in range(3000))
    ids = list(run(entries, one, decide, lambda j: j.entry.id, jobs=2, timeout_s=5))
    assert ids == [str(i) for i in range(3000)]


def test_no_count_of_workers_means_one_a_core() -> None:
    one = engine(made.sound)

    def finish(judged: Judged) -> int:
        time.sleep(0.02)
        return os.getpid()

    entries = [entry(str(i), "词") for i in range(60)]
    pids = set(run(entries, one, decide, finish, jobs=0, timeout_s=5))
    assert 1 <= len(pids) <= (os.cpu_count() or 1)
