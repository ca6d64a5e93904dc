"""
Detectors as a third party would write them, each with one fault or none.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from qingjian.core.card import Card
from qingjian.core.errors import Abstain
from qingjian.core.registry import Detector, Registry, detector
from qingjian.core.types import Document, Finding, Item, Scan, Scored, Span, Text, found

TRIGGER = "触发"
"""A faulty detector does what it does on texts that hold this, and is sound on all others."""


def card(name: str, **changes: Any) -> Card:
    """Give the card of a detector of this name."""
    plain = Card(
        id=f"text.{name}",
        reads=Text,
        serves=("house_rule",),
        severity="low",
        finds="a word",
        limits=("all other words",),
        source="nothing",
    )
    return replace(plain, **changes)


def registry(*detectors: Detector[Any]) -> Registry:
    """Give a registry of these."""
    return Registry({d.card.id: d for d in detectors})


def faulty(name: str, fault: Callable[[], object], cost_us: int = 50) -> Detector[Text]:
    """Give a detector that does `fault` on the trigger, and finds each 词 elsewhere."""

    @detector(card(name, cost_us=cost_us))
    def made() -> Scan[Text]:
        def scan(item: Text) -> Iterator[Finding]:
            if TRIGGER in item.body:
                fault()
            for at, c in enumerate(item.body):
                if c == "词":
                    yield found("a word", Span(at, at + 1))

        return scan

    return made


def _raise() -> None:
    raise ValueError("it broke")


def _hang() -> None:
    while True:
        time.sleep(0.01)


def _hang_deaf() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals) - {signal.SIGKILL})
    while True:
        time.sleep(0.01)


def _recurse() -> None:
    _recurse()


def abort() -> None:
    """End the process as a failed assertion in C does, without a trace on the screen."""
    faulthandler.disable()
    os.abort()


def _crash_in_c() -> None:
    faulthandler.disable()
    os.kill(os.getpid(), signal.SIGSEGV)


sound = faulty("sound", lambda: None)
raising = faulty("raising", _raise)
recursing = faulty("recursing", _recurse)
hanging = faulty("hanging", _hang, cost_us=10)
deaf = faulty("deaf", _hang_deaf)
aborting = faulty("aborting", abort, cost_us=20)
faulting = faulty("faulting", _crash_in_c)
leaving = faulty("leaving", lambda: sys.exit(7))
vanishing = faulty("vanishing", lambda: os._exit(0))


@detector(card("abstaining"))
def abstaining() -> Scan[Text]:
    """Build a scan that never judges."""

    def scan(item: Text) -> Iterator[Finding]:
        if item.body:
            raise Abstain("no text is mine")
        yield found("nothing")

    return scan


@detector(card("scoring", scoring=True, reads=Text))
def scoring() -> Scan[Text]:
    """Build a scan that scores by length."""

    def scan(item: Text) -> Scored:
        score = min(1.0, len(item.body) / 100)
        return Scored(score, (found("long", score=score),) if score > 0.5 else ())

    return scan


@detector(card("endless"))
def endless() -> Scan[Text]:
    """Build a scan that never stops finding."""

    def scan(item: Text) -> Iterator[Finding]:
        while True:
            yield found("again", Span(0, 1))

    return scan


@detector(card("unbuilt"))
def unbuilt() -> Scan[Text]:
    """Fail to build."""
    raise FileNotFoundError("no weights")


@detector(card("everything", reads=Item, cost_us=5))
def everything() -> Scan[Item]:
    """Build a scan that finds every item."""

    def scan(item: Item) -> Iterator[Finding]:
        yield found(f"{item.kind} {item.id}")

    return scan


@detector(card("opposed", reads=Document))
def opposed() -> Scan[Document]:
    """Build a scan that finds every document, and what speaks against it."""

    def scan(item: Document) -> Iterator[Finding]:
        yield found("a document", against=("it is only a test",))

    return scan


@detector(card("knowing"))
def knowing() -> Scan[Text]:
    """Tell what an archive knows."""

    def scan(item: Text) -> Iterator[Finding]:
        yield from (found(f"knows: {k.text}") for k in item.known or ())

    return scan
