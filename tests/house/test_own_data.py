"""
Own data: two halves, each large enough, nothing copied between them or from the sets of others.

A failure names rows by their ids alone: whoever works on a detector may not read the blind half.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.house.waiting import WAITING
from tests.needs import ROOT, shared

from qingjian.core.hashing import sha256
from qingjian.evals.duplicates import Shingled, near, shingles, templates

DATA = ROOT / "evals" / "data"
SETS = sorted(p.name for p in DATA.iterdir() if p.is_dir())
FIELDS = {"id", "label", "blind", "kind", "format", "about", "why", "sources", "known"}
CONTENT = {"text", "base64", "turns"}
SMALLER = frozenset(
    {
        "text.gore",
        "text.insult",
        "text.gambling_promotion",
        "text.self_harm_cue",
        "text.minor_unsuitable",
        "text.label_stripping",
        "text.machine_text",
        "text.rewrite",
        "text.recycled_event",
        "text.contradicted_figure",
        "text.misquoted_document",
        "text.debunked_claim",
        "text.ai_cited_as_fact",
        "conversation.minor_cue",
        "conversation.companion_sexual",
        "conversation.induced_stay",
    }
)
"""Detectors with a smaller set of their own; their intervals are wider."""
WORDS_OF_THE_LABEL = re.compile(
    "AIGC|Label|ContentProducer|ProduceID|ReservedCode[12]|ContentPropagator|PropagateID", re.I
)
"""Field names of GB 45438: every labelled file has them, so they make no two files alike."""
LEAST_GRAMS = 12
"""A text with fewer 4-grams is a phrase that anybody may have written."""
MOST_TEXTS = 20_000

Row = dict[str, Any]


@cache
def rows(name: str, file: str = "data.jsonl") -> list[Row]:
    path = DATA / name / file
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def half(name: str, *, blind: bool) -> list[Row]:
    return [r for r in rows(name) if bool(r.get("blind", False)) is blind]


def words(row: Row) -> str:
    text = str(row.get("text", "")) + "\n".join(turn["text"] for turn in row.get("turns", ()))
    text += "\n".join((*row.get("sources", ()), *(k["text"] for k in row.get("known", ()))))
    return WORDS_OF_THE_LABEL.sub(" ", text) if row.get("kind") == "document" else text


@pytest.mark.parametrize("name", SETS)
def test_every_row_has_the_fields_that_are_documented(name: str) -> None:
    for row in (*rows(name), *rows(name, "train.jsonl")):
        assert set(row) - CONTENT <= FIELDS, row["id"]
        assert row["label"] in (0, 1), row["id"]
        [content] = CONTENT & set(row)
        assert row[content], row["id"]


@pytest.mark.parametrize("name", SETS)
def test_an_id_stands_once(name: str) -> None:
    for file in ("data.jsonl", "train.jsonl"):
        ids = [r["id"] for r in rows(name, file)]
        assert len(ids) == len(set(ids)), file


@pytest.mark.parametrize("name", SETS)
def test_the_blind_half_is_large_enough_to_be_quoted(name: str) -> None:
    labels = [r["label"] for r in half(name, blind=True)]
    if name in WAITING:
        assert labels == [], "it is here: take the name off the list"
        return
    least = 60 if name in SMALLER else 100
    assert labels.count(1) >= least
    assert labels.count(0) >= 2 * least


@pytest.mark.parametrize("name", SETS)
def test_the_other_half_has_hits_and_misses(name: str) -> None:
    labels = [r["label"] for r in half(name, blind=False)]
    assert labels.count(1) >= 20
    assert labels.count(0) >= 20


@pytest.mark.parametrize("name", SETS)
def test_no_row_of_one_half_is_nearly_a_row_of_the_other(name: str) -> None:
    blind = half(name, blind=True)
    for ours in (half(name, blind=False), rows(name, "train.jsonl")):
        by_text = {words(r): r["id"] for r in blind}
        pairs = near([words(r) for r in ours], by_text)
        assert [(ours[i]["id"], by_text[text]) for i, text in pairs] == []


@pytest.mark.parametrize("name", SETS)
def test_no_file_of_one_half_is_a_file_of_the_other(name: str) -> None:
    files = [
        {sha256(base64.b64decode(r["base64"])): r["id"] for r in one if "base64" in r}
        for one in (half(name, blind=False), half(name, blind=True))
    ]
    assert [(files[0][h], files[1][h]) for h in files[0].keys() & files[1].keys()] == []


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("file", ["data.jsonl", "train.jsonl"])
def test_no_template_stands_in_more_than_three_rows(name: str, file: str) -> None:
    texts = [(r["id"], words(r)) for r in rows(name, file) if words(r)]
    frames = set(templates(text for _, text in texts))
    copies = [id for id, text in texts if frames and templates([text], 0)[0] in frames]
    assert copies == []


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)


def read(name: str, data: bytes) -> Iterator[str]:
    """Give every text in a data file, whatever its field is called."""
    if name.endswith(".zip"):
        packed = zipfile.ZipFile(io.BytesIO(data))
        for inner in packed.namelist():
            if not inner.startswith("__MACOSX"):
                yield from read(inner, packed.read(inner))
        return
    text = data.decode("utf-8-sig", "replace")
    match Path(name).suffix:
        case ".jsonl":
            yield from strings([json.loads(line) for line in text.splitlines() if line.strip()])
        case ".json":
            yield from strings(json.loads(text))
        case ".csv":
            yield from strings(list(csv.reader(io.StringIO(text))))
        case ".txt":
            yield from text.splitlines()


def others() -> list[Path]:
    folders = (shared("data", "text"), shared("data", "guard"))
    return [p for folder in folders for p in sorted(folder.iterdir()) if p.is_dir()]


def test_no_row_is_nearly_a_row_of_somebody_else() -> None:
    ours = [
        (name, r["id"], words(r))
        for name in SETS
        for file in ("data.jsonl", "train.jsonl")
        for r in rows(name, file)
        if len(shingles(words(r))) >= LEAST_GRAMS
    ]
    index = Shingled(text for _, _, text in ours)
    seen, copied = 0, []
    for folder in others():
        texts = {t for f in sorted(folder.iterdir()) for t in read(f.name, f.read_bytes())}
        theirs = sorted(t for t in texts if len(t) > LEAST_GRAMS)
        if len(theirs) > MOST_TEXTS:
            theirs = random.Random(7).sample(theirs, MOST_TEXTS)
        seen += len(theirs)
        hits = index.near(theirs)
        copied += [(folder.name, *ours[i][:2]) for i, t in hits if len(shingles(t)) >= LEAST_GRAMS]
    assert seen > 50_000, "the sets of others were not read"
    assert copied == []


def test_a_copied_row_would_be_found() -> None:
    text = "您的银行卡积分即将清零，请尽快登录本行网站输入卡号密码兑换现金。"
    assert near([text], [text.replace("，", "!")]) != []
    assert templates([f"第{n}篇:{text}" for n in "1234"]) != []
