from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.process import EXAMPLES, qingjian

CLAIMS = EXAMPLES / "claims"
LEAST = {
    "text.ai_cited_as_fact": 15,
    "text.debunked_claim": 60,
    "text.contradicted_figure": 100,
    "text.misquoted_document": 4,
    "text.recycled_event": 50,
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Give what the checks hit in each post, by its id."""
    folder = tmp_path_factory.mktemp("claims")
    records = CLAIMS / "records.jsonl"
    ran = qingjian("archive", "import", records, "--who", "a", "--batch", "b", folder=folder)
    assert (ran.code, ran.out.split(",")[0]) == (0, "233 entered")
    assert qingjian("archive", "approve", "b", "--who", "b", folder=folder).out == "66 approved\n"
    posts = qingjian(
        *("scan", CLAIMS / "posts.jsonl", "--only", ",".join(LEAST), "--format", "jsonl"),
        folder=folder,
        settings={"QINGJIAN_DB": "qingjian.db"},
    )
    return {
        row["id"]: {f["detector"] for f in row["findings"] if not f["against"]}
        for row in posts.rows
    }


def expected() -> dict[str, str]:
    lines = (CLAIMS / "posts.jsonl").read_text("utf-8").splitlines()
    return {post["id"]: post["expect"] for post in map(json.loads, lines)}


@pytest.mark.parametrize("check", LEAST)
def test_each_check_finds_a_good_part_of_its_posts(found: dict[str, set[str]], check: str) -> None:
    its = [id for id, expect in expected().items() if expect == check]
    assert len(its) >= LEAST[check]
    assert sum(check in found[id] for id in its) >= 0.4 * len(its)


def test_innocent_posts_on_the_same_matters_pass(found: dict[str, set[str]]) -> None:
    innocent = [id for id, expect in expected().items() if not expect]
    assert len(innocent) > len(expected()) / 2
    assert [id for id in innocent if found[id]] == []


def test_a_text_and_its_source_are_shown_together(tmp_path: Path) -> None:
    records = CLAIMS / "records.jsonl"
    qingjian("archive", "import", records, "--who", "a", "--batch", "b", folder=tmp_path)
    post = next(
        json.loads(line)["text"]
        for line in (CLAIMS / "posts.jsonl").read_text("utf-8").splitlines()
        if json.loads(line)["expect"] == "text.contradicted_figure"
    )
    told = qingjian("claim", "check", post, "--json", folder=tmp_path)
    assert told.code == 0
    assert {"said", "source", "cited"} <= set(json.loads(told.out)["findings"][0])
