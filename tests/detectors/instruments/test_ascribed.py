from __future__ import annotations

import pytest

from qingjian.core.known import Known
from qingjian.detectors.instruments.ascribed import Document, misquoted
from qingjian.detectors.instruments.cited import Cited
from qingjian.detectors.instruments.papers import Paper
from qingjian.detectors.instruments.quotations import quotations

KNOWN = Known("source", "参赛者迟到15分钟按弃权处理，球拍自备。", title="羽毛球竞赛规程")
OTHER = Known("source", "参赛者迟到五分钟按弃权处理。", title="乒乓球竞赛规程")


def found(text: str, *known: Known) -> list[str]:
    documents = [Document(k, Paper.of(k.title, "", k.text), Cited(k.text)) for k in known]
    made = (misquoted(q, documents, 0.5, 0.3) for q in quotations(text))
    return [one.document.known.title for one in made if one]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("羽毛球规程写着“迟到五分钟按弃权处理”", 1),
        ("羽毛球规程写着“迟到的罚跑十圈操场”", 1),
        ("羽毛球规程写着“球拍不用自备”", 1),
        ("羽毛球规程写着“迟到5分钟”", 1),
        ("羽毛球规程写着“严”", 0),
        ("羽毛球规程写着“球拍自备”", 0),
        ("规程写着“谁也别想混进来”", 0),
        ("规程写着“迟到30分钟按弃权处理”", 1),
        ("羽毛球规程规定：迟到的就算弃权了，拍子自己带", 0),
    ],
)
def test_the_less_sure_the_more_alike_it_must_be(text: str, count: int) -> None:
    assert len(found(text, KNOWN)) == count


def test_what_any_document_holds_passes() -> None:
    assert found("羽毛球规程写着“迟到五分钟按弃权处理”", KNOWN, OTHER) == []
