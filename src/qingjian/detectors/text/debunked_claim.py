"""
text.debunked_claim: a text that tells as true what a fact-check has found false.

Finds the clauses that say what a checked claim says: its telling characters and words, none of its
figures contradicted, no negation more or less, and nothing that corrects, doubts or asks; how much
each of these weighs was learned (`instruments/repeating.py`). Evidence is both wordings side by
side, and the words, publisher and date of the check. Where checks disagree it says `disputed` and
is no hit.

Limits: a claim told in quite other words passes; irony without a sign is taken as meant. Without a
matching check nothing is said of a text: that is `not_enough_info`, not "true".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from qingjian.core.card import Card
from qingjian.core.errors import Abstain
from qingjian.core.known import Known
from qingjian.core.registry import detector
from qingjian.core.types import Finding, Scan, Text, found
from qingjian.detectors.instruments.align import Aligned
from qingjian.detectors.instruments.asserted import doubts
from qingjian.detectors.instruments.odds import odds, read_weights
from qingjian.detectors.instruments.repeating import repeating
from qingjian.detectors.instruments.told import Told, told

_LEAST_LETTERS = 6
_LEAST_HELD = 0.45
_LEAST_PAIRS = 0.1
_CHECK = "微波炉加热的饭菜会产生致癌物 ‖ 微波是非电离辐射，不会使食物产生致癌物。"


class _Match(NamedTuple):
    claim: Known
    aligned: Aligned
    differs: str
    odds: float


@detector(
    Card(
        id="text.debunked_claim",
        reads=Text,
        serves=("2.1.fabricated", "2.1.incident"),
        severity="medium",
        finds="a text that repeats, as true, a checkable statement that a given fact-check has "
        "found false",
        limits=(
            "a claim told in quite other words passes",
            "irony without a sign is taken as meant",
            "says nothing of a text that no check speaks of",
        ),
        source="CAC notice 2025, phase 2, item 1",
        hits=("家里有微波炉的注意，微波炉热过的饭菜会产生致癌物，快告诉爸妈！ ‖ " + _CHECK,),
        misses=(
            "微波炉热饭菜会致癌？别再信了，专家早就辟过谣。 ‖ " + _CHECK,
            "微波炉热饭记得盖盖子，不然汤汁溅得到处都是。 ‖ " + _CHECK,
        ),
        lookalike="查了一下，微波炉加热的饭菜不会产生致癌物，可以放心用。 ‖ " + _CHECK,
        examples_about={"known": "claim"},
        cost_us=1000,
        instruments=(
            *("align", "asserted", "compare", "contexts", "fold", "folded_patterns"),
            *("gazetteer", "grounding", "numerals", "odds", "places", "quantities"),
            *("repeating", "told", "units", "weekdays"),
        ),
        files=("debunked_claim.toml",),
    )
)
def debunked_claim(least: float = 0.0) -> Scan[Text]:
    """
    Build the scan.

    Args:
        least: logarithm of the odds from which on a text repeats a claim.
    """
    weights = read_weights(__package__, "debunked_claim.toml")

    def scan(item: Text) -> Iterator[Finding]:
        if item.known is None:
            raise Abstain("no archive was asked")
        claims = [k for k in item.known if k.kind == "claim"]
        if not claims:
            return
        body = item.body
        if sum(map(str.isalnum, body)) < _LEAST_LETTERS:
            raise Abstain(f"fewer than {_LEAST_LETTERS} letters")
        text = told(body)
        matches = [m for k in claims if (m := _match(text, k, weights)) and m.odds >= least]
        for m in sorted(matches, key=lambda m: -m.odds):
            if m.claim.rating != "false":
                continue
            disputed = [o.claim for o in matches if o.claim.rating == "true"]
            k, at = m.claim, m.aligned.at
            yield found(
                f"it says what {k.publisher or 'a check'} found false: {k.quote}",
                at,
                against=(
                    *doubts(body, at),
                    *([f"it differs: {m.differs}"] if m.differs else []),
                    *(f"disputed: {o.cited} found it true: {o.quote}" for o in disputed),
                ),
                verdict="disputed" if disputed else "matched_debunk",
                said=body[at.start : at.end],
                claim=k.text,
                debunk=k.quote,
                cited=k.cited,
                record=k.id,
                odds=round(m.odds, 2),
            )
            return

    return scan


def _match(text: Told, claim: Known, weights: Mapping[str, float]) -> _Match | None:
    facts, aligned, differs = repeating(text, claim)
    if aligned is None or aligned.held < _LEAST_HELD or aligned.pairs < _LEAST_PAIRS:
        return None
    return _Match(claim, aligned, differs, odds(facts, weights))
