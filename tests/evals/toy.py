"""
Toy rows: two ways of writing that a small model tells apart, and files in the form of named sets.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from qingjian.core.types import Text
from qingjian.detectors.instruments.linear_train import Example
from qingjian.evals.measure import Row

_BAD = "点击链接 领取大奖 账户冻结 转账到 刷单返利 先交保证金 验证码发我 内部名额"
_GOOD = "明天开会 快递到了 一起吃饭 记得带伞 作业写完 周末爬山 会议纪要 生日快乐"


def examples(count: int, seed: int = 1) -> list[Example]:
    """Give examples, every other one a positive."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        positive = number % 2 == 0
        words = chance.sample((_BAD if positive else _GOOD).split(), 3)
        made.append(Example("，".join(words) + f"，{chance.randrange(10**6)}号", positive))
    return made


def rows(count: int, seed: int = 1) -> list[Row]:
    """Give the same as rows."""
    return [
        Row(Text(id=f"{seed}-{i}", body=e.text), e.positive)
        for i, e in enumerate(examples(count, seed))
    ]


def jsonl(path: Path, made: Iterable[Mapping[str, Any]]) -> Path:
    """Write a JSON Lines file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(m, ensure_ascii=False) + "\n" for m in made), "utf-8")
    return path


def named_sets(folder: Path, count: int = 60) -> Path:
    """Write toy files where the named sets of others are looked for."""
    text = folder / "text"
    half = examples(count, 2)
    jsonl(
        text / "fbs_sms_half" / "fbs_a.jsonl",
        [{"text": e.text + "DIGIT元URL", "cls": "FR:x" if e.positive else "AD:y"} for e in half]
        + [{"text": "left out", "cls": "IL:z"}, {"text": "别的", "cls": "Other"}]
        + [{"text": "DIGIT注", "cls": "IL:Gambling"}],
    )
    jsonl(
        text / "chineseharm_half" / "harm_a.jsonl",
        [{"text": e.text, "cls": "欺诈" if e.positive else "不违规"} for e in examples(count, 3)]
        + [{"text": "left out", "cls": "低俗"}]
        + [{"text": cls, "cls": cls} for cls in ("低俗色情", "博彩", "黑产广告", "谩骂引战")],
    )
    jsonl(
        text / "telecom5" / "telecom5.jsonl",
        [{"text": e.text, "label": str(int(e.positive))} for e in examples(count, 4)],
    )
    calls = examples(count, 5)
    for name, positive in (("fraud", True), ("normal", False)):
        jsonl(
            text / "teleantifraud" / f"{name}_dialogues.jsonl",
            [
                {"left": [e.text[:3], e.text[3:], "", "not read"] if i % 2 else e.text}
                for i, e in enumerate(c for c in calls if c.positive is positive)
            ],
        )
    jsonl(
        folder / "guard" / "chinese-safetyqa" / "chinese_safetyqa.jsonl",
        [{"question": e.text} for e in examples(count, 6) if not e.positive],
    )
    long = [{"text": "长" * n, "label": label} for n, label in ((99, 1), (100, 1), (120, 0))]
    jsonl(text / "hc3plus_zh" / "val_hc3_QA.jsonl", long)
    jsonl(text / "weibo16" / "weibo16.jsonl", long)
    answers = [{("AI_text" if r["label"] else "human_text"): r["text"], **r} for r in long]
    cudrt = text / "cudrt_zh_val" / "cudrt_zh_val.json"
    cudrt.parent.mkdir(parents=True, exist_ok=True)
    cudrt.write_text(json.dumps(answers), "utf-8")
    comments = "cold/train.csv", "cold/test.csv"
    for path, column in (*((p, "TEXT") for p in comments), ("swsr/SexComment.csv", "comment_text")):
        (text / path).parent.mkdir(parents=True, exist_ok=True)
        with (text / path).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["label", column])
            writer.writeheader()
            lines = ("第一条，带\n换行", "第二条")
            writer.writerows([{"label": n, column: line} for n, line in enumerate(lines)])
    return folder
