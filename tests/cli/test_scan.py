from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests.plugin import plugged
from tests.process import Ran, qingjian, spawned

from qingjian.core.actions import ladder
from qingjian.core.registry import discover
from qingjian.policy.load import load
from qingjian.wiring import SURFACES

ADVERT = "代过人脸活体，非本人可做，先过后付，飞机联系"
INNOCENT = "明天下午三点开会，带上上次的材料。"
LABELLED = '---\nAIGC:\n  Label: "1"\n---\n正文\n'
KNOWN = {id: d.card.scoring for id, d in discover().detectors.items()}
TOOL = "text.illicit_tool_promotion"


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    folder = tmp_path / "posts"
    folder.mkdir()
    (folder / "a.txt").write_text(ADVERT, "utf-8")
    (folder / "b.txt").write_text(INNOCENT, "utf-8")
    (folder / "c.md").write_text(LABELLED, "utf-8")
    return folder


def scan(*arguments: str | Path, stdin: str = "", **settings: str) -> Ran:
    return qingjian("scan", *arguments, stdin=stdin.encode(), settings=settings)


def rows(*arguments: str | Path, stdin: str = "", **settings: str) -> list[dict[str, Any]]:
    return scan(*arguments, "--format", "jsonl", stdin=stdin, **settings).rows


def detectors(row: dict[str, Any]) -> set[str]:
    return {f["detector"] for f in row["findings"]}


def test_a_folder_is_scanned_file_by_file_in_order_of_name(posts: Path) -> None:
    ran = scan(posts, "--format", "jsonl")
    assert ran.code == 14
    assert [Path(row["id"]).name for row in ran.rows] == ["a.txt", "b.txt", "c.md"]
    advert, innocent, labelled = ran.rows
    assert TOOL in detectors(advert)
    at = next(f["at"] for f in advert["findings"] if f["detector"] == TOOL)
    assert ADVERT[at["start"] : at["end"]].startswith("代过人脸")
    assert detectors(innocent) == set()
    assert detectors(labelled) == {"document.ai_label"}
    assert ran.err == ""


def test_standard_input_is_one_item_called_dash() -> None:
    ran = scan("-", "-f", "jsonl", stdin=ADVERT + "\n" + INNOCENT)
    (row,) = ran.rows
    assert (row["id"], ran.code) == ("-", 14)
    assert TOOL in detectors(row)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("innocent.txt", INNOCENT.encode(), 0),
        ("labelled.md", LABELLED.encode(), 11),
        ("advert.txt", ADVERT.encode(), 14),
        ("unreadable.txt", b"\xff\x00\x80\xfe" * 40, 2),
        ("nothing.pdf", b"x", 3),
    ],
)
def test_the_exit_code_says_what_was_found(
    tmp_path: Path, name: str, content: bytes, code: int
) -> None:
    (tmp_path / name).write_bytes(content)
    ran = scan(tmp_path, "-f", "jsonl")
    assert ran.code == code
    assert len(ran.rows) == 1
    assert ("nothing to scan" in ran.err) is (code == 3)


def test_what_cannot_be_read_wins_over_what_was_found_but_not_with_keep_going(posts: Path) -> None:
    (posts / "d.txt").write_bytes(b"\xff\x00\x80\xfe" * 40)
    assert scan(posts, "-f", "jsonl").code == 2
    kept = scan(posts, "-f", "jsonl", "--keep-going")
    assert kept.code == 14
    assert [row["error"] is None for row in kept.rows] == [True, True, True, False]


def test_an_empty_folder_is_nothing_to_scan(tmp_path: Path) -> None:
    ran = scan(tmp_path, "-f", "json")
    assert (ran.code, json.loads(ran.out)) == (3, [])


def test_only_the_detectors_that_are_named_run_and_each_once(posts: Path) -> None:
    made = rows(posts, "--only", f"{TOOL}, {TOOL},document.ai_label")
    assert {r["detector"] for row in made for r in row["ran"]} == {TOOL, "document.ai_label"}
    assert [f["detector"] for f in made[0]["findings"]] == [TOOL]
    assert detectors(made[2]) == {"document.ai_label"}


@pytest.mark.parametrize("surface", SURFACES)
def test_each_surface_decides_by_its_own_pack_and_ladder(surface: str) -> None:
    (row,) = rows("-", "--surface", surface, stdin=ADVERT)
    pack = load(surface, KNOWN)
    assert row["decision"]["policy"] == f"{surface} {pack.version}"
    steps = ladder(pack.surface)
    assert steps.index(row["decision"]["do"]) > 0
    assert set(row["decision"]["rules"]) <= {r.id for r in pack.rules}


def test_the_surface_may_be_a_setting_and_the_call_wins(posts: Path) -> None:
    setting = rows(posts / "a.txt", QINGJIAN_SURFACE="prompt")
    assert setting[0]["decision"]["policy"].startswith("prompt ")
    call = rows(posts / "a.txt", "--surface", "listing", QINGJIAN_SURFACE="prompt")
    assert call[0]["decision"]["policy"].startswith("listing ")


def test_a_policy_of_ones_own_decides(posts: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'name = "own"\nversion = "3"\nauthor = "me"\nsurface = "content"\n'
        f'[[rule]]\nid = "mine"\nwhen = "{TOOL}.hit"\ndo = "remove"\n'
        'row = "house_rule"\nbecause = "so"\n',
        "utf-8",
    )
    made = rows(posts, "--policy", own)
    assert made[0]["decision"] == {
        "do": "remove",
        "rules": ["mine"],
        "policy": "own 3",
        "needs_person": True,
        "unknown": [],
    }
    assert made[1]["decision"]["do"] == "pass"


class _Text(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_each_format_is_written_whole(posts: Path) -> None:
    table = scan(posts)
    assert table.out.splitlines()[0].split()[:3] == ["item", "do", "found"]
    assert "3 items in" in table.err and "decisions: " in table.err
    listed = json.loads(scan(posts, "-f", "json").out)
    assert [detectors(row) for row in listed][1:] == [set(), {"document.ai_label"}]
    log = json.loads(scan(posts, "-f", "sarif").out)
    (run,) = log["runs"]
    located = {
        r["ruleId"]: r["locations"][0]["physicalLocation"]["region"]
        for r in run["results"]
        if r["ruleId"] == TOOL
    }
    start = located[TOOL]["charOffset"]
    assert ADVERT[start : start + located[TOOL]["charLength"]].startswith("代过人脸")
    page = scan(posts, "-f", "html").out
    assert page.startswith("<!doctype html>")
    assert "代过人脸" in _Text(page).text
    assert str(posts) in _Text(page).text


@pytest.mark.parametrize("format", ["table", "json", "jsonl", "html", "sarif"])
def test_a_report_is_written_to_the_file_that_is_named(
    posts: Path, tmp_path: Path, format: str
) -> None:
    out = tmp_path / "out"
    ran = scan(posts, "-f", format, "-o", out)
    assert (ran.code, ran.out) == (14, "")
    assert out.stat().st_size > 100
    assert f"written to {out}" in ran.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "posts"]


def test_quiet_says_nothing(posts: Path, tmp_path: Path) -> None:
    ran = scan(posts, "-f", "json", "-o", tmp_path / "out", "--quiet")
    assert (ran.out, ran.err) == ("", "")
    assert scan(posts, "-q").err == ""


@pytest.mark.parametrize("format", ["html", "jsonl"])
def test_a_place_that_cannot_be_written_is_told(posts: Path, tmp_path: Path, format: str) -> None:
    for out in (tmp_path / "no" / "out", tmp_path):
        ran = scan(posts, "-f", format, "-o", out)
        assert ran.code == 2
        assert f"cannot write {out}" in ran.err
        assert "Traceback" not in ran.err


def test_a_report_inside_the_folder_is_not_scanned(posts: Path) -> None:
    out = posts / "z.jsonl"
    for _ in range(2):
        assert scan(posts, "-f", "jsonl", "-o", out).code == 14
        listed = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
        looked_at = [Path(row["id"]).name for row in listed if row["ran"]]
        assert looked_at == ["a.txt", "b.txt", "c.md"]
        assert not any(row["error"] for row in listed)
    out.unlink()
    assert scan(posts, "-f", "html", "-o", posts / "a.html").code == 14
    page = scan(posts, "-f", "html", "-o", posts / "a.html")
    assert page.code == 14
    assert "5 items" in page.err and "2 were not looked at" in page.err


def test_fields_of_rows_are_named(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text(f"nr,words\nx1,{ADVERT}\nx2,{INNOCENT}\n", "utf-8")
    unnamed = scan(table, "-f", "jsonl")
    assert unnamed.code == 2
    assert "--text-field" in unnamed.rows[0]["error"]["hint"]
    made = rows(table, "--text-field", "words", "--id-field", "nr")
    assert [row["id"] for row in made] == ["x1", "x2"]
    assert TOOL in detectors(made[0])


def test_the_kind_of_rows_that_do_not_say_is_named(tmp_path: Path) -> None:
    table = tmp_path / "in.jsonl"
    table.write_text('{"id": "a", "fields": {"name": "x"}}\n', "utf-8")
    assert rows(table)[0]["error"]["code"] == "row"
    assert rows(table, "--kind", "product")[0]["error"] is None
    assert "no kind 'thing'" in rows(table, "--kind", "thing")[0]["error"]["what"]


def test_an_id_that_stands_twice_is_made_unique_with_a_warning(tmp_path: Path) -> None:
    table = tmp_path / "in.jsonl"
    table.write_text('{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}\n', "utf-8")
    ran = scan(table, "-f", "jsonl")
    assert [row["id"] for row in ran.rows] == ["a", "a~2"]
    assert "warning: the id 'a' stands more than once" in ran.err


def test_resuming_gives_what_one_run_gives(posts: Path, tmp_path: Path) -> None:
    whole, part = tmp_path / "whole.jsonl", tmp_path / "part.jsonl"
    assert scan(posts, "-f", "jsonl", "-o", whole).code == 14
    lines = whole.read_bytes().splitlines(keepends=True)
    part.write_bytes(lines[0] + lines[1][:40])
    ran = scan(posts, "-f", "jsonl", "-o", part, "--resume")
    assert ran.code == 14
    assert "going on after 1 items" in ran.err and "3 items in" in ran.err
    assert len(part.read_bytes().splitlines()) == 3
    told, again = (
        [{**json.loads(line), "took_ms": 0} for line in path.read_bytes().splitlines()]
        for path in (whole, part)
    )
    assert told == again
    complete = scan(posts, "-f", "jsonl", "-o", part, "--resume")
    assert complete.code == 14
    assert part.read_bytes().count(b"\n") == 3


def test_what_is_not_the_beginning_of_this_scan_is_not_resumed(posts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    scan(posts, "-f", "jsonl", "-o", out)
    before = out.read_bytes()
    (posts / "a.txt").rename(posts / "aa.txt")
    ran = scan(posts, "-f", "jsonl", "-o", out, "--resume")
    assert ran.code == 2
    assert "the input has changed" in ran.err
    piped = scan("-", "-f", "jsonl", "-o", out, "--resume", stdin="x")
    assert "standard input cannot be resumed" in piped.err
    assert out.read_bytes() == before
    out.write_text("{}\n", "utf-8")
    assert "is no row of a scan" in scan(posts, "-f", "jsonl", "-o", out, "--resume").err
    folder = scan(posts, "-f", "jsonl", "-o", tmp_path, "--resume")
    assert (folder.code, "cannot write" in folder.err) == (2, True)


def test_explaining_tells_what_each_detector_said_of_each_item(posts: Path) -> None:
    ran = scan(posts, "--explain")
    assert ran.code == 14
    assert "known limits:" in ran.out
    parts = ran.out.split("\n" + str(posts))
    innocent = next(part for part in parts if part.startswith("/b.txt\n"))
    assert "found nothing" in innocent


def test_a_detector_of_a_plugin_runs_beside_ours(posts: Path, tmp_path: Path) -> None:
    path = plugged(tmp_path / "site")
    made = spawned("scan", posts, "-f", "jsonl", settings=path).rows
    assert detectors(made[1]) == {"text.plugged"}
    assert made[1]["findings"][0]["serves"] == ["house_rule"]
    assert made[1]["findings"][0]["severity"] == "low"


def test_a_detector_that_fails_is_told_and_stops_nothing(posts: Path, tmp_path: Path) -> None:
    (posts / "b.txt").write_text("这是坏的", "utf-8")
    path = plugged(tmp_path / "site")
    ran = spawned("scan", posts, "-f", "jsonl", settings=path)
    assert ran.code == 1
    assert len(ran.rows) == 3
    told = ran.rows[1]["not_looked_at"]
    assert {"what": "text.plugged", "reason": "failed: ValueError: broken on purpose"} in told
    assert TOOL in {r["detector"] for r in ran.rows[1]["ran"]}
    assert spawned("scan", posts, "-f", "jsonl", "-k", settings=path).code == 14


def test_a_plugin_that_cannot_be_loaded_is_told_and_stops_nothing(
    posts: Path, tmp_path: Path
) -> None:
    path = plugged(tmp_path / "site", "import nowhere")
    ran = spawned("scan", posts, "-f", "jsonl", settings=path)
    assert ran.code == 14
    assert "not loaded: plugin plugged: ModuleNotFoundError" in ran.err
    assert any("plugin plugged" in note["what"] for note in ran.rows[0]["not_looked_at"])
