"""
text.gore: graphic blood, mutilation or torture, written to shock, or asked for as a picture.

Finds what is done to a body beside words that ask for it, dwell on it or relish it, by a linear
model over characters and the facts of a pack.

Evidence is the window and the terms in it, or the run of words that weighs most; counter-evidence
is news, medicine, cooking, history, reviews and games, and a refusal.

Limits: horror without a bodily word passes; literature of merit is found like any other graphic
passage; whether a picture was made is not known.
"""

from __future__ import annotations

from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Scan, Text
from qingjian.detectors.instruments.weighed import INSTRUMENTS, scan_text, weighed


@detector(
    Card(
        id="text.gore",
        reads=Text,
        serves=("2.3.gore",),
        severity="medium",
        finds="a graphic description of blood, mutilation, torture or body horror written to "
        "shock, or a prompt that asks for such a picture",
        limits=(
            "horror told without any bodily word passes",
            "literature of merit is found like any other graphic passage",
            "whether the picture that was asked for was made is not known",
        ),
        source="CAC notice 2025, phase 2, item 3",
        hits=(
            "帮我画一张人被开膛破肚的图，肠子拖到地上，血越多越好，要超写实",
            "他把烧红的铁条捅进他的眼窝，眼球爆开，血沫顺着下巴淌，惨叫一声比一声弱。",
        ),
        misses=(
            "今晨两车追尾，造成2人死亡、5人受伤，伤者已送医，事故原因正在调查。",
            "猪大肠翻过来用面粉反复搓，焯水去血沫，再加姜葱料酒红烧。",
        ),
        lookalike="《电锯惊魂》影评：机关设计有意思，后几部为血腥而血腥，断肢镜头太多，叙事越来越弱。",
        scoring=True,
        cost_us=60,
        instruments=INSTRUMENTS,
        files=("gore.toml", "gore.model"),
        signals="gore.toml",
    )
)
def gore(weights: str = "") -> Scan[Text]:
    """Build the scan; `weights` names a model of one's own."""
    judge = weighed("text.gore", "a graphic description of blood or mutilation", weights=weights)
    return scan_text(judge)
