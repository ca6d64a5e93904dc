"""
How much of a checked claim a text says again, and how it stands to it, as facts.

The words of the check itself count too: who corrects a claim uses them. Weights of the facts were
learned (`tools/train_facts.py`).
"""

from __future__ import annotations

import re

from qingjian.core.known import Known
from qingjian.detectors.instruments.align import Aligned, align, clauses, held
from qingjian.detectors.instruments.compare import differing, elsewhere, turned, unnamed
from qingjian.detectors.instruments.fold import folded
from qingjian.detectors.instruments.folded_patterns import as_folded
from qingjian.detectors.instruments.gazetteer import elsewhere_named
from qingjian.detectors.instruments.odds import Facts
from qingjian.detectors.instruments.told import Told, told
from qingjian.detectors.instruments.weekdays import UNIT as WEEKDAY

_CORRECTS = re.compile(
    as_folded(
        r"其实|实际上|真相|科普|检测|实测|实验|仪器|查了|查证|核实|问[了过]|特意|官方|通报|回应|澄清|公告|说明|声明|辟谣|谣|"
        r"不会(?!骗|错|后悔)|不能|没有|并不|并非|不是|不用|不必|照样|照旧|照常|还是|好好的|哪有|哪里有|怎么可能|那回事|这回事|没说|没发过|扯不上|"
        r"才知道|原来|白[泡喝吃做忙]|误|骗(?!你|人的?话)|假(?!期|日|如)|瞎|胡|谎|编|网上说|网传|流传|都说|有人说|说法|什么的|这种话|那条|那个“|“[^”]{2,20}”(?:的|这|是)|"
        r"别再?(?:信|传|转发|被|瞎)|不要(?:信|传)|可以(?:歇|醒|放心)|放心|醒醒|看看就好|当真|打脸|智商税|依据|证据|道理|原理|专家|教授|老师|师傅"
    )
)
_LAUGHS = re.compile(
    as_folded(
        r"哈哈|呵呵|笑(?:死|了|而不语|话|不活)|信(?:了你|你个|个鬼)|谁信|我不信|不信(?!你|的|就|试|赶)|离谱|扯|忽悠|愚人节|段子|小说|手动狗头|doge|🐶|早没人|"
        r"走两步|吓唬|吓得|净吓|闲的|服了|无语|逗|搞笑|好家伙|可歇|太监"
    )
)
_ASKS = re.compile(
    as_folded(
        r"[?？]|真的吗|真的假的|真假|是真是假|靠谱|可信|求证|求解|求问|请问|有没有(?:人|懂)|有人(?:知道|懂|能|给)|谁(?:知道|能|懂)|是不是真|怎么回事|咋回事|"
        r"该不该|到底|依据在哪|讲讲"
    )
)
_URGES = re.compile(
    as_folded(
        r"转[给发一]|快转|扩散|告诉|提醒|千万|注意|当心|小心|赶紧|赶快|抓紧|收藏|记住|一定要|停一停|别再(?!信|传|被)|再也不|你们?也试|试试|听我一句|好消息|"
        r"实锤|内部|透露|同学在|亲口|亲身|亲测|我(?:爸|妈|姑|姨|舅|奶|爷|公公|婆婆|家|邻居|朋友|同事)|都是这么|就是这么"
    )
)
_MOST = 3
_AROUND = 60
"""Characters on either side of the closest clauses that are looked at too."""


def repeating(text: Told, claim: Known) -> tuple[Facts, Aligned | None, str]:
    """
    Give the facts of a text and a checked claim, the clauses closest to it, and what differs.

    Args:
        text: taken apart.
        claim: with the words of the check as `quote`.
    """
    asked, check = told(claim.text), told(claim.quote)
    at = align(clauses(text.text), claim.text)
    if at is None:
        return {"bias": 1.0}, None, ""
    near = told(text.text[max(0, at.at.start - _AROUND) : at.at.end + _AROUND])
    here = text.text[at.at.start : at.at.end]
    inside = [q for q in text.figures if at.at.start <= q.start < at.at.end and q.unit != WEEKDAY]
    figures = [q for q in asked.figures if q.unit != WEEKDAY]
    differs = differing(inside, text.text, figures, claim.text)
    differs = differs or elsewhere(here, claim.text) or _far(here, claim.text)
    negated = turned(here, claim.text)
    if not differs and (lost := unnamed(text.text, claim.text)):
        differs = f"it does not name {lost}"
    facts = {
        "bias": 1.0,
        "held": at.held,
        "pairs": at.pairs,
        "own": at.own,
        "differs": float(bool(differs)),
        "negated": float(bool(negated)),
        "corrects": min(len(_CORRECTS.findall(folded(text.text))), _MOST) / 2,
    }
    return facts | _words(near, asked, check), at, differs or negated


def _words(near: Told, asked: Told, check: Told) -> Facts:
    """Give what the clauses and those around them share with claim and check, and their tone."""
    plain = folded(near.text)
    new = check.words - asked.words
    return {
        "near": held(asked.letters, near.letters),
        "words": len(asked.words & near.words) / max(1, len(asked.words)),
        "common": min(len(asked.words & near.words), 10) / 5,
        "check_words": len(new & near.words) / max(1, len(new)),
        "check_letters": held("".join(set(check.letters) - set(asked.letters)), near.letters),
        "laughs": float(min(len(_LAUGHS.findall(plain)), 2)),
        "asks": float(min(len(_ASKS.findall(plain)), 2)),
        "urges": min(len(_URGES.findall(plain)), _MOST) / 2,
    }


def _far(text: str, claim: str) -> str:
    place = elsewhere_named(text, claim)
    return f"{place} is elsewhere" if place else ""
