"""
text.rewrite: a text that follows one of the given sources closely.

Compares a text with each source: numbers, dates, quotations, titles and names kept in the same
order, sentences alike in the same order, and what is copied word for word. Evidence is the details
that both keep, quoted from both, and a rank for each source.

Limits: near-duplicates and kept details are found, not whether an AI rewrote them; a rewriting that
changes order and details passes; two reports that follow one press release are alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingjian.core.card import Card
from qingjian.core.errors import Abstain
from qingjian.core.registry import detector
from qingjian.core.types import Finding, Scan, Span, Text, found
from qingjian.detectors.instruments.anchors import Compared, compare, read

_LEAST_LETTERS = 40
_MOST_LETTERS = 200_000
_MOST_SHOWN = 8
_NAMED = re.compile(
    r"(?:转载自|转自|来源[:：]|原载|摘自|节选自|本文译自|译自|编译自|授权转载|原文[:：链]|"
    r"以下(?:为|是)[^。\n]{0,10}(?:全文|原文)|全文如下)[^。\n]{0,30}"
)


@detector(
    Card(
        id="text.rewrite",
        reads=Text,
        serves=("2.5.content_farm",),
        severity="low",
        finds="a post or article that follows one of the given texts closely: the same numbers, "
        "dates, names and quotations in the same order, or whole passages word for word",
        limits=(
            "near-duplicates and kept details are found, not whether an AI rewrote them",
            "a rewriting that changes order and details passes",
            "two reports that follow one press release may be found",
            "fewer than 40 letters are not judged, nor answers of a service",
        ),
        source="CAC notice 2025, phase 2, item 5",
        hits=(
            "5月12日，家住河西路的周女士到市第二医院看病，排队花了47分钟，医生问诊只用3分钟。"
            "她对记者说“钱没少花，话没说上”。 ‖ "
            "河西路居民周女士5月12日去市第二医院就诊，候诊47分钟，问诊3分钟。她告诉记者："
            "“钱没少花，话没说上。”",
        ),
        misses=(
            "5月12日下雨，我在市第二医院门口等车等了47分钟，司机说前面堵得动不了，最后走路回的家，"
            "鞋全湿了。 ‖ 河西路居民周女士5月12日去市第二医院就诊，候诊47分钟，问诊3分钟。",
        ),
        lookalike="说说我对昨天那篇看病文章的看法：候诊47分钟并不离谱，问题是医生只有3分钟给你，"
        "制度逼着他快。换成家庭医生先筛一遍，大医院才有时间。 ‖ "
        "河西路居民周女士5月12日去市第二医院就诊，候诊47分钟，问诊3分钟。她告诉记者："
        "“钱没少花，话没说上。”",
        examples_about={"role": "author"},
        cost_us=1_000,
        instruments=("anchors", "fold", "grounding", "numerals", "quantities", "units"),
    )
)
def rewrite(kept: int = 4, verbatim: float = 0.5) -> Scan[Text]:
    """
    Build the scan.

    Args:
        kept: least number of details kept in order where the words are changed.
        verbatim: share of 4-grams from which on it is a copy.
    """

    def scan(item: Text) -> Iterator[Finding]:
        if item.about.role != "author":
            raise Abstain("only what an author wrote is compared; an answer keeps to its sources")
        if not item.sources:
            raise Abstain("no sources were given")
        body = item.body
        if sum(c.isalnum() for c in body) < _LEAST_LETTERS:
            raise Abstain(f"fewer than {_LEAST_LETTERS} letters")
        if len(body) > _MOST_LETTERS or any(len(s) > _MOST_LETTERS for s in item.sources):
            raise Abstain("too long to compare")
        ours = read(body)
        told = [(compare(ours, read(s)), i) for i, s in enumerate(item.sources)]
        ranked = sorted(told, key=lambda pair: -_strength(pair[0]))
        best, index = ranked[0]
        what = _kind(best, kept, verbatim)
        if not what:
            return
        source = item.sources[index]
        start = min((a.start for a, _ in best.kept), default=0)
        end = max((a.end for a, _ in best.kept), default=len(body))
        named = _NAMED.search(body)
        yield found(
            f"{what} source {index + 1}: {len(best.kept)} details in the same order, "
            f"{best.sentences:.0%} of the sentences alike, {best.verbatim:.0%} word for word",
            Span(start, end),
            against=(f"the source is named: {named[0]}",) if named else (),
            kind=what,
            source=index + 1,
            kept=tuple(
                f"{body[a.start : a.end]} = {source[b.start : b.end]}"
                for a, b in best.kept[:_MOST_SHOWN]
            ),
            ranked=tuple(f"source {i + 1}: {_strength(c):.2f}" for c, i in ranked),
        )

    return scan


def _strength(c: Compared) -> float:
    """Rank sources: what is kept of the text and of the source, sentence order, and copies."""
    return max(c.verbatim, (c.anchors + c.of_other + 2 * c.sentences) / 4)


def _kind(c: Compared, kept: int, verbatim: float) -> str:
    if c.verbatim >= verbatim:
        return "copies"
    if len(c.kept) >= kept and c.anchors >= 0.5 and c.of_other >= 0.4 and c.sentences >= 0.4:
        return "rewrites"
    return ""
