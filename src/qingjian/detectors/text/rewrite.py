"""
text.rewrite: a text that follows one of the given sources closely.

Finds numbers, dates, quotations, titles and names that a text keeps of a source in the same order,
sentences alike in the same order, and passages word for word. Evidence is the details that both
keep, quoted from both, and a rank for each source.

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
            "我上个月也去过市第二医院，排队排到怀疑人生，幸好带了本小说。医生倒是挺耐心，开的药也便宜，"
            "才花了六十多块。 ‖ 河西路居民周女士5月12日去市第二医院就诊，候诊47分钟，问诊3分钟。",
        ),
        lookalike="说说我对昨天那篇看病文章的看法：候诊47分钟并不离谱，问题是医生只有3分钟给你，"
        "制度逼着他快。换成家庭医生先筛一遍，大医院才有时间。 ‖ "
        "河西路居民周女士5月12日去市第二医院就诊，候诊47分钟，问诊3分钟。她告诉记者："
        "“钱没少花，话没说上。”",
        examples_about={"role": "author"},
        cost_us=1_000,
        instruments=(
            *("anchors", "fold", "folded_patterns", "grounding", "numerals", "quantities"),
            *("units",),
        ),
    )
)
def rewrite(close: float = 0.6, passage: int = 40) -> Scan[Text]:
    """
    Build the scan.

    Args:
        close: closeness from which on a text follows its source, as `anchors.Compared` has it.
        passage: letters of a passage from which on it is copied.
    """

    def scan(item: Text) -> Iterator[Finding]:
        if item.about.role not in (None, "author"):
            raise Abstain("only what an author wrote is compared; an answer keeps to its sources")
        if not item.sources:
            raise Abstain("no sources were given")
        body = item.body
        if sum(map(str.isalnum, body)) < _LEAST_LETTERS:
            raise Abstain(f"fewer than {_LEAST_LETTERS} letters")
        if max(map(len, (body, *item.sources))) > _MOST_LETTERS:
            raise Abstain(f"more than {_MOST_LETTERS:,} characters")
        ours = read(body)
        told = [(compare(ours, read(source)), i) for i, source in enumerate(item.sources)]
        ranked = sorted(told, key=lambda pair: (-pair[0].closeness, pair[1]))
        best, index = ranked[0]
        long = max(told, key=lambda pair: pair[0].copied)
        if best.closeness < close and long[0].copied < passage:
            return
        copies = best.closeness < close
        best, index = long if copies else (best, index)
        source, named = item.sources[index], _NAMED.search(body)
        against = [f"the source is named: {named[0]}"] if named else []
        if copies and _is_quoted(body, best.passage):
            against.append("the passage stands in quotation marks")
        yield found(
            f"{'a passage of' if copies else 'it follows'} source {index + 1}: "
            f"{len(best.kept)} details in the same order, {best.sentences:.0%} of its sentences "
            f"alike, {best.verbatim:.0%} word for word, {best.copied} letters in a row",
            best.passage if copies else _span(best, body),
            against=against,
            kind="passage" if copies else "follows",
            source=index + 1,
            kept=tuple(
                f"{body[a.start : a.end]} = {source[b.start : b.end]}"
                for a, b in best.kept[:_MOST_SHOWN]
            ),
            ranked=tuple(f"source {i + 1}: {c.closeness:.2f}" for c, i in ranked[:_MOST_SHOWN]),
        )

    return scan


def _span(compared: Compared, body: str) -> Span:
    """Give the range from the first kept detail to the last, the whole text when none is kept."""
    ends = [a.end for a, _ in compared.kept]
    return Span(compared.kept[0][0].start, max(ends)) if ends else Span(0, len(body))


def _is_quoted(body: str, passage: Span) -> bool:
    ahead = body[: passage.start + 1]
    return any(ahead.count(a) > ahead.count(b) for a, b in ("“”", "「」", "『』"))
