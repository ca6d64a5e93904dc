"""
text.contradicted_figure: a figure, date or place told otherwise than a source tells it.

Finds a number, date, time or place whose clause speaks of the same thing as a clause of a source,
and that the source has otherwise: neither in another spelling, nor rounded, converted or reckoned.
Evidence is both quotations and what differs.

Limits: what is told in quite other words passes; a swap of two figures that both stand in the
source passes; whether the source is right cannot be said.
"""

from __future__ import annotations

from collections.abc import Iterator

from qingjian.core.card import Card
from qingjian.core.errors import Abstain
from qingjian.core.known import Known
from qingjian.core.registry import detector
from qingjian.core.types import Finding, Scan, Span, Text, found
from qingjian.detectors.instruments.contexts import Named, names, near_names, shifted
from qingjian.detectors.instruments.contradict import Contradiction, contradictions, told


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
            "two figures of one source swapped pass",
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
        cost_us=900,
        instruments=(
            "align",
            "compare",
            "contexts",
            "contradict",
            "fold",
            "grounding",
            "numerals",
            "places",
            "quantities",
            "units",
        ),
    )
)
def contradicted_figure(ahead: float = 0.55, behind: float = 0.7, same: float = 0.3) -> Scan[Text]:
    """
    Build the scan.

    Args:
        ahead: share of what stands ahead of both figures from which on they tell of one thing.
        behind: the same for what stands behind them.
        same: least share of the text's sentence that the source has.
    """

    def scan(item: Text) -> Iterator[Finding]:
        if item.known is None:
            raise Abstain("no archive was asked")
        sources = [k for k in item.known if k.kind == "source"]
        if not sources:
            return
        read = [told(k.text) for k in sources]
        for c in contradictions(item.body, read, ahead, behind, same):
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
