"""
text.contradicted_figure: a figure, date or place told otherwise than a source tells it.

Finds a number, date, time, weekday or place that a source has otherwise: what stands around both is
alike, text and source speak of one thing, and the figure is neither another spelling of the
source's nor rounded, converted or reckoned from it. How much each of these facts weighs was learned
(`instruments/pairing.py`). Evidence is both quotations and what differs.

Limits: what is told in quite other words passes; most swaps of two figures that both stand in the
source pass; whether the source is right cannot be said.
"""

from __future__ import annotations

from collections.abc import Iterator

from qingjian.core.card import Card
from qingjian.core.errors import Abstain
from qingjian.core.known import Known
from qingjian.core.registry import detector
from qingjian.core.types import Finding, Scan, Span, Text, found
from qingjian.detectors.instruments.contexts import Named, names, near_names, shifted
from qingjian.detectors.instruments.contradict import Contradiction, contradictions
from qingjian.detectors.instruments.odds import read_weights
from qingjian.detectors.instruments.told import told


@detector(
    Card(
        id="text.contradicted_figure",
        reads=Text,
        serves=("1.6.hallucination", "2.1.incident"),
        severity="medium",
        finds="a statement whose number, date, place or name differs from what a given source "
        "says of the same thing",
        limits=(
            "what is told in quite other words passes",
            "most swaps of two figures of one source pass",
            "whether the source is right cannot be said",
        ),
        source="CAC notice 2025, phase 1, item 6; phase 2, item 1",
        hits=(
            "听说了吗，春河路停水，要停整整五天！ ‖ 因管道检修，春河路将于周三起停水两天。",
            "火灾造成12人受伤，全部送到市三院。 ‖ 火灾造成2人受伤，伤者已送市第三医院。",
        ),
        misses=(
            "春河路要停水两天，记得存水。 ‖ 因管道检修，春河路将于周三起停水两天。",
            "去年也停过水，那次停了五天。 ‖ 因管道检修，春河路将于周三起停水两天。",
        ),
        lookalike="补贴大概两万块，到手1.98万。 ‖ 每户发放补贴19800元。",
        examples_about={"known": "source"},
        cost_us=1100,
        instruments=(
            *("align", "compare", "contexts", "contradict", "fold", "folded_patterns"),
            *("gazetteer", "grounding", "likeness", "numerals", "odds", "pairing", "places"),
            *("portions", "quantities", "reckon", "spans", "told", "units", "weekdays"),
        ),
        files=("contradicted_figure.toml",),
    )
)
def contradicted_figure(least: float = 1.0) -> Scan[Text]:
    """
    Build the scan.

    Args:
        least: logarithm of the odds from which on a pair of figures is held to differ.
    """
    weights = read_weights(__package__, "contradicted_figure.toml")

    def scan(item: Text) -> Iterator[Finding]:
        if item.known is None:
            raise Abstain("no archive was asked")
        sources = [k for k in item.known if k.kind == "source"]
        if not sources:
            return
        read = [told(k.text) for k in sources]
        for c in contradictions(told(item.body), read, weights, least):
            yield _figure(item.body, c, sources[c.source])
        for k in sources:
            found_ = {
                one.at: one for one in (*names(item.body, k.text), *near_names(item.body, k.text))
            }
            for one in found_.values():
                yield _name(one, k)

    return scan


def _figure(body: str, c: Contradiction, source: Known) -> Finding:
    said, other = body[c.q.start : c.q.end], source.text[c.k.start : c.k.end]
    return found(
        f"{said!r}, where the source says {other!r}",
        Span(c.q.start, c.q.end),
        against=c.against,
        verdict="contradicted",
        kind=c.q.kind,
        said=body[c.here.at.start : c.here.at.end],
        source=source.text[c.there.at.start : c.there.at.end],
        cited=source.cited,
        record=source.id,
        odds=round(c.odds, 2),
    )


def _name(one: Named, source: Known) -> Finding:
    moved = shifted(one.line, source.text)
    return found(
        f"{one.said!r}, where the source says {one.other!r}",
        one.at,
        against=[f"it may speak of another time or matter: {moved}"] if moved else [],
        verdict="contradicted",
        kind="name",
        said=one.line,
        source=one.source,
        cited=source.cited,
        record=source.id,
    )
