"""
The scan of detectors that weigh words: a gate, a linear model, and the facts of a pack.

The model weighs n-grams and which rules, slots and counter-slots of the pack hold. Out of range
(too few letters, another language, n-grams the training never saw) it abstains. From the channel's
threshold on the text is a hit, where counter-slots speak against it only when it is all but sure.
Between doubt and threshold a finding is given that is opposed: a person may look, nothing is done.
Rules of the pack give the evidence and its exact place where they hold; else it is the run of words
that weighs most.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from qingjian.core.errors import Abstain
from qingjian.core.types import Conversation, Finding, Role, Scan, Scored, Span, Text, found
from qingjian.detectors.instruments.fold import Folded, fold
from qingjian.detectors.instruments.grams import grams
from qingjian.detectors.instruments.lexicon import Lexicon
from qingjian.detectors.instruments.linear import Judged, Linear, Reading, load_linear, own_linear
from qingjian.detectors.instruments.pack import load_pack
from qingjian.detectors.instruments.shelf import SHELF
from qingjian.detectors.instruments.spoken import spoken

INSTRUMENTS = (
    "fold",
    "grams",
    "lexicon",
    "linear",
    "match",
    "obfuscate",
    "pack",
    "shelf",
    "spoken",
    "weighed",
)
"""What every detector made here rests on; for its card."""


SURE = 0.9
"""The score of a hit that something speaks against; fixed on development rows of all detectors."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a model may judge: least letters, least share of Han and of n-grams it knows."""

    letters: int = 4
    han: float = 0.15
    known: float = 0.35


EVERYTHING = Range()


@dataclass(frozen=True)
class Weighed:
    """
    Model and pack of one detector.

    Args:
        model: weighs n-grams and the pack's facts.
        lexicon: the pack.
        like: what a hit reads like, for a reviewer: "an offer of …".
        range: what it may judge.
    """

    model: Linear
    lexicon: Lexicon
    like: str
    range: Range = EVERYTHING

    def judge(self, body: str, channel: str | None) -> Scored:
        """Give score and findings of a text. Raises Abstain out of range."""
        text = fold(body)
        seen = grams(text, self.lexicon.signals(body))
        self._gate(text, seen.n)
        judged = self.model.judge(seen, channel)
        if judged.known < self.range.known:
            raise Abstain("out of range: most of its n-grams never stood in the training data")
        reading = self.model.reading(channel)
        if judged.score < reading.doubt:
            return Scored(judged.score)
        ruled = tuple(self.lexicon.findings(body)) or (self._whole(text, judged),)
        return Scored(judged.score, tuple(_told(f, judged, reading) for f in ruled))

    def _gate(self, text: Folded, letters: int) -> None:
        if letters < self.range.letters:
            raise Abstain(f"fewer than {self.range.letters} letters")
        if text.han_share < self.range.han:
            raise Abstain("out of range: it is not written in Chinese")

    def _whole(self, text: Folded, judged: Judged) -> Finding:
        """Give a finding where no rule holds but the words as a whole weigh enough."""
        at, words = self.model.reasons(text, judged.window)
        most = words[0] if words else text.original[at.start : at.end]
        against = self.lexicon.counter_evidence(text.original)
        why = f"reads like {self.like}; weighs most: {most}"
        return found(why, at, against=against, weighs_most=words)


def _told(finding: Finding, judged: Judged, reading: Reading) -> Finding:
    """Give a finding with its score: a hit, or in doubt; what is opposed must be all but sure."""
    evidence = dict(finding.evidence)
    if judged.score >= (max(reading.threshold, SURE) if finding.against else reading.threshold):
        if finding.against:
            evidence["despite"] = finding.against
        return replace(finding, score=judged.score, against=(), evidence=evidence)
    doubt = () if judged.score >= reading.threshold else (reading.in_doubt(judged.score),)
    return replace(finding, score=judged.score, against=(*doubt, *finding.against))


def weighed(id: str, like: str, range: Range = EVERYTHING, weights: str = "") -> Weighed:
    """
    Give what judges for a detector whose pack and model lie beside it under its name.

    Args:
        id: the detector's.
        like, range: as in `Weighed`.
        weights: path of a model of one's own; empty for the one that ships.

    Raises ConfigError when one of them cannot be read. Cost: compiles the pack, up to 0.3 s, when
    it is first asked for; engines of one process share what was compiled.
    """
    family, _, name = id.partition(".")
    package = f"qingjian.detectors.{family}"
    model = own_linear(weights) if weights else load_linear(package, f"{name}.model")
    return Weighed(model, _lexicon(package, name), like, range)


@cache
def _lexicon(package: str, name: str) -> Lexicon:
    return Lexicon(load_pack(package, f"{name}.toml"), SHELF)


def scan_text(judge: Weighed) -> Scan[Text]:
    """Give the scan of texts."""

    def scan(item: Text) -> Scored:
        return judge.judge(item.body, item.about.channel)

    return scan


def scan_conversation(judge: Weighed, hears: tuple[Role, ...]) -> Scan[Conversation]:
    """Give the scan of what speakers of some roles say; a finding's place is the turn."""

    def scan(item: Conversation) -> Scored:
        said = spoken(item, hears)
        if not said.text.strip():
            raise Abstain(f"nothing is said by: {', '.join(hears)}")
        seen = judge.judge(said.text, item.about.channel)
        placed = (
            replace(f, at=said.turn(f.at)) if isinstance(f.at, Span) else f for f in seen.findings
        )
        return Scored(seen.score, tuple(placed))

    return scan
