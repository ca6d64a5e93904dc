from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests import needs
from tests.journeys.broken import CLEAN, SCAM, by_id, codes, scan, worst
from tests.process import Ran, environment, qingjian
from tests.watch import ending


def put(path: Path, data: bytes | str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def fill(folder: Path) -> None:
    """Write everything that ever arrives broken."""
    at = folder / "texts"
    put(at / "cut.txt", SCAM.encode()[:-1])
    put(at / "empty.txt", b"")
    put(at / "gb18030.txt", (SCAM * 3).encode("gb18030"))
    put(at / "latin.txt", ("Zahlung fällig, bitte prüfen. " * 5).encode("latin-1"))
    put(at / "nul.txt", b"\x00" * 50 + SCAM.encode() + b"\x00")
    put(at / "shift_jis.txt", "日本語のテキストです".encode("shift_jis"))
    put(at / "utf16.txt", SCAM.encode("utf-16"))
    put(
        at / "surrogate.txt",
        b"\xff\xfe" + f"{SCAM}\ud83d".encode("utf-16-le", "surrogatepass"),
    )
    fill_rows(folder)
    fill_files(folder)


def fill_rows(folder: Path) -> None:
    at = folder / "rows"
    put(at / "a_empty.jsonl", b"")
    put(
        at / "b_deep.jsonl",
        "[" * 100_000 + "\n" + '{"a":' * 100_000 + "\n" + json.dumps(SCAM),
    )
    lone = [{"id": "lone", "text": f"{SCAM}\ud83d"}, {"id": "\udc00", "text": "x"}]
    put(at / "c_surrogates.jsonl", "\n".join(json.dumps(row) for row in lone))
    put(
        at / "d_twice.jsonl",
        f'{{"id": 7, "text": "{CLEAN}"}}\n{{"id": 7, "text": "{SCAM}"}}',
    )
    put(at / "e_utf16.jsonl", f'{{"id": "wide", "text": "{SCAM}"}}\n'.encode("utf-16"))
    put(
        at / "f_bytes.jsonl",
        f'{{"text": "{CLEAN}"}}\n'.encode() * 3 + b'{"text": "\xff"}\n',
    )
    put(at / "g_unclosed.csv", f'id,text\nopen,"{CLEAN}\nafter,{SCAM}\n')
    put(at / "h_nul.csv", f"id,text\nnul,\x00{SCAM}\n".encode())
    put(at / "i_cell.csv", f'id,text\nlarge,"{CLEAN * 130_000}{SCAM}"\n')
    put(at / "j_tabs.tsv", f"id\ttext\ntab\t{SCAM}\n")
    put(at / "k_wide.csv", f"id,text\nmore,{CLEAN},{SCAM}\n")
    put(at / "l_damaged.parquet", b"PAR1" + b"\x00" * 100 + b"PAR1")
    put(
        at / "m_paths.jsonl",
        "\n".join(
            json.dumps({"id": f"path{i}", "path": path})
            for i, path in enumerate(
                ("../texts/utf16.txt", "/etc/passwd", "in/good.txt", "in/out.txt", "a\x00b", "gone")
            )
        ),
    )
    put(at / "in/good.txt", SCAM)
    (folder / "rows" / "in" / "out.txt").symlink_to(folder / "texts" / "utf16.txt")
    turns = [{"role": "user", "text": CLEAN}, {"role": "assistant", "text": SCAM}]
    put(
        at / "n_kinds.jsonl",
        "\n".join(
            json.dumps(row)
            for row in (
                {"id": "talk", "kind": "conversation", "turns": turns},
                {"id": "card", "kind": "account", "fields": {"name": "甲", "bio": SCAM, "n": 3}},
                {"id": "odd", "kind": ["text"], "text": "x"},
                {"id": "badturn", "turns": [{"role": "admin", "text": "x"}]},
                {"id": "noobject", "kind": "record", "fields": 5},
                5,
            )
        ),
    )


def fill_files(folder: Path) -> None:
    at = folder / "files"
    put(
        at / "page.html",
        f"<html><![foo[ &#; <p>{CLEAN}<p>代<b>过</b>人&#33080;识别，先过后付，加微信",
    )
    put(at / "notes.md", f"---\ntitle: {CLEAN}\n---\n{SCAM}")
    put(at / "cut.png", b"\x89PNG\r\n\x1a\n\x00\x00")
    put(at / "cut.jpg", b"\xff\xd8\xff\xe1\xff\xff")
    put(at / "archive.zip", b"PK\x03\x04" + b"\x00" * 20)
    put(at / "setup.exe", b"MZ\x90\x00")
    (folder / "files" / "broken.txt").symlink_to("nowhere")
    (folder / "files" / "device").symlink_to("/dev/zero")
    (folder / "files" / "loop.txt").symlink_to("loop.txt")
    (folder / "files" / "up").symlink_to("..")
    os.mkfifo(folder / "files" / "pipe.jsonl")
    Path(os.fsdecode(os.fsencode(folder) + b"/files/name\xff.txt")).write_text(SCAM)


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    fill(folder)
    return folder


@pytest.fixture(scope="module")
def ran(bad: Path) -> Ran:
    return scan(bad, "texts", "rows", "files")


def test_nothing_breaks_and_the_exit_code_tells_of_what_could_not_be_read(ran: Ran) -> None:
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_no_detector_fails_on_any_of_it(ran: Ran) -> None:
    notes = [n["reason"] for row in ran.rows for n in row["not_looked_at"]]
    assert not [n for n in notes if n.startswith("failed: ")]


def test_texts_are_read_in_their_encoding_or_refused_with_the_byte(ran: Ran) -> None:
    rows = by_id(ran)
    errors = {id: row["error"] for id, row in rows.items() if id.startswith("texts/")}
    for name in ("cut", "empty", "gb18030", "nul", "utf16", "surrogate"):
        assert errors.pop(f"texts/{name}.txt") is None
    assert {id: (e["code"], e["what"]) for id, e in errors.items()} == {
        "texts/latin.txt": ("encoding", "byte 0xe4 at offset 9 is not UTF-8"),
        "texts/shift_jis.txt": ("encoding", "byte 0x93 at offset 0 is not UTF-8"),
    }
    assert [n["reason"] for n in rows["texts/cut.txt"]["not_looked_at"]] == [
        "a character of utf-8 is cut short"
    ]
    for name in ("gb18030", "nul", "utf16", "surrogate"):
        assert rows[f"texts/{name}.txt"]["findings"], name


def test_rows_that_are_no_items_are_errors_of_their_own(ran: Ran) -> None:
    errors = codes(by_id(ran))
    assert {id: code for id, code in errors.items() if not id.startswith(("texts/", "files/"))} == {
        "rows/b_deep.jsonl#1": "row",
        "rows/b_deep.jsonl#2": "row",
        "rows/b_deep.jsonl#3": "row",
        "rows/f_bytes.jsonl#4": "encoding",
        "rows/g_unclosed.csv#2": "row",
        "rows/l_damaged.parquet": "damaged",
        "path0": "row",
        "path1": "row",
        "path3": "row",
        "path4": "row",
        "path5": "row",
        "odd": "row",
        "badturn": "row",
        "noobject": "row",
        "rows/n_kinds.jsonl#6": "row",
    }


@pytest.mark.parametrize(
    "id",
    ["lone", "7~2", "wide", "after", "nul", "tab", "path2", "talk", "card", "rows/in/good.txt"],
)
def test_what_stands_beside_broken_rows_is_found(ran: Ran, id: str) -> None:
    found = by_id(ran)[id]["findings"]
    assert "text.illicit_tool_promotion" in {f["detector"] for f in found}


def test_lone_surrogates_become_replacement_characters_everywhere(ran: Ran) -> None:
    rows = by_id(ran)
    assert rows["\ufffd"]["error"] is None
    assert rows["files/name\ufffd.txt"]["findings"]
    plain = qingjian("scan", "-", "--format", "jsonl", stdin=f"{SCAM}\ufffd".encode()).rows[0]
    assert rows["lone"]["findings"] == plain["findings"]


def test_a_second_id_is_renamed_with_a_warning(ran: Ran) -> None:
    assert {"7", "7~2"} <= set(by_id(ran))
    assert "warning: the id '7' stands more than once; this one is called '7~2'" in ran.err


def test_cells_that_no_column_names_are_told(ran: Ran) -> None:
    told = by_id(ran)["more"]["not_looked_at"]
    assert told == [
        {"what": "cells of rows/k_wide.csv#2", "reason": "the header names only the first 2"}
    ]


def test_megabytes_in_a_cell_are_an_item(ran: Ran) -> None:
    assert by_id(ran)["large"]["error"] is None


def test_places_in_files_point_at_the_words(ran: Ran, bad: Path) -> None:
    rows = by_id(ran)
    for name, first, last in (("page.html", "代", "信"), ("notes.md", "代", "信")):
        body = (bad / "files" / name).read_text("utf-8")
        spans = [
            f["at"]
            for f in rows[f"files/{name}"]["findings"]
            if f["detector"] == "text.illicit_tool_promotion"
        ]
        assert spans
        for at in spans:
            words = body[at["start"] : at["end"]]
            assert at["start"] >= body.index(first)
            assert words.rstrip()[-1] in body[body.index(first) : body.rindex(last) + 1]
            assert CLEAN not in words


def test_what_nothing_looks_at_is_told_and_never_opened(ran: Ran) -> None:
    rows = by_id(ran)
    told = {
        id.removeprefix("files/"): [n["reason"] for n in row["not_looked_at"]]
        for id, row in rows.items()
        if id.startswith("files/") and row["not_looked_at"]
    }
    assert told["setup.exe"] == ["nothing reads .exe yet"]
    assert told["archive.zip"] == ["nothing opens zip files yet"]
    assert told["device"] == ["it is no regular file"]
    assert told["pipe.jsonl"] == ["it is no regular file"]
    assert told["up"] == ["a symbolic link to a folder is not followed"]
    assert {id: row["ran"] for id, row in rows.items() if id == "files/archive.zip"} == {
        "files/archive.zip": []
    }
    for name in ("broken.txt", "loop.txt"):
        assert rows[f"files/{name}"]["error"]["code"] == "vanished"


def test_damaged_pictures_abstain_with_the_reason(ran: Ran) -> None:
    rows = by_id(ran)
    for name, said in (("cut.png", "before IEND"), ("cut.jpg", "cut short")):
        (abstained,) = rows[f"files/{name}"]["abstained"]
        assert abstained["detector"] == "document.ai_label"
        assert said in abstained["reason"]


def test_keep_going_leaves_the_exit_code_to_the_findings(ran: Ran, bad: Path) -> None:
    kept = scan(bad, "texts", "rows", "files", "--keep-going")
    assert kept.code == worst(ran.rows) > 11

    def alike(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{k: v for k, v in row.items() if k != "took_ms"} for row in rows]

    assert alike(kept.rows) == alike(ran.rows)


def test_good_parquet_gives_its_rows(tmp_path: Path) -> None:
    arrow, parquet = needs.package("pyarrow"), needs.package("pyarrow.parquet")
    table = arrow.table({"id": ["a", "b"], "text": [CLEAN, SCAM], "role": [None, "author"]})
    parquet.write_table(table, tmp_path / "rows.parquet")
    ran = scan(tmp_path, "rows.parquet")
    assert [(row["id"], bool(row["findings"])) for row in ran.rows] == [("a", False), ("b", True)]
    assert ran.code == worst(ran.rows)


def test_a_report_inside_the_scanned_folder_does_not_scan_itself(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CLEAN)
    for _ in range(2):
        scan(tmp_path, ".", "-o", "out.jsonl")
        rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_bytes().splitlines()]
        assert [row["id"] for row in rows] == ["a.txt", "out.jsonl"]


@pytest.mark.parametrize(
    ("stdin", "code"),
    [(CLEAN.encode(), 0), (b"", 0), (b"abc \xff def", 2), (b"\x00" * 100, 0)],
)
def test_standard_input_is_one_item(stdin: bytes, code: int) -> None:
    ran = qingjian("scan", "-", "--format", "jsonl", stdin=stdin)
    assert ran.code == code
    assert [row["id"] for row in ran.rows] == ["-"]


def test_nothing_to_scan_has_an_exit_code_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "a.exe").write_bytes(b"MZ")
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04")
    for names, rows in ((("empty",), 0), (("empty.jsonl",), 0), (("a.exe", "b.zip"), 2)):
        ran = scan(tmp_path, *names)
        assert ran.code == 3
        assert len(ran.rows) == rows
        assert "nothing to scan" in ran.err
    gone = scan(tmp_path, "a.exe", "gone.txt")
    assert (gone.code, gone.out) == (2, "")
    assert gone.err.startswith("qingjian: no file or folder 'gone.txt'")


def _without_override() -> None:
    """Give up root's right to read what the mode forbids; root is refused like anybody then."""
    if os.geteuid() == 0:
        drop_from_bounding_set = 24
        for right in (1, 2):
            ctypes.CDLL(None).prctl(drop_from_bounding_set, right)


def test_what_may_not_be_read_is_an_error_and_the_rest_goes_on(tmp_path: Path) -> None:
    for name in ("a.txt", "b.jsonl", "c/d.txt", "e/f.txt", "g.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(CLEAN)
    (tmp_path / "link.txt").symlink_to("e/f.txt")
    shut = [tmp_path / name for name in ("a.txt", "b.jsonl", "c", "e")]
    for path, mode in zip(shut, (0, 0, 0, 0o400), strict=True):
        path.chmod(mode)
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "qingjian", "scan", ".", "--format", "jsonl"],
            cwd=tmp_path,
            env=environment(),
            preexec_fn=_without_override,
            capture_output=True,
            timeout=120,
            check=False,
        )
    finally:
        for path in shut:
            path.chmod(0o700)
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    said = {row["id"]: row["error"] and row["error"]["what"] for row in rows}
    assert said == {
        "a.txt": "a.txt: Permission denied",
        "b.jsonl": "b.jsonl: Permission denied",
        "c": "c: Permission denied",
        "e/f.txt": "e/f.txt: Permission denied",
        "g.txt": None,
        "link.txt": "link.txt: Permission denied",
    }
    assert ran.returncode == 2


def test_a_file_that_vanishes_during_the_scan_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(f'{{"text": "{CLEAN}"}}\n' * 5_000)
    names = [f"b{i}.txt" for i in range(50)]
    for name in names:
        (tmp_path / name).write_text(CLEAN)
    process = subprocess.Popen(
        [sys.executable, "-m", "qingjian", "scan", ".", "--format", "jsonl"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    with ending(process):
        first = process.stdout.readline()
        for name in names[10:]:
            (tmp_path / name).unlink()
        rows = [json.loads(line) for line in [first, *process.stdout]]
        process.wait(20)
    assert len(rows) == 5_050
    errors = {row["id"]: row["error"]["code"] for row in rows if row["error"]}
    assert errors == dict.fromkeys(names[10:], "vanished")
    assert process.returncode == 2
