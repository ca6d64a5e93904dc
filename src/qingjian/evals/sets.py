"""
Named sets of others, read from a folder that is never committed.

The folder is `--data-dir`, by default ../shared/data.
Each gives (text, positive) rows. Results name the set, its size and its hash; never a row.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingjian.core.errors import NotFound
from qingjian.core.hashing import sha256_files
from qingjian.core.types import About, Text
from qingjian.evals.measure import Row

DEFAULT = Path("..") / "shared" / "data"

_MASKS = {
    "CELLPHONE": "13800001111",
    "WECHAT": "vx8812ab",
    "HOTLINE": "95588",
    "PHONE": "057188881234",
    "URL": "www.a1b2c.cc",
    "DIGIT": "88",
    "BANK": "6222020200112233445",
    "NAME": "王",
    "PLACE": "北京",
}
"""What stands for the masks of FBS SMS where they are mapped to something like what was masked."""


@dataclass(frozen=True, slots=True)
class NamedSet:
    """
    A set: its name, its file, how its rows are read, and what to know before quoting it.
    """

    name: str
    file: str
    read: Callable[[Path], Iterator[tuple[str, bool]]]
    note: str

    def rows(self, data_dir: Path) -> list[Row]:
        """Give its rows. Raises NotFound."""
        path = self.path(data_dir)
        return [
            Row(Text(id=f"{self.name}#{i}", body=t, about=About()), p)
            for i, (t, p) in enumerate(self.read(path))
        ]

    def path(self, data_dir: Path) -> Path:
        """Give its file. Raises NotFound."""
        path = data_dir / self.file
        if not path.exists():
            raise NotFound(
                f"the set {self.name} is not at {path}", "name its folder with --data-dir"
            )
        return path

    def hash(self, data_dir: Path) -> str:
        """Give the hash of its file."""
        return sha256_files([self.path(data_dir)])[:32]


def _jsonl(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _fbs(path: Path) -> Iterator[tuple[str, bool]]:
    for row in _jsonl(path):
        if not row["cls"].startswith("IL"):
            yield row["text"], row["cls"].startswith("FR")


def _fbs_mapped(path: Path) -> Iterator[tuple[str, bool]]:
    for text, positive in _fbs(path):
        for mask, value in _MASKS.items():
            text = text.replace(mask, value)
        yield text, positive


def _harm(kind: str) -> Callable[[Path], Iterator[tuple[str, bool]]]:
    """Give what reads one class of ChineseHarm against texts that violate nothing."""

    def read(path: Path) -> Iterator[tuple[str, bool]]:
        for row in _jsonl(path):
            if row["cls"] in (kind, "不违规"):
                yield row["text"], row["cls"] == kind

    return read


def _fbs_gambling(path: Path) -> Iterator[tuple[str, bool]]:
    for row in _jsonl(path):
        if row["cls"] == "IL:Gambling" or not row["cls"].startswith("IL"):
            text = row["text"]
            for mask, value in _MASKS.items():
                text = text.replace(mask, value)
            yield text, row["cls"] == "IL:Gambling"


def _telecom5(path: Path) -> Iterator[tuple[str, bool]]:
    for row in _jsonl(path):
        yield row["text"], str(row["label"]) == "1"


def _teleantifraud(path: Path) -> Iterator[tuple[str, bool]]:
    for name, positive in (("fraud", True), ("normal", False)):
        for row in _jsonl(path.parent / f"{name}_dialogues.jsonl"):
            left = row["left"]
            yield "".join(left[:3]) if isinstance(left, list) else str(left), positive


def _safetyqa(path: Path) -> Iterator[tuple[str, bool]]:
    for row in _jsonl(path):
        yield row["question"], False


def _cold(path: Path) -> Iterator[tuple[str, bool]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["TEXT"], False


def _offensive(path: Path) -> Iterator[tuple[str, bool]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield row["TEXT"], row["label"] == "1"


def _swsr(path: Path) -> Iterator[tuple[str, bool]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["comment_text"], False


LEAST_WRITTEN = 100
"""Code points of a text whose style can be judged."""


def _hc3(path: Path) -> Iterator[tuple[str, bool]]:
    for row in _jsonl(path):
        if len(row["text"]) >= LEAST_WRITTEN:
            yield row["text"], row["label"] == 1


def _cudrt(path: Path) -> Iterator[tuple[str, bool]]:
    for row in json.loads(path.read_text("utf-8")):
        text = row.get("human_text") or row.get("AI_text") or ""
        if len(text) >= LEAST_WRITTEN:
            yield text, row["label"] == 1


def _weibo(path: Path) -> Iterator[tuple[str, bool]]:
    for row in _jsonl(path):
        if len(row["text"]) >= LEAST_WRITTEN:
            yield row["text"], False


_FBS, _HARM = "text/fbs_sms_half/fbs_a.jsonl", "text/chineseharm_half/harm_a.jsonl"
_ALL = (
    NamedSet(
        "fbs",
        _FBS,
        _fbs,
        "real fake-base-station SMS, half A; FR:* against AD:* and Other, IL left out; masked",
    ),
    NamedSet("fbs_mapped", _FBS, _fbs_mapped, "the same with masks mapped to what they stand for"),
    NamedSet(
        "chineseharm", _HARM, _harm("欺诈"), "ChineseHarm half A, fraud against not violating"
    ),
    NamedSet("harm_sexual", _HARM, _harm("低俗色情"), "the same, vulgar and sexual texts"),
    NamedSet("harm_gambling", _HARM, _harm("博彩"), "the same, gambling"),
    NamedSet("harm_black_ads", _HARM, _harm("黑产广告"), "the same, adverts of the black market"),
    NamedSet("harm_abuse", _HARM, _harm("谩骂引战"), "the same, abuse"),
    NamedSet(
        "fbs_gambling",
        _FBS,
        _fbs_gambling,
        "fake-base-station SMS, half A; gambling against fraud, adverts and other; masks mapped",
    ),
    NamedSet(
        "cold_offensive",
        "text/cold/train.csv",
        _offensive,
        "comments of COLD's training part, offensive or not",
    ),
    NamedSet("cold_test", "text/cold/test.csv", _offensive, "COLD's test part, offensive or not"),
    NamedSet(
        "telecom5",
        "text/telecom5/telecom5.jsonl",
        _telecom5,
        "template-like; shown, never in a headline",
    ),
    NamedSet(
        "teleantifraud",
        "text/teleantifraud/fraud_dialogues.jsonl",
        _teleantifraud,
        "simulated calls",
    ),
    NamedSet(
        "safetyqa",
        "guard/chinese-safetyqa/chinese_safetyqa.jsonl",
        _safetyqa,
        "2,000 benign questions",
    ),
    NamedSet(
        "cold",
        "text/cold/train.csv",
        _cold,
        "ordinary and offensive comments, none of them fraud",
    ),
    NamedSet(
        "hc3_qa",
        "text/hc3plus_zh/val_hc3_QA.jsonl",
        _hc3,
        "answers of people and of ChatGPT, 100 characters or more",
    ),
    NamedSet(
        "cudrt",
        "text/cudrt_zh_val/cudrt_zh_val.json",
        _cudrt,
        "answers of people and of language models, 100 characters or more",
    ),
    NamedSet(
        "weibo_posts",
        "text/weibo16/weibo16.jsonl",
        _weibo,
        "posts of people, 100 characters or more",
    ),
    NamedSet("swsr", "text/swsr/SexComment.csv", _swsr, "Weibo comments, none of them fraud"),
)
SETS: Mapping[str, NamedSet] = {s.name: s for s in _ALL}


def named(name: str) -> NamedSet:
    """Give a set by name. Raises NotFound."""
    try:
        return SETS[name]
    except KeyError:
        raise NotFound(f"no set {name!r}", f"one of: {', '.join(SETS)}") from None
