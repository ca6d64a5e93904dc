from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.archive.claims import CLAIM, EVENT, SOURCE
from tests.cli.archive.test_import_ import lines
from tests.process import qingjian

from qingjian.archive.entry import Entry
from qingjian.archive.readers.claimreview import read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = lines(tmp_path, CLAIM, SOURCE, EVENT)
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    qingjian("archive", "import", path, "--who", "li", "--batch", "b1", folder=tmp_path)
    qingjian("archive", "approve", "b1", "--who", "wang", folder=tmp_path)
    return tmp_path


def test_the_closest_comes_first_with_where_it_is_from(folder: Path) -> None:
    ran = qingjian("archive", "search", "微波炉热饭致癌", folder=folder)
    assert "claim false" in ran.out.splitlines()[0]
    assert "食安科普, 2024-01-02, https://example.org/1" in ran.out
    told = json.loads(
        qingjian("archive", "search", "停水", "--kind", "source", "--json", folder=folder).out
    )
    assert [t["text"] for t in told] == [SOURCE["text"]]
    none = qingjian("archive", "search", "！！", folder=folder)
    assert (none.code, none.out) == (0, "nothing is near it\n")


def test_a_record_is_shown_with_its_versions(folder: Path) -> None:
    [claim] = json.loads(
        qingjian("archive", "search", "微波炉", "--kind", "claim", "--json", folder=folder).out
    )
    shown = qingjian("archive", "show", claim["id"], folder=folder).out
    assert shown.splitlines()[0] == f"{claim['id']}  approved"
    assert "entered by li" in shown
    assert "approved by wang" in shown
    told = json.loads(qingjian("archive", "show", claim["id"], "--json", folder=folder).out)
    assert [v["what"] for v in told["versions"]] == ["entered", "approved"]
    assert qingjian("archive", "show", "nothing", folder=folder).code == 2


def test_what_is_exported_can_be_taken_in_again(folder: Path) -> None:
    [one] = read(qingjian("archive", "export", folder=folder).out, "feed")
    assert isinstance(one, Entry)
    assert one.known.text == CLAIM["text"]
    assert qingjian("archive", "export", "-o", "out.jsonld", folder=folder).out == ""
    assert list(read((folder / "out.jsonld").read_text("utf-8"), "feed")) == [one]
    stats = qingjian("archive", "stats", folder=folder).out
    assert "1  claim  approved" in stats
    assert stats.endswith("3  in all\n")
