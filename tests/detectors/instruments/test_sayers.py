from __future__ import annotations

import pytest

from qingjian.detectors.instruments.papers import Paper
from qingjian.detectors.instruments.quotations import quotations
from qingjian.detectors.instruments.sayers import sayer, strength

PAPER = Paper.of("锦苑小区停水通知", "锦苑物业", "周三起停水两天。")


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("通知写着“明天停水两天”", "paper"),
        ("我看通知里说“明天停水两天”", "paper"),
        ("《停水通知》第二条：“明天停水两天”", "title"),
        ("“明天停水两天”，这是通知里写的", "paper"),
        ("“停水两天”的规定太离谱", "paper"),
        ("通知我看了。上面写着“明天停水两天”", "paper"),
        ("声明我看笑了，里面说“明天停水两天”", "paper"),
        ("我妈看了通知说“又要停水了”", "person"),
        ("刚看完通知，老公就说“又要停水了”", "person"),
        ("通知刚出，李牧野说“又要停水了”", "person"),
        ("班主任在群里回复“又要停水了”", "person"),
        ("“明天停水十天”的谣言又来了", "person"),
        ("大家管它叫“人工降旱办公室”", "person"),
        ("“又要停水了”，我妈说", "person"),
        ("昨天看到“又要停水了”", ""),
        ("通知我看了。今天心情“好得不得了”", ""),
    ],
)
def test_who_is_named_nearest_has_it(text: str, sort: str) -> None:
    [q] = quotations(text)
    one = sayer(q)
    assert (one.sort if one else "") == sort


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("锦苑的停水通知写着“停水十天”", 2),
        ("《停水通知》写着“停水十天”", 2),
        ("《停电通知》写着“停电十天”", 0),
        ("通知写着“谁也不许出门”", 1),
        ("锦苑物业称“停水十天”", 1),
        ("隔壁小区的停水通知写着“停水十天”", 0),
        ("红石镇的停水通知写着“停水十天”", 0),
        ("劳动法规定“停水十天”", 0),
        ("合同写着“谁也不许出门”", 0),
        ("我妈说“停水十天”", 0),
        ("停水通知出来，大家都在“囤水大作战”", 1),
    ],
)
def test_how_surely_a_document_is_meant(text: str, sure: int) -> None:
    [q] = quotations(text)
    assert strength(sayer(q), q, PAPER, text, 0) == sure
