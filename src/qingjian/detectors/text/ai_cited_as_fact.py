"""
text.ai_cited_as_fact: an AI's answer given as the proof of something that can be checked.

Finds a citation of an AI (据…回答, …都承认了, 问了…) beside a figure, date, event or effect told as
so, where no other source is named. Evidence is the citation with its statement; with an archive at
hand, also a source that says otherwise. It calls for a note to readers, never for removal.

Limits: a name the list does not have passes; whether the statement is true is not judged; a joke
without a sign is taken as meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingjian.core.card import Card
from qingjian.core.errors import Abstain
from qingjian.core.known import Known
from qingjian.core.registry import detector
from qingjian.core.types import Finding, Scan, Span, Text, found
from qingjian.detectors.instruments.authorities import Cited, ais, sources
from qingjian.detectors.instruments.contradict import contradictions
from qingjian.detectors.instruments.fold import fold
from qingjian.detectors.instruments.grounding import stands
from qingjian.detectors.instruments.odds import read_weights
from qingjian.detectors.instruments.statements import checkable, mistrusted, playful
from qingjian.detectors.instruments.told import told

_LEAST_LETTERS = 8
_SENTENCES = re.compile(r"[^。！？!?\n]+[。！？!?\n]*")
_REACH = 2
_ODDS = 1.0
"""As `text.contradicted_figure` has it."""
_LEAST_WORDS = 3


@detector(
    Card(
        id="text.ai_cited_as_fact",
        reads=Text,
        serves=("2.1.ai_bias", "1.6.hallucination"),
        severity="low",
        finds="a text that gives an AI's answer as the proof of a checkable statement (a figure, "
        "a date, an event, an effect) and names no other source",
        limits=(
            "an AI whose name is not on the list passes",
            "whether the statement is true is not judged",
            "a joke without a sign is taken as meant",
        ),
        source="CAC notice 2025, phase 2, item 1",
        hits=(
            "问了豆包，下个月起社保每人多交120块，赶紧告诉家里人。",
            "DeepSeek亲口承认，这家超市下周宣布破产！",
        ),
        misses=(
            "豆包说社保要多交120，我打12333问了，没有的事。",
            "让豆包写了份三天的旅游攻略，预算2000块。",
        ),
        lookalike="AI说驾照换证要200块，真的假的？有人知道吗？",
        cost_us=50,
        instruments=(
            *("align", "authorities", "compare", "contexts", "contradict", "fold"),
            *("folded_patterns", "gazetteer", "grounding", "likeness", "numerals", "odds"),
            *("pairing", "places", "portions", "quantities", "reckon", "spans", "statements"),
            *("told", "units", "weekdays"),
        ),
        files=("contradicted_figure.toml",),
    )
)
def ai_cited_as_fact() -> Scan[Text]:
    """Build the scan."""

    def scan(item: Text) -> Iterator[Finding]:
        if sum(map(str.isalnum, item.body[:100])) < _LEAST_LETTERS:
            raise Abstain(f"fewer than {_LEAST_LETTERS} letters")
        whole = fold(item.body)
        text = whole.text
        for cited in ais(text):
            before, start, end = _around(text, cited)
            what = checkable(text[start:end], cited.end - start, cited.start - start)
            if not what:
                start = before
                what = checkable(text[start:end], cited.end - start, cited.start - start)
            if not what:
                continue
            at = whole.span(start, end)
            borne, other = _in_sources(item, at)
            yield found(
                f"{cited.name} is the only source it names for: {what}",
                at,
                against=(
                    *(f"it names a source: {s}" for s in sources(text)),
                    *(f"it does not take it for proof: {m}" for m in mistrusted(text)),
                    *(f"it is use or play: {p}" for p in playful(text[start:end])),
                    *(f"a source says so too: {k.cited or k.text[:40]}" for k in borne),
                ),
                verdict="contradicted" if other else "ungrounded",
                said=item.body[at.start : at.end],
                cited_ai=cited.name,
                source=other.text if other else None,
                cited=other.cited if other else None,
                record=other.id if other else None,
            )
            return

    return scan


def _in_sources(item: Text, at: Span) -> tuple[list[Known], Known | None]:
    """Give the known sources that bear a passage out, and one that has a figure otherwise."""
    known = [k for k in item.known or () if k.kind == "source"]
    if not known:
        return [], None
    weights = read_weights("qingjian.detectors.text", "contradicted_figure.toml")
    passage, read = told(item.body[at.start : at.end]), [told(k.text) for k in known]
    wrong = next((c for c in contradictions(passage, read, weights, _ODDS) if not c.against), None)
    if wrong:
        return [], known[wrong.source]
    figures = [q for q in passage.figures if q.unit or q.kind != "number"]
    return [
        k
        for k, r in zip(known, read, strict=True)
        if figures
        and len(passage.words & r.words) >= _LEAST_WORDS
        and all(stands(q, r.figures, r.plain) for q in figures)
    ], None


def _around(text: str, cited: Cited) -> tuple[int, int, int]:
    """Give where the sentence before a citation, its own begin, and where the next one ends."""
    lines = [m.span() for m in _SENTENCES.finditer(text)]
    at = next((i for i, (s, e) in enumerate(lines) if s <= cited.start < e), None)
    if at is None:
        return cited.start, cited.start, cited.end
    return lines[max(at - 1, 0)][0], lines[at][0], lines[min(at + _REACH, len(lines)) - 1][1]
