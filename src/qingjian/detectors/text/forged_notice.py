"""
text.forged_notice: a text dressed up as an official paper, with signs no such paper has.

Finds an authority's name or the form of a notice beside a private contact or payee, pressure to
pass it on, chat-like urging, or a source that is kept back; a linear model weighs these and the
words around them. Only form is judged, never whether what is said is true.

Evidence is the window in which form and sign stand together, or the words that weigh most; the
rules that a paper's number breaks; and, where an archive was asked, that it holds no paper of that
number, which is a weak sign. A paper it holds speaks against the finding.

Limits: a forgery that keeps the form of a proper paper passes; a genuine notice retold in chat may
be found; abstains on fewer than four letters and on text that is not Chinese.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from qingjian.core.card import Card
from qingjian.core.clock import now
from qingjian.core.registry import detector
from qingjian.core.types import Finding, Scan, Scored, Text
from qingjian.detectors.instruments.paper_numbers import PaperNumber, holders, paper_numbers
from qingjian.detectors.instruments.weighed import INSTRUMENTS, weighed

_MOST_NUMBERS = 10


@detector(
    Card(
        id="text.forged_notice",
        reads=Text,
        serves=("2.1.forged_release",),
        severity="medium",
        finds="a text dressed up as an official notice, red-head document, announcement or news "
        "release of an authority or institution that carries signs no such paper has: no issuer "
        "or number where one belongs, a private contact or payment, chat-like urging, pressure "
        "to forward",
        limits=(
            "a forgery that keeps the form of a proper paper passes",
            "a genuine notice retold in chat may be found",
            "whether what is said is true is not judged",
        ),
        source="CAC notice 2025, phase 2, item 1",
        hits=(
            "【教育局通知】补缴学杂费1280元，请家长今日转账到张老师个人微信，逾期影响学籍。",
            "紧急通知：接上级通知，明天起全城停水五天，赶快转发到各个群！",
        ),
        misses=(
            "【辟谣】网传“明天起全城停水五天，赶快转发”系谣言，我市供水正常。",
            "你们收到停水通知没？我家门口没贴，是不是只停北区。",
        ),
        lookalike="紧急通知：因暴雪，机场今日18时前出港航班取消，请旅客通过航空公司官方渠道"
        "办理退改，机场问询电话0555-96333。",
        scoring=True,
        cost_us=220,
        instruments=(*INSTRUMENTS, "paper_numbers"),
        files=("forged_notice.toml", "forged_notice.model"),
        signals="forged_notice.toml",
    )
)
def forged_notice(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    by_form = weighed("text.forged_notice", "a forged notice", weights=weights)

    def scan(item: Text) -> Scored:
        seen = by_form.judge(item.body, item.about.channel)
        if not seen.findings:
            return seen
        numbers = list(paper_numbers(item.body, _year(item)))[:_MOST_NUMBERS]
        return Scored(seen.score, tuple(_held_against(f, numbers, item) for f in seen.findings))

    return scan


def _held_against(finding: Finding, numbers: list[PaperNumber], item: Text) -> Finding:
    """Add what the numbers of papers show, and what the archive has of them."""
    if not numbers:
        return finding
    held = [(n.said, k) for n in numbers for k in holders(n, iter(item.known or ()))]
    evidence = dict(finding.evidence)
    if signs := tuple(sign for n in numbers for sign in n.signs):
        evidence["number_signs"] = signs
    if item.known is not None and not held:
        named = "、".join(n.said for n in numbers)
        evidence["archive"] = f"holds no paper {named}; a weak sign"
    kept = tuple(f"the archive holds {said}: {k.cited}" for said, k in held)
    return replace(finding, evidence=evidence, against=(*finding.against, *kept))


def _year(item: Text) -> int:
    at = now() if item.about.at is None else item.about.at
    try:
        return datetime.fromtimestamp(at, UTC).year
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(now(), UTC).year
