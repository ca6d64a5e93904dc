"""
text.ungrounded: a detail of an answer that its sources do not contain.

Finds numbers with units, percentages, dates, times, codes and drug names of an answer that no
source holds in any spelling, and that do not follow from two numbers of the sources. Evidence is
the detail and what stands nearest to it in the sources.

Limits: a right number said of the wrong thing passes; products and longer sums are not followed;
names of people and places are not compared.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files

from qingjian.core.card import Card
from qingjian.core.errors import Abstain
from qingjian.core.registry import detector
from qingjian.core.types import Finding, Scan, Span, Text, found
from qingjian.detectors.instruments.commonplace import commonplace, unclaimed
from qingjian.detectors.instruments.fold import fold, folded
from qingjian.detectors.instruments.grounding import (
    follows,
    is_idle,
    is_label,
    is_vague,
    nearest,
    stands,
)
from qingjian.detectors.instruments.match import Matcher, Pattern
from qingjian.detectors.instruments.quantities import parse
from qingjian.detectors.instruments.reckon import reckoned

_LEAST_LINE = 1_000_000
_MOST_COMPARED = 1_000_000


@detector(
    Card(
        id="text.ungrounded",
        reads=Text,
        serves=("1.6.hallucination",),
        severity="medium",
        finds="numbers, units, dates, drug names or codes in an answer that the given sources do "
        "not contain",
        limits=(
            "a right number said of the wrong thing",
            "products and longer sums",
            "names of people and places",
        ),
        source="CAC notice 2025, phase 1, item 6",
        hits=(
            "每户可领取补贴3万元。 ‖ 每户发放补贴2万元。",
            "会议改到9月18日下午三点。 ‖ 定于2024年9月16日15:00召开。",
        ),
        misses=(
            "一次半克，隔六小时一次。 ‖ 成人每次500mg，间隔6小时。",
            "两项合计1500元。 ‖ 材料费900元，人工费600元。",
        ),
        lookalike="第一步打开设置；净利润降了四分之一。 ‖ 打开设置。净利润同比下降25%。",
        examples_about={"role": "assistant"},
        cost_us=400,
        instruments=(
            *(
                "commonplace",
                "fold",
                "folded_patterns",
                "grounding",
                "match",
                "numerals",
                "portions",
            ),
            *("quantities", "reckon", "spans", "units"),
        ),
        files=("prescription.toml",),
    )
)
def ungrounded(near: float = 0.05) -> Scan[Text]:
    """
    Build the scan.

    Args:
        near: how far off, as a share, a number may be that is called approximate or is rounded.
    """
    raw = tomllib.loads((files("qingjian.detectors.text") / "prescription.toml").read_text("utf-8"))
    drugs = {folded(n) for names in (*raw["drugs"].values(),) for n in names}
    drugs |= {folded(n) for n in raw["free"]["names"] if len(n) > 2}
    find = Matcher([Pattern(n) for n in sorted(drugs)]).every
    off = Decimal(str(near))

    def scan(item: Text) -> Iterator[Finding]:
        if item.about.role not in (None, "assistant"):
            raise Abstain("only text the service wrote is judged")
        if not item.sources:
            raise Abstain("no sources were given")
        body, known = item.body, [(q, s[q.start : q.end]) for s in item.sources for q in parse(s)]
        quantities = [q for q, _ in known]
        plain = re.sub(r"[\s_-]", "", "\n".join(map(folded, item.sources)))
        details = parse(body)
        if len(details) * len(known) > _MOST_COMPARED:
            raise Abstain("too many details to compare")
        for q in details:
            if is_label(body, q) or is_idle(q, quantities) or is_vague(body, q):
                continue
            line = q.value >= _LEAST_LINE and f"{q.value:f}" in plain  # a number to call
            if line or stands(q, quantities, plain) or follows(q, quantities, off, body):
                continue
            said, other = body[q.start : q.end], nearest(q, known)
            what = f"the sources say {other!r}" if other else "the sources have none of it"
            how = reckoned(q, quantities, details, body) or commonplace(q, body)
            yield found(
                f"{said!r} is not in the sources: {what}",
                Span(q.start, q.end),
                against=(
                    *unclaimed(body, q.start, q.end),
                    *([f"it may be known or reckoned: {how}"] if how else []),
                ),
                detail=said,
                kind=q.kind,
                nearest=other,
            )
        text, last = fold(body), 0
        for hit in sorted(find(text), key=lambda h: (h.start, -h.end)):
            name = text.text[hit.start : hit.end]
            if hit.start >= last and name not in plain:
                at, last = text.span(hit.start, hit.end), hit.end
                said = body[at.start : at.end]
                yield found(
                    f"the drug {said!r} is not in the sources",
                    at,
                    against=unclaimed(body, at.start, at.end),
                    detail=said,
                    kind="drug",
                    nearest="",
                )

    return scan
