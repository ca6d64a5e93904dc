from __future__ import annotations

import json
from pathlib import Path

from tests.archive.claims import CLAIM, SOURCE
from tests.process import qingjian


def lines(folder: Path, *rows: dict[str, str], name: str = "c.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    return path


def test_what_is_refused_is_told_and_the_rest_goes_in(tmp_path: Path) -> None:
    path = lines(tmp_path, CLAIM, {**CLAIM, "text": "明年房价肯定会大涨"}, SOURCE)
    ran = qingjian("archive", "import", path, "--who", "li", "--db", "a.db", folder=tmp_path)
    assert ran.code == 2
    assert ran.out.startswith("2 entered, 0 changed, 0 known, 1 refused\n")
    assert "c.jsonl#2: not_checkable: a prediction" in ran.out
    assert "qingjian archive approve" in ran.out
    again = qingjian(
        "archive", "import", path, "--who", "li", "--db", "a.db", "--json", folder=tmp_path
    )
    told = json.loads(again.out)
    assert (told["entered"], told["known"], len(told["refused"])) == (0, 2, 1)


def test_a_long_list_of_refusals_is_cut_for_people(tmp_path: Path) -> None:
    path = lines(tmp_path, *({"kind": "claim"} for _ in range(30)))
    ran = qingjian("archive", "import", path, "--who", "li", "--db", "a.db", folder=tmp_path)
    assert "and 10 more; --json has all" in ran.out
    assert "approve" not in ran.out


def test_tables_with_other_columns_are_mapped(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("who,says\n水务集团,春河路停水两天\n", "utf-8")
    ran = qingjian(
        *("archive", "import", path, "--who", "li", "--db", "a.db", "--kind", "source"),
        *("--map", "text=says", "--map", "publisher=who"),
        folder=tmp_path,
    )
    assert (ran.code, ran.out[:9]) == (0, "1 entered")


def test_wrong_calls_are_told(tmp_path: Path) -> None:
    path = lines(tmp_path, CLAIM)
    for wrong in (
        ("--who", "li", "--kind", "rumour"),
        ("--who", "li", "--map", "text"),
        ("--who", " "),
        (),
    ):
        ran = qingjian("archive", "import", path, "--db", "a.db", *wrong, folder=tmp_path)
        assert ran.code == 2
    assert qingjian("archive", "import", "none", "--who", "li", folder=tmp_path).code == 2
