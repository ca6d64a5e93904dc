"""
Plant personal numbers in ordinary sentences, in every form, and count how many are found.

Usage: python tools/measure_planted.py [--write] [--each 40]
Every number is drawn with a fixed seed and has the check digit its standard asks for. Beside them
stand as many numbers of other kinds (orders, parcels, amounts, dates, service lines, organisations'
codes), drawn likewise, which are nobody's.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from qingjian.core.clock import today
from qingjian.core.registry import discover
from qingjian.core.types import Text
from qingjian.detectors.instruments.identifiers import id_card, luhn, uscc
from qingjian.evals import metrics

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "planted.json"
DETECTOR = "text.personal_data"
_CHECKED = "0123456789abcdefghjklmnpqrtuwxy"
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"

Draw = random.Random


def _digits(draw: Draw, n: int) -> str:
    return "".join(draw.choices("0123456789", k=n))


def _id_card(draw: Draw) -> str:
    place = draw.choice(("110105", "330106", "440305", "510104", "320102", "420106", "610113"))
    born = f"{draw.randint(1950, 2015)}{draw.randint(1, 12):02}{draw.randint(1, 28):02}"
    body = place + born + _digits(draw, 3)
    return next(body + c.upper() for c in "0123456789x" if id_card(body + c))


def _phone(draw: Draw) -> str:
    return draw.choice(("138", "159", "186", "177", "199", "150", "133", "166")) + _digits(draw, 8)


def _bank_card(draw: Draw) -> str:
    body = draw.choice(("622848", "621700", "622202", "621661")) + _digits(draw, 12)
    return next(body + c for c in "0123456789" if luhn(body + c))


def _sole_trader(draw: Draw) -> str:
    body = "92330106ma" + "".join(draw.choices(_CHECKED, k=7))
    return next(body + c for c in _CHECKED if uscc(body + c)).upper()


def _plate(draw: Draw) -> str:
    tail = list(_digits(draw, 4) + draw.choice(_PLATE_LETTERS[:8]))
    draw.shuffle(tail)
    return draw.choice("京沪粤浙苏川鄂湘") + draw.choice("ABCDEF") + "".join(tail)


def _passport(draw: Draw) -> str:
    return draw.choice(("E", "G", "EA", "EH", "EJ")) + _digits(draw, 7) + draw.choice("0123456789")


def _wechat(draw: Draw) -> str:
    return draw.choice(("lily_", "zhangw", "wxid_", "abc", "xiao-yu")) + _digits(draw, 5)


def _qq(draw: Draw) -> str:
    return str(draw.randint(10**7, 3 * 10**9))


NUMBERS: Mapping[str, tuple[Callable[[Draw], str], tuple[str, ...]]] = {
    "id_card": (
        _id_card,
        ("身份证号{}", "登记人李四，证件{}，已核对", "{}是我的身份证", "实名用{}就行"),
    ),
    "phone": (_phone, ("打我电话{}", "{}联系我", "收件人李雷，{}，杭州", "有事拨{}找老王")),
    "bank_card": (_bank_card, ("卡号{}", "请打到{}，农行", "银行卡：{}户名张三")),
    "uscc": (_sole_trader, ("信用代码{}", "个体户税号：{}，开票用")),
    "plate": (_plate, ("车牌{}", "{}请挪车", "肇事车{}往东跑了")),
    "passport": (_passport, ("护照号{}", "我的护照是{}，改签用")),
    "wechat": (_wechat, ("微信{}", "加我vx：{}", "加薇{}", "V:{}", "绿泡泡 {}")),
    "qq": (_qq, ("QQ{}", "扣扣：{}", "加Q {}", "企鹅号{}", "🐧{}")),
}
_DIGITS_ONLY = ("id_card", "phone", "bank_card", "qq", "passport")
_HAN = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_FORMAL = dict(zip("0123456789", "〇壹贰叁肆伍陆柒捌玖", strict=True))


def _grouped(value: str, mark: str) -> str:
    ends = (3, 7, 11, 15, len(value))
    parts = [value[a:b] for a, b in zip((0, *ends), ends, strict=False)]
    return mark.join(p for p in parts if p)


def _said(value: str, way: Mapping[str, str]) -> str:
    return "".join(way.get(c, c) for c in value)


FORMS: Mapping[str, tuple[Callable[[str], str], tuple[str, ...]]] = {
    "as it is": (lambda v: v, tuple(NUMBERS)),
    "full width": (
        lambda v: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in v),
        tuple(NUMBERS),
    ),
    "zero width": (lambda v: "\u200b".join(v), tuple(NUMBERS)),
    "spaced": (lambda v: _grouped(v, " "), _DIGITS_ONLY),
    "dashed": (lambda v: _grouped(v, "-"), _DIGITS_ONLY),
    "every digit apart": (" ".join, _DIGITS_ONLY),
    "Chinese numerals": (lambda v: _said(v, _HAN), _DIGITS_ONLY),
    "formal numerals": (lambda v: _said(v, _FORMAL), _DIGITS_ONLY),
    "幺 for 1": (lambda v: _said(v, {**_HAN, "1": "幺"}), _DIGITS_ONLY),
    "half in numerals": (
        lambda v: "".join(_HAN.get(c, c) if i % 3 == 0 else c for i, c in enumerate(v)),
        _DIGITS_ONLY,
    ),
}


def planted(each: int) -> Iterator[tuple[str, str, str]]:
    """Give kind, form and text, `each` of every kind and form that fit."""
    draw = random.Random(20261123)
    for form, (write, kinds) in FORMS.items():
        for kind in kinds:
            made, sentences = NUMBERS[kind]
            for i in range(each):
                yield kind, form, sentences[i % len(sentences)].format(write(made(draw)))


def nobodys(count: int) -> Iterator[str]:
    """Give texts with numbers that name no person."""
    draw = random.Random(7)
    kinds: tuple[Callable[[], str], ...] = (
        lambda: f"订单号{_digits(draw, 20)}已发货",
        lambda: f"快递单号：SF{_digits(draw, 13)}，请签收",
        lambda: f"客服热线400-{_digits(draw, 3)}-{_digits(draw, 4)}",
        lambda: f"共计{draw.randint(1, 10**9)}元，比上年多{_digits(draw, 7)}元",
        lambda: f"{draw.randint(2000, 2026)}年{draw.randint(1, 12)}月{draw.randint(1, 28)}日发布",
        lambda: f"交易流水{_digits(draw, 28)}",
        lambda: f"座机0571-8{_digits(draw, 7)}",
        lambda: f"ISBN 978-7-{_digits(draw, 4)}-{_digits(draw, 4)}-{_digits(draw, 1)}",
        lambda: f"统一社会信用代码91330106MA{''.join(draw.choices(_CHECKED, k=8)).upper()}",
        lambda: f"版本{draw.randint(1, 20)}.{draw.randint(0, 99)}.{_digits(draw, 5)}",
        lambda: f"验证码{_digits(draw, 6)}，五分钟内有效",
        lambda: f"浏览量{_digits(draw, 11)}次，排名{_digits(draw, 4)}",
        lambda: f"合同编号HT-{_digits(draw, 8)}-{_digits(draw, 4)}",
        lambda: f"设备序列号{_digits(draw, 16)}，三包有效",
    )
    for i in range(count):
        yield kinds[i % len(kinds)]()


def _share(found: list[bool]) -> dict[str, Any]:
    truth = np.ones(len(found), dtype=np.bool_)
    told = metrics.with_interval(metrics.recall, truth, np.array(found))
    return {"n": len(found), "recall": [round(x, 4) for x in told]}


def measured(each: int) -> dict[str, Any]:
    """Give recall by kind and by form, and how many numbers of nobody's are found."""
    scan = discover().get(DETECTOR).build()

    def hit(text: str) -> bool:
        return any(not f.against for f in scan(Text(id="planted", body=text)).findings)

    rows = [(kind, form, hit(text)) for kind, form, text in planted(each)]
    wrong = [hit(text) for text in nobodys(len(rows))]
    hits = sum(h for *_, h in rows)
    return {
        "detector": DETECTOR,
        "measured_on": today(),
        "planted": _share([h for *_, h in rows]),
        "by_kind": {k: _share([h for kind, _, h in rows if kind == k]) for k in NUMBERS},
        "by_form": {f: _share([h for _, form, h in rows if form == f]) for f in FORMS},
        "of_nobody": {"n": len(wrong), "found": sum(wrong)},
        "precision": round(hits / (hits + sum(wrong)), 4),
    }


def main() -> None:
    """Measure, and write the result when asked."""
    said = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    said.add_argument("--write", action="store_true")
    said.add_argument("--each", type=int, default=40)
    asked = said.parse_args()
    text = json.dumps(measured(asked.each), ensure_ascii=False, indent=1) + "\n"
    sys.stdout.write(text)
    if asked.write:
        RESULT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
