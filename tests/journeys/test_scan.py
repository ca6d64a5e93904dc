"""From files in to reports out, with real processes that break off, run side by side and go on."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.needs import ROOT
from tests.process import EXAMPLES, environment, spawned

from qingjian.media.sniff import decode

ADVERT = "代过人脸活体，非本人可做，先过后付，飞机联系"
ROWS = 3_000


def expected() -> dict[str, str]:
    """Give what the author of the examples says of each: a detector's id, or nothing."""
    told, section = {}, ""
    for line in (EXAMPLES / "README.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ").strip()
        said = re.match(r"\| `([^`]+)` \|.*\| (violating: `(.+)`|innocent look-alike.*) \|$", line)
        if said:
            file = f"{EXAMPLES}/{said[1]}" if (EXAMPLES / said[1]).is_file() else ""
            nested = f"{EXAMPLES}/{section}{said[1]}" if section.endswith("/") else said[1]
            told[file or nested] = said[3] or ""
    return told


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, Any]]:
    """Give the rows of the examples by id."""
    return {row["id"]: row for row in spawned("scan", EXAMPLES, "-f", "jsonl", "-q").rows}


def hits(row: dict[str, Any]) -> set[str]:
    return {f["detector"] for f in row["findings"] if not f["against"]}


def test_the_examples_are_judged_as_their_author_expects(rows: dict[str, dict[str, Any]]) -> None:
    wanted = expected()
    assert len(wanted) == 77
    assert set(wanted) <= set(rows)
    violating = [id for id, detector in wanted.items() if detector]
    assert len(violating) == 32
    missed = [id for id in violating if wanted[id] not in hits(rows[id])]
    wrong = [id for id, detector in wanted.items() if not detector and hits(rows[id])]
    assert len(missed) <= 2, missed
    assert len(wrong) <= 7, wrong


def test_every_place_shows_the_words_it_is_about(rows: dict[str, dict[str, Any]]) -> None:
    shown = 0
    for id, row in rows.items():
        path = Path(id)
        if not path.is_file():
            continue
        text = decode(path.read_bytes()).text
        for finding in row["findings"]:
            at = finding["at"]
            if at is not None and at["kind"] == "span":
                assert 0 <= at["start"] < at["end"] <= len(text)
                assert text[at["start"] : at["end"]].strip()
                shown += 1
    assert shown >= 10


def _timeless(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**line, "took_ms": 0} for line in lines]


def test_any_number_of_workers_and_any_way_of_naming_gives_the_same_rows(
    rows: dict[str, dict[str, Any]],
) -> None:
    wanted = _timeless(list(rows.values()))
    for jobs in ("1", "3"):
        ran = spawned("scan", EXAMPLES, "-f", "jsonl", "-q", "--jobs", jobs)
        assert _timeless(ran.rows) == wanted
    parts = sorted(p for p in EXAMPLES.iterdir() if not p.name.startswith("."))
    named = spawned("scan", *parts, "-f", "jsonl", "-q")
    assert Counter(json.dumps(r, sort_keys=True) for r in _timeless(named.rows)) == Counter(
        json.dumps(r, sort_keys=True) for r in wanted
    )


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file of many rows, one advert among every hundred."""
    path = tmp_path_factory.mktemp("large") / "rows.jsonl"
    texts = (ADVERT if n % 100 == 7 else f"明天下午{n}点开会，带上材料。" for n in range(ROWS))
    path.write_text(
        "".join(
            json.dumps({"id": f"r{n}", "text": text}, ensure_ascii=False) + "\n"
            for n, text in enumerate(texts)
        ),
        "utf-8",
    )
    return path


def _start(*arguments: str | Path, **pipes: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "qingjian", "scan", *map(str, arguments)],
        cwd=ROOT,
        env=environment(),
        start_new_session=True,
        **pipes,
    )


def _wait_for_lines(path: Path, count: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if path.exists() and path.read_bytes().count(b"\n") >= count:
            return
        assert process.poll() is None, "it ended before it could be broken off"
        time.sleep(0.02)
    pytest.fail(f"{path} never had {count} lines")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_run_that_was_broken_off_goes_on_and_ends_as_one_run_would(
    large: Path, tmp_path: Path, how: signal.Signals
) -> None:
    out = tmp_path / "out.jsonl"
    arguments = (large, "-f", "jsonl", "-o", out, "-q")
    process = _start(*arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _wait_for_lines(out, 500, process)
    os.kill(process.pid, how)
    _, said = process.communicate(timeout=30)
    assert process.returncode != 0
    assert b"Traceback" not in said
    _nobody_left(process.pid)
    broken_off = out.read_bytes()
    assert 500 <= broken_off.count(b"\n") < ROWS
    ran = spawned("scan", *arguments, "--resume")
    assert ran.code == 14
    whole = out.read_bytes()
    assert whole.startswith(broken_off[: broken_off.rindex(b"\n") + 1])
    ids = [json.loads(line)["id"] for line in whole.splitlines()]
    assert ids == [f"r{n}" for n in range(ROWS)]
    adverts = sum(bool(json.loads(line)["findings"]) for line in whole.splitlines())
    assert adverts >= ROWS // 100


def _nobody_left(group: int) -> None:
    """Wait until no worker of a run's process group is there any more."""
    for _ in range(200):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    pytest.fail("workers were left behind")


def test_a_reader_that_goes_away_ends_the_run_quietly(large: Path) -> None:
    process = _start(large, "-f", "jsonl", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["id"] == "r0"
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)
    assert b"Traceback" not in said
    assert process.returncode != 0
    _nobody_left(process.pid)


def test_many_rows_are_written_in_their_order_and_found_alike(large: Path) -> None:
    ran = spawned("scan", large, "-f", "jsonl", "--only", "text.illicit_tool_promotion")
    assert ran.code == 14
    assert [row["id"] for row in ran.rows] == [f"r{n}" for n in range(ROWS)]
    found = {row["id"] for row in ran.rows if row["findings"]}
    assert found == {f"r{n}" for n in range(ROWS) if n % 100 == 7}


def test_what_is_shown_to_people_agrees_with_what_machines_read(
    rows: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    spawned("scan", EXAMPLES, "-f", "html", "-o", page, "-q")
    text = page.read_text("utf-8")
    with_hits = sum(bool(hits(row)) for row in rows.values())
    opposed = sum(bool(row["findings"]) and not hits(row) for row in rows.values())
    figures = {t: n for n, t in re.findall(r"<li><b>(.*?)</b><span>(.*?)</span></li>", text)}
    assert figures["items"] == f"{len(rows):,}"
    assert figures["with findings"] == str(with_hits)
    assert figures["found, but something speaks against it"] == str(opposed)
    assert text.count("<article") == with_hits + opposed
    log = json.loads(spawned("scan", EXAMPLES, "-f", "sarif", "-q").out)
    results = Counter(result["ruleId"] for result in log["runs"][0]["results"])
    assert results == Counter(f["detector"] for row in rows.values() for f in row["findings"])
