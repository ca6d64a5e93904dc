"""
Units of measure in folded text: their forms, the base unit of each, and what only counts.

Forms are regular expressions; the longest is tried first.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

_BASE: dict[str, dict[str, str]] = {
    "g": {
        "mg|毫克": "0.001",
        "μg|µg|ug|mcg|微克": "0.000001",
        "kg|千克|公斤": "1000",
        "g|克": "1",
        "吨": "1000000",
        "斤": "500",
    },
    "m": {
        "km|公里|千米": "1000",
        "cm|厘米|公分": "0.01",
        "mm|毫米": "0.001",
        "nm|纳米": "1e-9",
        "μm|um|微米": "1e-6",
        "m|米": "1",
    },
    "m2": {"平方公里|平方千米|km2": "1000000", "公顷": "10000", "平方米|平米|m2|平": "1"},
    "l": {"ml|毫升": "0.001", "立方米|m3|方": "1000", "l|升": "1"},
    "s": {
        "分钟|min": "60",
        "个?小时|h|个?钟头": "3600",
        "天|日": "86400",
        "周(?![年岁])|个?星期|个?礼拜": "604800",
        "毫秒|ms": "0.001",
        "秒钟?|s": "1",
    },
    "月": {"个?月": "1", "年|周年": "12", "个?季度": "3"},
    "元": {"元人民币|元|块钱?|圆|人民币|rmb": "1", "角|毛钱": "0.1"},
    "美元": {"美元|美金|usd": "1"},
    "欧元": {"欧元|eur": "1"},
    "港元": {"港元|港币|hkd": "1"},
    "日元": {"日元|日圆": "1"},
    "英镑": {"英镑": "1"},
    "韩元": {"韩元": "1"},
    "%": {"%|%": "1", "‰": "0.1", "成(?![立为员长功分年本就绩果交人熟])": "10"},
    "百分点": {"个?百分点": "1"},
    "度": {"°c|摄氏度|度": "1"},
    "km/h": {"km/h|公里/小时|公里每小时|公里/时|迈": "1"},
    "wh": {"kwh|千瓦时": "1000", "wh|瓦时": "1"},
    "w": {"kw|千瓦": "1000", "w|瓦": "1", "兆瓦|mw": "1000000"},
    "v": {"kv|千伏": "1000", "v|伏特?": "1"},
    "mah": {"mah|毫安时?": "1"},
    "kcal": {"kcal|大卡|千卡": "1"},
    "kj": {"kj|千焦": "1"},
    "mmhg": {"mmhg|毫米汞柱": "1"},
    "mmol/l": {"mmol/l": "1"},
    "mg/m3": {"mg/m3|毫克/立方米|毫克每立方米": "1"},
    "iu": {"iu|国际单位|u": "1"},
    "mb": {"gb|g内存": "1024", "tb": "1048576", "mb": "1"},
    "hz": {"hz|赫兹": "1", "ghz": "1e9", "mhz": "1e6"},
    "亩": {"亩": "1"},
    "倍": {"倍": "1"},
    "岁": {"周岁|岁": "1"},
    "户": {"户": "1"},
    "级": {"级": "1"},
    "人": {"人次": "1", "人|名|位|口人": "1"},
    "年代": {"年代": "1"},
    "世纪": {"世纪": "1"},
    "股": {"股": "1"},
    "字": {"字": "1"},
    "分": {"分(?![钟之别为])": "1"},
}
COUNTERS = (
    "个只台辆套件家所项条次例宗片粒颗支袋包瓶盒针滴本册页章节层楼号场轮届票张首部篇枚"
    "艘架座栋步门道款种类队组手星集卷期排棵株头匹笔单批趟站遍杯碗勺桶箱点间根块把双对处幅扇具份顶"
)
"""Units that only count: they are one unit to a comparison."""

_FORMS: dict[str, tuple[str, Decimal]] = {
    form: (base, Decimal(factor))
    for base, table in _BASE.items()
    for forms, factor in table.items()
    for form in forms.split("|")
}
_NAMED = sorted(_FORMS, key=lambda form: (-len(re.sub(r"\(.*?\)|\?", "", form)), form))
UNIT = "|".join(f"{f}(?![a-z])" if f[-1].isascii() and f[-1].isalnum() else f for f in _NAMED)
_MATCH = [(re.compile(form), _FORMS[form]) for form in _NAMED]
MONEY = {"¥": "元", "$": "美元", "€": "欧元", "£": "英镑"}
"""Currency by its sign."""


@cache
def base(said: str) -> tuple[str, Decimal]:
    """Give base unit and factor of a form; an unknown one is its own."""
    for form, found in _MATCH:
        if form.fullmatch(said):
            return found
    return said, Decimal(1)
