"""
text.misquoted_document: words quoted from a document that does not contain them.

Finds a quotation that a text ascribes to a given notice, rule, leaflet, report or statement and
that does not stand there, also with words left out, other marks or figures spelled otherwise.
Evidence is the quotation, the nearest passage of the document, and what differs.

Limits: the archive may hold a part of a document only; what is retold without marks is not judged;
words cut out of their context pass.
"""

from __future__ import annotations

from collections.abc import Iterator

from qingjian.core.card import Card
from qingjian.core.errors import Abstain
from qingjian.core.registry import detector
from qingjian.core.types import Finding, Scan, Text, found
from qingjian.detectors.instruments.ascribed import Document, Misquoted, misquoted
from qingjian.detectors.instruments.cited import MOST_LETTERS, Cited
from qingjian.detectors.instruments.misgiven import against
from qingjian.detectors.instruments.papers import Paper
from qingjian.detectors.instruments.quotations import Quotation, quotations

_FAR = 0.35
_NOTICE = (
    "春河路停水通知：因管道检修，春河路将于7月2日停水两天，请居民提前储水。恢复供水后水色发黄属正常现象，"
    "放水几分钟即可饮用。"
)


@detector(
    Card(
        id="text.misquoted_document",
        reads=Text,
        serves=("2.1.forged_release", "2.2.spliced", "1.6.hallucination"),
        severity="medium",
        finds="a quotation put into the mouth of a given document (notice, rule, leaflet, report, "
        "statement) that the document does not contain",
        limits=(
            "the archive may hold a part of a document only",
            "what is retold without quotation marks is not judged",
            "words cut out of their context pass",
        ),
        source="CAC notice 2025, phase 1, item 6; phase 2, item 1",
        hits=(
            "停水通知自己写着“恢复供水后的自来水不可饮用”，春河路的赶快囤水！ ‖ " + _NOTICE,
            "春河路停水通知说“停水期间每户罚款二百元”，凭什么？ ‖ " + _NOTICE,
        ),
        misses=(
            "春河路停水通知写的是“因管道检修，春河路将于七月二日停水2天”，记得存水。 ‖ " + _NOTICE,
            "看完停水通知我妈说“又要去你姥姥家洗澡了”，哈哈。 ‖ " + _NOTICE,
        ),
        lookalike="网传停水通知里有“恢复供水后的自来水不可饮用”，原文没有这句，别信。 ‖ " + _NOTICE,
        examples_about={"known": "source"},
        cost_us=1000,
        instruments=(
            *("align", "ascribed", "asserted", "cited", "fold", "folded_patterns"),
            *("misgiven", "numerals", "papers", "places", "quotations", "sayers", "spelled"),
        ),
    )
)
def misquoted_document(near: float = 0.5, least: float = 0.3) -> Scan[Text]:
    """
    Build the scan.

    Args:
        near: closeness from which on a quotation alters a passage.
        least: the same for words after a colon, below which nothing is near them.
    """

    def scan(item: Text) -> Iterator[Finding]:
        if item.known is None:
            raise Abstain("no archive was asked")
        sources = [k for k in item.known if k.kind == "source" and k.text.strip()]
        said = quotations(item.body) if sources else []
        if not said:
            return
        short = [k for k in sources if len(k.text) <= MOST_LETTERS]
        if not short:
            raise Abstain(f"no document of {MOST_LETTERS:,} characters or fewer")
        documents = [
            Document(k, Paper.of(k.title, k.publisher, k.text), Cited(k.text)) for k in short
        ]
        for q in said:
            if one := misquoted(q, documents, near, least):
                yield _told(item.body, q, one)

    return scan


def _told(body: str, q: Quotation, one: Misquoted) -> Finding:
    document, _, near = one
    source = document.known
    if near is None or near.closeness < _FAR:
        differs, passage = "nothing near it in the document", source.text[:80]
    else:
        differs = "; ".join(map(str, near.differs))
        passage = source.text[near.at.start : near.at.end]
    return found(
        f"{q.words!r} does not stand in {source.title or 'the document'}: {differs}",
        q.at,
        against=against(body, q, source, near),
        verdict="misquoted",
        said=body[q.sentence.start : q.sentence.end].strip(),
        quotation=q.words,
        source=passage,
        differs=differs,
        cited=source.cited,
        record=source.id,
    )
